package adjudicate

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// openPends lists what still holds a claim up: what the engine found itself, and pends that nobody waived.
func openPends(ev *claim.Evidence, rows []row, edits []claim.Edit) []claim.PendReason {
	open := holds(ev, rows)
	for i := range edits {
		if edits[i].Outcome == claim.Pend && !waived(ev.Review, edits[i].Rule) {
			open = append(open, claim.PendReason{Code: "edit", Detail: edits[i].Rule})
		}
	}
	return open
}

// holds lists what keeps a claim from paying that only the engine can see: lines that are not denied and have no
// price, a total that is not its lines', and totals of which one must be wrong.
func holds(ev *claim.Evidence, rows []row) []claim.PendReason {
	var reasons []claim.PendReason
	total := claim.Cents(0)
	for i := range rows {
		total += rows[i].line.Charge
		if rows[i].denial == nil && rows[i].unpriced != "" {
			reasons = append(reasons, claim.PendReason{Code: "price", Detail: rows[i].unpriced})
		}
	}
	if total != ev.Claim.Charge {
		reasons = append(reasons, claim.PendReason{Code: "price", Detail: chargesDiffer})
	}
	if doubtful(ev.Facts.Accumulators) {
		reasons = append(reasons, claim.PendReason{Code: "notLoaded", Detail: string(claim.KindAccumulators)})
	}
	open := slices.ContainsFunc(rows, func(r row) bool { return r.denial == nil })
	if open && ev.Review != nil && paysTwice(ev) {
		reasons = append(reasons, claim.PendReason{Code: "gate", Detail: notReversed})
	}
	if open && ev.Review != nil && ev.Claim.DecidedElsewhere() {
		reasons = append(reasons, claim.PendReason{Code: "gate", Detail: notCoordinated})
	}
	return sortedPends(reasons)
}

// notReversed is the detail of a pend whose release would pay beside what it replaces.
const notReversed = "notReversed"

// notCoordinated is the detail of a pend whose release would pay beside another payer. A reviewer may find that no other
// payer comes first; where one has decided, the secondary benefit is at most what it left open (NAIC Model 120), which
// nobody computes here: paid as if we were primary, it would be paid twice.
const notCoordinated = "notCoordinated"

// paysTwice tells whether the claim, if it paid, would pay beside a live claim that it replaces, or although it only
// takes one back. A reviewer may waive that such claims wait, but until the earlier decision is reversed in the same
// transaction, money must not go out a second time.
func paysTwice(ev *claim.Evidence) bool {
	before := ev.Facts.Predecessor
	return ev.Claim.Frequency == claim.Void || ev.Claim.Frequency == claim.Replacement && before != nil && before.Outcome != claim.Deny
}

// doubtful tells whether a total cannot be what it says: it stands twice, or counts a benefit, which is a member's,
// for nobody.
func doubtful(totals []claim.Accumulator) bool {
	for i := range totals {
		t := &totals[i]
		benefit := t.Kind == claim.BenefitUnitsUsed || t.Kind == claim.BenefitCentsUsed
		same := func(a claim.Accumulator) bool {
			a.Amount = t.Amount
			return a == *t
		}
		if benefit && t.Member == uuid.Nil || slices.ContainsFunc(totals[:i], same) {
			return true
		}
	}
	return false
}

func sortedPends(pends []claim.PendReason) []claim.PendReason {
	slices.SortFunc(pends, func(a, b claim.PendReason) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Detail, b.Detail))
	})
	return slices.Compact(pends)
}
