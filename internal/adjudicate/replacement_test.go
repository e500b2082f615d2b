package adjudicate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// A reviewer may let a replacement go on only where nothing stands paid beside it, and a void never pays.
func TestNoReleasePaysBesideTheClaimReplaced(t *testing.T) {
	notYet := []claim.PendReason{{Code: "gate", Detail: notReversed}}
	before := func(outcome claim.Outcome) *claim.Predecessor {
		return &claim.Predecessor{Claim: testMember, Outcome: outcome, SamePayee: true, SameMember: true}
	}
	cases := []struct {
		name      string
		frequency claim.Frequency
		before    *claim.Predecessor
		denied    bool
		outcome   claim.Outcome
		pends     []claim.PendReason
	}{
		{"replaces a paid claim", claim.Replacement, before(claim.Pay), false, claim.Pend, notYet},
		{"replaces one that waits", claim.Replacement, before(claim.Pend), false, claim.Pend, notYet},
		{"replaces a denied one", claim.Replacement, before(claim.Deny), false, claim.Pay, nil},
		{"replaces one that is not there", claim.Replacement, nil, false, claim.Pay, nil},
		{"voids a paid claim", claim.Void, before(claim.Pay), false, claim.Pend, notYet},
		{"voids a denied one", claim.Void, before(claim.Deny), false, claim.Pend, notYet},
		{"an original that names a claim", claim.Original, before(claim.Pay), false, claim.Pay, nil},
		{"what is denied in full stays denied", claim.Replacement, before(claim.Pay), true, claim.Deny, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ev := twoLines()
			ev.Claim.Frequency, ev.Facts.Predecessor = c.frequency, c.before
			ev.Review = &claim.HumanAction{Actor: "r", Action: Release, Waived: []string{"FRQ-PEND"}, Rationale: "seen", At: 1}
			s := &script{edits: []claim.Edit{{Rule: "FRQ-PEND", Outcome: claim.Pend, Group: claim.OA, CARC: "133"}}}
			if c.denied {
				s.edits = append(s.edits, denial(0, claim.CO, "29"))
			}
			d, err := newDecider(s).Decide(t.Context(), ev)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.pends, d.Pends); d.Outcome != c.outcome || diff != "" {
				t.Errorf("got %s, want %s; pends (-want +got):\n%s", d.Outcome, c.outcome, diff)
			}
		})
	}
}
