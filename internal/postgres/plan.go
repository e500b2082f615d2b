package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
)

// PlanBatch writes the chunk plan of a batch once: claims in order of family, service date and position, about size
// to a chunk, or fewer where they are large, a family never split unless it alone is larger than a chunk. It returns the
// number of chunks, also when the plan was there before.
func PlanBatch(ctx context.Context, tx pgx.Tx, payer claim.PayerID, batch claim.ID, size int) (chunks int, err error) {
	var state string
	var large bool
	err = tx.QueryRow(ctx, `
		select state, chunks, exists (
			select from staged_claim s where s.payer_id = b.payer_id and s.batch_id = b.batch_id and octet_length(s.slice) > $3)
		from batch b where b.payer_id = $1 and b.batch_id = $2 for update`,
		payer, [16]byte(batch), largeBytes).Scan(&state, &chunks, &large)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, claim.Errorf(claim.NotFound, "batch %s is not known", batch)
	}
	if err != nil || state != "staged" {
		return chunks, failed(err, "planning batch %s", batch)
	}
	cut := cutByNumber
	if large {
		cut = cutByWeight
	}
	tag, err := tx.Exec(ctx, cut, payer, [16]byte(batch), size)
	if err != nil {
		return 0, failed(err, "planning batch %s", batch)
	}
	chunks = int(tag.RowsAffected())
	_, err = tx.Exec(ctx, `update batch set state = 'planned', chunks = $3 where payer_id = $1 and batch_id = $2`,
		payer, [16]byte(batch), chunks)
	return chunks, failed(err, "planning batch %s", batch)
}

// largeBytes is a claim of some hundred lines. Only a batch that has such a claim is cut by weight, which takes twice as long.
const largeBytes = 32 << 10

// A family starts in the chunk where its first claim falls; later chunks of a family larger than a chunk are cut
// by size. Two such chunks may run at once: family_state then makes the later one decide again.
const cutByNumber = `
	with placed as (
		select ord,
			row_number() over (order by family_key, service_date, ord) - 1 as n,
			row_number() over (partition by family_key order by service_date, ord) - 1 as in_family
		from staged_claim
		where payer_id = $1 and batch_id = $2
	), cut as (
		select (n - in_family) / $3 + in_family / $3 as bucket, array_agg(ord order by n) as claims
		from placed group by bucket
	)
	insert into chunk (payer_id, batch_id, ord, claims)
	select $1, $2, row_number() over (order by bucket) - 1, claims from cut`

// The same, with a claim counted once and once again for every 8 KB it has: a chunk is in memory as a whole, several times
// over. Ordinary claims have one or two, so that 2,000 of them are what they were, and those of a megabyte are 15.
const cutByWeight = `
	with weighed as (
		select ord, family_key, service_date, 1 + coalesce(octet_length(slice), 0) / 8192 as weight
		from staged_claim
		where payer_id = $1 and batch_id = $2
	), placed as (
		select ord,
			sum(weight) over (order by family_key, service_date, ord rows unbounded preceding) - weight as n,
			sum(weight) over (partition by family_key order by service_date, ord rows unbounded preceding) - weight as in_family
		from weighed
	), cut as (
		select (n - in_family) / $3 + in_family / $3 as bucket, array_agg(ord order by n) as claims
		from placed group by bucket
	)
	insert into chunk (payer_id, batch_id, ord, claims)
	select $1, $2, row_number() over (order by bucket) - 1, claims from cut`

// analyzeFrom is the size of a batch from which staging is measured before it is planned; smaller ones are cheap with any
// plan, and claims sent by themselves must not wait for it.
const analyzeFrom = 500

// MeasureStaging brings the planner's picture of staging up to date before a large batch is read from it.
func MeasureStaging(ctx context.Context, pool *pgxpool.Pool, payer claim.PayerID, batch claim.ID) error {
	var claims int
	err := pool.QueryRow(ctx, `select claims from batch where payer_id = $1 and batch_id = $2 and state <> 'complete'`,
		payer, [16]byte(batch)).Scan(&claims)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && claims < analyzeFrom {
		return nil
	}
	if err == nil {
		_, err = pool.Exec(ctx, `analyze (skip_locked) staged_claim`)
	}
	return failed(err, "measuring staging for batch %s", batch)
}

// Progress is how far a batch has come, as Postgres counts it.
type Progress struct {
	State      string `json:"state"`
	Claims     int    `json:"claims"`
	Decided    int    `json:"decided"` // recorded: paid, denied or pended
	Chunks     int    `json:"chunks"`
	ChunksDone int    `json:"chunksDone"`
	Redecided  int    `json:"redecided"`
}

// BatchProgress counts what was recorded of a batch. It returns claim.NotFound for an unknown one.
func BatchProgress(ctx context.Context, q Querier, payer claim.PayerID, batch claim.ID) (Progress, error) {
	var p Progress
	err := q.QueryRow(ctx, `
		select b.state, b.claims, b.chunks, count(d.ord), coalesce(sum(d.claims), 0), coalesce(sum(d.redecided), 0)
		from batch b
		left join chunk_done d on d.payer_id = b.payer_id and d.batch_id = b.batch_id
		where b.payer_id = $1 and b.batch_id = $2
		group by b.state, b.claims, b.chunks`, payer, [16]byte(batch)).
		Scan(&p.State, &p.Claims, &p.Chunks, &p.ChunksDone, &p.Decided, &p.Redecided)
	if errors.Is(err, pgx.ErrNoRows) {
		return p, claim.Errorf(claim.NotFound, "batch %s is not known", batch)
	}
	return p, failed(err, "counting batch %s", batch)
}

// CompleteBatch marks a batch complete and empties its staging, when every count agrees: claims accepted, claims recorded
// by its chunks, rows of claim, and rows of staging that are deleted. It returns claim.Conflict with the counts when they
// do not: the batch is then not complete, whatever the workflow believes. A batch that is complete already stays so.
func CompleteBatch(ctx context.Context, tx pgx.Tx, payer claim.PayerID, batch claim.ID) error {
	var state string
	var accepted, recorded, rows int
	err := tx.QueryRow(ctx, `
		select b.state, b.claims,
			(select coalesce(sum(claims), 0) from chunk_done where payer_id = $1 and batch_id = $2),
			(select count(*) from claim where payer_id = $1 and batch_id = $2)
		from batch b where b.payer_id = $1 and b.batch_id = $2 for update`, payer, [16]byte(batch)).
		Scan(&state, &accepted, &recorded, &rows)
	if errors.Is(err, pgx.ErrNoRows) {
		return claim.Errorf(claim.NotFound, "batch %s is not known", batch)
	}
	if err != nil || state == "complete" {
		return failed(err, "counting batch %s", batch)
	}
	tag, err := tx.Exec(ctx, `delete from staged_claim where payer_id = $1 and batch_id = $2`, payer, [16]byte(batch))
	if err != nil {
		return failed(err, "emptying the staging of batch %s", batch)
	}
	if staged := int(tag.RowsAffected()); accepted != recorded || accepted != rows || accepted != staged {
		return claim.Errorf(claim.Conflict, "batch %s does not add up: %d accepted, %d staged, %d recorded, %d in claim",
			batch, accepted, staged, recorded, rows)
	}
	_, err = tx.Exec(ctx, `
		update batch set state = 'complete', completed_at = clock_timestamp() where payer_id = $1 and batch_id = $2`,
		payer, [16]byte(batch))
	return failed(err, "completing batch %s", batch)
}
