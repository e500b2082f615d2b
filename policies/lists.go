package policies

import (
	"slices"

	"github.com/assize/assize/internal/claim"
)

// list is one of the sparse lists under x.
type list int

const (
	listAuthorizations list = iota
	listAuthorized
	listBenefits
	listCoordination
	listDates
	listDiagnosisAges
	listDiagnosisSexes
	listDiagnoses
	listDuplicates
	listExclusions
	listFacts
	listFaults
	listLimits
	listMUE
	listNPI
	listParties
	listPatient
	listPointers
	listProcedureAges
	listProcedureSexes
	listProcedures
	listPTP
	listCount
)

var listKeys = [listCount]key{
	keyAuthorizations, keyAuthorized, keyBenefits, keyCoordination, keyDates, keyDiagnosisAges, keyDiagnosisSexes, keyDiagnoses,
	keyDuplicates, keyExclusions, keyFacts, keyFaults, keyLimits, keyMUE, keyNPI, keyParties, keyPatient, keyPointers,
	keyProcedureAges, keyProcedureSexes, keyProcedures, keyPTP,
}

// lists are the rows of one claim that a rule has to look at one by one.
type lists struct {
	rows    [listCount][]token // of one row after the other
	counts  [listCount]int64
	present guards // the lists that have rows
	count   int
}

func (l *lists) clear() {
	for i := range l.rows {
		l.rows[i], l.counts[i] = l.rows[i][:0], 0
	}
	l.count, l.present = 0, 0
}

func (l *lists) add(to list, row part) {
	l.rows[to] = append(l.rows[to], row...)
	l.counts[to]++
	l.count++
	l.present |= 1 << to
}

func (l *lists) has(which list) bool { return len(l.rows[which]) > 0 }

// put adds the rows to an input as x, and the names of their lists, by which the rule index knows whom to ask.
func (l *lists) put(o *object) {
	if l.count == 0 {
		return
	}
	x, names := o.object(), o.open(formList)
	for i, rows := range l.rows {
		if len(rows) > 0 {
			list := o.open(formList)
			list.append(rows, l.counts[i])
			x.put(listKeys[i], list.part())
			names.text(0, keyNames[listKeys[i]])
		}
	}
	o.put(keyLists, names.part())
	o.put(keyX, x.part())
}

// listRows lists whatever rules must see row by row.
func (in *inputs) listRows() {
	facts := &in.sheet.ev.Facts
	in.listDates()
	in.listPatient(facts.Member)
	in.listCoordination()
	in.listProcedures()
	in.listBenefits()
	in.listDiagnoses()
	in.listPointers()
	in.listProviders()
	in.listExclusions()
	in.listDuplicates(facts)
	in.listPairs(facts)
	in.listUnits(facts)
	in.listClaimFaults()
	in.listFactFaults()
}

// lineRow opens a row about one line: its number and its dates.
func (in *inputs) lineRow(line *claim.Line) object {
	o := in.object()
	o.number(keyLine, int64(line.Number))
	o.date(keyFirst, line.From)
	o.date(keyLast, line.Through)
	return o
}

func (in *inputs) listProcedures() {
	plain := in.sheet.procedures.plain(in.sheet.first, in.sheet.last)
	for i := range in.sheet.byLine {
		j := &in.sheet.byLine[i]
		if j.line.Procedure == "" {
			continue
		}
		if row := j.procedure; row != nil {
			in.listRestriction(j.line, row)
		}
		if plain {
			continue
		}
		o := in.lineRow(j.line)
		o.flag(keyHCPCS, !otherCodeSet(j.line))
		o.flag(keyKnown, j.procedure != nil)
		if j.procedure != nil {
			o.date(keyFrom, j.procedure.From)
			o.date(keyThrough, j.procedure.Through)
		}
		in.lists.add(listProcedures, o.part())
	}
}

// listRestriction lists a code that is for one sex or an age only.
func (in *inputs) listRestriction(line *claim.Line, row *claim.ProcedureRow) {
	if row.Sex != "" {
		o := in.lineRow(line)
		o.code(keySex, row.Sex)
		o.put(keyModifiers, in.codes(line.Modifiers))
		in.lists.add(listProcedureSexes, o.part())
	}
	if row.AgeMin != 0 || row.AgeMax != 0 {
		o := in.lineRow(line)
		o.number(keyMin, int64(row.AgeMin))
		o.number(keyMax, ageMax(row.AgeMin, row.AgeMax))
		in.lists.add(listProcedureAges, o.part())
	}
}

