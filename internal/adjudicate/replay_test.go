package adjudicate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// recorded decides a claim and returns what would be stored of it.
func recorded(t *testing.T, s *script) (evidence, decision []byte) {
	t.Helper()
	ev := twoLines()
	evidence, err := EncodeEvidence(ev)
	if err != nil {
		t.Fatal(err)
	}
	return evidence, decidedBytes(t, newDecider(s), ev)
}

func TestReplayGivesTheSameBytes(t *testing.T) {
	s := &script{edits: []claim.Edit{denial(2, claim.CO, "96")}}
	evidence, decision := recorded(t, s)
	got, err := newDecider(s).Replay(t.Context(), evidence, decision)
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
	got, err := newDecider(&script{}).Replay(t.Context(), evidence, tampered)
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

func TestReplayVerdicts(t *testing.T) {
	evidence, decision := recorded(t, &script{})
	ev, err := DecodeEvidence(evidence)
	if err != nil {
		t.Fatal(err)
	}
	encoded := func(change func(*claim.Evidence)) []byte {
		changed := *ev
		changed.Claim.Lines = append([]claim.Line(nil), ev.Claim.Lines...)
		change(&changed)
		b, err := EncodeEvidence(&changed)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
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
			got, err := newDecider(&script{}).Replay(t.Context(), test.evidence, test.decision)
			if err != nil || got.Verdict != test.want {
				t.Errorf("%q (%s), %v; want %q", got.Verdict, got.Reason, err, test.want)
			}
			if (got.Verdict == Different) != (len(got.Differences) > 0) {
				t.Errorf("%q with differences %v", got.Verdict, got.Differences)
			}
		})
	}
}
