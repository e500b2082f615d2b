package policies

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// forgetful is an evaluator that asks with OPA's own cache, made anew for every question.
func forgetful(t *testing.T, c *Contract) *Evaluator {
	t.Helper()
	e := c.NewWitness()
	if err := e.heed(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, q := range e.queries {
		q.WithVirtualCache(nil)
	}
	return e
}

// The memo and OPA's cache give the same edits and verdicts, whatever was asked before.
func TestMemoChangesNoAnswer(t *testing.T) {
	c := embeddedContract(t)
	with, without := c.NewWitness(), forgetful(t, c)
	for _, f := range flips() {
		var edits [2][]claim.Edit
		var verdicts [2]Verdict
		for i, e := range []*Evaluator{with, without} {
			ev := flipped(f)
			var err error
			if edits[i], err = e.Edits(t.Context(), ev); err != nil {
				t.Fatal(err)
			}
			gate := GateInput{Evidence: ev, Edits: edits[i], Score: scored(), Lines: decided(ev, edits[i])}
			if verdicts[i], err = e.Gate(t.Context(), gate); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(edits[1], edits[0]) + cmp.Diff(verdicts[1], verdicts[0]); diff != "" {
			t.Errorf("%s: -OPA's cache +memo:\n%s", f.name, diff)
		}
	}
}

// What a payer may write and the base does not: a value replaced for one expression, functions of many arguments and
// of values that are equal and not the same, and a rule that is undefined in one place and defined in another.
func TestMemoOfWhatPayersWrite(t *testing.T) {
	source := check("OWN-1", anyLine+`
	not own_1_early
	own_1_early with input.claim.first as 20000101
	not own_1_early
	own_1_sum(1, 2, line.line) == line.line + 3
	own_1_sum(1, 2, line.line + 1) == line.line + 4
	own_1_code([line.procedure]) == own_1_code([line.procedure])
	own_1_code(["D0001"]) != own_1_code(["D0002"])
	own_1_code({"D0001"}) == {"D0001"}
	own_1_code(line.procedure) == "D0002"`, `
own_1_early if input.claim.first < 20200101

own_1_sum(a, b, c) := (a + b) + c

own_1_code(of) := of
`)
	c, err := Load(base(t), own(t, source))
	if err != nil {
		t.Fatal(err)
	}
	want := []claim.Edit{{Rule: "OWN-1", Line: 2, Outcome: claim.Deny, Group: claim.CO, CARC: "96", RARC: "N130"}}
	for name, e := range map[string]*Evaluator{"memo": c.NewWitness(), "OPA's cache": forgetful(t, c)} {
		for range 2 {
			got, err := e.Edits(t.Context(), cleanEvidence(3))
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s: %v; -want +got:\n%s", name, err, diff)
			}
		}
	}
}

// A claim with very many lines leaves nothing behind.
func TestMemoForgets(t *testing.T) {
	m := newMemo()
	for i := range 2 * memoMax {
		m.known[memoKey{name: "f", args: [2]any{i}}] = memoValue{undefined: true}
	}
	m.Push()
	m.forget()
	if len(m.known) != 0 || m.others != nil || m.inWith != 0 {
		t.Errorf("%d answers, %v, %d", len(m.known), m.others, m.inWith)
	}
}
