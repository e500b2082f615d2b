package ledger

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgcopy"
	"github.com/assize/assize/internal/pgerror"
)

// Querier reads: a pool, a connection or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// LockHead locks the head of a chain until the transaction ends, and returns it; a chain that has none yet is opened. It
// is the last lock a recording transaction takes: after it come Append and commit, nothing else.
func LockHead(ctx context.Context, tx pgx.Tx, payer claim.PayerID, chain Chain) (Head, error) {
	h, err := lockHead(ctx, tx, payer, chain)
	if errors.Is(err, pgx.ErrNoRows) {
		_, err = tx.Exec(ctx, `
			insert into ledger_head (payer_id, chain, seq, leaf_hash, at_micros)
			values ($1, $2, 0, $3, 0)
			    on conflict on constraint ledger_head_pk do nothing`, payer, int16(chain), make([]byte, 32))
		if err == nil {
			h, err = lockHead(ctx, tx, payer, chain)
		}
	}
	if err != nil {
		return Head{}, pgerror.Wrap(err, "locking the %s head of payer %d", chain, payer)
	}
	return h, nil
}

func lockHead(ctx context.Context, tx pgx.Tx, payer claim.PayerID, chain Chain) (Head, error) {
	return scanHead(payer, chain, tx.QueryRow(ctx, `
		select seq,
		       leaf_hash,
		       at_micros
		  from ledger_head
		 where payer_id = $1
		   and chain = $2
		   for update`, payer, int16(chain)))
}

// ReadHead returns the head of a chain without locking it. A chain without entries has Seq 0.
func ReadHead(ctx context.Context, q Querier, payer claim.PayerID, chain Chain) (Head, error) {
	h, err := scanHead(payer, chain, q.QueryRow(ctx, `
		select seq,
		       leaf_hash,
		       at_micros
		  from ledger_head
		 where payer_id = $1
		   and chain = $2`, payer, int16(chain)))
	if errors.Is(err, pgx.ErrNoRows) {
		return Head{Payer: payer, Chain: chain}, nil
	}
	if err != nil {
		return Head{}, pgerror.Wrap(err, "reading the %s head of payer %d", chain, payer)
	}
	return h, nil
}

func scanHead(payer claim.PayerID, chain Chain, row pgx.Row) (Head, error) {
	h := Head{Payer: payer, Chain: chain}
	var leaf []byte
	if err := row.Scan(&h.Seq, &leaf, &h.Time); err != nil {
		return Head{}, err
	}
	copy(h.Leaf[:], leaf)
	return h, nil
}

// Append puts entries on the chain whose head the transaction holds locked, and moves the head. It fills Payer, Chain, Seq,
// Prev and Time of each entry and returns the new head, which is true once the caller commits. now is the moment of
// recording; a clock that runs behind the chain is ignored. Invalid when an entry does not fit the layout; Conflict when
// head is not the chain's, which means that it was not locked.
func Append(ctx context.Context, tx pgx.Tx, head Head, now claim.Instant, entries []*Entry) (Head, error) {
	if len(entries) == 0 {
		return head, nil
	}
	linked, after, err := Link(head, now, entries)
	if err != nil {
		return head, err
	}
	err = pgcopy.From(ctx, tx, `copy ledger_entry (payer_id, chain, seq, entry_id, claim_id, leaf_hash, bytes) from stdin binary`,
		len(linked), func(row pgcopy.Row, i int) pgcopy.Row {
			l := &linked[i]
			return row.Columns(7).Int32(int32(head.Payer)).Int16(int16(head.Chain)).Int64(l.Seq).
				Bytes(l.ID[:]).Bytes(l.Claim[:]).Bytes(l.Leaf[:]).Bytes(l.Bytes)
		})
	if violates(err, "ledger_entry_pk") {
		return head, claim.Errorf(claim.Conflict, "appending to %s: the chain has gone on: %w", head, err)
	}
	if err != nil {
		return head, pgerror.Wrap(err, "appending %d entries to %s", len(entries), head)
	}
	tag, err := tx.Exec(ctx, `
		update ledger_head
		   set seq = $4,
		       leaf_hash = $5,
		       at_micros = $6
		 where payer_id = $1
		   and chain = $2
		   and seq = $3`, head.Payer, int16(head.Chain), head.Seq, after.Seq, after.Leaf[:], int64(after.Time))
	if err != nil {
		return head, pgerror.Wrap(err, "moving %s", head)
	}
	if tag.RowsAffected() != 1 {
		return head, claim.Errorf(claim.Conflict, "moving %s: the chain has gone on", head)
	}
	return after, nil
}

// EvidenceRow is the sealed record of one entry.
type EvidenceRow struct {
	Entry    claim.ID
	Claim    claim.ID
	Evidence []byte
	Decision []byte
}

// PutEvidence stores sealed records, before the head is locked. Conflict when an entry has one already.
func PutEvidence(ctx context.Context, tx pgx.Tx, payer claim.PayerID, list []EvidenceRow) error {
	if len(list) == 0 {
		return nil
	}
	err := pgcopy.From(ctx, tx, `copy evidence (payer_id, entry_id, claim_id, sealed, decision) from stdin binary`,
		len(list), func(row pgcopy.Row, i int) pgcopy.Row {
			e := &list[i]
			return row.Columns(5).Int32(int32(payer)).Bytes(e.Entry[:]).Bytes(e.Claim[:]).Bytes(e.Evidence).Bytes(e.Decision)
		})
	if violates(err, "evidence_pk") {
		return claim.Errorf(claim.Conflict, "storing %d sealed records of payer %d: one is there already: %w", len(list), payer, err)
	}
	if err != nil {
		return pgerror.Wrap(err, "storing %d sealed records of payer %d", len(list), payer)
	}
	return nil
}

// violates tells whether err is the violation of a named constraint.
func violates(err error, constraint string) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.ConstraintName == constraint
}
