package adjudicate

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/policies"
)

func denial(line int, group claim.Group, carc string) claim.Edit {
	return claim.Edit{Rule: "R-" + carc, Line: line, Outcome: claim.Deny, Group: group, CARC: carc}
}

// twoLines is a claim of two lines: 100.00 (allowed 72.35) and 50.00 (allowed 40.00).
func twoLines() *claim.Evidence {
	ev := goldenEvidence()
	addLine(ev, "36415", 50_00, 40_00)
	return ev
}

func TestDeniedLine(t *testing.T) {
	edit := denial(2, claim.PR, "96")
	edit.RARC = "N130"
	d, err := newDecider(&script{edits: []claim.Edit{edit}}).Decide(t.Context(), twoLines())
	if err != nil {
		t.Fatal(err)
	}
	want := claim.LineDecision{
		Number: 2, Outcome: claim.Deny, Charge: 50_00, PatientOwes: 50_00, Remarks: []string{"N130"},
		Adjustments: []claim.Adjustment{{Group: claim.PR, CARC: "96", Amount: 50_00}},
	}
	if diff := cmp.Diff(want, d.Lines[1]); diff != "" {
		t.Errorf("denied line (-want +got):\n%s", diff)
	}
	if d.Outcome != claim.Pay || d.Paid != 72_35 || d.PatientOwes != 50_00 {
		t.Errorf("claim %s, paid %s, patient owes %s; want pay, 72.35, 50.00", d.Outcome, d.Paid, d.PatientOwes)
	}
}

// Whatever the order in which edits are found, the same code stands on the line.
func TestPrecedenceOfDenials(t *testing.T) {
	tests := []struct {
		codes []string
		want  string
	}{
		{[]string{"236", "31"}, "31"},
		{[]string{"18", "26", "29"}, "26"},
		{[]string{"151", "18"}, "18"},
		{[]string{"29", "18"}, "29"},
		{[]string{"181", "146"}, "181"},
		{[]string{"119", "96"}, "96"},
		{[]string{"ZZ", "119"}, "119"},
		{[]string{"ZZ", "ZA"}, "ZA"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.codes), func(t *testing.T) {
			for _, claimLevel := range []int{0, 1} {
				var edits, turned []claim.Edit
				for i, code := range test.codes {
					edits = append(edits, denial(i%(claimLevel+1), claim.CO, code))
				}
				for i := range edits {
					turned = append(turned, edits[len(edits)-1-i])
				}
				for _, order := range [][]claim.Edit{edits, turned} {
					d, err := newDecider(&script{edits: order}).Decide(t.Context(), goldenEvidence())
					if err != nil {
						t.Fatal(err)
					}
					if got := d.Lines[0].Adjustments[0].CARC; got != test.want || d.Outcome != claim.Deny {
						t.Errorf("%s with CARC %s, want deny with %s", d.Outcome, got, test.want)
					}
					if len(d.Edits) != len(edits) {
						t.Errorf("%d edits recorded, want all %d", len(d.Edits), len(edits))
					}
				}
			}
		})
	}
}

func TestPendShowsTheWholeChargeUnder133(t *testing.T) {
	s := &script{edits: []claim.Edit{denial(2, claim.CO, "96")}, verdict: policies.Verdict{
		Outcome: claim.Pend, Pends: []claim.PendReason{{Code: "score"}, {Code: "edit", Detail: "B"}, {Code: "edit", Detail: "A"}},
	}}
	d, err := newDecider(s).Decide(t.Context(), twoLines())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range d.Lines {
		want := claim.LineDecision{
			Number: line.Number, Outcome: claim.Pend, Charge: line.Charge,
			Adjustments: []claim.Adjustment{{Group: claim.OA, CARC: "133", Amount: line.Charge}},
		}
		if diff := cmp.Diff(want, line); diff != "" {
			t.Errorf("line (-want +got):\n%s", diff)
		}
	}
	want := []claim.PendReason{{Code: "edit", Detail: "A"}, {Code: "edit", Detail: "B"}, {Code: "score"}}
	if diff := cmp.Diff(want, d.Pends); diff != "" || d.Outcome != claim.Pend || len(d.Accruals) > 0 {
		t.Errorf("%s with %d accruals, pends (-want +got):\n%s", d.Outcome, len(d.Accruals), diff)
	}
}

