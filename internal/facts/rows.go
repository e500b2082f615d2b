package facts

import (
	"slices"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/reference"
)

// coverageRows adds benefits and fees, which hang on the plan.
func (a *Assembler) coverageRows(f *claim.Facts, s *Subject) {
	if a.tables.Benefits != nil && f.Plan != nil {
		for i := range s.Claim.Lines {
			line := &s.Claim.Lines[i]
			start := len(f.Benefits)
			f.Benefits = a.tables.Benefits.Find(f.Benefits, f.Plan.Code, line.BenefitCode())
			for j := start; j < len(f.Benefits); j++ {
				f.Benefits[j].Line = line.Number
			}
		}
	}
	if a.tables.Fees != nil && !percentOfCharges(f) {
		a.fees(f, s)
	}
}

// percentOfCharges tells whether the plan needs no price rows.
func percentOfCharges(f *claim.Facts) bool {
	return f.Plan != nil && f.Plan.Pricing == claim.PercentOfCharges
}

// fees adds the price rows of each line, as of its first day.
func (a *Assembler) fees(f *claim.Facts, s *Subject) {
	for i := range s.Claim.Lines {
		line := &s.Claim.Lines[i]
		start := len(f.Fees)
		f.Fees = a.tables.Fees.Find(f.Fees, line.BenefitCode(), atFacility(s.Claim, line), line.Modifiers, line.From)
		for j := start; j < len(f.Fees); j++ {
			f.Fees[j].Line = line.Number
		}
	}
}

// atFacility tells which of two prices a line has: an institution is a facility, whatever its bill type says;
// professional lines name their place of service.
func atFacility(c *claim.Claim, line *claim.Line) bool {
	switch {
	case c.Type == claim.Institutional:
		return true
	case line.PlaceOfService != "":
		return reference.IsFacility(line.PlaceOfService)
	}
	return reference.IsFacility(c.PlaceOfService)
}

// codeRows adds the code-set rows and the coding edits.
func (a *Assembler) codeRows(f *claim.Facts, s *Subject) {
	if a.diagnosesSpeak(s.Claim) {
		a.diagnoses(f, s)
	}
	if a.tables.Procedures != nil {
		a.procedures(f, s)
	}
	if withoutNCCI(s.Claim) || a.tables.PTP == nil && a.tables.MUE == nil {
		return
	}
	a.keyLines(f, s.Claim)
	if a.tables.PTP != nil {
		a.pairs(f, s)
	}
	if a.tables.MUE != nil {
		a.units(f, s)
	}
}

// withoutNCCI tells whether neither pairs nor unit limits are for a claim. CMS keeps them for practitioners, suppliers
// and outpatient hospitals; a stay's services are not compared by the day, and its bill says the dates of the stay
// (NCCI Policy Manual introduction; Medicare Claims Processing Manual ch. 23 §20.9).
func withoutNCCI(c *claim.Claim) bool { return c.Inpatient() }

// diagnosesSpeak tells whether a claim's codes are looked up in ICD-10-CM. A code of ICD-9-CM is not looked up there:
// some are in ICD-10-CM too and mean something else (V202, a check of a healthy child, is an accident there), and that
// the others are missing says nothing. So a claim of the time of ICD-9-CM counts as not looked up, unless the table is
// assumed to speak for other years than its own: then its codes are taken as valid, and the decision says so.
func (a *Assembler) diagnosesSpeak(c *claim.Claim) bool {
	return a.tables.Diagnoses != nil && (!c.CodedInICD9() || a.tables.Diagnoses.Header().Assumed)
}

func (a *Assembler) diagnoses(f *claim.Facts, s *Subject) {
	for i := range s.Claim.Diagnoses {
		if s.Claim.Diagnoses[i].ICD9 {
			continue
		}
		start := len(f.Diagnoses)
		f.Diagnoses = a.tables.Diagnoses.Find(f.Diagnoses, s.Claim.Diagnoses[i].Code)
		for j := start; j < len(f.Diagnoses); j++ {
			f.Diagnoses[j].Index = i + 1
		}
	}
}

func (a *Assembler) procedures(f *claim.Facts, s *Subject) {
	for i := range s.Claim.Lines {
		line := &s.Claim.Lines[i]
		if line.Procedure == "" {
			continue
		}
		start := len(f.Procedures)
		f.Procedures = a.tables.Procedures.Find(f.Procedures, line.Procedure)
		for j := start; j < len(f.Procedures); j++ {
			f.Procedures[j].Line = line.Number
		}
	}
}

// lineKey is what the coding edits go by, found once a line: whose service it is, when, and its code among the pairs.
type lineKey struct {
	npi  string
	days claim.DaySpan
	code reference.PTPCode // in no pair when the line has no procedure
	copy bool              // a duplicate: denied as that, so that it takes nothing from the others
}

// Requires the duplicates of f.
func (a *Assembler) keyLines(f *claim.Facts, c *claim.Claim) {
	a.lines, a.unlisted = a.lines[:0], 0
	for i := range c.Lines {
		key := lineKey{npi: c.ServiceNPI(&c.Lines[i]), days: c.Lines[i].Days()}
		if a.tables.PTP != nil {
			key.code = a.tables.PTP.Code(c.Type, c.Lines[i].Procedure)
		}
		a.lines = append(a.lines, key)
	}
	for i := range f.Duplicates {
		if at := f.Duplicates[i].Line - 1; at >= 0 && at < len(a.lines) {
			a.lines[at].copy = true
		}
	}
}

