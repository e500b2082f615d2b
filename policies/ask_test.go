package policies

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// limited gives line 2 a benefit with a limit, of which some was used before.
func limited2(units, usedUnits claim.Quantity, amount, usedAmount claim.Cents) *claim.Evidence {
	return flipped(flip{change: func(ev *claim.Evidence) {
		ev.Claim.Lines[0].Quantity, ev.Claim.Lines[1].Quantity = 3*claim.One, 3*claim.One
		b := &ev.Facts.Benefits[1]
		b.Group, b.LimitUnits, b.LimitAmount = "PT", units, amount
		ev.Facts.Accumulators = []claim.Accumulator{
			{Kind: claim.BenefitUnitsUsed, Member: id(2), Year: 2024, Group: "PT", Amount: int64(usedUnits)},
			{Kind: claim.BenefitCentsUsed, Member: id(2), Year: 2024, Group: "PT", Amount: int64(usedAmount)},
			{Kind: claim.BenefitUnitsUsed, Member: id(2), Year: 2023, Group: "PT", Amount: 99 * int64(claim.One)},
			{Kind: claim.BenefitUnitsUsed, Member: id(3), Year: 2024, Group: "PT", Amount: 99 * int64(claim.One)},
			{Kind: claim.BenefitUnitsUsed, Member: id(2), Year: 2024, Group: "OT", Amount: 99 * int64(claim.One)},
		}
	}})
}

func TestLimits(t *testing.T) {
	cut := func(units claim.Quantity, amount claim.Cents) []claim.Edit {
		return []claim.Edit{{Rule: "LIM-119", Line: 2, Outcome: claim.Deny, Group: claim.PR, CARC: "119", Units: units, Amount: amount}}
	}
	bothInGroup := limited2(4*claim.One, 0, 0, 0)
	bothInGroup.Facts.Benefits[0].Group, bothInGroup.Facts.Benefits[0].LimitUnits = "PT", 4*claim.One
	shared := func(change func(ev *claim.Evidence)) *claim.Evidence { // both lines draw on one limit of 4 units and 100 dollars
		ev := limited2(4*claim.One, 0, 10_000, 0)
		ev.Facts.Benefits[0].Group, ev.Facts.Benefits[0].LimitUnits, ev.Facts.Benefits[0].LimitAmount = "PT", 4*claim.One, 10_000
		change(ev)
		return ev
	}
	beside := func(units claim.Quantity, amount claim.Cents) *claim.Evidence { // line 1 is of the group too, with limits of its own
		return shared(func(ev *claim.Evidence) {
			b := ev.Facts.Benefits
			b[0].LimitUnits, b[0].LimitAmount, b[1].LimitUnits, b[1].LimitAmount = units, amount, 4*claim.One, 10_000
		})
	}
	both := func(first, second []claim.Edit) []claim.Edit {
		first[0].Line = 1
		return append(first, second...)
	}
	tests := []struct {
		name string
		ev   *claim.Evidence
		want []claim.Edit
	}{
		{"a line before counts no units", beside(0, 10_000), cut(0, 2_000)},
		{"a line before counts no money", beside(4*claim.One, 0), cut(claim.One, 0)},
		{"a line before may use two units, worth two thirds", beside(2*claim.One, 10_000), both(cut(2*claim.One, 0), cut(2*claim.One, 4_667))},
		{"a line before may use 30 dollars", beside(0, 3_000), both(cut(0, 3_000), cut(0, 7_000))},
		{"a line before finds nothing left", shared(func(ev *claim.Evidence) {
			ev.Facts.Benefits[0].LimitUnits = claim.One
			ev.Facts.Accumulators[0].Amount = int64(claim.One)
		}), both(cut(0, 0), nil)},
		{"a line before draws on both", shared(func(*claim.Evidence) {}), cut(claim.One, 2_000)},
		{"a line before of the year before", shared(func(ev *claim.Evidence) { ev.Claim.Lines[0].From, ev.Facts.Accumulators = 20231231, nil }), nil},
		{"a line before of another group", shared(func(ev *claim.Evidence) { ev.Facts.Benefits[0].Group = "OT"; ev.Facts.Accumulators = nil }), nil},
		{"no limit", cleanEvidence(2), nil},
		{"the last unit", limited2(5*claim.One, 2*claim.One, 0, 0), nil},
		{"a unit over", limited2(4*claim.One, 2*claim.One, 0, 0), cut(2*claim.One, 0)},
		{"used up", limited2(4*claim.One, 4*claim.One, 0, 0), cut(0, 0)},
		{"the last cent", limited2(0, 0, 10_000, 2_000), nil},
		{"a cent over", limited2(0, 0, 10_000, 2_001), cut(0, 7_999)},
		{"units and money", limited2(4*claim.One, 2*claim.One, 10_000, 2_001), cut(2*claim.One, 7_999)},
		{"a line before draws on the group", bothInGroup, cut(claim.One, 0)},
	}
	e := embeddedContract(t).NewEvaluator()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			amounts := []LineAmount{
				{Line: 1, Allowed: 8_000, Units: 3 * claim.One, Priced: 8_000}, {Line: 2, Allowed: 8_000, Units: 3 * claim.One, Priced: 8_000},
			}
			got, err := e.Limits(t.Context(), test.ev, amounts)
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("%v; -want +got:\n%s", err, diff)
			}
		})
	}
}

