package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgcopy"
)

// Document is one file or message as received.
type Document struct {
	ID         claim.ID
	Batch      claim.ID
	SHA256     claim.Digest
	Format     string
	Received   claim.Date
	ReceivedAt time.Time
	Claims     int
	Refused    int
	Report     any // marshalled to JSON: the envelope and problems with their places, nothing of a claim
}

// StagedClaim is an accepted claim of a batch that is not complete.
type StagedClaim struct {
	Ord           int
	ClaimID       claim.ID
	Document      claim.ID
	Position      int // in its document, from 1
	ControlNumber int64
	Received      claim.Date
	FamilyKey     string
	ServiceDate   claim.Date
	Body          []byte // claim.Claim as CBOR; nil for X12: reading the segments again is cheaper than storing it twice
	Slice         []byte // its segments, line or rows as received
}

// DocumentBySHA finds the document that has these bytes, with the batch it went into, or claim.NotFound.
func DocumentBySHA(ctx context.Context, q Querier, payer claim.PayerID, digest claim.Digest) (document, batch claim.ID, err error) {
	err = q.QueryRow(ctx, `select document_id, batch_id from document where payer_id = $1 and sha256 = $2`, payer, digest[:]).
		Scan((*[16]byte)(&document), (*[16]byte)(&batch))
	if errors.Is(err, pgx.ErrNoRows) {
		return uuid.Nil, uuid.Nil, claim.Errorf(claim.NotFound, "document %x was not received before", digest[:6])
	}
	return document, batch, failed(err, "looking for document %x", digest[:6])
}

// AddBatch opens an empty batch in state staged.
func AddBatch(ctx context.Context, tx pgx.Tx, payer claim.PayerID, batch claim.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into batch (payer_id, batch_id, state, claims, created_at)
		values ($1, $2, 'staged', 0, $3)`, payer, [16]byte(batch), at)
	return failed(err, "opening batch %s", batch)
}

// AddDocument records a received document and counts its claims into its batch. It returns false, and does nothing,
// when a document of these bytes is there; one that another transaction is recording at this moment is waited for.
func AddDocument(ctx context.Context, tx pgx.Tx, payer claim.PayerID, d Document) (fresh bool, err error) {
	report, err := json.Marshal(d.Report)
	if err != nil {
		return false, claim.Errorf(claim.Internal, "encoding the report of document %s: %w", d.ID, err)
	}
	tag, err := tx.Exec(ctx, `
		insert into document (payer_id, document_id, batch_id, sha256, format, received, received_at, claims, refused, report)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict on constraint document_sha256_uq do nothing`,
		payer, [16]byte(d.ID), [16]byte(d.Batch), d.SHA256[:], d.Format, d.Received, d.ReceivedAt, d.Claims, d.Refused, report)
	if err != nil || tag.RowsAffected() == 0 {
		return false, failed(err, "recording document %s", d.ID)
	}
	_, err = tx.Exec(ctx, `update batch set claims = claims + $3 where payer_id = $1 and batch_id = $2`,
		payer, [16]byte(d.Batch), d.Claims)
	return true, failed(err, "counting document %s into batch %s", d.ID, d.Batch)
}

// TakeControlNumbers reserves n payer claim control numbers and returns the first. It commits by itself, so that a long
// submission does not keep others of the payer waiting; numbers that are then not used are lost, which is harmless.
func TakeControlNumbers(ctx context.Context, pool *pgxpool.Pool, payer claim.PayerID, n int) (int64, error) {
	var after int64
	err := pool.QueryRow(ctx, `update payer set next_control = next_control + $2 where payer_id = $1 returning next_control`,
		payer, n).Scan(&after)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, claim.Errorf(claim.NotFound, "payer %d is not set up here", payer)
	}
	return after - int64(n), failed(err, "taking %d control numbers of payer %d", n, payer)
}

// Stage copies claims into a batch.
func Stage(ctx context.Context, tx pgx.Tx, payer claim.PayerID, batch claim.ID, claims []StagedClaim) error {
	err := pgcopy.From(ctx, tx, `
		copy staged_claim (payer_id, batch_id, ord, claim_id, document_id, position, control_number, received, family_key,
			service_date, body, slice) from stdin binary`,
		len(claims), func(row pgcopy.Row, i int) pgcopy.Row {
			c := &claims[i]
			row = row.Columns(12).Int32(int32(payer)).Bytes(batch[:]).Int32(int32(c.Ord)).Bytes(c.ClaimID[:]).Bytes(c.Document[:])
			row = row.Int32(int32(c.Position)).Int64(c.ControlNumber).Int32(int32(c.Received)).Text(c.FamilyKey)
			return row.Int32(int32(c.ServiceDate)).NullableBytes(c.Body).NullableBytes(c.Slice)
		})
	return failed(err, "staging %d claims of batch %s", len(claims), batch)
}

// UnstageFrom removes the claims of a batch from position ord on: those of a transaction set that was rejected.
func UnstageFrom(ctx context.Context, tx pgx.Tx, payer claim.PayerID, batch claim.ID, ord int) error {
	_, err := tx.Exec(ctx, `delete from staged_claim where payer_id = $1 and batch_id = $2 and ord >= $3`,
		payer, [16]byte(batch), ord)
	return failed(err, "removing claims of batch %s from %d on", batch, ord)
}

// UnstageDocument removes the claims of one document of a batch: it was received before.
func UnstageDocument(ctx context.Context, tx pgx.Tx, payer claim.PayerID, batch, document claim.ID) error {
	_, err := tx.Exec(ctx, `delete from staged_claim where payer_id = $1 and batch_id = $2 and document_id = $3`,
		payer, [16]byte(batch), [16]byte(document))
	return failed(err, "removing the claims of document %s from batch %s", document, batch)
}

// StagedChunk reads the claims of one chunk in the order of their decision. Of a chunk that is recorded it reads none.
func StagedChunk(ctx context.Context, q Querier, payer claim.PayerID, batch claim.ID, ord int) ([]StagedClaim, error) {
	rows, err := q.Query(ctx, `
		select s.ord, s.claim_id, s.document_id, s.position, s.control_number, s.received, s.family_key, s.service_date, s.body, s.slice
		from chunk c
		cross join lateral unnest(c.claims) with ordinality as planned (ord, position)
		cross join lateral (
			select * from staged_claim s
			where s.payer_id = c.payer_id and s.batch_id = c.batch_id and s.ord = planned.ord
			offset 0
		) s
		where c.payer_id = $1 and c.batch_id = $2 and c.ord = $3 and not exists (
			select from chunk_done d where d.payer_id = c.payer_id and d.batch_id = c.batch_id and d.ord = c.ord)
		order by planned.position`, payer, [16]byte(batch), ord)
	if err != nil {
		return nil, failed(err, "reading chunk %d of batch %s", ord, batch)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s StagedClaim, err error) {
		err = row.Scan(&s.Ord, (*[16]byte)(&s.ClaimID), (*[16]byte)(&s.Document), &s.Position, &s.ControlNumber, &s.Received,
			&s.FamilyKey, &s.ServiceDate, &s.Body, &s.Slice)
		return s, err
	})
	return list, failed(err, "reading chunk %d of batch %s", ord, batch)
}
