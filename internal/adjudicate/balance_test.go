package adjudicate

import (
	"testing"

	"github.com/assize/assize/internal/claim"
)

// The golden vector of a contractual write-off: billed 100.00, allowed 72.35, so CO-45 27.65 and 72.35 is paid.
func TestWriteOffIsChargeLessAllowed(t *testing.T) {
	d := decidedGolden(t)
	if got := explain(d.Lines[0].Adjustments); len(got) != 1 || got[0] != "CO-45 27.65" || d.Paid != 72_35 || d.Allowed != 72_35 {
		t.Errorf("allowed %s, paid %s, adjustments %v; want 72.35, 72.35, CO-45 27.65", d.Allowed, d.Paid, got)
	}
}

func goldenEvidence() *claim.Evidence {
	ev := newEvidence()
	addLine(ev, "99213", 100_00, 72_35)
	return ev
}

func decidedGolden(t *testing.T) *claim.Decision {
	t.Helper()
	d, err := newDecider(&script{}).Decide(t.Context(), goldenEvidence())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A check that cannot fail checks nothing: each case changes one thing of a sound decision.
func TestBalanceFails(t *testing.T) {
	line := func(d *claim.Decision) *claim.LineDecision { return &d.Lines[0] }
	adjust := func(d *claim.Decision, group claim.Group, carc string, amount claim.Cents) {
		line(d).Adjustments = append(line(d).Adjustments, claim.Adjustment{Group: group, CARC: carc, Amount: amount})
	}
	pay := func(d *claim.Decision, more, owed claim.Cents) {
		line(d).Paid, line(d).PatientOwes = line(d).Paid+more, line(d).PatientOwes+owed
		d.Paid, d.PatientOwes = d.Paid+more, d.PatientOwes+owed
	}
	tests := map[string]func(*claim.Decision){
		"an adjustment a cent too high":       func(d *claim.Decision) { line(d).Adjustments[0].Amount++ },
		"an adjustment dropped":               func(d *claim.Decision) { line(d).Adjustments = nil },
		"an adjustment without its money":     func(d *claim.Decision) { adjust(d, claim.PR, "1", 1_00) },
		"a second CO-45":                      func(d *claim.Decision) { adjust(d, claim.CO, "45", 0) },
		"no CARC":                             func(d *claim.Decision) { line(d).Adjustments[0].CARC = "" },
		"a group that is none":                func(d *claim.Decision) { line(d).Adjustments[0].Group = "CX" },
		"the write-off under another code":    func(d *claim.Decision) { line(d).Adjustments[0].CARC = "131" },
		"a line paid a cent more":             func(d *claim.Decision) { line(d).Paid++; d.Paid++ },
		"a claim paid a cent more":            func(d *claim.Decision) { d.Paid++ },
		"more paid than allowed, in balance":  func(d *claim.Decision) { line(d).Paid += 5_00; d.Paid += 5_00; line(d).Adjustments[0].Amount -= 5_00 },
		"allowed less than charge less CO-45": func(d *claim.Decision) { line(d).Allowed++; d.Allowed++ },
		"the total allowed":                   func(d *claim.Decision) { d.Allowed-- },
		"the total charge":                    func(d *claim.Decision) { d.Charge++ },
		"a line's charge, in balance":         func(d *claim.Decision) { line(d).Charge++; line(d).Adjustments[0].Amount++; d.Charge++ },
		"what the patient owes":               func(d *claim.Decision) { line(d).PatientOwes++; d.PatientOwes++ },
		"a line dropped":                      func(d *claim.Decision) { d.Lines = nil },
		"a line twice":                        func(d *claim.Decision) { d.Lines = append(d.Lines, d.Lines[0]) },
		"a line of another number":            func(d *claim.Decision) { line(d).Number = 2 },
		"a denied claim with a paid line":     func(d *claim.Decision) { d.Outcome = claim.Deny },
		"a pended claim with a paid line":     func(d *claim.Decision) { d.Outcome = claim.Pend },
		"a paid claim with a waiting line":    func(d *claim.Decision) { line(d).Outcome = claim.Pend },
		"a denied line that pays":             func(d *claim.Decision) { line(d).Outcome = claim.Deny },
		"an outcome that is none":             func(d *claim.Decision) { d.Outcome = "" },
		"a paid claim with a reason to wait":  func(d *claim.Decision) { d.Pends = []claim.PendReason{{Code: "edit"}} },
		"a paid amount below nothing":         func(d *claim.Decision) { line(d).Paid, d.Paid = -1, -1; line(d).Adjustments[0].Amount = 100_01 },
		"a share above what is allowed": func(d *claim.Decision) {
			adjust(d, claim.PR, "1", 80_00)
			pay(d, -80_00, 80_00)
		},
		"a share below nothing, made good": func(d *claim.Decision) {
			adjust(d, claim.PR, "1", -1_00)
			adjust(d, claim.CO, "96", 1_00)
			pay(d, 0, -1_00)
		},
		"more paid than allowed, of another reason": func(d *claim.Decision) {
			adjust(d, claim.CO, "96", -5_00)
			pay(d, 5_00, 0)
		},
		"more allowed than charged": func(d *claim.Decision) {
			line(d).Adjustments[0].Amount = -1_00
			line(d).Allowed, d.Allowed = 101_00, 101_00
			pay(d, 28_65, 0)
		},
		"a reason twice, in balance": func(d *claim.Decision) {
			adjust(d, claim.PR, "1", 1_00)
			adjust(d, claim.PR, "1", 1_00)
			pay(d, -2_00, 2_00)
		},
		"a second reason without CARC": func(d *claim.Decision) { adjust(d, claim.PI, "", 1_00); pay(d, -1_00, 0) },
		"a second reason of no group":  func(d *claim.Decision) { adjust(d, "CX", "96", 1_00); pay(d, -1_00, 0) },
		"a paid line of no units":      func(d *claim.Decision) { line(d).Units = 0 },
		"the total the patient owes":   func(d *claim.Decision) { d.PatientOwes++ },
		"a denied claim that uses something up": func(d *claim.Decision) {
			*line(d) = claim.LineDecision{
				Number: 1, Outcome: claim.Deny, Charge: 100_00,
				Adjustments: []claim.Adjustment{{Group: claim.CO, CARC: "29", Amount: 100_00}},
			}
			d.Outcome, d.Allowed, d.Paid, d.Accruals = claim.Deny, 0, 0, []claim.Accrual{{Kind: claim.DeductibleUsed, Amount: 1}}
		},
	}
	c := &goldenEvidence().Claim
	if err := Balance(c, decidedGolden(t)); err != nil {
		t.Fatalf("an unchanged decision: %v", err)
	}
	for name, tamper := range tests {
		t.Run(name, func(t *testing.T) {
			d := decidedGolden(t)
			tamper(d)
			if err := Balance(c, d); err == nil || claim.KindOf(err) != claim.Internal {
				t.Errorf("Balance: %v, want an Internal error", err)
			}
		})
	}
}

// What a denied claim may not do, though its sums agree: two lines denied, each changed by one thing.
func TestBalanceFailsOfADeniedClaim(t *testing.T) {
	tests := map[string]func(*claim.Decision){
		"a line dropped": func(d *claim.Decision) { d.Charge -= 50_00; d.Lines = d.Lines[:1] },
		"a line twice, the other dropped": func(d *claim.Decision) {
			d.Lines[1] = d.Lines[0]
			d.Charge += 50_00
		},
		"its lines exchanged": func(d *claim.Decision) { d.Lines[0], d.Lines[1] = d.Lines[1], d.Lines[0] },
		"another charge, in balance": func(d *claim.Decision) {
			d.Lines[0].Charge++
			d.Lines[0].Adjustments[0].Amount++
			d.Charge++
		},
		"the total charge":        func(d *claim.Decision) { d.Charge++ },
		"a waiting line":          func(d *claim.Decision) { d.Lines[0].Outcome = claim.Pend },
		"an outcome that is none": func(d *claim.Decision) { d.Outcome = "" },
		"said to pay":             func(d *claim.Decision) { d.Outcome = claim.Pay },
		"said to wait":            func(d *claim.Decision) { d.Outcome, d.Pends = claim.Pend, []claim.PendReason{{Code: "edit"}} },
		"a line that pays": func(d *claim.Decision) {
			d.Lines[0].Paid, d.Paid = 1, 1
			d.Lines[0].Adjustments[0].Amount--
		},
		"a line that allows":       func(d *claim.Decision) { d.Lines[0].Allowed, d.Allowed = 1, 1 },
		"a line that counts units": func(d *claim.Decision) { d.Lines[0].Units = 1 },
		"a line of two reasons": func(d *claim.Decision) {
			d.Lines[0].Adjustments[0].Amount--
			d.Lines[0].Adjustments = append(d.Lines[0].Adjustments, claim.Adjustment{Group: claim.CO, CARC: "96", Amount: 1})
		},
	}
	c := &twoLines().Claim
	for name, tamper := range tests {
		t.Run(name, func(t *testing.T) {
			d, err := newDecider(&script{edits: []claim.Edit{denial(0, claim.CO, "29")}}).Decide(t.Context(), twoLines())
			if err != nil || d.Outcome != claim.Deny {
				t.Fatalf("%v, %v; want a denial", d, err)
			}
			tamper(d)
			if err := Balance(c, d); err == nil || claim.KindOf(err) != claim.Internal {
				t.Errorf("Balance: %v, want an Internal error", err)
			}
		})
	}
}

// A payment is of the whole claim as charged, whatever its lines say.
func TestBalanceHoldsThePaymentToTheClaimsOwnTotal(t *testing.T) {
	c := goldenEvidence().Claim
	c.Charge++
	if err := Balance(&c, decidedGolden(t)); err == nil {
		t.Error("a claim of another total balances")
	}
}

// One CARC may stand under two groups, and only CO-45 is the write-off.
func TestOneReasonMayStandUnderTwoGroups(t *testing.T) {
	d := decidedGolden(t)
	line := &d.Lines[0]
	line.Adjustments = append(line.Adjustments, claim.Adjustment{Group: claim.PI, CARC: "45", Amount: 1_00})
	line.Paid, d.Paid = line.Paid-1_00, d.Paid-1_00
	if err := Balance(&goldenEvidence().Claim, d); err != nil {
		t.Error(err)
	}
}

// An engine whose write-off were the residual could not be caught: here the rows are wrong and the decision fails.
func TestDecisionOfWrongRowsDoesNotBalance(t *testing.T) {
	tests := map[string]func(*row){
		"a share that was not taken from the payment": func(r *row) { r.cuts = []claim.Adjustment{{Group: claim.PR, CARC: "119", Amount: 1}} },
		"a payment that no price explains":            func(r *row) { r.payable++ },
		"a share below nothing":                       func(r *row) { r.coinsurance = -1 },
	}
	for name, wrong := range tests {
		t.Run(name, func(t *testing.T) {
			ev := goldenEvidence()
			rows := newRows(nil, ev)
			rows[0].price(ev)
			wrong(&rows[0])
			if err := Balance(&ev.Claim, assemble(claim.Pay, rows, decidedLines(rows))); err == nil {
				t.Error("the decision balances")
			}
		})
	}
}
