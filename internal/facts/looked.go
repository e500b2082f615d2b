package facts

import (
	"cmp"
	"slices"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/reference"
)

// ownRecords is the source named for facts that are the payer's own records.
const ownRecords = "facts"

// own records a look-up in the payer's own records, which speak for every date.
func own(kind claim.FactKind, rows int) claim.Looked {
	return claim.Looked{Kind: kind, Source: ownRecords, Rows: rows, From: everFrom, Through: claim.EndOfTime}
}

// inTable records a look-up in a reference table for all the dates of the claim's lines.
func inTable(t reference.Table, s *Subject, rows int) claim.Looked {
	first, last := lineDates(s.Claim)
	return reference.Looked(t, s.Claim.Type, first, last, rows)
}

// lineDates returns the first and last date any line was served on. An absent date makes both absent, so that
// nothing covers them.
func lineDates(c *claim.Claim) (first, last claim.Date) {
	first, last = c.From, c.Through
	for i := range c.Lines {
		line := &c.Lines[i]
		if !line.From.Known() || !line.Through.Known() {
			return 0, 0
		}
		first, last = min(first, line.From), max(last, line.Through)
	}
	return first, last
}

// ServiceDays returns the first and last day that the claim or any of its lines was served on. Lines may lie outside the
// statement's dates, and edits of a day must find them there too. Absent when the claim has no dates.
func ServiceDays(c *claim.Claim) (first, last claim.Date) {
	first, last = c.From, max(c.From, c.Through)
	for i := range c.Lines {
		line := &c.Lines[i]
		if line.From.Known() && (!first.Known() || line.From < first) {
			first = line.From
		}
		last = max(last, line.From, line.Through)
	}
	return first, last
}

func sortLooked(looked []claim.Looked) {
	slices.SortFunc(looked, func(a, b claim.Looked) int {
		return cmp.Compare(slices.Index(claim.FactKinds, a.Kind), slices.Index(claim.FactKinds, b.Kind))
	})
}
