package workflows

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

// Review decides a pended claim again, with fresh facts and what a person found, and appends the new decision after
// the pend. It returns claim.Conflict when the claim no longer waits under the entry that the reviewer saw.
func (d *Desk) Review(ctx context.Context, payer claim.PayerID, id, action claim.ID) (ReviewOutcome, error) {
	review, err := postgres.LoadReview(ctx, d.Pool, payer, action)
	if err != nil {
		return ReviewOutcome{}, err
	}
	if review.Claim != id {
		return ReviewOutcome{}, claim.Errorf(claim.NotFound, "review %s is not about claim %s", action, id)
	}
	if review.Entry != uuid.Nil { // recorded by an earlier attempt
		return ReviewOutcome{Answer: Answer{Claim: id, Entry: review.Entry}, Decided: review.Outcome != claim.Pend}, nil
	}
	row, err := postgres.ClaimRowOf(ctx, d.Pool, payer, id)
	if err != nil {
		return ReviewOutcome{}, err
	}
	if row.Outcome != claim.Pend {
		return ReviewOutcome{}, claim.Errorf(claim.Invalid, "claim %s: %w", id, ErrNotPended)
	}
	books, err := d.Shelf.Open(ctx, d.Pool, payer, d.Now())
	if err != nil {
		return ReviewOutcome{}, err
	}
	docket := &docket{desk: d, books: books, batch: row.Batch}
	if err := docket.reopen(ctx, &row, &review.HumanAction); err != nil {
		return ReviewOutcome{}, err
	}
	if err := docket.recordReview(ctx, action); err != nil {
		return ReviewOutcome{}, err
	}
	m := docket.matters[0]
	return ReviewOutcome{Answer: Answer{Claim: id, Entry: m.entryID}, Decided: m.decision.Outcome != claim.Pend}, nil
}

// reopen puts a claim that waits on the docket, as its last evidence has it. Erasures are counted before that is opened, so
// that none from then on is undone by sealing the claim under a new key: see conclude.
func (k *docket) reopen(ctx context.Context, row *postgres.ClaimRow, review *claim.HumanAction) error {
	id := row.ClaimID
	entries, err := ledger.EntriesOf(ctx, k.desk.Pool, k.payer(), id)
	if err != nil {
		return err
	}
	if k.erasures, err = k.desk.Keys.Erasures(ctx, k.payer()); err != nil {
		return err
	}
	last := entries[len(entries)-1]
	keys, err := k.desk.keysOf(ctx, k.payer(), last.Record.Evidence)
	if err != nil {
		return fmt.Errorf("reading the keys of claim %s: %w", id, err)
	}
	past, err := k.desk.openEvidence(last, keys)
	if err != nil {
		return fmt.Errorf("opening the evidence of claim %s: %w", id, err)
	}
	k.used = append(k.used, keys)
	k.matters = []*matter{{
		staged: &postgres.StagedClaim{
			ClaimID: id, Document: past.Origin.Document, Position: past.Origin.Position, ControlNumber: past.Origin.ControlNumber,
			Received: past.Facts.Received, Slice: past.Slice,
		},
		claim: past.Claim, review: review, follows: row.EntryID, released: ledger.HeldAfter(entries),
	}}
	return nil
}

// recordReview decides and writes in one transaction, under the family's lock from the start: one claim, no hurry.
func (k *docket) recordReview(ctx context.Context, action claim.ID) error {
	if err := k.decide(ctx, k.desk.Pool, k.matters); err != nil {
		return err
	}
	tx, err := k.desk.beginRecording(ctx)
	if err != nil {
		return claim.Errorf(claim.Unavailable, "recording review %s: %w", action, err)
	}
	defer rollback(tx)
	if err := k.settle(ctx, tx); err != nil {
		return err
	}
	if err := k.writeReview(ctx, tx, action); err != nil {
		return err
	}
	if err := k.conclude(ctx, tx, "recording review %s", action); err != nil {
		return err
	}
	k.desk.reach(StageRevised)
	return nil
}

func (k *docket) writeReview(ctx context.Context, tx pgx.Tx, action claim.ID) error {
	m := k.matters[0]
	if err := ledger.ReleaseFingerprints(ctx, tx, k.payer(), m.released); err != nil {
		return err
	}
	k.desk.reach(StageReleased)
	if err := k.write(ctx, tx); err != nil {
		return err
	}
	if err := k.settleCase(ctx, tx, m); err != nil {
		return err
	}
	if err := postgres.ReviewRecorded(ctx, tx, k.payer(), action, m.entryID, m.decision.Outcome); err != nil {
		return err
	}
	k.desk.reach(StageReviewed)
	return nil
}

// settleCase closes the case of a claim that is decided, and says anew why one goes on waiting.
func (k *docket) settleCase(ctx context.Context, tx pgx.Tx, m *matter) error {
	if m.decision.Outcome == claim.Pend {
		return postgres.ChangeReasons(ctx, tx, k.payer(), m.subject.ID, reasonsOf(m.decision))
	}
	return postgres.CloseCase(ctx, tx, k.payer(), m.subject.ID, k.desk.Now())
}
