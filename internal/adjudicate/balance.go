package adjudicate

import (
	"slices"

	"github.com/assize/assize/internal/claim"
)

func validGroup(g claim.Group) bool {
	return slices.Contains([]claim.Group{claim.CO, claim.PR, claim.OA, claim.PI}, g)
}

// Balance checks a decision against the claim it decides, as an 835 must balance (005010X221A1 §1.10.2): for every
// line charge − Σ adjustments = paid, each adjustment with its own group and CARC, and the same for the claim. It
// also checks what the sums cannot show: that CO-45 is charge − allowed, that what the patient owes is the PR part,
// and that a denied or waiting claim pays nothing. An error is Internal: such a decision is never recorded.
func Balance(c *claim.Claim, d *claim.Decision) error {
	if len(c.Lines) != len(d.Lines) {
		return claim.Errorf(claim.Internal, "decision has %d lines, claim %d", len(d.Lines), len(c.Lines))
	}
	sum := claim.LineDecision{}
	for i := range d.Lines {
		line := &d.Lines[i]
		if err := balanceLine(line); err != nil {
			return err
		}
		charged := slices.ContainsFunc(c.Lines, func(l claim.Line) bool { return l.Number == line.Number && l.Charge == line.Charge })
		if !charged || i > 0 && line.Number <= d.Lines[i-1].Number {
			return claim.Errorf(claim.Internal, "line %d is not the claim's line with its charge", line.Number)
		}
		if !lineFits(d.Outcome, line.Outcome) {
			return claim.Errorf(claim.Internal, "line %d is %s in a claim that is %s", line.Number, line.Outcome, d.Outcome)
		}
		sum.Charge += line.Charge
		sum.Allowed += line.Allowed
		sum.Paid += line.Paid
		sum.PatientOwes += line.PatientOwes
	}
	if sum.Charge != d.Charge || sum.Allowed != d.Allowed || sum.Paid != d.Paid || sum.PatientOwes != d.PatientOwes {
		return claim.Errorf(claim.Internal, "totals of the decision are not the sums of its lines")
	}
	return balanceOutcome(c, d)
}

// balanceOutcome checks what an outcome implies: a payment has a paid line and the claim's own total, nothing else
// uses anything up, and a pend has its reasons.
func balanceOutcome(c *claim.Claim, d *claim.Decision) error {
	pays := slices.ContainsFunc(d.Lines, func(l claim.LineDecision) bool { return l.Outcome == claim.Pay })
	switch {
	case pays != (d.Outcome == claim.Pay):
		return claim.Errorf(claim.Internal, "the claim is %s, its lines say otherwise", d.Outcome)
	case pays && d.Charge != c.Charge:
		return claim.Errorf(claim.Internal, "the lines' charges sum to %s, the claim's is %s", d.Charge, c.Charge)
	case !pays && len(d.Accruals) > 0:
		return claim.Errorf(claim.Internal, "a claim that does not pay uses up %d accumulators", len(d.Accruals))
	case (d.Outcome == claim.Pend) != (len(d.Pends) > 0):
		return claim.Errorf(claim.Internal, "a claim that is %s has %d reasons to wait", d.Outcome, len(d.Pends))
	}
	return nil
}

// lineFits tells whether a line's outcome can stand in a claim of that outcome.
func lineFits(whole, line claim.Outcome) bool {
	switch whole {
	case claim.Pay:
		return line == claim.Pay || line == claim.Deny
	case claim.Deny, claim.Pend:
		return line == whole
	default:
		return false
	}
}

func balanceLine(d *claim.LineDecision) error {
	left, reduced := d.Charge, claim.Cents(0)
	for i, a := range d.Adjustments {
		again := slices.ContainsFunc(d.Adjustments[:i], func(b claim.Adjustment) bool { return b.Group == a.Group && b.CARC == a.CARC })
		if again || !validGroup(a.Group) || a.CARC == "" {
			return claim.Errorf(claim.Internal, "line %d: adjustment %d repeats another or has no group or CARC", d.Number, i+1)
		}
		if a.Group == claim.CO && a.CARC == "45" {
			reduced = a.Amount
		}
		left -= a.Amount
	}
	switch {
	case left != d.Paid:
		return claim.Errorf(claim.Internal, "line %d: charge less adjustments is %s, paid is %s", d.Number, left, d.Paid)
	case owed(d.Adjustments) != d.PatientOwes:
		return claim.Errorf(claim.Internal, "line %d: the patient owes %s, adjustments say %s", d.Number, d.PatientOwes, owed(d.Adjustments))
	case d.Outcome != claim.Pay && (d.Paid != 0 || d.Allowed != 0 || d.Units != 0 || len(d.Adjustments) != 1):
		return claim.Errorf(claim.Internal, "line %d: is %s but allows, pays or counts something", d.Number, d.Outcome)
	case d.Outcome == claim.Pay && (d.Paid < 0 || d.Paid > d.Allowed || d.Allowed > d.Charge || d.PatientOwes < 0 || d.Units <= 0):
		return claim.Errorf(claim.Internal, "line %d: not 0 ≤ paid ≤ allowed ≤ charge, or of no units", d.Number)
	case d.Outcome == claim.Pay && reduced != d.Charge-d.Allowed:
		return claim.Errorf(claim.Internal, "line %d: CO-45 is %s, charge less allowed is %s", d.Number, reduced, d.Charge-d.Allowed)
	}
	return nil
}
