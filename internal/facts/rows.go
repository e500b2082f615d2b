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
			f.Benefits = a.tables.Benefits.Find(f.Benefits, f.Plan.Code, priced(line))
			for j := start; j < len(f.Benefits); j++ {
				f.Benefits[j].Line = line.Number
			}
		}
	}
	if a.tables.Benefits != nil {
		f.Looked = append(f.Looked, inTable(a.tables.Benefits, s, len(f.Benefits)))
	}
	a.fees(f, s)
}

// fees adds the price rows of each line. A plan that pays a percentage of charges needs none, and says so itself.
func (a *Assembler) fees(f *claim.Facts, s *Subject) {
	if f.Plan != nil && f.Plan.Pricing == claim.PercentOfCharges {
		f.Looked = append(f.Looked, own(claim.KindFees, 0))
		return
	}
	if a.tables.Fees == nil {
		return
	}
	for i := range s.Claim.Lines {
		line := &s.Claim.Lines[i]
		start := len(f.Fees)
		f.Fees = a.tables.Fees.Find(f.Fees, priced(line), atFacility(s.Claim, line), line.Modifiers)
		for j := start; j < len(f.Fees); j++ {
			f.Fees[j].Line = line.Number
		}
	}
	f.Looked = append(f.Looked, inTable(a.tables.Fees, s, len(f.Fees)))
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

// priced is the code a line is priced and covered by: its procedure, else its revenue code.
func priced(line *claim.Line) string {
	if line.Procedure != "" {
		return line.Procedure
	}
	return line.Revenue
}

// codeRows adds the code-set rows and the coding edits.
func (a *Assembler) codeRows(f *claim.Facts, s *Subject) {
	a.diagnoses(f, s)
	if a.tables.Procedures != nil {
		a.procedures(f, s)
		f.Looked = append(f.Looked, inTable(a.tables.Procedures, s, len(f.Procedures)))
	}
	if a.tables.PTP != nil {
		a.pairs(f, s)
		f.Looked = append(f.Looked, inTable(a.tables.PTP, s, len(f.PTP)))
	}
	if a.tables.MUE != nil {
		a.units(f, s)
		f.Looked = append(f.Looked, inTable(a.tables.MUE, s, len(f.MUE)))
	}
}

// diagnoses looks codes up in ICD-10-CM. A code of ICD-9-CM is not looked up there: some are in ICD-10-CM too and mean
// something else (V202, a check of a healthy child, is an accident there), and that the others are missing says
// nothing. So a claim of the time of ICD-9-CM counts as not looked up, unless the table is assumed to speak for other
// years than its own: then its codes are taken as valid, and the decision says so.
func (a *Assembler) diagnoses(f *claim.Facts, s *Subject) {
	table := a.tables.Diagnoses
	if table == nil || s.Claim.CodedInICD9() && !table.Header().Assumed {
		return
	}
	for i := range s.Claim.Diagnoses {
		if s.Claim.Diagnoses[i].ICD9 {
			continue
		}
		start := len(f.Diagnoses)
		f.Diagnoses = table.Find(f.Diagnoses, s.Claim.Diagnoses[i].Code)
		for j := start; j < len(f.Diagnoses); j++ {
			f.Diagnoses[j].Index = i + 1
		}
	}
	f.Looked = append(f.Looked, inTable(table, s, len(f.Diagnoses)))
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

// pairs lists the NCCI pairs that stand between two lines of one provider on one day: within the claim, and between
// the claim and history. A pair both of whose lines are in history was judged before.
func (a *Assembler) pairs(f *claim.Facts, s *Subject) {
	for i := range s.Claim.Lines {
		line := &s.Claim.Lines[i]
		if line.Procedure == "" {
			continue
		}
		npi := renderingNPI(s.Claim, line)
		for j := range i {
			other := &s.Claim.Lines[j]
			if other.Procedure == "" || other.From != line.From || renderingNPI(s.Claim, other) != npi {
				continue
			}
			a.pair(f, s.Claim.Type, line, other)
			a.pair(f, s.Claim.Type, other, line)
		}
		for j := range f.History {
			if past := &f.History[j]; past.From == line.From && past.NPI == npi {
				a.pairWithPast(f, s.Claim.Type, line, past)
			}
		}
	}
}

// pair adds rows in which columnOne and columnTwo are lines of this claim.
func (a *Assembler) pair(f *claim.Facts, t claim.Type, columnOne, columnTwo *claim.Line) {
	start := len(f.PTP)
	f.PTP = a.tables.PTP.Find(f.PTP, t, columnOne.Procedure, columnTwo.Procedure)
	for i := start; i < len(f.PTP); i++ {
		row := &f.PTP[i]
		row.Line, row.OtherLine = columnTwo.Number, columnOne.Number
		row.Modifiers = slices.Concat(columnOne.Modifiers, columnTwo.Modifiers)
	}
}

func (a *Assembler) pairWithPast(f *claim.Facts, t claim.Type, line *claim.Line, past *claim.HistoryLine) {
	start := len(f.PTP)
	f.PTP = a.tables.PTP.Find(f.PTP, t, past.Procedure, line.Procedure)
	middle := len(f.PTP)
	f.PTP = a.tables.PTP.Find(f.PTP, t, line.Procedure, past.Procedure)
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
}

// units adds the medically unlikely edit of each line with the units of its day, history included.
func (a *Assembler) units(f *claim.Facts, s *Subject) {
	for i := range s.Claim.Lines {
		line := &s.Claim.Lines[i]
		if line.Procedure == "" {
			continue
		}
		start := len(f.MUE)
		f.MUE = a.tables.MUE.Find(f.MUE, s.Claim.Type, line.Procedure)
		if len(f.MUE) == start {
			continue
		}
		day := dayUnits(f, s.Claim, line)
		for j := start; j < len(f.MUE); j++ {
			f.MUE[j].Line, f.MUE[j].LineUnits, f.MUE[j].DayUnits = line.Number, line.Quantity, day
		}
	}
}

// dayUnits sums one code of one provider on one day over the claim and history (NCCI policy manual ch. 1 V).
func dayUnits(f *claim.Facts, c *claim.Claim, line *claim.Line) claim.Quantity {
	npi := renderingNPI(c, line)
	var sum claim.Quantity
	for i := range c.Lines {
		other := &c.Lines[i]
		if other.Procedure == line.Procedure && other.From == line.From && renderingNPI(c, other) == npi {
			sum += other.Quantity
		}
	}
	for i := range f.History {
		past := &f.History[i]
		if past.Procedure == line.Procedure && past.From == line.From && past.NPI == npi {
			sum += past.Quantity
		}
	}
	return sum
}

func renderingNPI(c *claim.Claim, line *claim.Line) string {
	if p := c.RenderingOf(line); p != nil {
		return p.NPI
	}
	return ""
}
