package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
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

// What an outage or a lock keeps from being released is no case for people: escalated, it would never be paid by the clock.
func TestWhatIsOutOfReachForAMomentIsLeftToTheNextSweep(t *testing.T) {
	kek, err := ledger.NewKeyEncryptionKey([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	for name, disturb := range map[string]func(x *office) (desk *workflows.Desk, mend func() error){
		"the head is held": func(x *office) (*workflows.Desk, func() error) {
			tx, err := x.pool.Begin(t.Context())
			if err == nil {
				_, err = ledger.LockHead(t.Context(), tx, 1, ledger.Decisions)
			}
			if err != nil {
				t.Fatal(err)
			}
			return x.desk, func() error { return tx.Rollback(t.Context()) }
		},
		"the keys' database is away": func(x *office) (*workflows.Desk, func() error) {
			away, err := pgxpool.NewWithConfig(t.Context(), x.pool.Config())
			if err != nil {
				t.Fatal(err)
			}
			away.Close()
			return x.newDesk(ledger.NewKeys(away, kek, nil, time.Now)), func() error { return nil }
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := newOffice(t, terms{model: modelThatFlags(t)})
			x.run(x.goods(3)...)
			desk, mend := disturb(x)
			if result, err := desk.Sweep(t.Context(), 1, at(lastDay)); claim.KindOf(err) != claim.Unavailable || result != (workflows.SweepResult{}) {
				t.Errorf("got %+v, %v; want Unavailable and nothing done", result, err)
			}
			if err := mend(); err != nil {
				t.Fatal(err)
			}
			if result, err := x.desk.Sweep(t.Context(), 1, at(lastDay)); err != nil || result != (workflows.SweepResult{Released: 3}) {
				t.Errorf("the next sweep: %+v, %v; want all released", result, err)
			}
			x.audit()
		})
	}
}

// Nobody knows whether a record that was changed can be put back, so its claim waits for that, and no other claim with it.
func TestAClaimWhoseRecordWasChangedIsNeitherPaidNorGivenUpNorInTheWayOfOthers(t *testing.T) {
	x := newOffice(t, terms{model: modelThatFlags(t)})
	list := x.run(x.goods(3)...)
	flip := func() {
		x.forge(`update evidence set sealed = set_byte(sealed, 200, get_byte(sealed, 200) # 1) where claim_id = $1`, [16]byte(list[0].ClaimID))
	}
	flip()
	if result, err := x.desk.Sweep(t.Context(), 1, at(lastDay)); claim.KindOf(err) != claim.Conflict || result != (workflows.SweepResult{Released: 2}) {
		t.Errorf("got %+v, %v; want the two others released, and Conflict", result, err)
	}
	flip()
	if result, err := x.desk.Sweep(t.Context(), 1, at(lastDay)); err != nil || result != (workflows.SweepResult{Released: 1}) {
		t.Errorf("put back: %+v, %v; want it released", result, err)
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
