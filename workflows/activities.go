package workflows

import (
	"context"
	"errors"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

// Activities are what the workflows have done outside: thin calls to the Desk, whose errors they make known to
// Temporal as final or worth another try.
type Activities struct {
	Desk *Desk
	// Checkpoint signs the payer's head once a batch is complete and keeps it outside the database. Nil keeps none.
	Checkpoint func(ctx context.Context, payer claim.PayerID) error
}

// activities names the methods for the workflows; it is never called.
var activities *Activities

// PlanBatch writes the chunk plan and returns its number of chunks. Repeatable: the plan is written once.
func (a *Activities) PlanBatch(ctx context.Context, in BatchInput) (int, error) {
	ctx, stop := keepAlive(ctx)
	defer stop()
	chunks, err := a.Desk.Plan(ctx, in.Payer, in.Batch)
	return chunks, failure(err)
}

// AdjudicateChunk decides and records one chunk. Repeatable: chunk_done admits it once.
func (a *Activities) AdjudicateChunk(ctx context.Context, in ChunkInput) (ChunkResult, error) {
	ctx, stop := keepAlive(ctx)
	defer stop()
	result, err := a.Desk.Chunk(ctx, in.Payer, in.Batch, in.Ord)
	return result, failure(err)
}

// CompleteBatch reconciles the counts of a batch, marks it complete and signs the head. Repeatable.
func (a *Activities) CompleteBatch(ctx context.Context, in BatchInput) error {
	ctx, stop := keepAlive(ctx)
	defer stop()
	if err := a.Desk.Complete(ctx, in.Payer, in.Batch); err != nil {
		return failure(err)
	}
	if a.Checkpoint == nil {
		return nil
	}
	return failure(a.Checkpoint(ctx, in.Payer))
}

// AdjudicateOne decides and records one claim that was staged as a batch of its own. Repeatable as its steps are.
func (a *Activities) AdjudicateOne(ctx context.Context, in ClaimInput) (Answer, error) {
	ctx, stop := keepAlive(ctx)
	defer stop()
	if _, err := a.Desk.Plan(ctx, in.Payer, in.Batch); err != nil {
		return Answer{}, failure(err)
	}
	if err := a.oneChunk(ctx, in); err != nil {
		return Answer{}, failure(err)
	}
	if err := a.Desk.Complete(ctx, in.Payer, in.Batch); err != nil {
		return Answer{}, failure(err)
	}
	status, err := postgres.StatusByClaim(ctx, a.Desk.Pool, in.Payer, in.Claim)
	return Answer{Claim: in.Claim, Entry: status.EntryID}, failure(err)
}

// raceAttempts is how often a lost race is tried again at once, before Temporal's patience takes over.
const raceAttempts = 3

func (a *Activities) oneChunk(ctx context.Context, in ClaimInput) (err error) {
	for range raceAttempts {
		if _, err = a.Desk.Chunk(ctx, in.Payer, in.Batch, 0); claim.KindOf(err) != claim.Conflict {
			return err
		}
	}
	return err
}

// RecordReview decides a pended claim again with what a person found. Repeatable: the action names its entry.
func (a *Activities) RecordReview(ctx context.Context, in ReviewInput, request ReviewRequest) (ReviewOutcome, error) {
	ctx, stop := keepAlive(ctx)
	defer stop()
	outcome, err := a.Desk.Review(ctx, in.Payer, in.Claim, request.Action)
	if errors.Is(err, ErrNotPended) {
		return ReviewOutcome{Answer: Answer{Claim: in.Claim}, Over: true}, nil
	}
	return outcome, failure(err)
}

// SweepClocks acts on the clocks of a payer that are due. Repeatable: what was acted on is no longer due.
func (a *Activities) SweepClocks(ctx context.Context, in SweepInput, at claim.Instant) (SweepResult, error) {
	ctx, stop := keepAlive(ctx)
	defer stop()
	result, err := a.Desk.Sweep(ctx, in.Payer, at)
	return result, failure(err)
}

// ErrNotPended says that a claim under review does not wait any more.
var ErrNotPended = errors.New("the claim does not wait for a review")