// What a contract's gate may not do, it does not achieve.
func TestTheGateIsCheckedAgain(t *testing.T) {
	unpricedLine := twoLines()
	unpricedLine.Facts.Fees = unpricedLine.Facts.Fees[:1]
	differing := twoLines()
	differing.Claim.Charge++
	pay := policies.Verdict{Outcome: claim.Pay}
	tests := []struct {
		rule   string
		ev     *claim.Evidence
		script script
		want   claim.PendReason
	}{
		{"it pays a line without a price", unpricedLine, script{verdict: pay}, claim.PendReason{Code: "price", Detail: "fee"}},
		{"it pays a claim whose total is not its lines'", differing, script{verdict: pay}, claim.PendReason{Code: "price", Detail: "chargeTotal"}},
		{"it pays over a pend", twoLines(), script{verdict: pay, edits: []claim.Edit{{Rule: "P", Outcome: claim.Pend}}}, claim.PendReason{Code: "edit", Detail: "P"}},
		{"it pends without a reason", twoLines(), script{verdict: policies.Verdict{Outcome: claim.Pend}}, claim.PendReason{Code: "gate", Detail: "noReason"}},
		{"it says nothing we know", twoLines(), script{verdict: policies.Verdict{Outcome: "maybe"}}, claim.PendReason{Code: "gate", Detail: "noReason"}},
		{
			"it denies for medical necessity", twoLines(),
			script{verdict: pay, edits: []claim.Edit{denial(0, claim.CO, "50")}},
			claim.PendReason{Code: "edit", Detail: "R-50"},
		},
	}
	tests = append(tests, tests[len(tests)-1])
	asLimit := &tests[len(tests)-1]
	asLimit.rule, asLimit.script.limits, asLimit.script.edits = "it denies for medical necessity as a limit", asLimit.script.edits, nil
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			d, err := newDecider(&test.script).Decide(t.Context(), test.ev)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]claim.PendReason{test.want}, d.Pends); diff != "" || d.Outcome != claim.Pend || d.Paid != 0 {
				t.Errorf("%s, paid %s, pends (-want +got):\n%s", d.Outcome, d.Paid, diff)
			}
		})
	}
	s := &script{verdict: policies.Verdict{Outcome: claim.Deny}, edits: []claim.Edit{denial(1, claim.CO, "96")}}
	if d, err := newDecider(s).Decide(t.Context(), twoLines()); err == nil || claim.KindOf(err) != claim.Internal {
		t.Errorf("a denial of a line that no edit denies: %v, %v; want an Internal error", d, err)
	}
}

// verdictOfScore is a model whose answer is fixed.
type verdictOfScore claim.Score

func (v verdictOfScore) Score([]float64) (claim.Score, error) { return claim.Score(v), nil }

// Promise 5: whatever the model says and whatever the gate makes of it, a claim that no edit denies is not denied.
func TestScoreNeverDenies(t *testing.T) {
	for _, score := range []claim.Score{
		{Scored: true}, {Scored: true, Flagged: true, MarginMillionths: 1 << 62}, {Scored: true, Flagged: true, MarginMillionths: -1 << 62},
	} {
		for _, gate := range []claim.Outcome{claim.Pay, claim.Pend, claim.Deny, "", claim.Inform} {
			s := &script{verdict: policies.Verdict{Outcome: gate, Pends: []claim.PendReason{{Code: "score"}}}}
			if gate == claim.Pay {
				s.verdict.Pends = nil
			}
			decider := newDecider(s)
			decider.model = verdictOfScore(score)
			d, err := decider.Decide(t.Context(), twoLines())
			if err == nil && d.Outcome == claim.Deny {
				t.Errorf("score %+v, gate %q: denied", score, gate)
			}
			if err == nil && (d.Score != score || s.asked.Score != score) {
				t.Errorf("score %+v is recorded as %+v and shown to the gate as %+v", score, d.Score, s.asked.Score)
			}
		}
	}
}

// forgetful is a contract whose gate loses a line of the claim, as a fault of ours might.
type forgetful struct{ script }

func (f *forgetful) Gate(_ context.Context, in policies.GateInput) (policies.Verdict, error) {
	in.Evidence.Claim.Lines = in.Evidence.Claim.Lines[:1]
	return policies.Verdict{Outcome: claim.Pay}, nil
}

// Every decision is checked before anybody sees it, whatever went wrong on the way.
func TestDecideNeverReturnsWhatDoesNotBalance(t *testing.T) {
	decider := newDecider(nil)
	decider.contract = &forgetful{}
	if d, err := decider.Decide(t.Context(), twoLines()); err == nil || claim.KindOf(err) != claim.Internal || d != nil {
		t.Errorf("decision %v, error %v; want only an Internal error", d, err)
	}
}

