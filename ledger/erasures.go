package ledger

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgerror"
)

// Erasures counts the data keys of a payer that were erased up to some moment.
type Erasures int64

// erasureLock names the advisory lock, in the keys' database, by which an erasure waits for those who record.
const erasureLock = 0x65726173 // "eras"

// UsedKeys is keys that something to be recorded was sealed under, or opened with.
type UsedKeys interface {
	appendIDs(ids []claim.ID) []claim.ID
}

func (k DataKeys) appendIDs(ids []claim.ID) []claim.ID {
	for _, key := range k {
		ids = append(ids, key.ID)
	}
	return ids
}

func (k OpenKeys) appendIDs(ids []claim.ID) []claim.ID { return slices.AppendSeq(ids, maps.Keys(k)) }

// Erasures returns a count that was true before ForSubjects and ForIDs, called afterwards, read any of the keys they answer with.
func (k *Keys) Erasures(ctx context.Context, payer claim.PayerID) (Erasures, error) {
	if n, known := k.cache.erasures(payer); known {
		return n, nil
	}
	rows, err := k.db.Query(ctx, erasuresOf, payer)
	if err != nil {
		return 0, pgerror.Wrap(err, "reading the erasures of payer %d", payer)
	}
	n, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[Erasures])
	if err != nil {
		return 0, pgerror.Wrap(err, "reading the erasures of payer %d", payer)
	}
	return k.cache.begin(payer, n), nil
}

const erasuresOf = `select coalesce((select erased from erasure where payer_id = $1), 0)`

// Guard has erasures of a payer's keys wait until the function it returns is called, and answers Conflict when one of the keys
// given was erased since that many erasures: what was sealed under it must not be recorded, for nobody could read it, and what
// was opened with it neither, for then it could be read again, under another key. Take it last before a commit, and call the
// function after it, whatever came of it.
func (k *Keys) Guard(ctx context.Context, payer claim.PayerID, since Erasures, used ...UsedKeys) (func(), error) {
	tx, err := k.db.Begin(ctx)
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "guarding the keys of payer %d: %w", payer, err)
	}
	release := func() {
		// It wrote nothing. Of a connection that is gone the server lets go by itself.
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), releasePatience)
		defer cancel()
		_ = tx.Rollback(ending)
	}
	if err := k.checkLive(ctx, tx, payer, since, used); err != nil {
		release()
		return nil, pgerror.Wrap(err, "guarding the keys of payer %d", payer)
	}
	return release, nil
}

// releasePatience is far more than the end of a transaction takes.
const releasePatience = 5 * time.Second

// checkLive makes erasures wait and answers Conflict when one of the keys used was erased before.
func (k *Keys) checkLive(ctx context.Context, tx pgx.Tx, payer claim.PayerID, since Erasures, used []UsedKeys) error {
	now, err := lockOut(ctx, tx, payer)
	if err != nil || now == since {
		return err
	}
	k.cache.restart(payer, now) // any key in it may have been erased
	gone, err := countGone(ctx, tx, payer, used)
	if err == nil && gone > 0 {
		err = claim.Errorf(claim.Conflict, "%d keys were erased since they were read", gone)
	}
	return err
}

// lockOut makes erasures wait and counts those before, in one round trip. A process that stands still is let go of later than
// its recording transaction, which then cannot commit any more. It does not wait long for an erasure that stands still: the
// caller holds a payer's head.
func lockOut(ctx context.Context, tx pgx.Tx, payer claim.PayerID) (now Erasures, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`
		select set_config('idle_in_transaction_session_timeout', '5min', true),
		       set_config('lock_timeout', '5s', true),
		       pg_advisory_xact_lock_shared($1, $2)`, erasureLock, int32(payer))
	batch.Queue(erasuresOf, payer).QueryRow(func(row pgx.Row) error { return row.Scan(&now) })
	return now, tx.SendBatch(ctx, batch).Close()
}

// countGone counts the keys that live no more.
func countGone(ctx context.Context, tx pgx.Tx, payer claim.PayerID, used []UsedKeys) (gone int, err error) {
	var ids []claim.ID
	for _, keys := range used {
		ids = keys.appendIDs(ids)
	}
	err = tx.QueryRow(ctx, `
		select count(*)
		  from unnest($2::uuid[]) as used (key_id)
		 where not exists (
			select from data_key k
			 where k.payer_id = $1
			   and k.key_id = used.key_id
			   and k.erased_at is null)`, payer, ids).Scan(&gone)
	return gone, err
}
