package adjudicate

import (
	"cmp"
	"slices"

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
// price, a total that is not its lines', and facts that are not all there.
func holds(ev *claim.Evidence, rows []row) []claim.PendReason {
	reasons := missingFacts(&ev.Facts)
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
	return sortedPends(reasons)
}

// missingFacts lists the look-ups that found more or fewer rows than the evidence holds: rows were lost on the way.
func missingFacts(f *claim.Facts) []claim.PendReason {
	var reasons []claim.PendReason
	for i := range f.Looked {
		if found := &f.Looked[i]; found.Rows != rowsOfKind(f, found.Kind) {
			reasons = append(reasons, claim.PendReason{Code: "notLoaded", Detail: string(found.Kind)})
		}
	}
	return reasons
}

// rowsOfKind counts the rows of one kind; −1 for a kind that is none.
func rowsOfKind(f *claim.Facts, kind claim.FactKind) int {
	switch kind {
	case claim.KindMember:
		return one(f.Member != nil)
	case claim.KindCoverage:
		return len(f.Coverages)
	case claim.KindPlan:
		return one(f.Plan != nil)
	case claim.KindAccumulators:
		return len(f.Accumulators)
	case claim.KindProvider:
		return len(f.Providers)
	case claim.KindExclusions:
		return len(f.Exclusions)
	case claim.KindAuthorizations:
		return len(f.Authorizations)
	case claim.KindHistory:
		return len(f.History)
	case claim.KindDuplicates:
		return len(f.Duplicates)
	case claim.KindPredecessor:
		return one(f.Predecessor != nil)
	case claim.KindBenefits:
		return len(f.Benefits)
	case claim.KindFees:
		return len(f.Fees)
	case claim.KindDiagnoses:
		return len(f.Diagnoses)
	case claim.KindProcedures:
		return len(f.Procedures)
	case claim.KindPTP:
		return len(f.PTP)
	case claim.KindMUE:
		return len(f.MUE)
	}
	return -1
}

func one(present bool) int {
	if present {
		return 1
	}
	return 0
}

func sortedPends(pends []claim.PendReason) []claim.PendReason {
	slices.SortFunc(pends, func(a, b claim.PendReason) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Detail, b.Detail))
	})
	return slices.Compact(pends)
}
