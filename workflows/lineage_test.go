package workflows_test

import (
	"slices"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// takesBack is a claim sent again as a replacement or void of the one that has a control number.
func takesBack(c claim.Claim, frequency claim.Frequency, number int64) claim.Claim {
	c.Frequency, c.OriginalReference = frequency, claim.ControlNumber(number)
	return c
}

// controlOf is the control number of the only claim of a batch that is staged.
func (x *office) controlOf(batch claim.ID) (number int64) {
	x.t.Helper()
	return int64(x.count(`select control_number from staged_claim where batch_id = $1`, batch))
}

// A provider has the control number as soon as a claim is accepted. That it is not decided yet does not make it unknown.
func TestAReplacementOfAClaimInProcessWaits(t *testing.T) {
	for _, frequency := range []claim.Frequency{claim.Replacement, claim.Void} {
		x := newOffice(t, terms{})
		original := x.good()
		first := x.stage(10, original)
		number := x.controlOf(first)

		early := x.one(takesBack(original, frequency, number))
		if early.Outcome != claim.Pend || !slices.Contains(early.PendReasons, "notLoaded:predecessor") {
			t.Fatalf("frequency %s before the original: %s %v %v, want a wait for the predecessor", frequency, early.Outcome, early.CARCs, early.PendReasons)
		}
		if outcome, err := x.review(early.ClaimID, release("notLoaded", "predecessor", "FRQ-PEND", "FRQ-16")); err != nil || outcome.Decided {
			t.Errorf("frequency %s, released before the original is decided: %+v, %v", frequency, outcome, err)
		}
		x.finish(x.desk, 1, first)
		if s := x.statuses(1, first)[0]; s.Outcome != claim.Pay {
			t.Errorf("the original after its %s: %s %v %v", frequency, s.Outcome, s.CARCs, s.PendReasons)
		}
		if unknown := x.one(takesBack(moved(original, -3), frequency, number+1000)); unknown.Outcome != claim.Deny || !slices.Contains(unknown.CARCs, "16") {
			t.Errorf("frequency %s of a number never given out: %s %v", frequency, unknown.Outcome, unknown.CARCs)
		}
		// Once the original is decided, what waits for it is seen to name it, and still pays nothing beside it.
		outcome, err := x.review(early.ClaimID, release("FRQ-PEND"))
		if err != nil || outcome.Decided {
			t.Errorf("frequency %s, released beside the original: %+v, %v", frequency, outcome, err)
		}
		s := x.status(early.ClaimID)
		if before := x.opened(early.ClaimID); before[len(before)-1].Evidence.Facts.Predecessor == nil || slices.Contains(s.PendReasons, "notLoaded:predecessor") {
			t.Errorf("frequency %s: the original is still not seen: %v", frequency, s.PendReasons)
		}
		if outcome, err := x.review(early.ClaimID, denial()); err != nil || !outcome.Decided {
			t.Errorf("frequency %s, denied by a person: %+v, %v", frequency, outcome, err)
		}
		x.audit()
	}
}