// pairsMax caps the pairs of a claim, whose number grows with the square of its lines: a record of far more could be
// sealed and not be read again. What is not listed is counted as found, so that the gate misses it and the claim waits.
const pairsMax = 4096

// capPairs leaves out the pairs beyond the cap and counts them.
func (a *Assembler) capPairs(f *claim.Facts) {
	if over := len(f.PTP) - pairsMax; over > 0 {
		f.PTP = f.PTP[:pairsMax]
		a.unlisted += over
	}
}

// pairs lists the NCCI pairs that stand between two lines of one provider that have a day in common: within the claim, and
// between the claim and history. Whether they were on one day where one is of several, the contract asks. A pair both of
// whose lines are in history was judged before.
func (a *Assembler) pairs(f *claim.Facts, s *Subject) {
	for i := range s.Claim.Lines {
		line, key := &s.Claim.Lines[i], &a.lines[i]
		if key.code == (reference.PTPCode{}) {
			continue
		}
		for j := range i {
			if !a.lines[j].days.Meets(key.days) || a.lines[j].npi != key.npi {
				continue
			}
			a.pair(f, s.Claim, i, j)
			a.pair(f, s.Claim, j, i)
		}
		for j := range f.History {
			if past := &f.History[j]; past.Days().Meets(key.days) && past.NPI == key.npi {
				a.pairWithPast(f, s.Claim.Type, line, key, past)
			}
		}
	}
}

// pair adds rows in which columnOne and columnTwo are places of lines of this claim. A copy denies no column two.
func (a *Assembler) pair(f *claim.Facts, c *claim.Claim, columnOne, columnTwo int) {
	if a.lines[columnOne].copy {
		return
	}
	start := len(f.PTP)
	f.PTP = a.tables.PTP.FindPair(f.PTP, c.Type, a.lines[columnOne].code, a.lines[columnTwo].code)
	for i := start; i < len(f.PTP); i++ {
		row, one, two := &f.PTP[i], &c.Lines[columnOne], &c.Lines[columnTwo]
		row.Line, row.OtherLine = two.Number, one.Number
		row.Modifiers = slices.Concat(one.Modifiers, two.Modifiers)
	}
	a.capPairs(f)
}

func (a *Assembler) pairWithPast(f *claim.Facts, t claim.Type, line *claim.Line, key *lineKey, past *claim.HistoryLine) {
	earlier := a.tables.PTP.Code(t, past.Procedure)
	start := len(f.PTP)
	f.PTP = a.tables.PTP.FindPair(f.PTP, t, earlier, key.code)
	middle := len(f.PTP)
	if !key.copy {
		f.PTP = a.tables.PTP.FindPair(f.PTP, t, key.code, earlier)
	}
	for i := start; i < len(f.PTP); i++ {
		row := &f.PTP[i]
		row.OtherClaim, row.OtherLine = past.Claim, past.Line
		row.Modifiers = slices.Concat(past.Modifiers, line.Modifiers)
		if i < middle {
			row.Line = line.Number
		} else {
			row.ColumnTwoPaid = true
		}
	}
	a.capPairs(f)
}

// units adds the medically unlikely edit of each line with the units of its day, history included.
func (a *Assembler) units(f *claim.Facts, s *Subject) {
	setting := unitsSetting(f, s.Claim)
	for i := range s.Claim.Lines {
		line := &s.Claim.Lines[i]
		if line.Procedure == "" {
			continue
		}
		start := len(f.MUE)
		f.MUE = a.tables.MUE.Find(f.MUE, setting, line.Procedure)
		if len(f.MUE) == start {
			continue
		}
		each, _ := a.lines[i].days.PerDay(line.Services())
		day := a.dayUnits(f, s.Claim, i)
		for j := start; j < len(f.MUE); j++ {
			f.MUE[j].Line, f.MUE[j].LineUnits, f.MUE[j].DayUnits = line.Number, each, day
		}
	}
}

// unitsSetting is whose unit limits the claim is held to, by what is on file of who bills.
func unitsSetting(f *claim.Facts, c *claim.Claim) reference.Setting {
	billing := c.NPIOf(claim.Billing)
	for i := range f.Providers {
		if f.Providers[i].NPI == billing {
			return reference.UnitsSetting(c.Type, f.Providers[i].Specialty)
		}
	}
	return reference.SettingOf(c.Type)
}

// dayUnits sums one code of one provider on one day over the claim and history (NCCI policy manual ch. 1 V): of each
// line that has a day in common with this one, its units of a day. Copies are counted with nothing but themselves: of a
// line that was sent twice, one pays.
func (a *Assembler) dayUnits(f *claim.Facts, c *claim.Claim, at int) claim.Quantity {
	line, key := &c.Lines[at], &a.lines[at]
	var sum claim.Quantity
	for i := range c.Lines {
		other, its := &c.Lines[i], &a.lines[i]
		if other.Procedure != line.Procedure || its.npi != key.npi || !its.days.Meets(key.days) || its.copy && i != at {
			continue
		}
		each, _ := its.days.PerDay(other.Services())
		sum += each
	}
	for i := range f.History {
		past := &f.History[i]
		if past.Procedure == line.Procedure && past.NPI == key.npi && past.Days().Meets(key.days) {
			each, _ := past.Days().PerDay(past.Quantity)
			sum += each
		}
	}
	return sum
}
