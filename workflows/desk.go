package workflows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake/x12"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

// Desk adjudicates staged claims: it loads facts, has decisions made, and records them. One Desk serves a process.
type Desk struct {
	Pool   *pgxpool.Pool
	Keys   *ledger.Keys
	Sealer *ledger.Sealer
	Codec  *claim.Codec
	Shelf  *Shelf
	Now    func() time.Time
	// ChunkSize is how many claims a chunk of a new plan has; 0 is the constant of that name. Tests cut small batches.
	ChunkSize int
	// Reach is called at every named stage; tests stop or kill the process there. Nil does nothing.
	Reach func(Stage)
	// Measure begins to measure a step of a chunk and returns what ends it, for benchmarks. Nil does nothing.
	Measure func(step string) (end func(claims int))
}

// Stage names a place between two steps, where a process may die.
type Stage string

// Stages, in the order a claim passes them.
const (
	StagePlanned   Stage = "planned"   // the plan is written, not committed
	StageLoaded    Stage = "loaded"    // claims read from staging
	StageMatched   Stage = "matched"   // patients matched
	StageFacts     Stage = "facts"     // records read
	StageKeyed     Stage = "keyed"     // data keys committed in their database
	StageDecided   Stage = "decided"   // a block of decisions made
	StageSealed    Stage = "sealed"    // evidence sealed
	StageBegun     Stage = "begun"     // chunk_done inserted
	StageLocked    Stage = "locked"    // families locked
	StageHeld      Stage = "held"      // fingerprints held
	StageEvidence  Stage = "evidence"  // evidence written
	StageClaims    Stage = "claims"    // claim rows written
	StageAccrued   Stage = "accrued"   // accumulators raised
	StageCases     Stage = "cases"     // cases opened
	StageHead      Stage = "head"      // head locked
	StageAppended  Stage = "appended"  // entries and head written, not committed
	StageCommitted Stage = "committed" // committed, the workflow does not know yet
	StageUnstaged  Stage = "unstaged"  // counts agree and staging is empty, not committed
	StageCompleted Stage = "completed" // batch complete, the workflow does not know yet

	// A review passes decided to accrued and head to appended as well.
	StageReleased Stage = "released" // fingerprints of the pend released
	StageReviewed Stage = "reviewed" // review noted, case closed
	StageRevised  Stage = "revised"  // committed, the workflow does not know yet
)

// Stages lists every stage.
func Stages() []Stage {
	return []Stage{StagePlanned, StageLoaded, StageMatched, StageFacts, StageDecided, StageKeyed, StageSealed, StageBegun,
		StageLocked, StageHeld, StageEvidence, StageClaims, StageAccrued, StageCases, StageHead,
		StageAppended, StageCommitted, StageUnstaged, StageCompleted, StageReleased, StageReviewed, StageRevised}
}

func (d *Desk) reach(stage Stage) {
	if d.Reach != nil {
		d.Reach(stage)
	}
}

func (d *Desk) measure(step string) (end func(claims int)) {
	if d.Measure == nil {
		return func(int) {}
	}
	return d.Measure(step)
}

// Plan writes the chunk plan of a batch and returns the number of chunks. Planning twice gives the same plan.
func (d *Desk) Plan(ctx context.Context, payer claim.PayerID, batch claim.ID) (int, error) {
	size := cmp.Or(d.ChunkSize, ChunkSize)
	// Beside planning, which reads the whole batch whatever is known of it; reading chunks waits for both.
	measured := make(chan error, 1)
	go func() { measured <- postgres.MeasureStaging(ctx, d.Pool, payer, batch) }()
	chunks, err := d.plan(ctx, payer, batch, size)
	return chunks, errors.Join(err, <-measured)
}

