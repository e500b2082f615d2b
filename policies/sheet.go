package policies

import (
	"github.com/assize/assize/internal/claim"
)

// window is what several rows have in common: the dates for which all of them hold.
type window struct {
	want    int // rows there should be
	rows    int // rows there are
	from    claim.Date
	through claim.Date
	undated bool // a row has no dates
}

// add narrows the window to one more row.
func (w *window) add(from, through claim.Date) {
	if !from.Known() || !through.Known() {
		w.undated = true
	}
	if w.rows == 0 || from > w.from {
		w.from = from
	}
	if w.rows == 0 || through < w.through {
		w.through = through
	}
	w.rows++
}

// holds tells whether single rows need not be listed. It decides nothing: a rule looks at the window itself, and takes
// an unlisted row for a fault of the whole claim.
func (w *window) holds(first, last claim.Date) bool {
	return w.rows == w.want && (w.want == 0 || !w.undated && w.from <= first && last <= w.through)
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
	procedures window
	benefits   window
	covered    int
	diagnoses  window
	billable   int
	byLine     []joined
	byIndex    []*claim.DiagnosisRow
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
	*s = sheet{ev: ev, days: s.days[:0], byLine: s.byLine[:0], byIndex: s.byIndex[:0]}
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
		if j := s.joinedLine(row.Line); j != nil && row.Code == j.line.Procedure && prefers(j.procedure == nil, row.From, row.Through, j.line.From) {
			j.procedure = row
		}
	}
	for i := range facts.Benefits {
		row := &facts.Benefits[i]
		if j := s.joinedLine(row.Line); j != nil && row.Procedure == coveredCode(j.line) && prefers(j.benefit == nil, row.From, row.Through, j.line.From) {
			j.benefit = row
		}
	}
	s.sumUp()
	s.joinDiagnoses()
}

// prefers tells whether a row takes the place of one found before it: the first row does, and one that is in force.
func prefers(firstRow bool, from, through, date claim.Date) bool {
	return firstRow || date.Within(from, through)
}

// coveredCode is the code by which benefits are kept: the procedure, else the revenue code.
func coveredCode(line *claim.Line) string {
	if line.Procedure != "" {
		return line.Procedure
	}
	return line.Revenue
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
			if j.benefit.Covered {
				s.covered++
			}
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
		if at < 0 || at >= len(codes) || codes[at].ICD9 || row.Code != codes[at].Code {
			continue
		}
		if prefers(s.byIndex[at] == nil, row.From, row.Through, first) {
			s.byIndex[at] = row
		}
	}
	s.diagnoses.want = len(codes)
	for _, row := range s.byIndex {
		if row == nil {
			continue
		}
		s.diagnoses.add(row.From, row.Through)
		if row.Billable {
			s.billable++
		}
	}
}

// diagnosisDates are the dates on which diagnosis codes must be valid: those of the services or, for an institutional
// claim, the last day of the statement (ICD-10-CM is chosen by the date of discharge).
func (s *sheet) diagnosisDates() (first, last claim.Date) {
	if s.ev.Claim.Type == claim.Institutional {
		return s.ev.Claim.Through, s.ev.Claim.Through
	}
	return s.first, s.last
}
