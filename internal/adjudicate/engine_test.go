package adjudicate

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/scoring"
)

// Evidence names what it is decided with, so an engine says exactly what it is made of, and scores when it has a model.
func TestAnEngineIsItsContractAndItsModel(t *testing.T) {
	contract := baseContract(t)
	model, err := scoring.EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		engine *Engine
		want   claim.Versions
	}{
		"without a model": {NewEngine(contract, nil), claim.Versions{Semantics: claim.Semantics, Contract: contract.Digest()}},
		"with one":        {NewEngine(contract, model), claim.Versions{Semantics: claim.Semantics, Contract: contract.Digest(), Model: model.Digest()}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.engine.Versions()); diff != "" {
				t.Errorf("versions (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(contract.Rules(), tc.engine.Rules()); diff != "" || len(tc.engine.Rules()) == 0 {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			ev := goldenNamed(t, "paid_cost_share").evidence
			ev.Versions = tc.engine.Versions()
			d, err := tc.engine.NewDecider().Decide(t.Context(), ev)
			if err != nil || d.Score.Scored != (tc.want.Model != claim.Digest{}) {
				t.Errorf("score %+v, %v", d.Score, err)
			}
		})
	}
}

// failing is a model that cannot score.
type failing struct{ err error }

func (f failing) Score([]float64) (claim.Score, error) { return claim.Score{}, f.err }

// What fails on the way to a decision is the decision's error, and never a decision without it.
func TestWhatFailsIsNotPassedOver(t *testing.T) {
	fault := claim.Errorf(claim.Unavailable, "away")
	deny := policies.Verdict{Outcome: claim.Deny}
	deciders := map[string]*Decider{
		"the model": {versions: claim.Versions{Semantics: claim.Semantics}, contract: &script{}, model: failing{fault}},
	}
	for _, at := range []string{"edits", "limits", "gate"} {
		deciders[at] = &Decider{
			versions: claim.Versions{Semantics: claim.Semantics},
			// Line 1 is denied, so that what is left of the claim could be decided without the answer.
			contract: &broken{at: at, fail: func() error { return fault }, script: script{verdict: deny, edits: []claim.Edit{denial(1, claim.CO, "96")}}},
		}
	}
	for name, decider := range deciders {
		if d, err := decider.Decide(t.Context(), twoLines()); !errors.Is(err, fault) || claim.KindOf(err) != claim.Unavailable || d != nil {
			t.Errorf("%s fails: %v, %v; want only its error", name, d, err)
		}
	}
}

// A denial of lines that no edit denies is an error already before the lines are put together.
func TestTheGateDeniesOnlyWhatEditsDeny(t *testing.T) {
	rows := newRows(nil, twoLines())
	if outcome, _, err := settle(twoLines(), claim.Deny, nil, rows, nil); claim.KindOf(err) != claim.Internal || err == nil || outcome != "" {
		t.Errorf("%q, %v; want an Internal error", outcome, err)
	}
}

// The gate counts decided lines: one without a price is shown to it as waiting.
func TestALineWithoutAPriceIsNotShownAsDecided(t *testing.T) {
	ev := twoLines()
	ev.Facts.Fees = ev.Facts.Fees[:1]
	rows := newRows(nil, ev)
	for i := range rows {
		rows[i].price(ev)
	}
	lines := decidedLines(rows)
	if got := []claim.Outcome{lines[0].Outcome, lines[1].Outcome}; !cmp.Equal(got, []claim.Outcome{claim.Pay, claim.Pend}) {
		t.Errorf("the gate is shown %v, want pay and pend", got)
	}
}

