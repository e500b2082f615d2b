package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
)

// ClaimStatus is where one claim stands.
type ClaimStatus struct {
	ClaimID       claim.ID
	ControlNumber int64
	Batch         claim.ID
	Document      claim.ID
	Position      int  // in its document, from 1
	Flagged       bool // by the fraud score
	InProcess     bool // staged, not yet decided; the fields below are then empty
	Received      claim.Date
	Outcome       claim.Outcome
	EntryID       claim.ID
	Charge        claim.Cents
	Paid          claim.Cents
	PatientOwes   claim.Cents
	CARCs         []string
	PendReasons   []string
}

const statusColumns = `c.claim_id, c.control_number, c.batch_id, c.received, c.outcome, c.entry_id, c.charge_cents,
	c.paid_cents, c.patient_owes_cents, c.carcs, c.document_id, c.position, c.flagged, coalesce(p.reasons, '{}')`

func scanStatus(row pgx.CollectableRow) (s ClaimStatus, err error) {
	err = row.Scan((*[16]byte)(&s.ClaimID), &s.ControlNumber, (*[16]byte)(&s.Batch), &s.Received, &s.Outcome,
		(*[16]byte)(&s.EntryID), &s.Charge, &s.Paid, &s.PatientOwes, &s.CARCs,
		(*[16]byte)(&s.Document), &s.Position, &s.Flagged, &s.PendReasons)
	return s, err
}

// StatusByControl finds a claim of a payer by its payer claim control number, or returns claim.NotFound.
func StatusByControl(ctx context.Context, q Querier, payer claim.PayerID, control int64) (ClaimStatus, error) {
	return status(ctx, q, payer, `control_number = $2`, control)
}

// StatusByClaim finds a claim of a payer by its id, or returns claim.NotFound.
func StatusByClaim(ctx context.Context, q Querier, payer claim.PayerID, id claim.ID) (ClaimStatus, error) {
	return status(ctx, q, payer, `claim_id = $2`, [16]byte(id))
}

// status looks among decided claims, in staging, and again among decided ones: a claim that is recorded between the
// first two looks stands there by then.
func status(ctx context.Context, q Querier, payer claim.PayerID, condition string, key any) (ClaimStatus, error) {
	list, err := decidedStatus(ctx, q, payer, condition, key)
	if err != nil || len(list) == 1 {
		return first(list), err
	}
	staged, err := stagedStatus(ctx, q, condition, payer, key)
	if claim.KindOf(err) != claim.NotFound {
		return staged, err
	}
	if list, again := decidedStatus(ctx, q, payer, condition, key); again != nil || len(list) == 1 {
		return first(list), again
	}
	return staged, err
}

func decidedStatus(ctx context.Context, q Querier, payer claim.PayerID, condition string, key any) ([]ClaimStatus, error) {
	return statuses(ctx, q, `
		select `+statusColumns+`
		from claim c
		left join pend_case p on p.payer_id = c.payer_id and p.claim_id = c.claim_id and p.closed_at is null
		where c.payer_id = $1 and c.`+condition, payer, key)
}

// ClaimsOfBatch lists the decided claims of a batch in order of their control numbers, after the given one.
func ClaimsOfBatch(ctx context.Context, q Querier, payer claim.PayerID, batch claim.ID, after int64, limit int) ([]ClaimStatus, error) {
	return statuses(ctx, q, `
		select `+statusColumns+`
		from claim c
		left join pend_case p on p.payer_id = c.payer_id and p.claim_id = c.claim_id and p.closed_at is null
		where c.payer_id = $1 and c.batch_id = $2 and c.control_number > $3
		order by c.control_number limit $4`, payer, [16]byte(batch), after, limit)
}

func statuses(ctx context.Context, q Querier, sql string, args ...any) ([]ClaimStatus, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, failed(err, "looking up claims")
	}
	list, err := pgx.CollectRows(rows, scanStatus)
	return list, failed(err, "looking up claims")
}

func first(list []ClaimStatus) ClaimStatus {
	if len(list) == 0 {
		return ClaimStatus{}
	}
	return list[0]
}

func stagedStatus(ctx context.Context, q Querier, condition string, payer claim.PayerID, key any) (ClaimStatus, error) {
	s := ClaimStatus{InProcess: true}
	err := q.QueryRow(ctx, `
		select claim_id, control_number, batch_id, received from staged_claim where payer_id = $1 and `+condition, payer, key).
		Scan((*[16]byte)(&s.ClaimID), &s.ControlNumber, (*[16]byte)(&s.Batch), &s.Received)
	if errors.Is(err, pgx.ErrNoRows) {
		return s, claim.Errorf(claim.NotFound, "no claim of payer %d has that number", payer)
	}
	return s, failed(err, "looking up a claim in process")
}

// Figures are the totals of a batch, as a payer reads them first.
type Figures struct {
	Claims  map[claim.Outcome]int         `json:"claims"`
	Charge  map[claim.Outcome]claim.Cents `json:"chargeCents"`
	Paid    claim.Cents                   `json:"paidCents"`
	Owed    claim.Cents                   `json:"patientOwesCents"`
	Flagged int                           `json:"flagged"`
	CARCs   []CARCCount                   `json:"carcs"` // most frequent first
}

// CARCCount is how many claims carry an adjustment reason.
type CARCCount struct {
	CARC   string `json:"carc"`
	Claims int    `json:"claims"`
}

// BatchFigures totals the decided claims of a batch.
func BatchFigures(ctx context.Context, q Querier, payer claim.PayerID, batch claim.ID) (Figures, error) {
	return FiguresOf(ctx, q, payer, []claim.ID{batch})
}

// OpenCase is one claim of the review queue.
type OpenCase struct {
	ClaimID       claim.ID
	ControlNumber int64
	Reasons       []string
	OpenedAt      time.Time
	Due           claim.Date
	Charge        claim.Cents
}

// OpenCasesOf lists the review queue of a payer, the one due first on top.
func OpenCasesOf(ctx context.Context, q Querier, payer claim.PayerID, limit int) ([]OpenCase, error) {
	rows, err := q.Query(ctx, `
		select p.claim_id, c.control_number, p.reasons, p.opened_at, coalesce(k.due, 0), c.charge_cents
		from pend_case p
		join claim c on c.payer_id = p.payer_id and c.claim_id = p.claim_id
		left join clock k on k.payer_id = p.payer_id and k.claim_id = p.claim_id and k.kind = 'promptPay'
		where p.payer_id = $1 and p.closed_at is null
		order by k.due, p.opened_at, p.claim_id limit $2`, payer, limit)
	if err != nil {
		return nil, failed(err, "listing open cases")
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (o OpenCase, err error) {
		return o, row.Scan((*[16]byte)(&o.ClaimID), &o.ControlNumber, &o.Reasons, &o.OpenedAt, &o.Due, &o.Charge)
	})
	return list, failed(err, "listing open cases")
}

// StoredBytes is the size of the database and the position of its write-ahead log, for benchmarks.
func StoredBytes(ctx context.Context, q Querier) (database, log int64, err error) {
	err = q.QueryRow(ctx, `select pg_database_size(current_database()), pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint`).
		Scan(&database, &log)
	return database, log, failed(err, "measuring the database")
}
