package policies

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/assize/assize/internal/claim"
)

// smallBase is a contract that compiles at once: a check, a limit and a gate that pends.
const smallBase = `package contract

# METADATA
# title: Every line
# description: Something is said of every line.
# custom:
#   code: ANY-1
#   citation: none
#   needs: []
edits contains {"rule": "ANY-1", "line": line.line, "outcome": "pend", "group": "CO", "carc": "16", "rarc": ""} if {
	some line in input.lines
}

# METADATA
# title: No limit
# description: No benefit is limited.
# custom:
#   code: ANY-2
#   citation: none
#   needs: []
limits contains {"rule": "ANY-2", "line": 1, "outcome": "deny", "group": "PR", "carc": "119", "rarc": ""} if {
	count(input.lists) < 0
}

# METADATA
# title: A reason to wait
# description: Every claim waits.
# custom:
#   code: ANY-3
#   citation: none
#   needs: []
holds contains {"code": "gate", "detail": "own"} if true

default verdict := {"outcome": "pend", "pends": set()}

verdict := {"outcome": "pend", "pends": holds} if count(holds) > 0
`

// FuzzLoad: whatever a payer's file holds, Load gives a contract that keeps the base's checks, or an error of kind Invalid that
// names the file and that a person can read. The contract is asked too: it answers, or says that it does not.
func FuzzLoad(f *testing.F) {
	f.Add(check("OWN-1", anyLine+"\n\town_1_refused(line)", "\nown_1_refused(line) if line.procedure == \"D0002\"\n"))
	f.Add(hold("OWN-1", "input.claim.charge > 10000", "\nown_1_x := [x | some x in {1, 2}; every y in [x] { y > 0 }]\n"))
	f.Add(check("OWN-1", anyLine+"\n\tregex.match(`^9{1,1000}`, line.procedure) with input.lists as {\"a\"}", "\nown_1_y(x) := 1 if x else := 2 if not x\n"))
	f.Add(check("OWN-1", anyLine+"\n\tx := numbers.range(1, 1e3)\n\tsum(x) / 3 % 2 == line.line", ""))
	f.Add(check("OWN-1", anyLine+"\n\tcount([x | x := {y | y := {1: z | z := 1}}]) > 0", ""))
	f.Add("# METADATA\n# title: &a [*a]\n# custom: {code: A, schemas: [input: schema.x]}\npackage contract\nimport rego.v1\nimport input as x\n")
	f.Add("package contract\n\nedits contains {} if false\n")
	names, err := filepath.Glob("rego/contract/*.rego")
	if err != nil || len(names) == 0 {
		f.Fatalf("no rules: %v", err)
	}
	embedded := base(f)
	for _, name := range names {
		f.Add(string(embedded.Files["contract/"+filepath.Base(name)]))
	}
	small, err := newBundle(map[string][]byte{"base.rego": []byte(smallBase)})
	if err != nil {
		f.Fatal(err)
	}
	if _, err := Load(small); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, source string) { loadsAndAnswers(t, small, source) })
}

func loadsAndAnswers(t *testing.T, small Bundle, source string) {
	payer, err := newBundle(map[string][]byte{"own.rego": []byte(source)})
	if err != nil {
		return // too long
	}
	c, err := Load(small, payer)
	if err != nil {
		if claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), "own.rego") || len(err.Error()) > 4_000 {
			t.Fatalf("%d bytes: %.1000v", len(err.Error()), err)
		}
		return
	}
	for _, id := range []string{"ANY-1", "ANY-2", "ANY-3"} {
		if !slices.ContainsFunc(c.Rules(), func(r Rule) bool { return r.ID == id }) {
			t.Fatalf("rule %s of the base is gone", id)
		}
	}
	if stored, err := ParseBundle(c.Bundle().Bytes()); err != nil || stored.Digest != c.Digest() {
		t.Fatalf("the contract cannot be stored: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second) // a payer's rule may take as long as it likes
	defer cancel()
	ev, e := cleanEvidence(2), c.NewEvaluator()
	edits, err := e.Edits(ctx, ev)
	if err == nil && !slices.ContainsFunc(edits, func(edit claim.Edit) bool { return edit.Rule == "ANY-1" && edit.Line == 2 }) {
		t.Fatalf("the base's edit is gone: %v", edits)
	}
	verdict, err := e.Gate(ctx, GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil)})
	if err == nil && verdict.Outcome != claim.Pend {
		t.Fatalf("a payer's file turned a pend to %s", verdict.Outcome)
	}
}
