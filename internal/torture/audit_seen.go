package torture

import (
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// books are what the entries of a payer leave for the next decision to see. Decisions that used a family's records at the
// same time must be as if they had come one after the other, in the order of the chain: each saw exactly what those
// before it had left. A replay does not show that, for evidence that was stale already replays as well as any.
type books struct {
	totals map[claim.ID]map[claim.Accumulator]int64 // by family; the key has no amount
	units  map[postgres.Authorized]claim.Quantity
	lines  map[claim.ID]map[lineOf]claim.HistoryLine // by member

	replaced map[claim.ID]bool // claims in whose place one that names them was paid
}

// lineOf names a line of a claim.
type lineOf struct {
	claim claim.ID
	line  int
}

func newBooks() books {
	return books{
		totals: map[claim.ID]map[claim.Accumulator]int64{}, units: map[postgres.Authorized]claim.Quantity{}, lines: map[claim.ID]map[lineOf]claim.HistoryLine{},
		replaced: map[claim.ID]bool{},
	}
}

// checkSeen holds the evidence of an entry against what the entries before it left, and then adds what this one leaves.
// Who was not identified has no books.
func (a *audit) checkSeen(own *payerAudit, r workflows.Replayed) {
	if r.Evidence.Facts.Member == nil {
		return
	}
	a.checkTotals(own, r)
	a.checkUnitsSeen(own, r)
	a.checkHistory(own, r)
	a.checkPredecessor(own, r)
	own.seen.add(r)
}

// checkPredecessor compares the claim that a replacement or void names with how it stands, and finds those that pay beside it.
func (a *audit) checkPredecessor(own *payerAudit, r workflows.Replayed) {
	before := r.Evidence.Facts.Predecessor
	if before != nil && before.SameMember {
		if stands := own.standing[before.Claim].decision; stands == nil || stands.Outcome != before.Outcome {
			a.find("payer %d: entry %d of claim %s saw the claim it names as %s, which the entries before it do not leave so",
				r.Entry.Payer, r.Entry.Seq, r.Entry.Claim, before.Outcome)
		}
		if before.Superseded != own.seen.replaced[before.Claim] {
			a.find("payer %d: entry %d of claim %s saw the claim it names as replaced (%t), which the entries before it do not leave so",
				r.Entry.Payer, r.Entry.Seq, r.Entry.Claim, before.Superseded)
		}
	}
	takesBack := r.Evidence.Claim.Frequency == claim.Replacement || r.Evidence.Claim.Frequency == claim.Void
	if takesBack && r.Decision.Outcome == claim.Pay && (before == nil || before.Outcome != claim.Deny || r.Evidence.Claim.Frequency == claim.Void) {
		a.find("payer %d: entry %d pays claim %s beside the one that it takes back", r.Entry.Payer, r.Entry.Seq, r.Entry.Claim)
	}
}

func (a *audit) checkTotals(own *payerAudit, r workflows.Replayed) {
	member := r.Evidence.Facts.Member
	left := own.seen.totals[member.Family]
	seen := 0
	for _, total := range r.Evidence.Facts.Accumulators {
		key := total
		key.Amount = 0
		if left[key] != total.Amount {
			a.find("payer %d: entry %d of claim %s saw %d of %s %d, the entries before it leave %d", r.Entry.Payer, r.Entry.Seq, r.Entry.Claim,
				total.Amount, total.Kind, total.Year, left[key])
		}
		if total.Amount != 0 {
			seen++
		}
	}
	there := 0
	for key, amount := range left {
		if amount != 0 && (key.Member == member.ID || key.Member == uuid.Nil) {
			there++
		}
	}
	if seen != there {
		a.find("payer %d: entry %d of claim %s saw %d totals, the entries before it leave %d", r.Entry.Payer, r.Entry.Seq, r.Entry.Claim, seen, there)
	}
}

func (a *audit) checkUnitsSeen(own *payerAudit, r workflows.Replayed) {
	for _, seen := range r.Evidence.Facts.Authorizations {
		at := postgres.Authorized{Member: r.Evidence.Facts.Member.ID, Number: seen.Number}
		before, known := own.authorizations[at]
		if left := before + own.seen.units[at]; known && left != seen.Used {
			a.find("payer %d: entry %d of claim %s saw %d thousandths of an authorisation used, the entries before it leave %d",
				r.Entry.Payer, r.Entry.Seq, r.Entry.Claim, seen.Used, left)
		}
	}
}

// checkHistory compares the lines of the claim's own days, which are never cut, with those that stand.
func (a *audit) checkHistory(own *payerAudit, r workflows.Replayed) {
	c := &r.Evidence.Claim
	first, last := facts.ServiceDays(c)
	if !first.Known() {
		return
	}
	seen := 0
	for _, line := range r.Evidence.Facts.History {
		if line.From > last || line.Through < first {
			continue // an older line, of which some may be left out
		}
		seen++
		if left, ok := own.seen.lines[r.Evidence.Facts.Member.ID][lineOf{line.Claim, line.Line}]; !ok || left.Pended != line.Pended {
			a.find("payer %d: entry %d of claim %s saw line %d of claim %s (pended: %t), which the entries before it do not leave so",
				r.Entry.Payer, r.Entry.Seq, r.Entry.Claim, line.Line, line.Claim, line.Pended)
		}
	}
	there := 0
	before := r.Evidence.Facts.Predecessor
	for at, line := range own.seen.lines[r.Evidence.Facts.Member.ID] {
		replaced := before != nil && before.Claim == at.claim && c.Frequency != claim.Original
		if at.claim != r.Entry.Claim && !replaced && line.From <= last && line.Through >= first {
			there++
		}
	}
	if seen != there {
		a.find("payer %d: entry %d of claim %s saw %d lines of its days, the entries before it leave %d", r.Entry.Payer, r.Entry.Seq, r.Entry.Claim, seen, there)
	}
}

// add enters what an entry's decision uses, and which of its lines pay or wait.
func (b books) add(r workflows.Replayed) {
	member := r.Evidence.Facts.Member
	if b.totals[member.Family] == nil {
		b.totals[member.Family] = map[claim.Accumulator]int64{}
	}
	for _, accrual := range r.Decision.Accruals {
		if accrual.Authorization != "" {
			b.units[postgres.Authorized{Member: member.ID, Number: accrual.Authorization}] += claim.Quantity(accrual.Amount)
			continue
		}
		key := claim.Accumulator{Kind: accrual.Kind, Member: accrual.Member, Year: accrual.Year, Group: accrual.Group}
		b.totals[member.Family][key] += accrual.Amount
	}
	if _, replaces := r.Evidence.Claim.Replaces(); replaces && r.Decision.Outcome == claim.Pay {
		b.replaced[r.Evidence.Facts.Predecessor.Claim] = true // FRQ-16: it names one that was found
	}
	if b.lines[member.ID] == nil {
		b.lines[member.ID] = map[lineOf]claim.HistoryLine{}
	}
	kept := map[int]bool{}
	for i := range r.Decision.Lines {
		kept[r.Decision.Lines[i].Number] = r.Decision.Lines[i].Outcome == claim.Pay
	}
	for i := range r.Evidence.Claim.Lines {
		line := &r.Evidence.Claim.Lines[i]
		at := lineOf{r.Entry.Claim, line.Number}
		delete(b.lines[member.ID], at)
		if r.Decision.Outcome == claim.Pend || r.Decision.Outcome == claim.Pay && kept[line.Number] {
			b.lines[member.ID][at] = claim.HistoryLine{From: line.From, Through: line.Through, Pended: r.Decision.Outcome == claim.Pend}
		}
	}
}
