package policies

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// The input of an evaluation is sparse. What holds of all lines alike is said once: dates, and for each code set how
// many rows were found and the window in which all of them hold. Single lines are listed under x only where there is
// something to say about them; a rule is guarded by the existence of its list, so that the index skips it otherwise.
// Every comparison is the contract's: Go lists, Rego decides.

// edits builds the input of the first question.
func (in *inputs) edits(ev *claim.Evidence) *ast.Term {
	in.reset(ev)
	c, o := &ev.Claim, in.object()
	o.code(keyType, string(c.Type))
	o.code(keyFrequency, string(c.Frequency))
	o.code(keyResponsibility, c.Responsibility)
	o.number(keyPriorPayers, priorPayers(c))
	o.number(keyLines, int64(len(c.Lines)))
	o.put(keyCharge, in.charge(c))
	o.put(keyDates, in.dates())
	o.date(keyFirst, in.sheet.first)
	o.date(keyLast, in.sheet.last)
	if received := ev.Facts.Received; received.Known() {
		o.put(keyReceived, in.received(received))
	}
	o.put(keyPatient, in.person(c.Patient.BirthDate, 0, c.Patient.Sex))
	if m := ev.Facts.Member; m != nil && m.ID != (claim.ID{}) {
		o.put(keyMember, in.person(m.BirthDate, m.DeathDate, m.Sex))
	}
	o.put(keyCoverages, in.coverages(ev.Facts.Coverages))
	if ev.Facts.Plan != nil {
		o.put(keyPlan, in.plan(ev.Facts.Plan))
	}
	if ev.Facts.Predecessor != nil {
		o.put(keyPredecessor, in.predecessor(ev.Facts.Predecessor))
	}
	o.put(keyProcedures, in.windowTerm(&in.sheet.procedures, -1, -1))
	o.put(keyBenefits, in.windowTerm(&in.sheet.benefits, in.sheet.covered, -1))
	o.put(keyDiagnoses, in.diagnoses())
	o.put(keyPointers, in.pointers(c))
	o.put(keyParties, in.parties())
	o.put(keyLooked, in.looked.keyed)
	in.listRows()
	if in.lists.any() {
		if in.lists.has(listAuthorizations) {
			o.put(keyAuthorizations, in.authorizations(ev.Facts.Authorizations))
		}
		o.put(keyX, in.lists.term(&in.terms))
	}
	return o.term()
}

// inputs builds the inputs of one evaluator's questions.
type inputs struct {
	terms
	sheet    sheet
	lists    lists
	looked   lookedTerms
	provided []provided
}

// reset starts on another claim.
func (in *inputs) reset(ev *claim.Evidence) {
	in.sheet.fill(ev)
	in.lists.clear()
	in.looked.update(&in.terms, ev.Facts.Looked)
	in.gatherProviders(ev)
}

// priorPayers counts other payers that come before this one, or that paid or decided already.
func priorPayers(c *claim.Claim) int64 {
	n := 0
	for i := range c.OtherPayers {
		if p := &c.OtherPayers[i]; p.Responsibility == "P" || p.Paid != 0 || p.Decided.Known() {
			n++
		}
	}
	for i := range c.Lines {
		n += len(c.Lines[i].OtherPayments)
	}
	return int64(n)
}

func (in *inputs) charge(c *claim.Claim) *ast.Term {
	var sum claim.Cents
	for i := range c.Lines {
		sum += c.Lines[i].Charge
	}
	o := in.object()
	o.number(keyClaim, int64(c.Charge))
	o.number(keyLines, int64(sum))
	return o.term()
}

func (in *inputs) dates() *ast.Term {
	list := make([]*ast.Term, len(in.sheet.days))
	for i := range in.sheet.days {
		d, o := &in.sheet.days[i], in.object()
		o.date(keyFrom, d.from)
		o.date(keyThrough, d.through)
		if d.filing.Known() {
			o.date(keyFiling, d.filing)
			o.number(keyFilingDay, int64(d.filing.DayNumber()))
		}
		lines := make([]*ast.Term, len(d.lines))
		for j, line := range d.lines {
			lines[j] = in.int(int64(line))
		}
		o.put(keyLines, in.list(lines))
		list[i] = o.term()
	}
	return in.list(list)
}

