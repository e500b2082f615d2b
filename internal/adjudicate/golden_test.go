package adjudicate

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/policies"
)

// wanted is what a person worked out for one case of testdata/claims. The edits are the contract's own tests' to pin.
type wanted struct {
	Why         string               `json:"why"`
	Score       *claim.Score         `json:"score"` // what the model says; null: none is bound
	Outcome     claim.Outcome        `json:"outcome"`
	Paid        claim.Cents          `json:"paidCents"`
	PatientOwes claim.Cents          `json:"patientOwesCents"`
	Lines       []claim.LineDecision `json:"lines"` // without the charge, which is the claim's
	Pends       []claim.PendReason   `json:"pends"`
	Accruals    []claim.Accrual      `json:"accruals"`
	Assumed     []claim.FactKind     `json:"assumed"`
}

// golden is one case: evidence whose versions are filled in by the test, and what it must come to.
type golden struct {
	name     string
	evidence *claim.Evidence
	want     wanted
}

func goldens(t testing.TB) []golden {
	t.Helper()
	folders, err := filepath.Glob("../../testdata/claims/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	cases := make([]golden, 0, len(folders))
	for _, folder := range folders {
		g := golden{name: filepath.Base(folder), evidence: &claim.Evidence{}}
		readJSON(t, filepath.Join(folder, "evidence.json"), g.evidence)
		readJSON(t, filepath.Join(folder, "want.json"), &g.want)
		cases = append(cases, g)
	}
	return cases
}

func readJSON(t testing.TB, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// baseContract is the contract that is built in.
func baseContract(t testing.TB) *policies.Contract {
	t.Helper()
	bundle, err := policies.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	contract, err := policies.Load(bundle)
	if err != nil {
		t.Fatal(err)
	}
	return contract
}

// decider returns a decider for one case, with its score for a model, and makes its evidence fit.
func (g *golden) decider(contract *policies.Contract) *Decider {
	d := NewEngine(contract, nil).NewDecider()
	if g.want.Score != nil {
		d.model = verdictOfScore(*g.want.Score)
		d.versions.Model = claim.Digest{1}
	}
	g.evidence.Versions = d.versions
	return d
}

func TestGoldenClaims(t *testing.T) {
	contract := baseContract(t)
	for _, g := range goldens(t) {
		t.Run(g.name, func(t *testing.T) {
			decider := g.decider(contract)
			d, err := decider.Decide(t.Context(), g.evidence)
			if err != nil {
				t.Fatal(err)
			}
			got := wanted{
				Why: g.want.Why, Score: g.want.Score, Outcome: d.Outcome, Paid: d.Paid, PatientOwes: d.PatientOwes,
				Lines: append([]claim.LineDecision(nil), d.Lines...), Pends: d.Pends, Accruals: d.Accruals, Assumed: d.Assumed,
			}
			for i := range got.Lines {
				got.Lines[i].Charge = 0
			}
			if diff := cmp.Diff(g.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s\n(-want +got):\n%s\nedits: %+v", g.want.Why, diff, d.Edits)
			}
			replays(t, decider, g.evidence, d)
		})
	}
}

// replays checks that evidence and decision, through their bytes, come out the same, also from sections.
func replays(t *testing.T, decider *Decider, ev *claim.Evidence, d *claim.Decision) {
	t.Helper()
	joined, err := Join(mustSections(t, ev))
	if err != nil {
		t.Fatal(err)
	}
	evidence, err := encode(joined)
	if err != nil {
		t.Fatal(err)
	}
	decision, err := EncodeDecision(d)
	if err != nil {
		t.Fatal(err)
	}
	replayed, err := replay(t, decider, evidence, decision)
	if err != nil || replayed.Verdict != Equal {
		t.Errorf("replay: %s, differences %v, %v", replayed.Verdict, replayed.Differences, err)
	}
}
