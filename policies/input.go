package policies

import (
	"slices"

	"github.com/assize/assize/internal/claim"
)

// The input of an evaluation is sparse, because a claim that nothing is wrong with should cost next to nothing.
// input.claim says of the claim as a whole what every rule may want: a fixed number of fields, which the contract
// counts. Rows stand under input.x, and only those about which there is something to say: a restriction, a twin, a
// pair, or rows that do not all plainly hold on all service dates. A rule is guarded by the name of its list, so that the
// index skips it otherwise. Go lists; every comparison that decides is the contract's. README.md of rego/
// describes each field and when each list is there.

// edits builds the input of the first question. Its input.claim has 17 fields, or 14 when the member is not
// known, which PLAIN-PEND counts.
func (in *inputs) edits(ev *claim.Evidence) part {
	in.begin(ev)
	in.look(ev.Facts.Looked)
	in.listRows()

	o := in.object()
	o.put(keyClaim, in.claim(ev))
	o.prepared(keyLooked, in.looked.keyed)
	if ev.Facts.Predecessor != nil {
		o.put(keyPredecessor, in.predecessor(ev.Facts.Predecessor))
	}
	if in.lists.has(listDates) {
		in.putTerms(&o, &ev.Facts)
	}
	if in.lists.has(listAuthorizations) {
		o.put(keyAuthorizations, in.authorizations(ev.Facts.Authorizations))
	}
	in.lists.put(&o)
	if in.wantsLines {
		o.put(keyLines, in.serviceLines(&ev.Claim))
	}
	return o.part()
}

// begin makes ready for a question about evidence.
func (in *inputs) begin(ev *claim.Evidence) {
	in.drafts.clear()
	in.sheet.fill(ev)
	in.lists.clear()
}

// look sees what was looked up where. The dates of sources are marked: those of all claims of a batch lie to them alike.
func (in *inputs) look(looked []claim.Looked) {
	if in.looked != nil && in.looked.of(looked) {
		return
	}
	at := slices.IndexFunc(in.kept, func(l *lookedTerms) bool { return l.of(looked) })
	if at < 0 {
		if len(in.kept) == keptSources {
			in.kept = slices.Delete(in.kept, 0, 1)
		}
		in.kept = append(in.kept, newLookedTerms(&in.terms, in.required, looked))
		at = len(in.kept) - 1
	}
	in.looked = in.kept[at]
	in.form.mark(slices.Concat(in.looked.keyed.numbers, in.looked.sources.numbers))
}

// inputs builds the inputs of one evaluator's questions.
type inputs struct {
	terms
	drafts
	form       form
	sheet      sheet
	lists      lists
	looked     *lookedTerms   // of this claim
	kept       []*lookedTerms // the oldest first
	uses       []use          // of limited benefits, by the lines of this claim so far
	drawn      []draw
	required   []claim.FactKind
	wantsLines bool // the contract reads input.lines
}

func newInputs(c *Contract) inputs {
	in := inputs{terms: newTerms(), form: form{named: c.named}, required: c.required, wantsLines: c.wantsLines}
	in.form.mark(nil) // limits may be asked for before a source was seen
	return in
}

func knownMember(m *claim.Member) bool { return m != nil && m.ID != claim.ID{} }

// claim is the claim as a whole. What is absent is left out, and missed by whoever counts.
func (in *inputs) claim(ev *claim.Evidence) part {
	c, s := &ev.Claim, &in.sheet
	var sum claim.Cents
	for i := range c.Lines {
		sum += c.Lines[i].Charge
	}
	plain := s.plain()
	o := in.object()
	o.code(keyType, string(c.Type))
	o.code(keyFrequency, string(c.Frequency))
	o.flag(keyMember, knownMember(ev.Facts.Member))
	o.number(keyLines, int64(len(c.Lines)))
	o.number(keyListed, int64(in.lists.count))
	o.number(keyCharge, int64(c.Charge))
	o.number(keyChargeLines, int64(sum))
	o.date(keyReceived, ev.Facts.Received)
	o.date(keyFirst, s.first)
	o.date(keyLast, s.last)
	o.number(keyPlainFrom, int64(plain.from))
	o.number(keyPlainThrough, int64(plain.through))
	o.number(keyWanted, int64(plain.want))
	o.number(keyRows, int64(plain.rows))
	if m := ev.Facts.Member; knownMember(m) {
		o.date(keyMemberBirth, m.BirthDate)
		o.date(keyMemberDeath, deathOf(m)) // the living die at the end of time, so that every field is there to be counted
		o.code(keyMemberSex, m.Sex)
	}
	return o.part()
}

