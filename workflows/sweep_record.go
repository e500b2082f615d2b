package workflows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/policies"
)

// sweepLeadDays is how long before the last day of prompt payment the sweep acts: a release must still be paid in time.
const sweepLeadDays = 3

// ClockActor signs what the sweep does by itself.
const ClockActor = "clock"

// Sweep acts on the clocks that are nearly due. A claim that waits on its score alone is released to pay-and-audit:
// a fraud review does not stop the prompt-pay clock (Texas TDI bulletin B-0034-20), and no legal ground to hold is on
// record. Everything else is escalated to people; data that is missing never pays by itself.
func (d *Desk) Sweep(ctx context.Context, payer claim.PayerID, at claim.Instant) (SweepResult, error) {
	var result SweepResult
	books, err := d.Shelf.Open(ctx, d.Pool, payer, d.Now())
	if err != nil {
		return result, err
	}
	zone, err := time.LoadLocation(books.Payer.TimeZone)
	if err != nil {
		return result, claim.Errorf(claim.Invalid, "payer %d: its time zone %q is not known", payer, books.Payer.TimeZone)
	}
	today := claim.DateOf(at.Time().In(zone))
	due, err := postgres.DueClocks(ctx, d.Pool, payer, today.AddDays(sweepLeadDays))
	if err != nil {
		return result, err
	}
	var first error
	failed := 0
	for _, c := range due {
		err := d.sweepOne(ctx, payer, c, at, &result)
		if err == nil {
			continue
		}
		outage := claim.KindOf(err) == claim.Unavailable && !errors.Is(err, ledger.ErrUnknownKey)
		if ctx.Err() != nil || outage { // of the next it would be the same
			return result, err
		}
		first, failed = cmp.Or(first, err), failed+1
	}
	if failed > 0 {
		return result, fmt.Errorf("%d of %d due claims of payer %d are left to another sweep, first: %w", failed, len(due), payer, first)
	}
	return result, nil
}

// sweepOne releases or escalates one claim. A claim that is escalated is never looked at again, so only what no retry can
// mend goes before people; errors are of claims that another sweep is to look at.
func (d *Desk) sweepOne(ctx context.Context, payer claim.PayerID, due postgres.DueClock, at claim.Instant, result *SweepResult) error {
	if slices.Equal(due.Reasons, []string{flagged}) {
		outcome, err := d.releaseScore(ctx, payer, due.Claim, at)
		switch kind := claim.KindOf(err); {
		case err == nil && outcome.Decided:
			result.Released++
			return nil
		case errors.Is(err, ErrNotPended): // a review ended meanwhile, and the clock with it
			return nil
		case err != nil && (ctx.Err() != nil || kind != claim.Invalid && kind != claim.NotFound && kind != claim.Forbidden):
			return err
		}
	}
	result.Escalated++
	return postgres.Escalate(ctx, d.Pool, payer, due.Claim, at.Time())
}

// releaseScore records the clock's own review, which lets go of the score and of nothing else.
func (d *Desk) releaseScore(ctx context.Context, payer claim.PayerID, id claim.ID, at claim.Instant) (ReviewOutcome, error) {
	action := claim.NewID()
	err := postgres.AddReview(ctx, d.Pool, payer, action, id, claim.HumanAction{
		Actor: ClockActor, Action: adjudicate.Release, Waived: []string{policies.WaiveScore}, At: at,
		Rationale: "prompt payment is due and no legal ground to hold is on record: paid, then audited",
	})
	if err != nil {
		return ReviewOutcome{}, err
	}
	return d.Review(ctx, payer, id, action)
}

// flagged is how a case shows that the fraud score alone makes it wait. A claim that could not be scored is none: what
// is missing never pays by itself.
const flagged = "score:flagged"
