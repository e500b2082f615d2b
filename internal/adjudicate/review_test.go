package adjudicate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/policies"
)

func TestReview(t *testing.T) {
	pend := claim.Edit{Rule: "HIST-1", Outcome: claim.Pend}
	review := func(action string, edits ...claim.Edit) *claim.HumanAction {
		return &claim.HumanAction{Actor: "reviewer-7", Action: action, Edits: edits, Rationale: "seen", At: 1}
	}
	released := review(Release)
	released.Waived = []string{"HIST-1"}
	nobody := review(Release)
	nobody.Actor = ""
	unexplained := review(Release)
	unexplained.Rationale = ""
	partial := denial(1, claim.CO, "96")
	partial.Units = 1
	changed := func(change func(*claim.Edit)) *claim.HumanAction {
		e := denial(1, claim.CO, "96")
		change(&e)
		return review(Reject, e)
	}
	timeless := review(Release)
	timeless.At = 0
	tests := []struct {
		rule    string
		review  *claim.HumanAction
		outcome claim.Outcome // also what the gate says, when there is no error
		kind    claim.Kind
	}{
		{"a waived pend is let go", released, claim.Pay, 0},
		{"a release that waives nothing", review(Release), claim.Pend, 0},
		{"a reviewer denies the claim", review(Reject, denial(0, claim.OA, "18")), claim.Deny, 0},
		{"a reviewer denies every line", review(Reject, denial(1, claim.CO, "96"), denial(2, claim.CO, "97")), claim.Deny, 0},
		{"a reviewer denies one line; the pend stands", review(Reject, denial(1, claim.CO, "96")), claim.Pend, 0},
		{"a reviewer denies for medical necessity", review(Reject, denial(0, claim.CO, "50")), "", claim.Forbidden},
		{"a reviewer denies as experimental", review(Reject, denial(1, claim.CO, "55")), "", claim.Forbidden},
		{"a denial without findings", review(Reject), "", claim.Invalid},
		{"a denial of a rule without name", changed(func(e *claim.Edit) { e.Rule = "" }), "", claim.Invalid},
		{"a denial of a group that is none", changed(func(e *claim.Edit) { e.Group = "XX" }), "", claim.Invalid},
		{"a finding that pends", changed(func(e *claim.Edit) { e.Outcome = claim.Pend }), "", claim.Invalid},
		{"an action at no time", timeless, "", claim.Invalid},
		{"a denial without CARC", review(Reject, denial(1, claim.CO, "")), "", claim.Invalid},
		{"a denial for medical necessity, spelt otherwise", review(Reject, denial(0, claim.CO, "50 ")), "", claim.Invalid},
		{"a remark that is none", changed(func(e *claim.Edit) { e.RARC = "130" }), "", claim.Invalid},
		{"a denial of a line that is not there", review(Reject, denial(3, claim.CO, "96")), "", claim.Invalid},
		{"a denial that cuts", review(Reject, partial), "", claim.Invalid},
		{"a release with findings", review(Release, denial(1, claim.CO, "96")), "", claim.Invalid},
		{"an action that is none", review("pay"), "", claim.Invalid},
		{"nobody's action", nobody, "", claim.Invalid},
		{"an action without a reason", unexplained, "", claim.Invalid},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			ev := twoLines()
			ev.Review = test.review
			d, err := newDecider(&script{edits: []claim.Edit{pend}, verdict: policies.Verdict{Outcome: test.outcome}}).Decide(t.Context(), ev)
			if test.outcome == "" {
				if err == nil || claim.KindOf(err) != test.kind {
					t.Errorf("error %v, want kind %d", err, test.kind)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d.Outcome != test.outcome || len(d.Edits) != 1+len(test.review.Edits) {
				t.Errorf("%s with %d edits, want %s with all of them", d.Outcome, len(d.Edits), test.outcome)
			}
		})
	}
}

// Only a release waives, and only what it names; the gate is not believed about it.
func TestWaivedIsOnlyWhatAReleaseNames(t *testing.T) {
	pend := claim.Edit{Rule: "HIST-1", Outcome: claim.Pend}
	for name, tc := range map[string]struct {
		action string
		waived []string
		edits  []claim.Edit
		want   claim.Outcome
	}{
		"a release that names it":          {Release, []string{"HIST-1"}, nil, claim.Pay},
		"a release that names another":     {Release, []string{"HIST-2"}, nil, claim.Pend},
		"a denial of a line that names it": {Reject, []string{"HIST-1"}, []claim.Edit{denial(1, claim.CO, "96")}, claim.Pend},
	} {
		ev := twoLines()
		ev.Review = &claim.HumanAction{Actor: "r", Action: tc.action, Waived: tc.waived, Edits: tc.edits, Rationale: "seen", At: 1}
		d, err := newDecider(&script{edits: []claim.Edit{pend}, verdict: policies.Verdict{Outcome: claim.Pay}}).Decide(t.Context(), ev)
		if err != nil || d.Outcome != tc.want {
			t.Errorf("%s: %v, %v; want %s", name, d, err, tc.want)
		}
	}
}

// Promise 5: no machine denies for want of medical necessity, under whatever code it is said. What only informs stays.
func TestCodesOfMedicalNecessity(t *testing.T) {
	for _, carc := range []string{"50", "55", "56", "150", "152", "153", "154"} {
		edits := []claim.Edit{denial(1, claim.CO, carc), {Rule: "I", Outcome: claim.Inform, CARC: carc}}
		withoutNecessity(edits)
		if edits[0].Outcome != claim.Pend || edits[1].Outcome != claim.Inform {
			t.Errorf("CARC %s: %s and %s, want pend and inform", carc, edits[0].Outcome, edits[1].Outcome)
		}
	}
	for _, carc := range []string{"49", "51", "149", "151", "155"} {
		if claim.MedicalNecessity(carc) {
			t.Errorf("CARC %s is taken for a judgement of medical necessity", carc)
		}
	}
}

// heardFeatures is a model that keeps what it was asked.
type heardFeatures struct{ features []float64 }

func (h *heardFeatures) Score(features []float64) (claim.Score, error) {
	h.features = append([]float64(nil), features...)
	return claim.Score{Scored: true}, nil
}

// What a reviewer found is no habit of the provider and no finding of the contract: the model is asked the same with it
// as without. It does see what the contract finds.
func TestScoreDoesNotSeeTheReview(t *testing.T) {
	asked := func(review *claim.HumanAction, edits ...claim.Edit) []float64 {
		ev, heard := twoLines(), &heardFeatures{}
		ev.Review = review
		d := newDecider(&script{edits: edits, verdict: policies.Verdict{Outcome: claim.Deny}})
		d.model = heard
		if _, err := d.Decide(t.Context(), ev); err != nil {
			t.Fatal(err)
		}
		return heard.features
	}
	found := denial(1, claim.CO, "151")
	denied := &claim.HumanAction{
		Actor: "reviewer-7", Action: Reject, Rationale: "seen", At: 1, Edits: []claim.Edit{denial(0, claim.CO, "16"), denial(2, claim.CO, "151")},
	}
	if diff := cmp.Diff(asked(nil, found, denial(2, claim.CO, "96")), asked(denied, found, denial(2, claim.CO, "96")), cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("features of a claim without a review and with one (-without +with):\n%s", diff)
	}
	if cmp.Equal(asked(nil, found, denial(2, claim.CO, "96")), asked(nil, found, denial(2, claim.CO, "96"), denial(2, claim.CO, "151")), cmpopts.EquateNaNs()) {
		t.Error("features do not depend on what the contract found")
	}
}