func (in *inputs) received(d claim.Date) *ast.Term {
	o := in.object()
	o.date(keyDate, d)
	o.number(keyDay, int64(d.DayNumber()))
	return o.term()
}

func (in *inputs) person(birth, death claim.Date, sex string) *ast.Term {
	o := in.object()
	o.date(keyBirth, birth)
	o.date(keyDeath, death)
	o.code(keySex, sex)
	return o.term()
}

func (in *inputs) coverages(spans []claim.Coverage) *ast.Term {
	list := make([]*ast.Term, len(spans))
	for i := range spans {
		o := in.object()
		o.code(keyPlan, spans[i].PlanCode)
		o.date(keyFrom, spans[i].From)
		o.date(keyThrough, spans[i].Through)
		list[i] = o.term()
	}
	return in.list(list)
}

func (in *inputs) plan(p *claim.Plan) *ast.Term {
	o := in.object()
	o.code(keyCode, p.Code)
	o.date(keyFrom, p.From)
	o.date(keyThrough, p.Through)
	o.number(keyFilingDays, int64(p.FilingDays))
	return o.term()
}

func (in *inputs) predecessor(p *claim.Predecessor) *ast.Term {
	o := in.object()
	o.flag(keySamePayee, p.SamePayee)
	o.flag(keySameMember, p.SameMember)
	o.flag(keySuperseded, p.Superseded)
	return o.term()
}

// windowTerm shows a window; covered and billable are shown when they are counted (not negative).
func (in *inputs) windowTerm(w *window, covered, billable int) *ast.Term {
	o := in.object()
	o.number(keyLines, int64(w.want))
	o.number(keyRows, int64(w.rows))
	if !w.undated {
		o.date(keyFrom, w.from)
		o.date(keyThrough, w.through)
	}
	if covered >= 0 {
		o.number(keyCovered, int64(covered))
	}
	if billable >= 0 {
		o.number(keyBillable, int64(billable))
	}
	return o.term()
}

func (in *inputs) diagnoses() *ast.Term {
	first, last := in.sheet.diagnosisDates()
	w, o := &in.sheet.diagnoses, in.object()
	o.number(keyLines, int64(w.want))
	o.number(keyRows, int64(w.rows))
	o.number(keyBillable, int64(in.sheet.billable))
	o.date(keyFirst, first)
	o.date(keyLast, last)
	if !w.undated {
		o.date(keyFrom, w.from)
		o.date(keyThrough, w.through)
	}
	return o.term()
}

// pointers sums up the diagnosis pointers: how many lines have any, and the least and greatest of all.
func (in *inputs) pointers(c *claim.Claim) *ast.Term {
	lines, low, high, first := 0, 0, 0, true
	for i := range c.Lines {
		if len(c.Lines[i].DiagnosisPointers) > 0 {
			lines++
		}
		for _, p := range c.Lines[i].DiagnosisPointers {
			if first || p < low { // a pointer 0 of the first line stays the least
				low, first = p, false
			}
			high = max(high, p)
		}
	}
	o := in.object()
	o.number(keyLines, int64(lines))
	o.number(keyLow, int64(low))
	o.number(keyHigh, int64(high))
	return o.term()
}

func (in *inputs) authorizations(rows []claim.Authorization) *ast.Term {
	list := make([]*ast.Term, len(rows))
	for i := range rows {
		row, o := &rows[i], in.object()
		o.code(keyNumber, row.Number)
		o.code(keyProcedure, row.Procedure)
		o.put(keyNPI, in.text(row.NPI)) // "" is said too: any provider may use it
		o.date(keyFrom, row.From)
		o.date(keyThrough, row.Through)
		o.number(keyApproved, int64(row.Approved))
		o.number(keyUsed, int64(row.Used))
		list[i] = o.term()
	}
	return in.list(list)
}
