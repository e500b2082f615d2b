package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/workflows"
)

// at is noon in New York of a day.
func at(d claim.Date) claim.Instant { return claim.InstantOf(d.Time().Add(17 * time.Hour)) }

// lastDay is the last day of prompt payment of a claim received on receivedOn: 30 days, the day after counts as the first.
const lastDay claim.Date = 20251119

func TestTheSweepReleasesWhatWaitsOnItsScoreAlone(t *testing.T) {
	x := newOffice(t, terms{model: modelThatFlags(t)})
	c := x.good()
	scored, other := x.one(c), x.one(secondary(x.good()))
	if !slices.Equal(scored.PendReasons, []string{"score:flagged"}) || len(other.PendReasons) != 2 {
		t.Fatalf("got %v and %v", scored.PendReasons, other.PendReasons)
	}
	sweep := func(on claim.Date) workflows.SweepResult {
		result, err := x.desk.Sweep(t.Context(), 1, at(on))
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	if got := sweep(lastDay.AddDays(-4)); got != (workflows.SweepResult{}) {
		t.Errorf("four days before the last day: %+v, want nothing", got)
	}
	if got := sweep(lastDay.AddDays(-3)); got != (workflows.SweepResult{Released: 1, Escalated: 1}) {
		t.Errorf("three days before the last day: %+v, want one released and one escalated", got)
	}
	if got := sweep(lastDay); got != (workflows.SweepResult{}) {
		t.Errorf("once more: %+v, want nothing", got)
	}
	if s := x.status(scored.ClaimID); s.Outcome != claim.Pay || !s.Flagged {
		t.Errorf("released: %+v, want paid and still flagged for audit", s)
	}
	review := x.opened(scored.ClaimID)[1].Evidence.Review
	if review == nil || review.Actor != workflows.ClockActor || !slices.Equal(review.Waived, []string{"score"}) {
		t.Errorf("the evidence must say that the clock released it, got %+v", review)
	}
	if s := x.status(other.ClaimID); s.Outcome != claim.Pend {
		t.Errorf("what waits for more than its score was decided: %+v", s)
	}
	if copied := x.one(c); !slices.Contains(copied.CARCs, "18") {
		t.Errorf("a copy of the released claim: %s %v %v", copied.Outcome, copied.CARCs, copied.PendReasons)
	}
	x.audit()
}

// A claim that cannot be released, whatever the reason, goes before people; those after it are swept all the same.
func TestOneClaimThatCannotBeReleasedDoesNotStopTheSweep(t *testing.T) {
	x := newOffice(t, terms{model: modelThatFlags(t)})
	var ids []claim.ID
	for _, s := range x.run(x.goods(4)...) {
		ids = append(ids, s.ClaimID)
	}
	subject := x.opened(ids[0])[0].Evidence.Facts.Member.ID
	if err := x.desk.Keys.Erase(t.Context(), 1, subject); err != nil {
		t.Fatal(err)
	}
	if _, err := x.review(ids[1], denial()); err != nil { // its clock has stopped
		t.Fatal(err)
	}
	result, err := x.desk.Sweep(t.Context(), 1, at(lastDay))
	if err != nil || result != (workflows.SweepResult{Released: 2, Escalated: 1}) {
		t.Errorf("got %+v, %v; want two released and the erased one escalated", result, err)
	}
	x.audit()
}

func TestTheSweepOfAPayerLeavesOthersAlone(t *testing.T) {
	x := newOffice(t, terms{model: modelThatFlags(t)})
	x.one(x.good())
	result, err := x.desk.Sweep(t.Context(), 2, at(lastDay))
	if err != nil || result != (workflows.SweepResult{}) {
		t.Errorf("got %+v, %v", result, err)
	}
}
