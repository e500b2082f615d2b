package policies

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// shaken changes every date, amount and quantity of evidence: all by one monotone rule, and now and then one of them by
// a little, so that some comparisons turn round.
func shaken(ev *claim.Evidence, rng *rand.Rand) *claim.Evidence {
	days, cents := rng.IntN(60)-30, 1+rng.Int64N(3)
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
	var amounts []LineAmount
	for i := range lines {
		if lines[i].Outcome == claim.Pay {
			amounts = append(amounts, LineAmount{Line: lines[i].Number, Allowed: lines[i].Allowed, Units: lines[i].Units})
		}
	}
	if all[1], err = e.Limits(t.Context(), ev, amounts); err != nil {
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
