package adjudicate

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// recorded decides a claim and returns what would be stored of it.
func recorded(t *testing.T, s *script) (evidence, decision []byte) {
	t.Helper()
	ev := twoLines()
	evidence, err := encode(ev)
	if err != nil {
		t.Fatal(err)
	}
	return evidence, decidedBytes(t, newDecider(s), ev)
}

// replay decides evidence of these bytes again, against a decision of those.
func replay(t *testing.T, d *Decider, evidence, decision []byte) (Replayed, error) {
	t.Helper()
	ev, err := decodeEvidence(evidence)
	if err != nil {
		return Unreplayable(err)
	}
	return d.Replay(t.Context(), ev, func() ([]byte, error) { return decision, nil })
}

func TestReplayGivesTheSameBytes(t *testing.T) {
	s := &script{edits: []claim.Edit{denial(2, claim.CO, "96")}}
	evidence, decision := recorded(t, s)
	got, err := replay(t, newDecider(s), evidence, decision)
	if err != nil || got.Verdict != Equal || got.Decision == nil || len(got.Differences) != 0 {
		t.Errorf("replay: %+v, %v; want equal", got, err)
	}
}

func TestReplayShowsWhatDiffers(t *testing.T) {
	evidence, decision := recorded(t, &script{})
	d, err := DecodeDecision(decision)
	if err != nil {
		t.Fatal(err)
	}
	d.Lines[1].Paid = 41_00
	d.Accruals = []claim.Accrual{{Year: 2024}}
	tampered, err := EncodeDecision(d)
	if err != nil {
		t.Fatal(err)
	}
	got, err := replay(t, newDecider(&script{}), evidence, tampered)
	if err != nil {
		t.Fatal(err)
	}
	want := []Difference{
		{
			Path:     "accruals[0]",
			Recorded: `{"amount":0,"authorization":"","group":"","kind":"","member":"00000000-0000-0000-0000-000000000000","year":2024}`,
		},
		{Path: "lines[1].paidCents", Recorded: "4100", Recomputed: "4000"},
	}
	if diff := cmp.Diff(want, got.Differences); diff != "" || got.Verdict != Different {
		t.Errorf("%s, differences (-want +got):\n%s", got.Verdict, diff)
	}
}

// changedEvidence is recorded evidence with something in it changed.
func changedEvidence(t *testing.T, recorded []byte, change func(*claim.Evidence)) []byte {
	t.Helper()
	ev, err := decodeEvidence(recorded)
	if err != nil {
		t.Fatal(err)
	}
	change(ev)
	b, err := encode(ev)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReplayVerdicts(t *testing.T) {
	evidence, decision := recorded(t, &script{})
	encoded := func(change func(*claim.Evidence)) []byte { return changedEvidence(t, evidence, change) }
	tests := []struct {
		name               string
		evidence, decision []byte
		want               ReplayVerdict
	}{
		{"as recorded", evidence, decision, Equal},
		{"evidence of another contract", encoded(func(ev *claim.Evidence) { ev.Versions.Contract[0] = 1 }), decision, OtherVersions},
		{"evidence of later semantics", encoded(func(ev *claim.Evidence) { ev.Versions.Semantics++ }), decision, OtherVersions},
		{"a charge changed", encoded(func(ev *claim.Evidence) { ev.Claim.Lines[0].Charge++; ev.Claim.Charge++ }), decision, Different},
		{"evidence with no lines", encoded(func(ev *claim.Evidence) { ev.Claim.Lines = nil }), decision, Different},
		{"evidence cut short", evidence[:len(evidence)-1], decision, Unreadable},
		{"no evidence", nil, decision, Unreadable},
		{"a decision that is none", evidence, []byte("x"), Different},
		{"a decision cut short", evidence, decision[:len(decision)-1], Different},
		{"a decision of later semantics", evidence, append([]byte{decision[0], claim.Semantics + 1}, decision[2:]...), OtherVersions},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := replay(t, newDecider(&script{}), test.evidence, test.decision)
			if err != nil || got.Verdict != test.want {
				t.Errorf("%q (%s), %v; want %q", got.Verdict, got.Reason, err, test.want)
			}
			if (got.Verdict == Different) != (len(got.Differences) > 0) {
				t.Errorf("%q with differences %v", got.Verdict, got.Differences)
			}
		})
	}
}

