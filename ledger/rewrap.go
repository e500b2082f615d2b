package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgerror"
)

// rewrapBatch is how many keys one transaction rewraps.
const rewrapBatch = 500

// RewrapAll wraps every live key of every payer anew under next, in small transactions, and returns how many it did. What
// was sealed stays as it is. Stopped half way, it is run again. When it is through, processes are restarted with next;
// destroying the old key-encryption key then also ends whatever old copies of erased keys lie in files and logs.
func (k *Keys) RewrapAll(ctx context.Context, next *KeyEncryptionKey) (int, error) {
	total := 0
	for _, step := range []func(context.Context, pgx.Tx, *KeyEncryptionKey) (int, error){k.rewrapData, k.rewrapPeriods} {
		for {
			done := 0
			err := pgx.BeginFunc(ctx, k.db, func(tx pgx.Tx) (err error) {
				done, err = step(ctx, tx, next)
				return err
			})
			if err != nil {
				return total, pgerror.Wrap(err, "rewrapping keys")
			}
			if total += done; done == 0 {
				break
			}
		}
	}
	return total, nil
}

func (k *Keys) rewrapData(ctx context.Context, tx pgx.Tx, next *KeyEncryptionKey) (int, error) {
	rows, err := tx.Query(ctx, `
		select payer_id,
		       key_id,
		       subject,
		       wrapped
		  from data_key
		 where kek = $1
		   and kek <> $2
		   and erased_at is null
		 limit $3
		   for update`, k.kek.id[:], next.id[:], rewrapBatch)
	if err != nil {
		return 0, err
	}
	type row struct {
		Payer   claim.PayerID
		ID      claim.ID
		Subject Subject
		Wrapped []byte
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		return 0, err
	}
	batch := &pgx.Batch{}
	for _, r := range list {
		wrapped, err := rewrap(k.kek, next, r.Wrapped, dataKeyAAD(r.Payer, r.ID, r.Subject))
		if err != nil {
			return 0, fmt.Errorf("key %s: %w", r.ID, err)
		}
		batch.Queue(`update data_key set kek = $3, wrapped = $4 where payer_id = $1 and key_id = $2`, r.Payer, r.ID, next.id[:], wrapped)
	}
	return len(list), tx.SendBatch(ctx, batch).Close()
}

func (k *Keys) rewrapPeriods(ctx context.Context, tx pgx.Tx, next *KeyEncryptionKey) (int, error) {
	rows, err := tx.Query(ctx, `
		select payer_id,
		       purpose,
		       period,
		       wrapped
		  from period_key
		 where kek = $1
		   and kek <> $2
		   and erased_at is null
		 limit $3
		   for update`, k.kek.id[:], next.id[:], rewrapBatch)
	if err != nil {
		return 0, err
	}
	type row struct {
		Payer   claim.PayerID
		Purpose string
		Period  Period
		Wrapped []byte
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		return 0, err
	}
	batch := &pgx.Batch{}
	for _, r := range list {
		wrapped, err := rewrap(k.kek, next, r.Wrapped, periodAAD(r.Payer, r.Purpose, r.Period))
		if err != nil {
			return 0, fmt.Errorf("key of period %d of payer %d: %w", r.Period, r.Payer, err)
		}
		batch.Queue(`update period_key set kek = $4, wrapped = $5 where payer_id = $1 and purpose = $2 and period = $3`,
			r.Payer, r.Purpose, r.Period, next.id[:], wrapped)
	}
	return len(list), tx.SendBatch(ctx, batch).Close()
}

func rewrap(old, next *KeyEncryptionKey, wrapped, aad []byte) ([]byte, error) {
	secret, err := old.aead.Decrypt(wrapped, aad)
	if err != nil {
		return nil, errors.Join(ErrWrapped, err)
	}
	return next.aead.Encrypt(secret, aad)
}
