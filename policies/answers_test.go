package policies

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// shaken changes every date, amount and quantity of evidence: all by one monotone rule, and now and then one of them by
// a little, so that some comparisons turn round. The days are few: sources of other dates have answers of their own.
func shaken(ev *claim.Evidence, rng *rand.Rand) *claim.Evidence {
	days, cents := 10*(rng.IntN(7)-3), 1+rng.Int64N(3)
	little := func() int64 {
		if rng.IntN(400) > 0 {
			return 0
		}
		return rng.Int64N(3) - 1
	}
	walk(reflect.ValueOf(ev).Elem(), func(v reflect.Value) {
		switch value := v.Interface().(type) {
		case claim.Date:
			if value.Known() && value != claim.EndOfTime {
				v.Set(reflect.ValueOf(value.AddDays(days + int(little()))))
			}
		case claim.Cents:
			v.SetInt(int64(value)*cents + little())
		case claim.Quantity:
			v.SetInt(int64(value)*cents + little()*int64(claim.One))
		}
	})
	return ev
}

// walk calls f with every value that can be set.
func walk(v reflect.Value, f func(reflect.Value)) {
	if !v.CanSet() || !v.CanInterface() {
		return
	}
	f(v)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), f)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), f)
		}
	}
}

// answersOf asks all that can be asked about evidence.
func answersOf(t *testing.T, e *Evaluator, ev *claim.Evidence) (all [2][]claim.Edit, verdict Verdict) {
	t.Helper()
	var err error
	if all[0], err = e.Edits(t.Context(), ev); err != nil {
		t.Fatal(err)
	}
	lines := decided(ev, all[0])
	if all[1], err = e.Limits(t.Context(), ev, payable(ev, all[0])); err != nil {
		t.Fatal(err)
	}
	if verdict, err = e.Gate(t.Context(), GateInput{Evidence: ev, Score: scored(), Lines: lines, Edits: append(all[0], all[1]...)}); err != nil {
		t.Fatal(err)
	}
	return all, verdict
}

// What is carried over from another claim is what the contract itself finds of this one.
func TestAnAnswerCarriedOverIsTheContractsOwn(t *testing.T) {
	c := embeddedContract(t)
	remembers, witness := c.NewEvaluator(), c.NewWitness()
	const rounds = 20
	rng, all, again := rand.New(rand.NewPCG(3, 7)), flips(), 0
	for round := range rounds {
		for i := range all {
			f := all[(i*11+round)%len(all)]
			ev := shaken(flipped(f), rng)
			known := len(c.answers.known)
			got, verdict := answersOf(t, remembers, ev)
			if len(c.answers.known) == known {
				again++
			}
			want, wantVerdict := answersOf(t, witness, ev)
			if diff := cmp.Diff(want, got) + cmp.Diff(wantVerdict, verdict); diff != "" {
				t.Fatalf("%s, round %d: -asked +carried over:\n%s", f.name, round, diff)
			}
		}
	}
	if tried := rounds * len(all); again < tried/5 {
		t.Errorf("only %d of %d claims found all their answers known: the test tests little", again, tried)
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add(uint64(1), uint(0))
	f.Add(uint64(2), uint(30))
	bundle, err := Embedded()
	if err != nil {
		f.Fatal(err)
	}
	c, err := Load(bundle)
	if err != nil {
		f.Fatal(err)
	}
	all := flips()
	f.Fuzz(func(t *testing.T, seed uint64, which uint) {
		ev := shaken(flipped(all[which%uint(len(all))]), rand.New(rand.NewPCG(seed, seed)))
		got, verdict := answersOf(t, c.NewEvaluator(), ev)
		want, wantVerdict := answersOf(t, c.NewWitness(), ev)
		if diff := cmp.Diff(want, got) + cmp.Diff(wantVerdict, verdict); diff != "" {
			t.Errorf("-asked +carried over:\n%s", diff)
		}
	})
}

// A witness neither takes answers nor leaves any: it would otherwise check them against themselves.
func TestAWitnessAsksEveryTime(t *testing.T) {
	c := embeddedContract(t)
	ev := cleanEvidence(2)
	if _, err := c.NewWitness().Edits(t.Context(), ev); err != nil || len(c.answers.known) != 0 {
		t.Fatalf("%v; a witness left %d answers", err, len(c.answers.known))
	}
	if _, err := c.NewEvaluator().Edits(t.Context(), ev); err != nil || len(c.answers.known) != 1 {
		t.Fatalf("%v; an evaluator left %d answers, want 1", err, len(c.answers.known))
	}
	for _, found := range c.answers.known {
		found.edits = []claim.Edit{{Rule: "WRONG", Outcome: claim.Deny, Group: claim.CO}}
		found.places = []editPlaces{{}}
	}
	got, err := c.NewWitness().Edits(t.Context(), ev)
	if err != nil || got != nil {
		t.Errorf("%v, %v: a witness took a wrong answer over", got, err)
	}
}

// However many forms there are, few are kept.
func TestAnswersAreBounded(t *testing.T) {
	a := newAnswers()
	for i := range 3 * answersMax {
		a.keep([]byte{byte(i), byte(i >> 8), byte(i >> 16)}, &answer{})
	}
	if n := len(a.known); n == 0 || n > answersMax {
		t.Errorf("%d answers are kept", n)
	}
}

// What a caller does with an answer does not show in the next.
func TestAnAnswerIsTheCallersOwn(t *testing.T) {
	e := embeddedContract(t).NewEvaluator()
	ev := flipped(flip{change: func(ev *claim.Evidence) { ev.Claim.Patient.BirthDate = 19800403 }})
	for range 2 {
		edits, err := e.Edits(t.Context(), ev)
		if err != nil || len(edits) != 1 || edits[0].Rule != "PAT-140" {
			t.Fatalf("%v, %v", edits, err)
		}
		verdict, err := e.Gate(t.Context(), GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, edits), Edits: edits})
		if err != nil || len(verdict.Pends) != 1 || verdict.Pends[0].Detail != "PAT-140" {
			t.Fatalf("%v, %v", verdict, err)
		}
		edits[0].Rule, verdict.Pends[0].Detail = "X", "X"
	}
}

