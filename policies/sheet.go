package policies

import (
	"github.com/assize/assize/internal/claim"
)

// window is what several rows have in common: the dates for which all of them hold. Without rows it is all time.
type window struct {
	want    int // rows there should be
	rows    int // rows there are
	from    claim.Date
	through claim.Date
}

func newWindow() window { return window{through: claim.EndOfTime} }

// add narrows the window to one more row. A row without dates holds on no date.
func (w *window) add(from, through claim.Date) {
	w.rows++
	w.narrow(from, through)
}

func (w *window) narrow(from, through claim.Date) {
	if !from.Known() || !through.Known() {
		from, through = claim.EndOfTime, 0
	}
	w.from, w.through = max(w.from, from), min(w.through, through)
}

// plain tells whether every row is there and all hold on the dates: then there is nothing to list.
func (w *window) plain(first, last claim.Date) bool {
	return w.rows == w.want && w.from <= first && last <= w.through
}

// day is one pair of service dates with the lines that have it; line 0 when all have.
type day struct {
	from    claim.Date
	through claim.Date
	filing  claim.Date // the date from which the filing limit runs
	lines   []int
}

// sheet is the working of one claim: rows joined to lines, and what they have in common. It is filled anew for every
// claim and keeps its memory.
type sheet struct {
	ev         *claim.Evidence
	first      claim.Date // earliest first day of a line
	last       claim.Date // latest last day of a line
	days       []day
	terms      window // coverage and plan, and the person's and the claim's own dates
	procedures window
	benefits   window
	diagnoses  window
	parties    window
	byLine     []joined
	byIndex    []*claim.DiagnosisRow
	provided   []provided
	// A row that names no line or code of the claim.
	strayProcedure bool
	strayDiagnosis bool
}

// joined is a line with the rows found for it.
type joined struct {
	line      *claim.Line
	procedure *claim.ProcedureRow
	benefit   *claim.BenefitRow
}

// fill joins the evidence's rows to its lines.
func (s *sheet) fill(ev *claim.Evidence) {
	lines, facts := ev.Claim.Lines, &ev.Facts
	all := newWindow()
	*s = sheet{
		ev: ev, days: s.days[:0], byLine: s.byLine[:0], byIndex: s.byIndex[:0], provided: s.provided[:0],
		terms: all, procedures: all, benefits: all, diagnoses: all, parties: all,
	}
	for i := range lines {
		line := &lines[i]
		s.byLine = append(s.byLine, joined{line: line})
		s.addDay(line)
	}
	if len(s.days) == 1 {
		s.days[0].lines = append(s.days[0].lines[:0], 0)
	}
	for i := range facts.Procedures {
		row := &facts.Procedures[i]
		j := s.joinedLine(row.Line)
		if j == nil || row.Code != j.line.Procedure {
			s.strayProcedure = true
		} else if otherCodeSet(j.line) {
			continue // found by its letters
		} else if prefers(j.procedure == nil, row.From, row.Through, j.line.From) {
			j.procedure = row
		}
	}
	for i := range facts.Benefits {
		row := &facts.Benefits[i]
		if j := s.joinedLine(row.Line); j != nil && row.Procedure == j.line.BenefitCode() && prefers(j.benefit == nil, row.From, row.Through, j.line.From) {
			j.benefit = row
		}
	}
	s.sumUp()
	s.joinDiagnoses()
	s.gatherProviders()
	s.sumTerms()
}

// prefers tells whether a row takes the place of one found before it: the first row does, and one that is in force.
func prefers(firstRow bool, from, through, date claim.Date) bool {
	return firstRow || date.Within(from, through)
}

// otherCodeSet tells whether a line's code is of a code set that the guides allow beside HCPCS and no table here holds: HIPPS
// (home health, skilled nursing, rehabilitation), one that a state or contract names, home infusion, advanced billing concepts.
func otherCodeSet(line *claim.Line) bool {
	switch line.Qualifier {
	case "HP", "ER", "IV", "WK":
		return line.Procedure != ""
	}
	return false
}

func (s *sheet) joinedLine(number int) *joined {
	// Lines are numbered from 1 in order; a claim whose lines are not is found wanting elsewhere.
	if number >= 1 && number <= len(s.byLine) && s.byLine[number-1].line.Number == number {
		return &s.byLine[number-1]
	}
	return nil
}

