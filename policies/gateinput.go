package policies

import (
	"cmp"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// WaiveScore is the word in HumanAction.Waived by which a reviewer releases a claim that the score held.
const WaiveScore = "score"

// Actions of a reviewer.
const (
	actionRelease = "release"
	actionDeny    = "deny"
)

// Waive returns the edits as a release leaves them: a pend whose rule the reviewer waived only informs. A denial is
// never waived, and nothing is without a release. The list given is not changed.
func Waive(edits []claim.Edit, review *claim.HumanAction) []claim.Edit {
	if review == nil || review.Action != actionRelease || len(review.Waived) == 0 {
		return edits
	}
	out := make([]claim.Edit, len(edits))
	for i, edit := range edits {
		if edit.Outcome == claim.Pend && waived(review, edit.Rule) {
			edit.Outcome = claim.Inform
		}
		out[i] = edit
	}
	return out
}

func waived(review *claim.HumanAction, what string) bool {
	if review == nil || review.Action != actionRelease {
		return false
	}
	for _, rule := range review.Waived {
		if rule == what {
			return true
		}
	}
	return false
}

// gate builds the input of the third question: what the gate needs of every claim under input.claim, and under
// input.x what there is only when something stands against paying.
func (in *inputs) gate(g *GateInput) part {
	in.drafts.clear()
	facts := &g.Evidence.Facts
	in.look(facts.Looked)
	first, last := serviceDates(&g.Evidence.Claim)
	x := in.object()
	edits := in.gateEdits(g)
	if len(edits) > 0 {
		x.put(keyEdits, in.list(edits))
		x.put(keyPayLines, in.payLines(g.Lines))
	}
	if in.looked.missing != nil {
		x.prepared(keyMissing, in.looked.missing)
		if g.Evidence.Claim.CodedInICD9() {
			x.flag(keyICD9, true)
		}
	}
	dated := in.looked.plain.from <= first && last <= in.looked.plain.through
	if !dated {
		x.prepared(keySources, in.looked.sources)
		x.put(keyRequired, in.kinds(in.required))
	}
	if in.looked.missing != nil || !dated { // a kind that is not needed is excused by these
		x.code(keyFrequency, string(g.Evidence.Claim.Frequency))
		x.code(keyPricing, pricing(facts.Plan))
	}
	if lost := in.lost(facts); len(lost) > 0 {
		x.put(keyLost, in.codes(lost))
	}
	if len(g.Unpriced) > 0 {
		x.put(keyUnpriced, in.unpriced(g.Unpriced))
	}
	o := in.object()
	o.put(keyClaim, in.gateClaim(g, first, last, x.count()))
	o.put(keyScore, in.score(g))
	if x.count() > 0 {
		o.put(keyX, x.part())
	}
	return o.part()
}

func (in *inputs) gateClaim(g *GateInput, first, last claim.Date, listed int) part {
	c := &g.Evidence.Claim
	var charge, paid, low claim.Cents
	paying := 0
	for i := range g.Lines {
		line := &g.Lines[i]
		charge += line.Charge
		paid += line.Paid
		low = min(low, line.Charge, line.Allowed, line.Paid, line.PatientOwes, line.Charge-line.Paid-line.PatientOwes)
		if line.Outcome == claim.Pay {
			paying++
		}
	}
	o := in.object()
	o.number(keyListed, int64(listed))
	o.number(keyLines, int64(len(c.Lines)))
	o.number(keyDecided, int64(len(g.Lines)))
	o.number(keyPaying, int64(paying))
	o.number(keyCharge, int64(c.Charge))
	o.number(keyChargeLines, int64(charge))
	o.number(keyPaid, int64(paid))
	o.number(keyLow, int64(low))
	o.date(keyFirst, first)
	o.date(keyLast, last)
	o.number(keyPlainFrom, int64(in.looked.plain.from))
	o.number(keyPlainThrough, int64(in.looked.plain.through))
	return o.part()
}

// score tells what the model said.
func (in *inputs) score(g *GateInput) part {
	o := in.object()
	o.flag(keyBound, g.Evidence.Versions.Model != claim.Digest{})
	o.flag(keyScored, g.Score.Scored)
	o.flag(keyFlagged, g.Score.Flagged)
	o.flag(keyWaived, waived(g.Evidence.Review, WaiveScore))
	return o.part()
}

func (in *inputs) kinds(list []claim.FactKind) part {
	o := in.open(formList)
	for _, kind := range list {
		o.text(0, string(kind))
	}
	return o.part()
}

func pricing(p *claim.Plan) string {
	if p == nil {
		return ""
	}
	return string(p.Pricing)
}

func serviceDates(c *claim.Claim) (first, last claim.Date) {
	for i := range c.Lines {
		if line := &c.Lines[i]; first == 0 || line.From < first {
			first = line.From
		}
		last = max(last, c.Lines[i].Through)
	}
	return first, last
}

// gateEdits lists the edits that can decide: those that only inform or pass are left out.
func (in *inputs) gateEdits(g *GateInput) []part {
	var list []part
	review := g.Evidence.Review
	for _, edit := range Waive(g.Edits, review) {
		if edit.Outcome != claim.Inform && edit.Outcome != claim.Pass {
			list = append(list, in.gateEdit(&edit, false))
		}
	}
	if review != nil && review.Action == actionDeny {
		for i := range review.Edits {
			list = append(list, in.gateEdit(&review.Edits[i], true))
		}
	}
	return list
}

func (in *inputs) gateEdit(edit *claim.Edit, review bool) part {
	o := in.object()
	o.code(keyRule, edit.Rule)
	o.number(keyLine, int64(edit.Line))
	o.code(keyOutcome, string(edit.Outcome))
	o.code(keyCARC, edit.CARC)
	o.flag(keyPartial, edit.Units > 0 || edit.Amount > 0)
	o.flag(keyReview, review)
	return o.part()
}

func (in *inputs) payLines(lines []claim.LineDecision) part {
	o := in.open(formSet)
	for i := range lines {
		if lines[i].Outcome == claim.Pay {
			o.number(0, int64(lines[i].Number))
		}
	}
	return o.part()
}

func (in *inputs) unpriced(reasons []claim.PendReason) part {
	list := make([]part, len(reasons))
	for i, reason := range reasons {
		o := in.object()
		o.text(keyCode, reason.Code)
		o.text(keyDetail, reason.Detail)
		list[i] = o.part()
	}
	return in.list(list)
}

// unnamedLook is the detail of a pend for a look-up that does not say of what kind it was.
const unnamedLook = "looked"

// lost names the kinds whose look-up found another number of rows than the evidence holds.
func (in *inputs) lost(f *claim.Facts) []string {
	var lost []string
	for i := range f.Looked {
		if l := &f.Looked[i]; l.Rows != rowsOf(f, l.Kind) {
			lost = append(lost, cmp.Or(string(l.Kind), unnamedLook))
		}
	}
	return lost
}

func rowsOf(f *claim.Facts, kind claim.FactKind) int {
	switch kind {
	case claim.KindMember:
		return present(f.Member != nil && f.Member.ID != uuid.Nil)
	case claim.KindPlan:
		return present(f.Plan != nil)
	case claim.KindPredecessor:
		return present(f.Predecessor != nil)
	case claim.KindCoverage:
		return len(f.Coverages)
	case claim.KindAccumulators:
		return len(f.Accumulators)
	case claim.KindProvider:
		return len(f.Providers)
	case claim.KindExclusions:
		return len(f.Exclusions)
	case claim.KindAuthorizations:
		return len(f.Authorizations)
	case claim.KindHistory:
		return len(f.History)
	case claim.KindDuplicates:
		return len(f.Duplicates)
	case claim.KindBenefits:
		return len(f.Benefits)
	case claim.KindFees:
		return len(f.Fees)
	case claim.KindDiagnoses:
		return len(f.Diagnoses)
	case claim.KindProcedures:
		return len(f.Procedures)
	case claim.KindPTP:
		return len(f.PTP)
	case claim.KindMUE:
		return len(f.MUE)
	}
	return -1
}

func present(yes bool) int { return boolOrder(yes) }
