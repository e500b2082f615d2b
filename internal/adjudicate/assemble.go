package adjudicate

import (
	"cmp"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// pendCARC explains the whole charge of a line that waits: "The disposition of this service line is pending further review".
const pendCARC = "133"

// usualAdjustments is how many reasons a line that pays has as a rule: its price, and two of the patient's shares.
const usualAdjustments = 3

// decided is the line of a decision that pays or denies.
func (r *row) decided() claim.LineDecision {
	if r.denial != nil {
		return r.denied()
	}
	if r.unpriced != "" {
		return r.pended()
	}
	d := claim.LineDecision{
		Number: r.line.Number, Outcome: claim.Pay, Charge: r.line.Charge, Allowed: r.allowed, Units: r.units, Remarks: r.remarks,
		Paid: r.payable - r.patientShare(),
	}
	if d.Paid != d.Charge {
		d.Adjustments = make([]claim.Adjustment, 0, usualAdjustments+len(r.cuts))
	}
	if over := r.line.Charge - r.allowed; over != 0 {
		d.Adjustments = addAdjustment(d.Adjustments, claim.CO, "45", over)
	}
	for _, cut := range r.cuts {
		d.Adjustments = addAdjustment(d.Adjustments, cut.Group, cut.CARC, cut.Amount)
	}
	for _, part := range [...]claim.Adjustment{
		{Group: claim.PR, CARC: "1", Amount: r.deductible},
		{Group: claim.PR, CARC: "2", Amount: r.coinsurance},
		{Group: claim.PR, CARC: "3", Amount: r.copay},
	} {
		if part.Amount != 0 {
			d.Adjustments = addAdjustment(d.Adjustments, part.Group, part.CARC, part.Amount)
		}
	}
	d.PatientOwes = owed(d.Adjustments)
	return d
}

// denied is a line of which nothing is paid: one adjustment explains its whole charge, also a charge of nothing.
func (r *row) denied() claim.LineDecision {
	d := claim.LineDecision{
		Number: r.line.Number, Outcome: claim.Deny, Charge: r.line.Charge,
		Adjustments: []claim.Adjustment{{Group: r.denial.Group, CARC: r.denial.CARC, Amount: r.line.Charge}},
	}
	if r.denial.RARC != "" {
		d.Remarks = []string{r.denial.RARC}
	}
	d.PatientOwes = owed(d.Adjustments)
	return d
}

// pended is a line that waits: the whole charge under OA-133, so that the claim balances meanwhile too.
func (r *row) pended() claim.LineDecision {
	return claim.LineDecision{
		Number: r.line.Number, Outcome: claim.Pend, Charge: r.line.Charge,
		Adjustments: []claim.Adjustment{{Group: claim.OA, CARC: pendCARC, Amount: r.line.Charge}},
	}
}

func owed(adjustments []claim.Adjustment) claim.Cents {
	total := claim.Cents(0)
	for _, a := range adjustments {
		if a.Group == claim.PR {
			total += a.Amount
		}
	}
	return total
}

// settle turns the gate's verdict into the outcome of the claim. The gate decides; what it may not do is checked
// here again: pay a line without a price or over an open pend, and deny what no edit denies. So a score, which makes
// no edit, cannot deny.
func settle(ev *claim.Evidence, gate claim.Outcome, pends []claim.PendReason, rows []row, edits []claim.Edit) (claim.Outcome, []claim.PendReason, error) {
	denied := 0
	for i := range rows {
		if rows[i].denial != nil {
			denied++
		}
	}
	switch gate {
	case claim.Deny:
		if denied < len(rows) {
			return "", nil, claim.Errorf(claim.Internal, "the gate denies %d lines that no edit denies", len(rows)-denied)
		}
		return claim.Deny, nil, nil
	case claim.Pay:
		if open := openPends(ev, rows, edits); len(open) > 0 {
			return claim.Pend, open, nil
		}
		if denied == len(rows) {
			return claim.Deny, nil, nil
		}
		return claim.Pay, nil, nil
	default:
		if len(pends) == 0 {
			pends = []claim.PendReason{{Code: "gate", Detail: "noReason"}}
		}
		return claim.Pend, pends, nil
	}
}

// decidedLines are the lines of a decision that does not wait.
func decidedLines(rows []row) []claim.LineDecision {
	lines := make([]claim.LineDecision, len(rows))
	for i := range rows {
		lines[i] = rows[i].decided()
	}
	return lines
}

// assemble makes the decision of settled rows. lines are what the rows decided; the decision keeps them.
func assemble(outcome claim.Outcome, rows []row, lines []claim.LineDecision) *claim.Decision {
	d := &claim.Decision{Semantics: claim.Semantics, Outcome: outcome, Lines: lines}
	for i := range rows {
		line := &lines[i]
		if outcome == claim.Pend {
			*line = rows[i].pended()
		}
		d.Charge += line.Charge
		d.Allowed += line.Allowed
		d.Paid += line.Paid
		d.PatientOwes += line.PatientOwes
	}
	return d
}

// assumed lists the tables whose dates were taken as valid, and claim.KindDiagnosesICD9 when codes of that set passed
// because the table of the other one was.
func assumed(c *claim.Claim, looked []claim.Looked) []claim.FactKind {
	var kinds []claim.FactKind
	for i := range looked {
		if looked[i].Assumed && !slices.Contains(kinds, looked[i].Kind) {
			kinds = append(kinds, looked[i].Kind)
		}
	}
	slices.SortFunc(kinds, func(a, b claim.FactKind) int {
		return cmp.Compare(slices.Index(claim.FactKinds, a), slices.Index(claim.FactKinds, b))
	})
	if slices.Contains(kinds, claim.KindDiagnoses) && c.CodedInICD9() {
		kinds = append(kinds, claim.KindDiagnosesICD9)
	}
	return kinds
}