// ageMax is the greatest age a code is for. Its 0 is "no limit", unless the least age is below birth: that is how a
// row says "age 0 only" (newborns).
func ageMax(least, greatest int) int64 {
	if greatest == 0 && least >= 0 {
		return 999
	}
	return int64(greatest)
}

func (in *inputs) listBenefits() {
	s := &in.sheet
	plain := s.benefits.plain(s.first, s.last)
	for i := range s.byLine {
		j := &s.byLine[i]
		if j.benefit != nil && j.benefit.Authorization {
			in.lists.add(listAuthorizations, in.authorizationRow(j.line))
		}
		if plain && j.benefit.Covered {
			continue
		}
		o := in.lineRow(j.line)
		if j.benefit != nil {
			o.flag(keyCovered, j.benefit.Covered)
			o.date(keyFrom, j.benefit.From)
			o.date(keyThrough, j.benefit.Through)
		}
		in.lists.add(listBenefits, o.part())
	}
}

// authorizationRow is a line that needs an authorisation. How many units one has left for it is the second question.
func (in *inputs) authorizationRow(line *claim.Line) part {
	o := in.lineRow(line)
	o.text(keyNumber, in.sheet.ev.Claim.AuthorizationNumber(line)) // "" when none is named
	o.code(keyProcedure, line.BenefitCode())
	o.put(keyNPIs, in.codes(in.payees(line)))
	return o.part()
}

// payees are the NPIs an authorisation may be made out to: who bills, and who renders the line.
func (in *inputs) payees(line *claim.Line) []string {
	c := &in.sheet.ev.Claim
	var npis []string
	for _, p := range []*claim.Provider{c.Provider(claim.Billing), c.RenderingOf(line)} {
		if p != nil && p.NPI != "" {
			npis = append(npis, p.NPI)
		}
	}
	return npis
}

func (in *inputs) listDiagnoses() {
	s := &in.sheet
	first, last := s.diagnosisDates()
	plain := s.diagnoses.plain(first, last)
	for i, row := range s.byIndex {
		if row != nil {
			in.listDiagnosisRestriction(row)
		}
		if plain && row.Billable {
			continue
		}
		o := in.object()
		o.number(keyNumber, int64(i+1))
		o.flag(keyICD9, s.ev.Claim.Diagnoses[i].ICD9)
		o.flag(keyKnown, row != nil)
		o.date(keyFirst, first)
		o.date(keyLast, last)
		if row != nil {
			o.flag(keyBillable, row.Billable)
			o.date(keyFrom, row.From)
			o.date(keyThrough, row.Through)
		}
		in.lists.add(listDiagnoses, o.part())
	}
}

func (in *inputs) listDiagnosisRestriction(row *claim.DiagnosisRow) {
	if row.Sex != "" {
		o := in.object()
		o.code(keySex, row.Sex)
		o.put(keyModifiers, in.codes(modifiersFor(in.sheet.ev.Claim.Lines, row.Index)))
		in.lists.add(listDiagnosisSexes, o.part())
	}
	if row.AgeMin != 0 || row.AgeMax != 0 {
		o := in.object()
		o.number(keyMin, int64(row.AgeMin))
		o.number(keyMax, ageMax(row.AgeMin, row.AgeMax))
		in.lists.add(listDiagnosisAges, o.part())
	}
}

// modifiersFor are the modifiers of the lines that point to a diagnosis.
func modifiersFor(lines []claim.Line, diagnosis int) (modifiers []string) {
	for i := range lines {
		if slices.Contains(lines[i].DiagnosisPointers, diagnosis) {
			modifiers = append(modifiers, lines[i].Modifiers...)
		}
	}
	return modifiers
}

// listPointers lists the pointers of each line unless all plainly point into the claim's diagnoses.
func (in *inputs) listPointers() {
	c := &in.sheet.ev.Claim
	if c.Type == claim.Institutional || plainPointers(c) {
		return
	}
	for i := range c.Lines {
		o := in.object()
		o.number(keyLine, int64(c.Lines[i].Number))
		if pointers := c.Lines[i].DiagnosisPointers; len(pointers) > 0 {
			o.number(keyLow, int64(slices.Min(pointers)))
			o.number(keyHigh, int64(slices.Max(pointers)))
		}
		o.number(keyDiagnoses, int64(len(c.Diagnoses)))
		in.lists.add(listPointers, o.part())
	}
}

func plainPointers(c *claim.Claim) bool {
	for i := range c.Lines {
		for _, p := range c.Lines[i].DiagnosisPointers {
			if p < 1 || p > len(c.Diagnoses) {
				return false
			}
		}
		if len(c.Lines[i].DiagnosisPointers) == 0 {
			return false
		}
	}
	return true
}
