package workflows

import (
	"context"
	"slices"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
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
	for _, c := range due {
		released, err := d.sweepOne(ctx, payer, c, at)
		if err != nil {
			return result, err
		}
		if released {
			result.Released++
		} else {
			result.Escalated++
		}
	}
	return result, nil
}

// sweepOne releases or escalates one claim. A claim whose review ended meanwhile has no clock any more.
func (d *Desk) sweepOne(ctx context.Context, payer claim.PayerID, due postgres.DueClock, at claim.Instant) (released bool, err error) {
	onlyScore := len(due.Reasons) > 0 && !slices.ContainsFunc(due.Reasons, func(r string) bool { return r != scoreReason })
	if !onlyScore {
		return false, postgres.Escalate(ctx, d.Pool, payer, due.Claim, at.Time())
	}
	action := claim.NewID()
	err = postgres.AddReview(ctx, d.Pool, payer, action, due.Claim, claim.HumanAction{
		Actor: ClockActor, Action: "release", Waived: []string{"score"}, At: at,
		Rationale: "prompt payment is due and no legal ground to hold is on record: paid, then audited",
	})
	if err != nil {
		return false, err
	}
	outcome, err := d.Review(ctx, payer, due.Claim, action)
	if err != nil {
		return false, err
	}
	if !outcome.Decided {
		return false, postgres.Escalate(ctx, d.Pool, payer, due.Claim, at.Time())
	}
	return true, nil
}

// scoreReason is how a case shows that the fraud score alone makes it wait.
const scoreReason = "score:"