// What a contract says that no remittance could show is a fault of the contract, whichever question it answers.
func TestEditsThatNoRemittanceCouldShowAreRefused(t *testing.T) {
	sound := claim.Edit{Rule: "R", Line: 1, Outcome: claim.Deny, Group: claim.CO, CARC: "96", Units: 1, Amount: 1}
	for name, change := range map[string]func(*claim.Edit){
		"units below nothing":     func(e *claim.Edit) { e.Units, e.Amount = -1, 0 },
		"an amount below nothing": func(e *claim.Edit) { e.Units, e.Amount = 0, -1 },
		"units of no line":        func(e *claim.Edit) { e.Line, e.Amount = 0, 0 },
		"an amount of no line":    func(e *claim.Edit) { e.Line, e.Units = 0, 0 },
		"no CARC":                 func(e *claim.Edit) { e.CARC = "" },
		"no group":                func(e *claim.Edit) { e.Group = "" },
		"a group that is none":    func(e *claim.Edit) { e.Group = "XX" },
	} {
		bad := sound
		change(&bad)
		for question, s := range map[string]*script{"edits": {edits: []claim.Edit{sound, bad}}, "limits": {limits: []claim.Edit{sound, bad}}} {
			if d, err := newDecider(s).Decide(t.Context(), twoLines()); claim.KindOf(err) != claim.Internal || err == nil || !strings.Contains(err.Error(), `rule "R"`) {
				t.Errorf("%s among %s: %v, %v; want an Internal error that names the rule", name, question, d, err)
			}
		}
	}
	pend := claim.Edit{Rule: "P", Outcome: claim.Pend}
	if _, err := newDecider(&script{edits: []claim.Edit{sound, pend}}).Decide(t.Context(), twoLines()); err != nil {
		t.Errorf("a pend needs neither group nor CARC: %v", err)
	}
}

// A limit found later does not take the place of the denial that stands, and limits cut in the order they are recorded.
func TestEditsComeBeforeLimits(t *testing.T) {
	s := &script{edits: []claim.Edit{denial(1, claim.CO, "96")}, limits: []claim.Edit{denial(1, claim.CO, "31")}}
	d, err := newDecider(s).Decide(t.Context(), twoLines())
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Lines[0].Adjustments[0].CARC; got != "96" {
		t.Errorf("line 1 is denied with %s, want 96", got)
	}
	limit := func(rule, carc string, amount claim.Cents) claim.Edit {
		return claim.Edit{Rule: rule, Line: 1, Outcome: claim.Deny, Group: claim.PR, CARC: carc, Amount: amount}
	}
	d, err = newDecider(&script{limits: []claim.Edit{limit("B", "35", 40_00), limit("A", "119", 50_00)}}).Decide(t.Context(), goldenEvidence())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"CO-45 27.65", "PR-119 22.35", "PR-35 10.00"}, explain(d.Lines[0].Adjustments)); diff != "" {
		t.Errorf("adjustments (-want +got):\n%s", diff)
	}
}

// Nothing is left to limit when every line is denied: the contract is not asked, and cannot answer.
func TestLimitsAreNotAskedWhenNothingPays(t *testing.T) {
	s := &script{edits: []claim.Edit{denial(0, claim.CO, "29")}, limits: []claim.Edit{denial(1, claim.CO, "119")}}
	d, err := newDecider(s).Decide(t.Context(), twoLines())
	if err != nil || len(d.Edits) != 1 {
		t.Errorf("edits %v, %v; want the denial only", d.Edits, err)
	}
}

func TestDecideRefusesWhatCannotBeNamed(t *testing.T) {
	for name, change := range map[string]func(*claim.Evidence){
		"no payer":                 func(ev *claim.Evidence) { ev.Payer = 0 },
		"a payer below":            func(ev *claim.Evidence) { ev.Payer = -1 },
		"no claim":                 func(ev *claim.Evidence) { ev.ClaimID = uuid.Nil },
		"no time":                  func(ev *claim.Evidence) { ev.AsOf = 0 },
		"a charge far above":       func(ev *claim.Evidence) { ev.Claim.Lines[0].Charge = claim.MaxCents + 1 },
		"a charge far below":       func(ev *claim.Evidence) { ev.Claim.Lines[0].Charge = -claim.MaxCents - 1 },
		"lines turned round":       func(ev *claim.Evidence) { ev.Claim.Lines[0].Number, ev.Claim.Lines[1].Number = 2, 1 },
		"a first line below 1":     func(ev *claim.Evidence) { ev.Claim.Lines[0].Number = -1 },
		"a first line of number 0": func(ev *claim.Evidence) { ev.Claim.Lines[0].Number = 0 },
	} {
		ev := twoLines()
		change(ev)
		if d, err := newDecider(&script{}).Decide(t.Context(), ev); claim.KindOf(err) != claim.Invalid || err == nil {
			t.Errorf("%s: %v, %v; want kind Invalid", name, d, err)
		}
	}
	for name, charge := range map[string]claim.Cents{"the highest": claim.MaxCents, "the lowest": -claim.MaxCents} {
		ev := twoLines()
		ev.Claim.Lines[0].Charge = charge
		if err := wellFormed(ev); err != nil {
			t.Errorf("%s charge: %v", name, err)
		}
	}
}

