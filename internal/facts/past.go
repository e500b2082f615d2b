package facts

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// historyDays is how far back older lines are shown: as long as the features look (package scoring).
const historyDays = 30

// historyMax caps older lines; lines of the same days are not cut, since edits depend on them.
const historyMax = 48

// sameDaysMax caps those too, at more than anybody has in a few days: senders must not be able to make a patient's records so
// long that the evidence of the next claim cannot be sealed. What is not listed is counted as found, as pairs are (capPairs),
// so that the gate misses it and the claim waits.
const sameDaysMax = 4096

// past adds history, duplicates and the claim that a replacement or void names.
func (a *Assembler) past(f *claim.Facts, s *Subject) {
	f.History = a.history(f.History, s)
	f.Duplicates = a.duplicates(f.Duplicates, s)
	if predecessor, ok := a.predecessor(s.Claim); ok {
		f.Predecessor = &claim.Predecessor{
			Claim: predecessor.Claim, Outcome: predecessor.Outcome, Paid: predecessor.Paid, Superseded: predecessor.Superseded,
			SamePayee:  s.Claim.NPIOf(claim.Billing) == predecessor.BillingNPI && predecessor.BillingNPI != "",
			SameMember: s.Beneficiary() == predecessor.Beneficiary,
		}
	}
}

// history adds to older, which is empty, the beneficiary's other lines: the newest of the month before, then all that
// touch the claim's days. Lines of a claim that this one replaces or voids are left out: they are taken back with it.
func (a *Assembler) history(older []claim.HistoryLine, s *Subject) []claim.HistoryLine {
	all := a.records.History[s.Beneficiary()]
	first, last := ServiceDays(s.Claim)
	a.unseen = 0
	if len(all) == 0 || !first.Known() {
		return older
	}
	same := a.same[:0]
	since := first.AddDays(-historyDays)
	for i := range all {
		switch line := &all[i]; {
		case line.Claim == s.ID || a.names(s.Claim, line.Claim):
		case line.From <= last && line.Through >= first && len(same) == sameDaysMax:
			a.unseen++
		case line.From <= last && line.Through >= first:
			same = append(same, *line)
		case line.From >= since && line.From < first:
			older = append(older, *line)
		}
	}
	if over := len(older) - historyMax; over > 0 {
		// Claims of one chunk come after what was on file, whatever their dates.
		slices.SortStableFunc(older, func(a, b claim.HistoryLine) int { return cmp.Compare(a.From, b.From) })
		older = append(older[:0], older[over:]...)
	}
	a.same = same
	return append(older, same...)
}

// duplicates adds to found each line whose fingerprint another line holds: an earlier line of the claim, or a live
// claim. A replacement or void is not a duplicate of the claim that it names, only of others.
func (a *Assembler) duplicates(found []claim.Duplicate, s *Subject) []claim.Duplicate {
	for i, print := range s.Prints {
		if j := firstEqual(s.Prints[:i], print.Value); j >= 0 {
			found = append(found, claim.Duplicate{Line: print.Line, Where: claim.SameClaim, OtherClaim: uuid.Nil, OtherLine: s.Prints[j].Line})
			continue
		}
		holder, ok := a.records.Holders[print.Value]
		if !ok || holder.Claim == s.ID || a.names(s.Claim, holder.Claim) {
			continue
		}
		where := claim.Finalised
		if holder.Pended {
			where = claim.InProcess
		}
		found = append(found, claim.Duplicate{Line: print.Line, Where: where, OtherClaim: holder.Claim, OtherLine: holder.Line})
	}
	return found
}

func firstEqual(prints []Print, value Fingerprint) int {
	for i := range prints {
		if prints[i].Value == value {
			return i
		}
	}
	return -1
}

// names tells whether the claim replaces or voids the other one.
func (a *Assembler) names(c *claim.Claim, other claim.ID) bool {
	if c.Frequency != claim.Replacement && c.Frequency != claim.Void {
		return false
	}
	predecessor, ok := a.predecessor(c)
	return ok && predecessor.Claim == other
}

// predecessor finds the claim that REF*F8 names. A reference that is no control number of ours finds nothing.
func (a *Assembler) predecessor(c *claim.Claim) (Predecessor, bool) {
	number, ok := claim.ParseControlNumber(c.OriginalReference)
	if !ok {
		return Predecessor{}, false
	}
	found, ok := a.records.Predecessors[claim.ControlNumber(number)]
	return found, ok
}

// predecessorInProcess tells whether the claim replaces or voids one that was accepted and is not decided yet.
func (a *Assembler) predecessorInProcess(c *claim.Claim) bool {
	number, ok := c.Replaces()
	return ok && a.records.InProcess[claim.ControlNumber(number)]
}
