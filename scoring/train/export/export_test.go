package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/scoring"
)

func TestNoWorldIsInTwoSets(t *testing.T) {
	seeds := map[uint64]string{}
	for _, s := range plan(1000) {
		for _, o := range s.worlds {
			if other, taken := seeds[o.Seed]; taken {
				t.Errorf("seed %d is in %s and in %s", o.Seed, other, s.name)
			}
			seeds[o.Seed] = s.name
		}
	}
}

func TestHeldOutSchemesAndParametersAreNotTrainedOn(t *testing.T) {
	sets := map[string]set{}
	for _, s := range plan(1000) {
		sets[s.name] = s
	}
	trained := map[simulate.SchemeOptions]bool{}
	for _, name := range []string{"train", "validation"} {
		for _, o := range sets[name].worlds {
			for _, s := range o.Schemes {
				trained[s] = true
				if slices.Contains(heldOut(), s.Scheme) {
					t.Errorf("%s holds %s, which is held out", name, s.Scheme)
				}
			}
		}
	}
	for _, o := range sets["parameters"].worlds {
		for _, s := range o.Schemes {
			if trained[s] {
				t.Errorf("the set of unseen parameters holds %+v of training", s)
			}
		}
	}
	for _, o := range sets["schemes"].worlds {
		for _, s := range o.Schemes {
			if !slices.Contains(heldOut(), s.Scheme) {
				t.Errorf("the set of unseen schemes holds %s of training", s.Scheme)
			}
		}
	}
}

func TestASnapshotShowsEarlierEpochsOnly(t *testing.T) {
	seen := func(npi string) scoring.Observation { return scoring.Observation{NPI: npi, From: 20250101} }
	e := &epochs{}
	e.turn(20250101)
	e.observe(seen("1"))
	e.turn(20250107)
	if e.Profile("1") != nil {
		t.Error("a claim of the same epoch is in the profile")
	}
	e.turn(20250108)
	if e.Profile("1") == nil {
		t.Error("the claims of the epoch before are in no profile")
	}
}

func TestOnlyTheScoreIsMissingFromAnOutcome(t *testing.T) {
	score, edit := claim.PendReason{Code: "score"}, claim.PendReason{Code: "edit"}
	for name, tc := range map[string]struct {
		decision claim.Decision
		want     claim.Outcome
	}{
		"pays":                  {claim.Decision{Outcome: claim.Pay}, claim.Pay},
		"denied":                {claim.Decision{Outcome: claim.Deny}, claim.Deny},
		"waits for the score":   {claim.Decision{Outcome: claim.Pend, Pends: []claim.PendReason{score}}, claim.Pay},
		"waits for an edit too": {claim.Decision{Outcome: claim.Pend, Pends: []claim.PendReason{edit, score}}, claim.Pend},
	} {
		if got := unscored(&tc.decision); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

// export writes the rows of one small world.
func export(t *testing.T) [][]string {
	t.Helper()
	bundle, err := policies.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	contract, err := policies.Load(bundle)
	if err != nil {
		t.Fatal(err)
	}
	o := world(7, 1600)
	o.Claims, o.HistoryClaims = 300, 300
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	if _, err := writeWorld(context.Background(), out, adjudicate.NewEngine(contract, nil), o); err != nil {
		t.Fatal(err)
	}
	out.Flush()
	rows, err := csv.NewReader(&text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTheSameWorldGivesTheSameRows(t *testing.T) {
	rows := export(t)
	if diff := cmp.Diff(rows, export(t)); diff != "" {
		t.Errorf("a second export differs:\n%s", diff)
	}
	paid, withProfile := 0, 0
	profile := slices.Index(columns(), "profile_claims")
	for _, cells := range rows {
		if len(cells) != len(columns()) {
			t.Fatalf("%d cells, want %d", len(cells), len(columns()))
		}
		if cells[4] == string(claim.Pay) {
			paid++
		}
		if cells[profile] != "" {
			withProfile++
		}
	}
	if paid < len(rows)/2 || withProfile < len(rows)/2 {
		t.Errorf("of %d rows %d pay and %d have a profile: the world is not walked as it should be", len(rows), paid, withProfile)
	}
}