// A replay that was not done says why, and one that differs shows the decision that it came to.
func TestReplaySaysWhy(t *testing.T) {
	evidence, decision := recorded(t, &script{})
	encoded := func(change func(*claim.Evidence)) []byte { return changedEvidence(t, evidence, change) }
	necessity := &claim.HumanAction{Actor: "r", Action: Reject, Rationale: "seen", At: 1, Edits: []claim.Edit{denial(1, claim.CO, "50")}}
	tests := map[string]struct {
		evidence, decision []byte
		want               ReplayVerdict
		reason             string
	}{
		"other versions":                {encoded(func(ev *claim.Evidence) { ev.Versions.Model[0]++ }), decision, OtherVersions, "model 01000000"},
		"cut short":                     {evidence[:len(evidence)-1], decision, Unreadable, "EOF"},
		"a review that none may make":   {encoded(func(ev *claim.Evidence) { ev.Review = necessity }), decision, Unreadable, "clinician"},
		"a review that is none":         {encoded(func(ev *claim.Evidence) { ev.Review = &claim.HumanAction{} }), decision, Unreadable, "who decided"},
		"a decision that cannot be one": {evidence, []byte("x"), Different, ""},
	}
	for name, test := range tests {
		got, err := replay(t, newDecider(&script{}), test.evidence, test.decision)
		if err != nil || got.Verdict != test.want || !strings.Contains(got.Reason, test.reason) {
			t.Errorf("%s: %q because %q, %v; want %q because %q", name, got.Verdict, got.Reason, err, test.want, test.reason)
		}
		if (got.Verdict == Different) != (got.Decision != nil) {
			t.Errorf("%s: decision %v", name, got.Decision)
		}
	}
	got, err := replay(t, newDecider(&script{}), evidence, []byte("x"))
	want := []Difference{{Path: "", Recorded: "not a decision", Recomputed: "a decision"}}
	if diff := cmp.Diff(want, got.Differences); err != nil || diff != "" {
		t.Errorf("%v; differences (-want +got):\n%s", err, diff)
	}
}

// What another attempt may mend is an error and no verdict. What was recorded is read when the new decision is made, not before.
func TestAReplayThatFailsIsNoVerdict(t *testing.T) {
	evidence, decision := recorded(t, &script{})
	for _, fault := range []error{context.Canceled, claim.Errorf(claim.Unavailable, "away")} {
		got, err := replay(t, brokenDecider("edits", func() error { return fault }), evidence, decision)
		if !errors.Is(err, fault) || got.Verdict != "" {
			t.Errorf("%+v, %v; want only %v", got, err, fault)
		}
		asked, read := &script{}, false
		got, err = newDecider(asked).Replay(t.Context(), twoLines(), func() ([]byte, error) {
			read = asked.asked != nil
			return nil, fault
		})
		if !errors.Is(err, fault) || got.Verdict != "" || !read {
			t.Errorf("a record that cannot be read: %+v, %v, after the decision %v; want only %v", got, err, read, fault)
		}
	}
}

// What is larger than any record is refused before it is read.
func TestRecordsAreReadUpToASize(t *testing.T) {
	for name, decode := range map[string]func() error{
		"evidence":   func() error { _, err := decodeEvidence(make([]byte, maxEvidenceBytes+1)); return err },
		"a decision": func() error { _, err := DecodeDecision(make([]byte, maxDecisionBytes+1)); return err },
	} {
		if err := decode(); claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), "more than the") {
			t.Errorf("%s: got %v, want Invalid for its size", name, err)
		}
	}
}

// Differences are found to the last digit and shown in the order of their paths; an empty list and none are the same.
func TestDifferencesOfAnyShape(t *testing.T) {
	value := func(text string) any {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		var v any
		if err := decoder.Decode(&v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	tests := map[string]struct {
		a, b string
		want []Difference
	}{
		"equal":                   {`{"x":[1,{"y":null}]}`, `{"x":[1,{"y":null}]}`, nil},
		"an empty list and none":  {`{"x":[],"y":null}`, `{"x":null,"y":[]}`, nil},
		"none and a list":         {`{"x":null}`, `{"x":[1]}`, []Difference{{Path: "x", Recomputed: "[1]"}}},
		"a list and none":         {`{"x":[1,2]}`, `{"x":null}`, []Difference{{Path: "x[0]", Recorded: "1"}, {Path: "x[1]", Recorded: "2"}}},
		"behind an empty list":    {`{"x":[1,null]}`, `{"x":[2,[]]}`, []Difference{{Path: "x[0]", Recorded: "1", Recomputed: "2"}}},
		"a list and a text":       {`{"x":[1]}`, `{"x":"1"}`, []Difference{{Path: "x", Recorded: "[1]", Recomputed: `"1"`}}},
		"an object and a number":  {`{"x":{"y":1}}`, `{"x":1}`, []Difference{{Path: "x", Recorded: `{"y":1}`, Recomputed: "1"}}},
		"none and an object":      {`{"x":null}`, `{"x":{"y":1}}`, []Difference{{Path: "x", Recomputed: `{"y":1}`}}},
		"an item more":            {`{"x":[1]}`, `{"x":[1,2]}`, []Difference{{Path: "x[1]", Recomputed: "2"}}},
		"a number of many digits": {`{"x":9007199254740993}`, `{"x":9007199254740992}`, []Difference{{Path: "x", Recorded: "9007199254740993", Recomputed: "9007199254740992"}}},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, differ(nil, "", value(test.a), value(test.b))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	recorded, again := &claim.Decision{Semantics: claim.Semantics, Paid: 1 << 60}, &claim.Decision{Semantics: claim.Semantics, Paid: 1<<60 + 1, Allowed: 1, Charge: 2}
	encoded, err := EncodeDecision(recorded)
	if err != nil {
		t.Fatal(err)
	}
	differences, err := Compare(encoded, again)
	want := []Difference{
		{Path: "allowedCents", Recorded: "0", Recomputed: "1"}, {Path: "chargeCents", Recorded: "0", Recomputed: "2"},
		{Path: "paidCents", Recorded: "1152921504606846976", Recomputed: "1152921504606846977"},
	}
	if diff := cmp.Diff(want, differences); err != nil || diff != "" {
		t.Errorf("%v; differences of two decisions (-want +got):\n%s", err, diff)
	}
}
