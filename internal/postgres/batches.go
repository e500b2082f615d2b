package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
)

// BatchSummary is one batch of a list.
type BatchSummary struct {
	Batch     claim.ID   `json:"batch"`
	State     string     `json:"state"` // staged, planned, complete
	Claims    int        `json:"claims"`
	Decided   int        `json:"decided"` // recorded: paid, denied or pended
	Created   time.Time  `json:"created"`
	Completed *time.Time `json:"completed"` // null while it is not complete
}

// batchSummaries reads what batchSummary scans; the caller says of which batches.
const batchSummaries = `
		select b.batch_id, b.state, b.claims, coalesce(d.claims, 0), b.created_at, b.completed_at
		from batch b
		left join lateral (
			select sum(claims) as claims from chunk_done where payer_id = b.payer_id and batch_id = b.batch_id
		) d on true`

func batchSummary(row pgx.CollectableRow) (b BatchSummary, err error) {
	return b, row.Scan((*[16]byte)(&b.Batch), &b.State, &b.Claims, &b.Decided, &b.Created, &b.Completed)
}

// RecentBatches lists the batches of a payer, the newest first, older than the one named (Nil: from the newest). Batch
// ids are UUIDv7, so their order is that of time and the primary key serves it.
func RecentBatches(ctx context.Context, q Querier, payer claim.PayerID, before claim.ID, limit int) ([]BatchSummary, error) {
	if before == uuid.Nil {
		before = uuid.Max
	}
	rows, err := q.Query(ctx, batchSummaries+`
		where b.payer_id = $1 and b.batch_id < $2
		order by b.batch_id desc limit $3`, payer, [16]byte(before), limit)
	if err != nil {
		return nil, failed(err, "listing batches of payer %d", payer)
	}
	list, err := pgx.CollectRows(rows, batchSummary)
	return list, failed(err, "listing batches of payer %d", payer)
}

// OpenForLong is how long a batch may take: a million claims take minutes. One that is open for longer has stopped, and
// its claims stand in clear in staging all the while.
const OpenForLong = time.Hour

// Stopped tells whether the batch is open for longer than that.
func (b *BatchSummary) Stopped(now time.Time) bool {
	return b.State != "complete" && now.Sub(b.Created) > OpenForLong
}

// StoppedBatches lists the batches of a payer that have stopped, the oldest first.
func StoppedBatches(ctx context.Context, q Querier, payer claim.PayerID, now time.Time, limit int) ([]BatchSummary, error) {
	rows, err := q.Query(ctx, batchSummaries+`
		where b.payer_id = $1 and b.state <> 'complete' and b.created_at < $2
		order by b.created_at limit $3`, payer, now.Add(-OpenForLong), limit)
	if err != nil {
		return nil, failed(err, "listing stopped batches of payer %d", payer)
	}
	list, err := pgx.CollectRows(rows, batchSummary)
	return list, failed(err, "listing stopped batches of payer %d", payer)
}

// BatchByID reads one batch of a payer, or returns claim.NotFound.
func BatchByID(ctx context.Context, q Querier, payer claim.PayerID, batch claim.ID) (BatchSummary, error) {
	rows, err := q.Query(ctx, batchSummaries+`
		where b.payer_id = $1 and b.batch_id = $2`, payer, [16]byte(batch))
	if err != nil {
		return BatchSummary{}, failed(err, "reading batch %s", batch)
	}
	b, err := pgx.CollectExactlyOneRow(rows, batchSummary)
	if errors.Is(err, pgx.ErrNoRows) {
		return b, claim.Errorf(claim.NotFound, "batch %s is not known", batch)
	}
	return b, failed(err, "reading batch %s", batch)
}

// OpenBatch is a batch that is not complete.
type OpenBatch struct {
	Payer claim.PayerID
	Batch claim.ID
}

// OpenBatches lists the batches of all payers that were staged before a moment and are not complete.
func OpenBatches(ctx context.Context, q Querier, before time.Time, limit int) ([]OpenBatch, error) {
	rows, err := q.Query(ctx, `
		select payer_id, batch_id from batch
		where state <> 'complete' and created_at < $1
		order by payer_id, created_at limit $2`, before, limit)
	if err != nil {
		return nil, failed(err, "listing open batches")
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (b OpenBatch, err error) {
		return b, row.Scan(&b.Payer, (*[16]byte)(&b.Batch))
	})
	return list, failed(err, "listing open batches")
}

// DocumentSummary is one document of a batch with the report of its parser.
type DocumentSummary struct {
	Document claim.ID        `json:"document"`
	Format   string          `json:"format"`
	Received claim.Date      `json:"received"`
	Claims   int             `json:"claims"`
	Refused  int             `json:"refused"`
	Report   json.RawMessage `json:"report"` // problems with their places; holds no value of the document
}