func TestLimitCutsALine(t *testing.T) {
	cut := claim.Edit{Rule: "LIM-119", Line: 1, Outcome: claim.Deny, Group: claim.PR, CARC: "119", RARC: "N362"}
	byUnits, byAmount, both := cut, cut, cut
	byUnits.Units = claim.One
	byAmount.Amount = 50_00
	both.Units, both.Amount = 2*claim.One, 100_00
	tests := []struct {
		rule  string
		edits []claim.Edit
		paid  claim.Cents
		units claim.Quantity
		want  []string
	}{
		// Charge 300.00 for 3 units, fee 72.35 each: allowed 217.05.
		{"one of three units left", []claim.Edit{byUnits}, 72_35, 1000, []string{"CO-45 82.95", "PR-119 144.70"}},
		{"50.00 left", []claim.Edit{byAmount}, 50_00, 3000, []string{"CO-45 82.95", "PR-119 167.05"}},
		{"two units and 100.00 left", []claim.Edit{both}, 100_00, 2000, []string{"CO-45 82.95", "PR-119 117.05"}},
		{"two limits, one after the other", []claim.Edit{byAmount, byUnits}, 50_00, 1000, []string{"CO-45 82.95", "PR-119 167.05"}},
		{"nothing left", []claim.Edit{cut}, 0, 0, []string{"PR-119 300.00"}},
		{"more left than asked for", []claim.Edit{{Rule: "L", Line: 1, Outcome: claim.Deny, Group: claim.PR, CARC: "119", Amount: 999_00}}, 217_05, 3000, []string{"CO-45 82.95"}},
		{"more units left than asked for", []claim.Edit{{Rule: "L", Line: 1, Outcome: claim.Deny, Group: claim.PR, CARC: "119", Units: 9 * claim.One}}, 217_05, 3000, []string{"CO-45 82.95"}},
		{"a thousandth of a unit left", []claim.Edit{{Rule: "L", Line: 1, Outcome: claim.Deny, Group: claim.PR, CARC: "119", Units: 1}}, 7, 1, []string{"CO-45 82.95", "PR-119 216.98"}},
		{"another line's limit", []claim.Edit{{Rule: "L", Line: 2, Outcome: claim.Deny, Group: claim.PR, CARC: "119", Units: 1}}, 217_05, 3000, []string{"CO-45 82.95"}},
		{"what only informs", []claim.Edit{{Rule: "L", Line: 1, Outcome: claim.Inform, Units: 1, Amount: 1}}, 217_05, 3000, []string{"CO-45 82.95"}},
		{"a limit that passes", []claim.Edit{{Rule: "L", Line: 1, Outcome: claim.Pass}}, 217_05, 3000, []string{"CO-45 82.95"}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			ev := newEvidence()
			addLine(ev, "97110", 300_00, 72_35).Quantity = 3 * claim.One
			d, err := newDecider(&script{limits: test.edits}).Decide(t.Context(), ev)
			if err != nil {
				t.Fatal(err)
			}
			line := d.Lines[0]
			if diff := cmp.Diff(test.want, explain(line.Adjustments)); diff != "" || line.Paid != test.paid || line.Units != test.units {
				t.Errorf("paid %s for %s units, want %s for %s; adjustments (-want +got):\n%s", line.Paid, line.Units, test.paid, test.units, diff)
			}
		})
	}
}

// A remittance says why a line was cut: each remark once, and none of a limit that took nothing.
func TestACutLineCarriesItsRemarks(t *testing.T) {
	cut := func(rarc string, amount claim.Cents) claim.Edit {
		return claim.Edit{Rule: "L" + rarc, Line: 1, Outcome: claim.Deny, Group: claim.PR, CARC: "119", RARC: rarc, Amount: amount}
	}
	s := &script{edits: []claim.Edit{cut("N1", 60_00)}, limits: []claim.Edit{cut("", 55_00), cut("N1", 50_00), cut("N2", 40_00), cut("N3", 45_00)}}
	d, err := newDecider(s).Decide(t.Context(), goldenEvidence())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"N1", "N2"}, d.Lines[0].Remarks); diff != "" || d.Paid != 40_00 {
		t.Errorf("paid %s, remarks (-want +got):\n%s", d.Paid, diff)
	}
}

// Limits are asked only about lines that may still pay: a denied line uses nothing up.
func TestLimitsSeeOnlyPayableLines(t *testing.T) {
	s, ev := &script{edits: []claim.Edit{denial(1, claim.CO, "181")}}, twoLines()
	addLine(ev, "99499", 10_00, 0) // a fee of nothing is none: not to be priced
	if _, err := newDecider(s).Decide(t.Context(), ev); err != nil {
		t.Fatal(err)
	}
	want := []policies.LineAmount{{Line: 2, Allowed: 40_00, Units: claim.One, Priced: 40_00}}
	if diff := cmp.Diff(want, s.amounts); diff != "" {
		t.Errorf("amounts (-want +got):\n%s", diff)
	}
}