// A total that stands twice, or counts a member's benefit for nobody, could be either: the claim waits for who can tell.
func TestTotalsThatCannotBeRightHoldTheClaim(t *testing.T) {
	deductible := used(claim.DeductibleUsed, testMember, 7)
	otherYear, otherKind, otherMember, otherAmount := deductible, deductible, deductible, deductible
	otherYear.Year++
	otherKind.Kind = claim.OutOfPocketUsed
	otherMember.Member = uuid.Nil
	otherAmount.Amount++
	benefit := func(kind claim.AccumulatorKind, member claim.ID, group string) claim.Accumulator {
		return claim.Accumulator{Kind: kind, Member: member, Year: testYear, Group: group, Amount: 1}
	}
	waits := []claim.PendReason{{Code: "notLoaded", Detail: string(claim.KindAccumulators)}}
	tests := map[string]struct {
		totals []claim.Accumulator
		want   []claim.PendReason
	}{
		"all different":           {[]claim.Accumulator{deductible, otherYear, otherKind, otherMember}, nil},
		"twice the same":          {[]claim.Accumulator{deductible, otherYear, deductible}, waits},
		"twice, of two amounts":   {[]claim.Accumulator{deductible, otherAmount}, waits},
		"a member's units":        {[]claim.Accumulator{benefit(claim.BenefitUnitsUsed, testMember, "PT"), benefit(claim.BenefitUnitsUsed, testMember, "OT")}, nil},
		"nobody's units":          {[]claim.Accumulator{benefit(claim.BenefitUnitsUsed, uuid.Nil, "PT")}, waits},
		"nobody's benefit, money": {[]claim.Accumulator{deductible, benefit(claim.BenefitCentsUsed, uuid.Nil, "PT")}, waits},
	}
	for name, test := range tests {
		ev := twoLines()
		ev.Facts.Accumulators = test.totals
		d, err := newDecider(&script{}).Decide(t.Context(), ev)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, d.Pends); diff != "" || (d.Outcome == claim.Pend) != (test.want != nil) {
			t.Errorf("%s: %s, pends (-want +got):\n%s", name, d.Outcome, diff)
		}
	}
}

// Which tables were taken as valid stands in every decision, also in the pend of a claim that cannot be decided, and
// names ICD-9-CM when codes of that set passed because the table of the other was assumed.
func TestWhatWasAssumedStandsInEveryDecision(t *testing.T) {
	fails := func() error { return claim.Errorf(claim.Internal, "no") }
	for name, tc := range map[string]struct {
		at   string
		icd9 bool
		want []claim.FactKind
	}{
		"decided":            {"", false, []claim.FactKind{claim.KindDiagnoses, claim.KindMUE}},
		"coded in ICD-9-CM":  {"", true, []claim.FactKind{claim.KindDiagnoses, claim.KindMUE, claim.KindDiagnosesICD9}},
		"not to be decided":  {"gate", false, []claim.FactKind{claim.KindDiagnoses, claim.KindMUE}},
		"nor in that coding": {"gate", true, []claim.FactKind{claim.KindDiagnoses, claim.KindMUE, claim.KindDiagnosesICD9}},
	} {
		ev := twoLines()
		ev.Facts.Looked = []claim.Looked{
			{Kind: claim.KindMUE, Assumed: true}, {Kind: claim.KindFees}, {Kind: claim.KindDiagnoses, Assumed: true}, {Kind: claim.KindMUE, Assumed: true},
		}
		ev.Claim.Diagnoses[0].ICD9 = tc.icd9
		if tc.icd9 {
			for i := range ev.Claim.Lines {
				ev.Claim.Lines[i].From, ev.Claim.Lines[i].Through = 20150930, 20150930
			}
			ev.Facts.Plan.From = 20150101
		}
		d, err := brokenDecider(tc.at, fails).DecideOrPend(t.Context(), ev)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, d.Assumed); diff != "" {
			t.Errorf("%s: assumed (-want +got):\n%s", name, diff)
		}
	}
}

// An evaluation that ran out of time is tried again, whoever's time it was.
func TestRunningOutOfTimeIsNoDecision(t *testing.T) {
	for _, fault := range []error{context.Canceled, context.DeadlineExceeded} {
		if d, err := brokenDecider("limits", func() error { return fault }).DecideOrPend(t.Context(), twoLines()); !errors.Is(err, fault) {
			t.Errorf("%v, %v; want %v", d, err, fault)
		}
	}
}