func TestGate(t *testing.T) {
	pend := claim.Edit{Rule: "PAT-140", Outcome: claim.Pend, Group: claim.OA, CARC: "140"}
	flagged := claim.Score{Scored: true, Flagged: true}
	release := func(waived ...string) *claim.HumanAction {
		return &claim.HumanAction{Action: "release", Waived: waived}
	}
	denial := claim.Edit{Rule: "REVIEW", Outcome: claim.Deny, Group: claim.CO, CARC: "96", RARC: "N130"}
	tests := []struct {
		name   string
		review *claim.HumanAction
		in     GateInput
		want   Verdict
	}{
		{"nothing against it", nil, GateInput{Score: scored()}, Verdict{Outcome: claim.Pay}},
		{"an edit pends", nil, GateInput{Score: scored(), Edits: []claim.Edit{pend}}, pends("edit", "PAT-140")},
		{"a reviewer waived it", release("PAT-140"), GateInput{Score: scored(), Edits: []claim.Edit{pend}}, Verdict{Outcome: claim.Pay}},
		{"a reviewer waived another", release("ENR-PEND"), GateInput{Score: scored(), Edits: []claim.Edit{pend}}, pends("edit", "PAT-140")},
		{"flagged", nil, GateInput{Score: flagged}, pends("score", "flagged")},
		{"flagged and waived", release(WaiveScore), GateInput{Score: flagged}, Verdict{Outcome: claim.Pay}},
		{"not scored", nil, GateInput{}, pends("score", "unscored")},
		{"no price", release("price"), GateInput{Score: scored(), Unpriced: []claim.PendReason{{Code: "price", Detail: "fee"}}}, pends("price", "fee")},
		{"a denial cannot be waived", release("REVIEW"), GateInput{Score: scored(), Edits: []claim.Edit{denial}}, Verdict{Outcome: claim.Deny}},
		{"a reviewer denied, over pend and score", &claim.HumanAction{Action: "deny", Edits: []claim.Edit{denial}},
			GateInput{Score: flagged, Edits: []claim.Edit{denial, pend}}, Verdict{Outcome: claim.Deny}},
		{"a denial that names waived rules waives none", &claim.HumanAction{Action: "deny", Waived: []string{"PAT-140"}},
			GateInput{Score: scored(), Edits: []claim.Edit{pend}}, pends("edit", "PAT-140")},
	}
	e := embeddedContract(t).NewEvaluator()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ev := cleanEvidence(2)
			ev.Review = test.review
			test.in.Evidence, test.in.Lines = ev, decided(ev, test.in.Edits)
			got, err := e.Gate(t.Context(), test.in)
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("%v; -want +got:\n%s", err, diff)
			}
		})
	}
}