// A number's place among the dates of one claim's sources says nothing about those of another.
func TestAnswersOfOtherSourcesAreNotCarriedOver(t *testing.T) {
	c, err := Load(base(t), own(t, hold("OWN-1", "input.claim.charge > 25000000", "")))
	if err != nil {
		t.Fatal(err)
	}
	e := c.NewEvaluator()
	for _, test := range []struct {
		charge  claim.Cents
		through claim.Date
		want    claim.Outcome
	}{
		{24_000_000, 20261231, claim.Pay}, // one more date is below 24,000,000 here than in the next
		{26_000_000, claim.EndOfTime, claim.Pend},
	} {
		ev := cleanEvidence(1)
		ev.Claim.Charge, ev.Claim.Lines[0].Charge = test.charge, test.charge
		ev.Facts.Looked[0].Through = test.through
		got, err := e.Gate(t.Context(), GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil)})
		if err != nil || got.Outcome != test.want {
			t.Errorf("charge %d: %v, %v, want %s", test.charge, got, err, test.want)
		}
	}
}

// The dates of a look-up that does not say of what kind it was are seen by the gate, and by nobody else.
func TestAnUnnamedSourceIsToldFromAnother(t *testing.T) {
	c, err := Load(base(t), own(t, hold("OWN-1", `{
	some source in input.x.sources
	source.kinds == {""}
	source.from > input.claim.first
}`, "")))
	if err != nil {
		t.Fatal(err)
	}
	remembers, witness := c.NewEvaluator(), c.NewWitness()
	own, held := claim.PendReason{Code: "gate", Detail: "own"}, 0
	for _, first := range []claim.Date{20240210, 20240110} {
		ev := cleanEvidence(1)
		ev.Claim.Lines[0].From, ev.Claim.Lines[0].Through = first, first
		ev.Facts.Looked[0].From = 20240220 // neither claim is plainly dated
		ev.Facts.Looked = append(ev.Facts.Looked, claim.Looked{Source: "facts", Rows: -1, From: 20240201, Through: claim.EndOfTime})
		asked := GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil)}
		got, err := remembers.Gate(t.Context(), asked)
		if err != nil {
			t.Fatal(err)
		}
		want, err := witness.Gate(t.Context(), asked)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("first day %d: %v; -asked +carried over:\n%s", first, err, diff)
		}
		if slices.Contains(want.Pends, own) {
			held++
		}
	}
	if held != 1 {
		t.Errorf("%d of the two are held, want 1: the test tests nothing", held)
	}
}

// An evaluator that is asked for limits first knows the contract's numbers all the same.
func TestLimitsAloneKnowTheNumbersOfTheContract(t *testing.T) {
	b := base(t)
	source := check("LIM-119", "some line in input.x.limits\n\tline.units > 5000", "")
	b.Files["contract/benefit_limit.rego"] = []byte(strings.Replace(source, "edits contains", "limits contains", 1))
	c, err := Load(b)
	if err != nil {
		t.Fatal(err)
	}
	e := c.NewEvaluator()
	for _, units := range []claim.Quantity{4 * claim.One, 6 * claim.One} {
		ev := cleanEvidence(1)
		ev.Facts.Benefits[0].LimitUnits = 9 * claim.One
		got, err := e.Limits(t.Context(), ev, []LineAmount{{Line: 1, Allowed: 8_000, Units: units}})
		if err != nil || len(got) > 0 != (units > 5_000) {
			t.Errorf("%d units: %v, %v", units, got, err)
		}
	}
}
