package facts

import (
	"slices"

	"github.com/assize/assize/internal/claim"
)

// Apply carries a decision into the records, so that the next claim of the chunk sees it: what was used up, what was
// paid or waits on those days, and which fingerprints it holds. It returns the fingerprints, and the lines that later
// claims must reckon with: the paid lines of a claim that pays, every line of one that waits. The lines are the records'.
func (a *Assembler) Apply(s *Subject, d *claim.Decision) (held []Print, lines []claim.HistoryLine) {
	for i := range d.Accruals {
		a.accrue(s, &d.Accruals[i])
	}
	if d.Outcome == claim.Deny {
		return nil, nil
	}
	held = a.held(s, d)
	for _, print := range held {
		a.records.Holders[print.Value] = Holder{Claim: s.ID, Line: print.Line, Pended: d.Outcome == claim.Pend}
	}
	beneficiary := s.Beneficiary()
	all := a.records.History[beneficiary]
	earlier := len(all)
	all = appendHistory(slices.Grow(all, len(s.Claim.Lines)), s, d)
	a.records.History[beneficiary] = all
	return held, all[earlier:len(all):len(all)]
}

func (a *Assembler) accrue(s *Subject, accrual *claim.Accrual) {
	if accrual.Authorization != "" {
		list := a.records.Authorizations[s.Beneficiary()]
		for i := range list {
			if list[i].Number == accrual.Authorization {
				list[i].Used += claim.Quantity(accrual.Amount)
			}
		}
		return
	}
	list := a.records.Accumulators[s.Family]
	for i := range list {
		total := &list[i]
		if total.Kind == accrual.Kind && total.Member == accrual.Member && total.Year == accrual.Year && total.Group == accrual.Group {
			total.Amount += accrual.Amount
			return
		}
	}
	a.records.Accumulators[s.Family] = append(list, claim.Accumulator{
		Kind: accrual.Kind, Member: accrual.Member, Year: accrual.Year, Group: accrual.Group, Amount: accrual.Amount,
	})
}

// HistoryOf lists the lines of a decided claim that later claims must reckon with, as Apply does; of a denied one there are none.
func HistoryOf(s *Subject, d *claim.Decision) []claim.HistoryLine { return appendHistory(nil, s, d) }

// appendHistory adds the lines of a decided claim that pay or wait.
func appendHistory(lines []claim.HistoryLine, s *Subject, d *claim.Decision) []claim.HistoryLine {
	billing := s.Claim.NPIOf(claim.Billing)
	for i := range s.Claim.Lines {
		line := &s.Claim.Lines[i]
		if !keepsLine(d, line.Number) {
			continue
		}
		lines = append(lines, claim.HistoryLine{
			Claim: s.ID, Line: line.Number, NPI: s.Claim.ServiceNPI(line), BillingNPI: billing,
			Procedure: line.Procedure, Modifiers: line.Modifiers, From: line.From, Through: line.Through,
			Quantity: line.Services(), Charge: line.Charge, Pended: d.Outcome == claim.Pend,
		})
	}
	return lines
}

// held lists the fingerprints a decided claim keeps others from paying on: those of paid lines, and all of a claim
// that waits. A denied line holds nothing, so that its corrected copy can pay. The print of the whole claim (line 0)
// is held while any line is. What another claim holds stays with it. A replacement or void that is decided before the claim
// it names holds nothing either, or that claim would be denied as its copy.
func (a *Assembler) held(s *Subject, d *claim.Decision) []Print {
	if a.predecessorInProcess(s.Claim) {
		return nil
	}
	held := make([]Print, 0, len(s.Prints))
	for i, print := range s.Prints {
		if firstEqual(s.Prints[:i], print.Value) >= 0 {
			continue // a twin within the claim: its first copy holds for both
		}
		if holder, ok := a.records.Holders[print.Value]; ok && holder.Claim != s.ID {
			continue
		}
		if print.Line == 0 || keepsLine(d, print.Line) {
			held = append(held, print)
		}
	}
	return held
}

// keepsLine tells whether a line of the decision pays or waits. A line that allows an amount but pays none of it
// (all deductible) counts as paid: the patient owes it once.
func keepsLine(d *claim.Decision, number int) bool {
	if d.Outcome == claim.Pend {
		return true
	}
	for i := range d.Lines {
		if d.Lines[i].Number == number {
			return d.Lines[i].Outcome == claim.Pay
		}
	}
	return false
}
