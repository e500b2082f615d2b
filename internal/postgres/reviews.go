package postgres

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/assize/assize/internal/claim"
)

// Execer runs one statement: a pool or a transaction.
type Execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// Review is a reviewer's decision with what recording it led to.
type Review struct {
	claim.HumanAction
	Claim   claim.ID
	Entry   claim.ID // Nil until recorded
	Outcome claim.Outcome
}

// AddReview keeps a reviewer's decision under an id, for the workflow to carry.
func AddReview(ctx context.Context, q Execer, payer claim.PayerID, action, id claim.ID, h claim.HumanAction) error {
	edits, err := json.Marshal(h.Edits)
	if err != nil {
		return claim.Errorf(claim.Internal, "encoding review %s: %w", action, err)
	}
	waived := h.Waived
	if waived == nil {
		waived = []string{}
	}
	_, err = q.Exec(ctx, `
		insert into review_action (payer_id, action_id, claim_id, actor, action, edits, waived, rationale, acted_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		payer, [16]byte(action), [16]byte(id), h.Actor, h.Action, edits, waived, h.Rationale, h.At.Time())
	return failed(err, "keeping review %s", action)
}

// LoadReview reads a reviewer's decision, or returns claim.NotFound.
func LoadReview(ctx context.Context, q Querier, payer claim.PayerID, action claim.ID) (Review, error) {
	var r Review
	var edits []byte
	var entry *[16]byte
	var outcome *string
	var at time.Time
	err := q.QueryRow(ctx, `
		select claim_id, actor, action, edits, waived, rationale, acted_at, entry_id, outcome
		from review_action where payer_id = $1 and action_id = $2`, payer, [16]byte(action)).
		Scan((*[16]byte)(&r.Claim), &r.Actor, &r.Action, &edits, &r.Waived, &r.Rationale, &at, &entry, &outcome)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, claim.Errorf(claim.NotFound, "review %s is not known", action)
	}
	if err != nil {
		return r, failed(err, "reading review %s", action)
	}
	r.At = claim.InstantOf(at)
	if entry != nil {
		r.Entry, r.Outcome = uuid.UUID(*entry), claim.Outcome(*outcome)
	}
	if err := claim.DecodeWhole(bytes.NewReader(edits), &r.Edits); err != nil {
		return r, claim.Errorf(claim.Internal, "decoding review %s: %w", action, err)
	}
	return r, nil
}

// ReviewRecorded notes the entry that a review led to, so that an activity that runs twice records it once.
func ReviewRecorded(ctx context.Context, tx pgx.Tx, payer claim.PayerID, action, entry claim.ID, outcome claim.Outcome) error {
	tag, err := tx.Exec(ctx, `
		update review_action set entry_id = $3, outcome = $4
		where payer_id = $1 and action_id = $2 and entry_id is null`, payer, [16]byte(action), [16]byte(entry), string(outcome))
	if err == nil && tag.RowsAffected() != 1 {
		return claim.Errorf(claim.Conflict, "review %s was recorded meanwhile", action)
	}
	return failed(err, "noting the entry of review %s", action)
}

// ClaimRowOf reads a decided or pended claim, or returns claim.NotFound.
func ClaimRowOf(ctx context.Context, q Querier, payer claim.PayerID, id claim.ID) (ClaimRow, error) {
	r := ClaimRow{ClaimID: id}
	err := q.QueryRow(ctx, `
		select control_number, batch_id, document_id, position, patient_control_number, beneficiary, family_id, billing_npi, received,
			service_from, service_through, outcome, entry_id, charge_cents, paid_cents, patient_owes_cents, carcs, flagged, history
		from claim where payer_id = $1 and claim_id = $2`, payer, [16]byte(id)).
		Scan(&r.ControlNumber, (*[16]byte)(&r.Batch), (*[16]byte)(&r.Document), &r.Position, &r.PatientControlNumber,
			(*[16]byte)(&r.Beneficiary), (*[16]byte)(&r.Family), &r.BillingNPI, &r.Received, &r.From, &r.Through, &r.Outcome,
			(*[16]byte)(&r.EntryID), &r.Charge, &r.Paid, &r.PatientOwes, &r.CARCs, &r.Flagged, &r.History)
	if errors.Is(err, pgx.ErrNoRows) {
		return r, claim.Errorf(claim.NotFound, "claim %s is not known", id)
	}
	return r, failed(err, "reading claim %s", id)
}

// DueClock is a claim whose legal clock runs out.
type DueClock struct {
	Claim   claim.ID
	Due     claim.Date
	Reasons []string // why it waits
}

// DueClocks lists running clocks due on or before a date that were not escalated yet.
func DueClocks(ctx context.Context, q Querier, payer claim.PayerID, through claim.Date) ([]DueClock, error) {
	rows, err := q.Query(ctx, `
		select k.claim_id, k.due, p.reasons
		from clock k
		join pend_case p on p.payer_id = k.payer_id and p.claim_id = k.claim_id
		where k.payer_id = $1 and k.due <= $2 and k.stopped_at is null and k.escalated_at is null
		order by k.due, k.claim_id`, payer, through)
	if err != nil {
		return nil, failed(err, "reading due clocks of payer %d", payer)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d DueClock, err error) {
		return d, row.Scan((*[16]byte)(&d.Claim), &d.Due, &d.Reasons)
	})
	return list, failed(err, "reading due clocks of payer %d", payer)
}

// Escalate notes that a clock was brought before people.
func Escalate(ctx context.Context, q Execer, payer claim.PayerID, id claim.ID, at time.Time) error {
	_, err := q.Exec(ctx, `
		update clock set escalated_at = $3
		where payer_id = $1 and claim_id = $2 and stopped_at is null and escalated_at is null`, payer, [16]byte(id), at)
	return failed(err, "escalating claim %s", id)
}

// ChunkDone tells what recording a chunk counted, or returns claim.NotFound when it was not recorded.
func ChunkDone(ctx context.Context, q Querier, payer claim.PayerID, batch claim.ID, ord int) (claims, redecided int, err error) {
	err = q.QueryRow(ctx, `select claims, redecided from chunk_done where payer_id = $1 and batch_id = $2 and ord = $3`,
		payer, [16]byte(batch), ord).Scan(&claims, &redecided)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, 0, claim.Errorf(claim.NotFound, "chunk %d of batch %s is neither staged nor recorded", ord, batch)
	}
	return claims, redecided, failed(err, "reading chunk %d of batch %s", ord, batch)
}