func (d *Desk) plan(ctx context.Context, payer claim.PayerID, batch claim.ID, size int) (int, error) {
	tx, err := d.Pool.Begin(ctx)
	if err != nil {
		return 0, claim.Errorf(claim.Unavailable, "planning batch %s: %w", batch, err)
	}
	defer rollback(tx)
	chunks, err := postgres.PlanBatch(ctx, tx, payer, batch, size)
	if err != nil {
		return 0, err
	}
	d.reach(StagePlanned)
	return chunks, commit(ctx, tx, "planning batch %s", batch)
}

// Chunk decides and records one chunk. Doing it twice does it once: the second time finds its chunk_done row, when it
// reads the chunk or when it records it.
func (d *Desk) Chunk(ctx context.Context, payer claim.PayerID, batch claim.ID, ord int) (ChunkResult, error) {
	result, err := d.chunk(ctx, payer, batch, ord)
	return result, ofChunk(err)
}

func (d *Desk) chunk(ctx context.Context, payer claim.PayerID, batch claim.ID, ord int) (ChunkResult, error) {
	end := d.measure("load")
	books, err := d.Shelf.Open(ctx, d.Pool, payer, d.Now())
	if err != nil {
		return ChunkResult{}, err
	}
	staged, err := postgres.StagedChunk(ctx, d.Pool, payer, batch, ord)
	if err != nil {
		return ChunkResult{}, err
	}
	if len(staged) == 0 {
		return d.recorded(ctx, payer, batch, ord)
	}
	matters, err := d.take(staged)
	if err != nil {
		return ChunkResult{}, err
	}
	d.reach(StageLoaded)
	end(len(matters))
	docket := &docket{desk: d, books: books, batch: batch, ord: ord, matters: matters}
	if err := docket.decide(ctx, d.Pool, matters); err != nil {
		return ChunkResult{}, err
	}
	return docket.record(ctx)
}

// recorded answers for a chunk that was recorded before.
func (d *Desk) recorded(ctx context.Context, payer claim.PayerID, batch claim.ID, ord int) (ChunkResult, error) {
	claims, redecided, err := postgres.ChunkDone(ctx, d.Pool, payer, batch, ord)
	return ChunkResult{Claims: claims, Redecided: redecided}, err
}

// Complete marks a batch complete, or says which counts do not agree.
func (d *Desk) Complete(ctx context.Context, payer claim.PayerID, batch claim.ID) error {
	tx, err := d.Pool.Begin(ctx)
	if err != nil {
		return claim.Errorf(claim.Unavailable, "completing batch %s: %w", batch, err)
	}
	defer rollback(tx)
	if err := postgres.CompleteBatch(ctx, tx, payer, batch); err != nil {
		return err
	}
	d.reach(StageUnstaged)
	if err := commit(ctx, tx, "completing batch %s", batch); err != nil {
		return err
	}
	d.reach(StageCompleted)
	return nil
}

// take reads staged claims. What does not read as one was damaged in the database, and is put aside.
func (d *Desk) take(staged []postgres.StagedClaim) ([]*matter, error) {
	taken, matters, reader := make([]matter, len(staged)), make([]*matter, len(staged)), x12.NewRereader()
	for i := range staged {
		m := &taken[i]
		m.staged = &staged[i]
		switch err := d.read(reader, m); {
		case claim.KindOf(err) == claim.Invalid:
			m.putAside()
		case err != nil:
			return nil, fmt.Errorf("reading staged claim %s: %w", staged[i].ClaimID, err)
		}
		matters[i] = m
	}
	return matters, nil
}

// read reads one staged claim again. An error of kind Invalid says that it is none.
func (d *Desk) read(reader *x12.Rereader, m *matter) error {
	if len(m.staged.Body) > 0 {
		return d.Codec.DecodeTrusted(m.staged.Body, &m.claim)
	}
	again, err := reader.Reread(m.staged.Slice)
	if err == nil && again.Refused {
		err = claim.Errorf(claim.Invalid, "its segments are not those of a claim that was accepted")
	}
	if err != nil {
		return err
	}
	m.claim = again.Claim
	return nil
}