// putTerms adds what service dates are compared with, when there is something to compare.
func (in *inputs) putTerms(o *object, f *claim.Facts) {
	if f.Received.Known() {
		received := in.object()
		received.date(keyDate, f.Received)
		received.number(keyDay, int64(f.Received.DayNumber()))
		o.put(keyReceived, received.part())
	}
	o.put(keyCoverages, in.coverages(f.Coverages))
	if f.Plan != nil {
		o.put(keyPlan, in.plan(f.Plan))
	}
}

func deathOf(m *claim.Member) claim.Date {
	if m.DeathDate.Known() {
		return m.DeathDate
	}
	return claim.EndOfTime
}

func (in *inputs) coverages(spans []claim.Coverage) part {
	list := make([]part, len(spans))
	for i := range spans {
		o := in.object()
		o.code(keyPlan, spans[i].PlanCode)
		o.date(keyFrom, spans[i].From)
		o.date(keyThrough, spans[i].Through)
		list[i] = o.part()
	}
	return in.list(list)
}

func (in *inputs) plan(p *claim.Plan) part {
	o := in.object()
	o.code(keyCode, p.Code)
	o.date(keyFrom, p.From)
	o.date(keyThrough, p.Through)
	o.number(keyFilingDays, int64(p.FilingDays))
	return o.part()
}

func (in *inputs) predecessor(p *claim.Predecessor) part {
	o := in.object()
	o.flag(keySamePayee, p.SamePayee)
	o.flag(keySameMember, p.SameMember)
	o.flag(keySuperseded, p.Superseded)
	return o.part()
}

func (in *inputs) authorizations(rows []claim.Authorization) part {
	list := make([]part, len(rows))
	for i := range rows {
		row, o := &rows[i], in.object()
		o.code(keyNumber, row.Number)
		o.code(keyProcedure, row.Procedure)
		o.text(keyNPI, row.NPI) // "" is said too: any provider may use it
		o.date(keyFrom, row.From)
		o.date(keyThrough, row.Through)
		list[i] = o.part()
	}
	return in.list(list)
}

// serviceLines are all lines as submitted, for contracts whose own rules read input.lines. The base contract does not.
func (in *inputs) serviceLines(c *claim.Claim) part {
	list := make([]part, len(c.Lines))
	for i := range c.Lines {
		line := &c.Lines[i]
		o := in.lineRow(line)
		o.code(keyProcedure, line.Procedure)
		o.put(keyModifiers, in.codes(line.Modifiers))
		o.code(keyRevenue, line.Revenue)
		o.code(keyPlaceOfService, line.PlaceOfService)
		o.code(keyUnit, string(line.Unit))
		o.number(keyUnits, int64(line.Quantity))
		o.number(keyCharge, int64(line.Charge))
		o.put(keyDiagnoses, in.pointedAt(c, line))
		list[i] = o.part()
	}
	return in.list(list)
}

// pointedAt are the diagnosis codes a line points to, or all of an institutional claim.
func (in *inputs) pointedAt(c *claim.Claim, line *claim.Line) part {
	var codes []string
	for _, p := range line.DiagnosisPointers {
		if p >= 1 && p <= len(c.Diagnoses) {
			codes = append(codes, c.Diagnoses[p-1].Code)
		}
	}
	if c.Type == claim.Institutional {
		for i := range c.Diagnoses {
			codes = append(codes, c.Diagnoses[i].Code)
		}
	}
	return in.codes(codes)
}
