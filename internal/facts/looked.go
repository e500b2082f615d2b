package facts

import (
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

// looked says of every kind where it was looked up, in the order of claim.FactKinds. Requires the rows of f.
func (a *Assembler) looked(f *claim.Facts, s *Subject) {
	first, last := lineDates(s.Claim)
	add := func(l claim.Looked) { f.Looked = append(f.Looked, l) }
	setting := reference.SettingOf(s.Claim.Type)
	table := func(t reference.Table, rows int) { add(reference.Looked(t, setting, first, last, rows)) }
	add(own(claim.KindMember, boolInt(f.Member != nil)))
	add(own(claim.KindCoverage, len(f.Coverages)))
	add(own(claim.KindPlan, boolInt(f.Plan != nil)))
	add(own(claim.KindAccumulators, len(f.Accumulators)))
	providers := own(claim.KindProvider, len(f.Providers))
	providers.Assumed = slices.ContainsFunc(f.Providers, func(p claim.ProviderFact) bool { return p.Assumed })
	add(providers)
	if a.tables.Exclusions != nil {
		table(a.tables.Exclusions, len(f.Exclusions))
	}
	add(own(claim.KindAuthorizations, len(f.Authorizations)))
	add(own(claim.KindHistory, len(f.History)+a.unseen))
	if !s.Expired {
		add(own(claim.KindDuplicates, len(f.Duplicates)))
	}
	if !a.predecessorInProcess(s.Claim) { // else nobody knows yet what it is
		add(own(claim.KindPredecessor, boolInt(f.Predecessor != nil)))
	}
	if a.tables.Benefits != nil {
		table(a.tables.Benefits, len(f.Benefits))
	}
	switch {
	case percentOfCharges(f): // needs no price, and says so itself
		add(own(claim.KindFees, 0))
	case a.tables.Fees != nil:
		table(a.tables.Fees, len(f.Fees))
	}
	if a.diagnosesSpeak(s.Claim) {
		table(a.tables.Diagnoses, len(f.Diagnoses))
	}
	if a.tables.Procedures != nil {
		table(a.tables.Procedures, len(f.Procedures))
	}
	if withoutNCCI(s.Claim) { // needs none, and says so itself
		add(own(claim.KindPTP, 0))
		add(own(claim.KindMUE, 0))
		return
	}
	if a.tables.PTP != nil {
		table(a.tables.PTP, len(f.PTP)+a.unlisted)
	}
	if a.tables.MUE != nil {
		add(reference.Looked(a.tables.MUE, unitsSetting(f, s.Claim), first, last, len(f.MUE)))
	}
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