// DocumentsOfBatch lists the documents of a batch in the order they were received.
func DocumentsOfBatch(ctx context.Context, q Querier, payer claim.PayerID, batch claim.ID, limit int) ([]DocumentSummary, error) {
	rows, err := q.Query(ctx, `
		select document_id, format, received, claims, refused, report
		from document where payer_id = $1 and batch_id = $2
		order by document_id limit $3`, payer, [16]byte(batch), limit)
	if err != nil {
		return nil, failed(err, "listing the documents of batch %s", batch)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d DocumentSummary, err error) {
		return d, row.Scan((*[16]byte)(&d.Document), &d.Format, &d.Received, &d.Claims, &d.Refused, &d.Report)
	})
	return list, failed(err, "listing the documents of batch %s", batch)
}

// SingleClaim is the claim of a document that holds one.
type SingleClaim struct {
	Claim   claim.ID
	Decided bool // recorded: paid, denied or pended
	Alone   bool // its batch holds no other claim
}

// ClaimOfDocument finds the one claim of a document. It returns claim.NotFound when the document holds none, and
// claim.Conflict when it holds more. Staging and claim are read in one statement: a claim stands in one of them at least.
func ClaimOfDocument(ctx context.Context, q Querier, payer claim.PayerID, batch, document claim.ID) (SingleClaim, error) {
	rows, err := q.Query(ctx, `
		select c.claim_id, bool_or(c.decided), b.claims = 1
		from batch b
		cross join lateral (
			select claim_id, false as decided from staged_claim
			where payer_id = b.payer_id and batch_id = b.batch_id and document_id = $3
			union all
			select claim_id, true from claim
			where payer_id = b.payer_id and batch_id = b.batch_id and document_id = $3
		) c
		where b.payer_id = $1 and b.batch_id = $2
		group by c.claim_id, b.claims
		limit 2`, payer, [16]byte(batch), [16]byte(document))
	if err != nil {
		return SingleClaim{}, failed(err, "finding the claim of document %s", document)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s SingleClaim, err error) {
		return s, row.Scan((*[16]byte)(&s.Claim), &s.Decided, &s.Alone)
	})
	switch {
	case err != nil:
		return SingleClaim{}, failed(err, "finding the claim of document %s", document)
	case len(list) == 0:
		return SingleClaim{}, claim.Errorf(claim.NotFound, "document %s holds no claim", document)
	case len(list) > 1:
		return SingleClaim{}, claim.Errorf(claim.Conflict, "document %s holds more than one claim", document)
	}
	return list[0], nil
}

// FiguresOf totals the decided claims of several batches together.
func FiguresOf(ctx context.Context, q Querier, payer claim.PayerID, batches []claim.ID) (Figures, error) {
	f := Figures{Claims: map[claim.Outcome]int{}, Charge: map[claim.Outcome]claim.Cents{}, CARCs: []CARCCount{}}
	rows, err := q.Query(ctx, `
		select outcome, count(*), sum(charge_cents), sum(paid_cents), sum(patient_owes_cents), count(*) filter (where flagged)
		from claim where payer_id = $1 and batch_id = any($2) group by outcome`, payer, uuids(batches))
	if err != nil {
		return f, failed(err, "totalling %d batches of payer %d", len(batches), payer)
	}
	var outcome claim.Outcome
	var count, flagged int
	var charge, paid, owed claim.Cents
	_, err = pgx.ForEachRow(rows, []any{&outcome, &count, &charge, &paid, &owed, &flagged}, func() error {
		f.Claims[outcome], f.Charge[outcome] = count, charge
		f.Paid, f.Owed, f.Flagged = f.Paid+paid, f.Owed+owed, f.Flagged+flagged
		return nil
	})
	if err != nil {
		return f, failed(err, "totalling %d batches of payer %d", len(batches), payer)
	}
	rows, err = q.Query(ctx, `
		select carc, count(*) from claim, unnest(carcs) carc
		where payer_id = $1 and batch_id = any($2) group by carc order by count(*) desc, carc`, payer, uuids(batches))
	if err != nil {
		return f, failed(err, "counting reasons of %d batches of payer %d", len(batches), payer)
	}
	f.CARCs, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c CARCCount, err error) {
		return c, row.Scan(&c.CARC, &c.Claims)
	})
	return f, failed(err, "counting reasons of %d batches of payer %d", len(batches), payer)
}

// CountOpenCases counts the claims of a payer that wait for a person.
func CountOpenCases(ctx context.Context, q Querier, payer claim.PayerID) (int, error) {
	var n int
	err := q.QueryRow(ctx, `select count(*) from pend_case where payer_id = $1 and closed_at is null`, payer).Scan(&n)
	return n, failed(err, "counting open cases of payer %d", payer)
}
