package adjudicate

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/policies"
)

// broken is a contract that fails at one question.
type broken struct {
	script
	at   string // edits, limits or gate
	fail func() error
}

func (b *broken) Edits(ctx context.Context, ev *claim.Evidence) ([]claim.Edit, error) {
	if b.at == "edits" {
		return nil, b.fail()
	}
	return b.script.Edits(ctx, ev)
}

func (b *broken) Limits(ctx context.Context, ev *claim.Evidence, amounts []policies.LineAmount) ([]claim.Edit, error) {
	if b.at == "limits" {
		return nil, b.fail()
	}
	return b.script.Limits(ctx, ev, amounts)
}

func (b *broken) Gate(ctx context.Context, in policies.GateInput) (policies.Verdict, error) {
	if b.at == "gate" {
		return policies.Verdict{}, b.fail()
	}
	return b.script.Gate(ctx, in)
}

func brokenDecider(at string, fail func() error) *Decider {
	return &Decider{versions: claim.Versions{Semantics: claim.Semantics}, contract: &broken{at: at, fail: fail}}
}

func TestAClaimThatCannotBeDecidedPends(t *testing.T) {
	fails := func(kind claim.Kind) func() error { return func() error { return claim.Errorf(kind, "no") } }
	cases := []struct {
		name   string
		at     string
		fail   func() error
		change func(*claim.Evidence)
		want   string // detail of the pend
	}{
		{name: "the contract fails at edits", at: "edits", fail: fails(claim.Internal), want: "internal"},
		{name: "at limits", at: "limits", fail: fails(claim.Internal), want: "internal"},
		{name: "at the gate", at: "gate", fail: fails(claim.Internal), want: "internal"},
		{name: "with an error of no kind", at: "gate", fail: func() error { return errors.New("no") }, want: "internal"},
		{name: "it refuses the evidence", at: "edits", fail: fails(claim.Invalid), want: "invalid"},
		{name: "it forbids", at: "edits", fail: fails(claim.Forbidden), want: "forbidden"},
		{name: "it panics", at: "limits", fail: func() error { panic("no") }, want: "internal"},
		{name: "a charge out of range", change: func(ev *claim.Evidence) { ev.Claim.Lines[0].Charge = claim.MaxCents + 1 }, want: "invalid"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ev := twoLines()
			if c.change != nil {
				c.change(ev)
			}
			decider := brokenDecider(c.at, c.fail)
			d, err := decider.DecideOrPend(t.Context(), ev)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]claim.PendReason{{Code: FaultPend, Detail: c.want}}, d.Pends); d.Outcome != claim.Pend || diff != "" {
				t.Errorf("%s (-want +got):\n%s", d.Outcome, diff)
			}
			if err := Balance(&ev.Claim, d); err != nil {
				t.Errorf("the pend does not balance: %v", err)
			}
			if claim.PendWords(FaultPend) == FaultPend {
				t.Error("the reason has no words")
			}
			evidence, err := encode(ev)
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := EncodeDecision(d)
			if err != nil {
				t.Fatal(err)
			}
			again, err := replay(t, brokenDecider(c.at, c.fail), evidence, encoded)
			if err != nil || again.Verdict != Equal {
				t.Errorf("replay: %+v, %v; want equal", again, err)
			}
		})
	}
}

func TestAFaultIsNotTakenForADecisionOfAnotherContract(t *testing.T) {
	ev := twoLines()
	d, err := brokenDecider("edits", func() error { return errors.New("no") }).DecideOrPend(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	evidence, err := encode(ev)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := EncodeDecision(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := replay(t, newDecider(&script{}), evidence, encoded)
	if err != nil || again.Verdict != Different {
		t.Errorf("an engine that can decide it: %+v, %v; want different", again, err)
	}
}

func TestWhatAnotherAttemptMendsIsAnError(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	reviewed := func(ev *claim.Evidence) {
		ev.Review = &claim.HumanAction{Actor: "r", Action: Release, Rationale: "x", At: 1}
	}
	cases := []struct {
		name   string
		ctx    context.Context
		fail   func() error
		change func(*claim.Evidence)
		want   claim.Kind
	}{
		{"the context ended", ended, func() error { return claim.Errorf(claim.Internal, "evaluation cut off") }, nil, claim.Internal},
		{"a context's error", t.Context(), func() error { return context.DeadlineExceeded }, nil, claim.Internal},
		{"the store is away", t.Context(), func() error { return claim.Errorf(claim.Unavailable, "no") }, nil, claim.Unavailable},
		{"another engine's evidence", t.Context(), nil, func(ev *claim.Evidence) { ev.Versions.Contract[0]++ }, claim.Conflict},
		{"a review on which the contract fails", t.Context(), func() error { return errors.New("no") }, reviewed, claim.Internal},
		{"a review that is none", t.Context(), nil, func(ev *claim.Evidence) { reviewed(ev); ev.Review.Action = "shrug" }, claim.Invalid},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ev := twoLines()
			if c.change != nil {
				c.change(ev)
			}
			at := "edits"
			if c.fail == nil {
				at = ""
			}
			d, err := brokenDecider(at, c.fail).DecideOrPend(c.ctx, ev)
			if err == nil || claim.KindOf(err) != c.want {
				t.Errorf("got %+v, %v of kind %d; want an error of kind %d", d, err, claim.KindOf(err), c.want)
			}
		})
	}
}

func TestWhatCanBeDecidedIsDecidedAsEver(t *testing.T) {
	want := decidedBytes(t, newDecider(&script{}), twoLines())
	d, err := newDecider(&script{}).DecideOrPend(t.Context(), twoLines())
	if err != nil {
		t.Fatal(err)
	}
	got, err := EncodeDecision(d)
	if err != nil || string(got) != string(want) {
		t.Errorf("got %x, %v; want %x", got, err, want)
	}
}