func (s *sheet) addDay(line *claim.Line) {
	if s.first == 0 || line.From < s.first {
		s.first = line.From
	}
	s.last = max(s.last, line.Through)
	for i := range s.days {
		if s.days[i].from == line.From && s.days[i].through == line.Through {
			s.days[i].lines = append(s.days[i].lines, line.Number)
			return
		}
	}
	filing := line.From
	if s.ev.Claim.Type == claim.Institutional {
		filing = s.ev.Claim.Through
	}
	s.days = growDays(s.days)
	d := &s.days[len(s.days)-1]
	*d = day{from: line.From, through: line.Through, filing: filing, lines: append(d.lines[:0], line.Number)}
}

// growDays lengthens days by one and keeps the memory of an element used before.
func growDays(days []day) []day {
	if len(days) < cap(days) {
		return days[:len(days)+1]
	}
	return append(days, day{})
}

func (s *sheet) sumUp() {
	for i := range s.byLine {
		j := &s.byLine[i]
		s.benefits.want++
		if j.benefit != nil {
			s.benefits.add(j.benefit.From, j.benefit.Through)
		}
		if j.line.Procedure == "" {
			continue
		}
		s.procedures.want++
		if j.procedure != nil {
			s.procedures.add(j.procedure.From, j.procedure.Through)
		}
	}
}

func (s *sheet) joinDiagnoses() {
	codes := s.ev.Claim.Diagnoses
	for range codes {
		s.byIndex = append(s.byIndex, nil)
	}
	first, _ := s.diagnosisDates()
	for i := range s.ev.Facts.Diagnoses {
		row := &s.ev.Facts.Diagnoses[i]
		at := row.Index - 1
		if at < 0 || at >= len(codes) || row.Code != codes[at].Code {
			s.strayDiagnosis = true
			continue
		}
		if codes[at].ICD9 {
			continue // found by its letters; the code is of another code set
		}
		if prefers(s.byIndex[at] == nil, row.From, row.Through, first) {
			s.byIndex[at] = row
		}
	}
	s.diagnoses.want = len(codes)
	for _, row := range s.byIndex {
		if row != nil {
			s.diagnoses.add(row.From, row.Through)
			s.diagnoses.narrow(claim.ICD10From, claim.EndOfTime)
		}
	}
}

// diagnosisDates are the dates on which diagnosis codes must be valid: those of the services or, for an inpatient stay, the
// last day of the statement (ICD-10-CM is chosen by the date of discharge), and so for an episode of home health (bill type
// 32x; CMS CR 7492). An outpatient statement may end after its services.
func (s *sheet) diagnosisDates() (first, last claim.Date) {
	if c := &s.ev.Claim; c.Inpatient() || c.Type == claim.Institutional && c.PlaceOfService == "32" {
		return c.Through, c.Through
	}
	return s.first, s.last
}

// sumTerms narrows the window of terms to the coverage span of the claim's first day, the plan's terms, the patient's
// life, the filing limit and the day of receipt.
func (s *sheet) sumTerms() {
	f := &s.ev.Facts
	s.terms.want = 3
	if span := coverageOn(f.Coverages, s.first); span != nil {
		s.terms.add(span.From, span.Through)
		if f.Plan != nil && f.Plan.Code == span.PlanCode && f.Plan.Code != "" {
			s.terms.add(f.Plan.From, f.Plan.Through)
			s.terms.narrow(earliestFiled(f.Received, f.Plan.FilingDays), f.Received)
		}
	}
	if f.Member != nil {
		s.terms.add(f.Member.BirthDate, deathOf(f.Member))
	}
}

// earliestFiled is the earliest service whose claim is still in time when it is received.
func earliestFiled(received claim.Date, days int) claim.Date {
	switch {
	case !received.Known() || days < 0:
		return 0
	case days == 0:
		return received - 1_00_00 // the same day a year before; no date lies between it and the next that exists
	}
	return received.AddDays(-days)
}

// coverageOn returns the span that holds a date, else the one that begins last before it, else any.
func coverageOn(spans []claim.Coverage, date claim.Date) *claim.Coverage {
	var found *claim.Coverage
	for i := range spans {
		span := &spans[i]
		if date.Within(span.From, span.Through) {
			return span
		}
		if found == nil || span.From <= date && span.From > found.From {
			found = span
		}
	}
	return found
}

// plain is the window in which no row of the claim needs a second look.
func (s *sheet) plain() (w window) {
	w = newWindow()
	for _, part := range [...]*window{&s.terms, &s.procedures, &s.benefits, &s.parties} {
		w.want += part.want
		w.rows += part.rows
		w.from, w.through = max(w.from, part.from), min(w.through, part.through)
	}
	w.want += s.diagnoses.want
	w.rows += s.diagnoses.rows
	if first, last := s.diagnosisDates(); !s.diagnoses.plain(first, last) {
		w.rows--
	}
	return w
}