func TestAccruals(t *testing.T) {
	ev := twoLines()
	for i := range ev.Facts.Benefits {
		ev.Facts.Benefits[i].Group, ev.Facts.Benefits[i].LimitUnits, ev.Facts.Benefits[i].LimitAmount = "PT", 20*claim.One, 1000_00
		ev.Facts.Benefits[i].Authorization = true
	}
	ev.Claim.Lines[1].Quantity = 2 * claim.One
	ev.Claim.PriorAuthorization = "AUTH1"
	ev.Facts.Authorizations = []claim.Authorization{
		{Number: "AUTH0", Procedure: "99213", From: 20240101, Through: 20241231, Approved: 9 * claim.One},
		{Number: "AUTH1", Procedure: "99213", From: 20240101, Through: 20241231, Approved: 9 * claim.One, Used: 6 * claim.One},
	}
	ev.Claim.Lines[1].Procedure, ev.Facts.Fees[1].Procedure, ev.Facts.Benefits[1].Procedure = "99213", "99213", "99213"
	d, err := newDecider(&script{}).Decide(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	want := []claim.Accrual{
		{Authorization: "AUTH1", Amount: 3000},
		{Kind: claim.BenefitCentsUsed, Member: testMember, Year: testYear, Group: "PT", Amount: 122_35},
		{Kind: claim.BenefitUnitsUsed, Member: testMember, Year: testYear, Group: "PT", Amount: 3000},
	}
	if diff := cmp.Diff(want, d.Accruals); diff != "" {
		t.Errorf("accruals (-want +got):\n%s", diff)
	}
	ev.Facts.Authorizations[1].Used++
	d, err = newDecider(&script{}).Decide(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]claim.PendReason{{Code: "price", Detail: "authorization"}}, d.Pends); diff != "" || len(d.Accruals) > 0 {
		t.Errorf("units that are not authorised: pends (-want +got):\n%s", diff)
	}
}

func TestDecideRefusesOtherVersions(t *testing.T) {
	for name, change := range map[string]func(*claim.Versions){
		"semantics": func(v *claim.Versions) { v.Semantics++ },
		"contract":  func(v *claim.Versions) { v.Contract[0]++ },
		"model":     func(v *claim.Versions) { v.Model[31]++ },
	} {
		ev := twoLines()
		change(&ev.Versions)
		_, err := newDecider(&script{}).Decide(t.Context(), ev)
		if _, ok := errors.AsType[*OtherVersion](err); !ok || claim.KindOf(err) != claim.Conflict {
			t.Errorf("%s: error %v, want OtherVersion", name, err)
		}
	}
	ev := twoLines()
	ev.Versions.Snapshot[0]++
	if _, err := newDecider(&script{}).Decide(t.Context(), ev); err != nil {
		t.Errorf("another snapshot, whose profile lies in the evidence: %v", err)
	}
}

func TestDecideRefusesWhatCannotBeCounted(t *testing.T) {
	for name, change := range map[string]func(*claim.Claim){
		"no lines":            func(c *claim.Claim) { c.Lines = nil },
		"two lines 1":         func(c *claim.Claim) { c.Lines[1].Number = 1 },
		"line 0":              func(c *claim.Claim) { c.Lines[0].Number = 0 },
		"a charge that wraps": func(c *claim.Claim) { c.Lines[0].Charge = 1 << 62 },
	} {
		ev := twoLines()
		change(&ev.Claim)
		if _, err := newDecider(&script{}).Decide(t.Context(), ev); err == nil || claim.KindOf(err) != claim.Invalid {
			t.Errorf("%s: error %v, want kind Invalid", name, err)
		}
	}
}

func TestChargesOfNothingAndBelow(t *testing.T) {
	ev := goldenEvidence()
	addLine(ev, "3074F", 0, 0)
	d, err := newDecider(&script{}).Decide(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	if d.Outcome != claim.Pay || d.Paid != 72_35 || d.Lines[1].Outcome != claim.Pay || len(d.Lines[1].Adjustments) != 0 {
		t.Errorf("a line charged at nothing: %s, %+v", d.Outcome, d.Lines[1])
	}
	addLine(ev, "99999", -10_00, 10_00)
	d, err = newDecider(&script{}).Decide(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]claim.PendReason{{Code: "price", Detail: "charge"}}, d.Pends); diff != "" || d.Paid != 0 {
		t.Errorf("a negative charge: pends (-want +got):\n%s", diff)
	}
}

func TestAssumedTablesAreListed(t *testing.T) {
	ev := twoLines()
	for _, kind := range claim.FactKinds {
		ev.Facts.Looked = append(ev.Facts.Looked, claim.Looked{
			Kind: kind, Assumed: kind == claim.KindMUE || kind == claim.KindDiagnoses,
		})
	}
	shuffle(rand.New(rand.NewPCG(1, 1)), ev.Facts.Looked)
	d, err := newDecider(&script{}).Decide(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]claim.FactKind{claim.KindDiagnoses, claim.KindMUE}, d.Assumed); diff != "" {
		t.Errorf("assumed (-want +got):\n%s", diff)
	}
}