func pends(code, detail string) Verdict {
	return Verdict{Outcome: claim.Pend, Pends: []claim.PendReason{{Code: code, Detail: detail}}}
}

func TestGateNamesTheReferenceThatIsMissing(t *testing.T) {
	e := embeddedContract(t).NewEvaluator()
	for _, kind := range claim.FactKinds {
		ev := cleanEvidence(1)
		if kind == claim.KindPredecessor {
			ev.Claim.Frequency = claim.Replacement
		}
		drop(ev, kind)
		got, err := e.Gate(t.Context(), GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil)})
		if diff := cmp.Diff(pends("notLoaded", string(kind)), got); err != nil || diff != "" {
			t.Errorf("%s not looked up: %v; -want +got:\n%s", kind, err, diff)
		}
		ev = cleanEvidence(1)
		if kind == claim.KindPredecessor {
			ev.Claim.Frequency = claim.Replacement
		}
		ev.Facts.LookedFor(kind).Through = serviceDate - 1
		got, err = e.Gate(t.Context(), GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil)})
		if diff := cmp.Diff(pends("notCovered", string(kind)), got); err != nil || diff != "" {
			t.Errorf("%s ends before the service: %v; -want +got:\n%s", kind, err, diff)
		}
	}
}

func TestWaiveLeavesTheListAlone(t *testing.T) {
	edits := []claim.Edit{{Rule: "A", Outcome: claim.Pend}, {Rule: "B", Outcome: claim.Deny}}
	got := Waive(edits, &claim.HumanAction{Action: "release", Waived: []string{"A", "B"}})
	want := []claim.Edit{{Rule: "A", Outcome: claim.Inform}, {Rule: "B", Outcome: claim.Deny}}
	if diff := cmp.Diff(want, got); diff != "" || edits[0].Outcome != claim.Pend {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// loadOwn compiles the base with one payer rule.
func loadOwn(t *testing.T, source string) *Evaluator {
	t.Helper()
	c, err := Load(base(t), own(t, source))
	if err != nil {
		t.Fatal(err)
	}
	return c.NewEvaluator()
}

// A payer's rule that never ends cannot hang a worker, and the evaluator serves the next context.
func TestEndlessRuleIsCancelled(t *testing.T) {
	e := loadOwn(t, check("OWN-1", anyLine+`
	line.procedure == "D0002"
	some a in numbers.range(1, 100000)
	some b in numbers.range(1, 100000)
	a * b == -1`, ""))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := e.Edits(ctx, cleanEvidence(2)); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	if _, err := e.Edits(ctx, cleanEvidence(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled: the context has ended", err)
	}
	if _, err := e.Edits(t.Context(), cleanEvidence(1)); err != nil {
		t.Errorf("after a new context: %v", err)
	}
}

// A rule that fails to compute, or makes something that is no edit, is an error: never a lost edit.
func TestFaultyRulesAreErrors(t *testing.T) {
	tests := []struct{ name, source, want string }{
		{"a built-in fails", check("OWN-1", anyLine+"\n\tto_number(line.procedure) > 1", ""), "payer/0/own.rego:12: eval_builtin_error"},
		{"another outcome", checkHead("OWN-1", `"outcome": "pay", "group": "CO", "carc": "96", "rarc": ""`, anyLine, ""), "an edit is deny, pend, inform or pass"},
		{"no group", checkHead("OWN-1", `"outcome": "deny", "group": "XX", "carc": "96", "rarc": ""`, anyLine, ""), "an edit's group is CO, PR, OA or PI"},
		{"a number for a text", checkHead("OWN-1", `"outcome": "deny", "group": "CO", "carc": 96, "rarc": ""`, anyLine, ""), `no proper "carc"`},
		{"a line that is not there", strings.Replace(check("OWN-1", anyLine, ""), "line.line", "line.line + 5", 1), "which the claim has not"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := loadOwn(t, test.source).Edits(t.Context(), cleanEvidence(1))
			if err == nil || claim.KindOf(err) != claim.Internal || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an internal error with %q", err, test.want)
			}
		})
	}
}

// What the evaluator says of a fault quotes the operands, and what a rule computes may be of the patient: neither is told.
func TestFaultsOfRulesQuoteNothingOfTheClaim(t *testing.T) {
	birth := `[birth] := [sprintf("born %d", [input.claim.member_birth])]`
	for name, source := range map[string]string{
		"a built-in that fails": check("OWN-1", anyLine+"\n\t"+birth+"\n\tto_number(birth) > 1", ""),
		"an outcome":            checkHead("OWN-1", `"outcome": birth, "group": "CO", "carc": "96", "rarc": ""`, anyLine+"\n\t"+birth, ""),
		"a group":               checkHead("OWN-1", `"outcome": "deny", "group": birth, "carc": "96", "rarc": ""`, anyLine+"\n\t"+birth, ""),
		"two values":            check("OWN-1", anyLine+"\n\town_1_one != \"\"", "\nown_1_one := x if {\n\t"+strings.ReplaceAll(birth, "birth", "x")+"\n}\n\nown_1_one := \"other\"\n"),
	} {
		ev := cleanEvidence(1)
		_, err := loadOwn(t, strings.ReplaceAll(source, "member_x", "member_birth")).Edits(t.Context(), ev)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for ; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), fmt.Sprint(int32(ev.Facts.Member.BirthDate))) || strings.Contains(err.Error(), "born") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// A rule that computes its reason cannot get around the clinician either.
func TestComputedNecessityDenialPends(t *testing.T) {
	source := checkHead("OWN-1", `"outcome": "deny", "group": "CO", "carc": own_1_reason, "rarc": ""`, anyLine, "\nown_1_reason := concat(\"\", [\"5\", \"0\"])\n")
	got, err := loadOwn(t, source).Edits(t.Context(), cleanEvidence(1))
	want := []claim.Edit{{Rule: "OWN-1", Line: 1, Outcome: claim.Pend, Group: claim.CO, CARC: "50"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v; -want +got:\n%s", err, diff)
	}
}

// A code that only looks like one passes no rule about the code it looks like.
func TestComputedCodeThatIsNoneIsAFault(t *testing.T) {
	for _, code := range []string{"50 ", "050", ""} {
		source := checkHead("OWN-1", `"outcome": "deny", "group": "CO", "carc": own_1_reason, "rarc": ""`, anyLine, "\nown_1_reason := concat(\"\", [\""+code+"\"])\n")
		if got, err := loadOwn(t, source).Edits(t.Context(), cleanEvidence(1)); claim.KindOf(err) != claim.Internal {
			t.Errorf("%q: got %+v and %v, want a fault", code, got, err)
		}
	}
}

// Evaluators of one contract work at once; what one has seen does not show in another's answers.
func TestEvaluatorsDoNotShare(t *testing.T) {
	c := embeddedContract(t)
	all := flips()
	for n := range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			e := c.NewEvaluator()
			for i := range all {
				f := all[(i*7+n*13)%len(all)]
				ev := flipped(f)
				fresh, err := c.NewEvaluator().Edits(t.Context(), ev)
				if err != nil {
					t.Fatal(err)
				}
				got, err := e.Edits(t.Context(), ev)
				if diff := cmp.Diff(fresh, got); err != nil || diff != "" {
					t.Errorf("%s: %v; -fresh +used:\n%s", f.name, err, diff)
				}
			}
		})
	}
}
