package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgerror"
)

// MainDatabase is where entries and fingerprints are kept; see Keys.KnownTo.
type MainDatabase interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// ErrLost says that a period's key is gone, or another than the one that was used: fingerprints of it and of an earlier one
// would never be equal, so a copy of what was paid would pay.
var ErrLost = claim.Errorf(claim.Unavailable, "the key that was used is gone; bring the row back from a backup of the keys' database")

// KnownTo has the main database remember what every period's key is known by, before the key is used for the first time, and
// every key read from then on held against it.
func (k *Keys) KnownTo(main MainDatabase) *Keys {
	k.main = main
	return k
}

// mark is what a period's key is known by: 16 bytes of keyed hash.
type mark [16]byte

// markOf returns the mark of a live key. The text hashed is no fingerprint's and no subject's.
func (c *cachedPeriod) markOf(payer claim.PayerID, purpose string, period Period) (m mark, live bool) {
	text := append([]byte("mark of "), periodAAD(payer, purpose, period)...)
	switch {
	case c.fingerprint != nil:
		return c.fingerprint.hmac.sum(text), true
	case c.subject != nil:
		return c.subject.hmac.sum(text), true
	}
	return m, false
}

// marks reads what the keys of periods are known by; of a key that was never used there is none.
func (k *Keys) marks(ctx context.Context, payer claim.PayerID, purpose string, periods []Period) (map[Period]mark, error) {
	if k.main == nil {
		return nil, nil //nolint:nilnil // nothing is known
	}
	rows, err := k.main.Query(ctx, `
		select period,
		       value
		  from period_key_mark
		 where payer_id = $1
		   and purpose = $2
		   and period = any($3)`, payer, purpose, periods)
	if err != nil {
		return nil, pgerror.Wrap(err, "reading what %d keys are known by", len(periods))
	}
	known := map[Period]mark{}
	var period Period
	var value []byte
	_, err = pgx.ForEachRow(rows, []any{&period, &value}, func() error {
		known[period] = mark(value)
		return nil
	})
	if err != nil {
		return nil, pgerror.Wrap(err, "reading what %d keys are known by", len(periods))
	}
	return known, nil
}

// hold compares keys with what they are known by, and has those remembered that are about to be used for the first time.
func (k *Keys) hold(ctx context.Context, payer claim.PayerID, purpose string, found map[Period]cachedPeriod, known map[Period]mark) error {
	if k.main == nil {
		return nil
	}
	var fresh []Period
	var values [][]byte
	for period, c := range found {
		m, live := c.markOf(payer, purpose, period)
		before, used := known[period]
		switch {
		case !live: // erased: nothing is made with it
		case used && m != before:
			return fmt.Errorf("the %s key of period %d: %w", purpose, period, ErrLost)
		case !used && !k.makes: // who looks asks for keys that were used
			return claim.Errorf(claim.NotFound, "what the %s key of period %d is known by is not there", purpose, period)
		case !used:
			fresh, values = append(fresh, period), append(values, m[:])
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	tag, err := k.main.Exec(ctx, `
		insert into period_key_mark (payer_id, purpose, period, value)
		select $1,
		       $2,
		       new.period,
		       new.value
		  from unnest($3::int[], $4::bytea[]) as new (period, value)
		    on conflict on constraint period_key_mark_pk do nothing`, payer, purpose, fresh, values)
	if err != nil {
		return pgerror.Wrap(err, "remembering what %d keys are known by", len(fresh))
	}
	if tag.RowsAffected() == int64(len(fresh)) {
		return nil
	}
	// Another process was first, with the same keys or, from another database, with others.
	if known, err = k.marks(ctx, payer, purpose, fresh); err != nil {
		return err
	}
	for i, period := range fresh {
		if known[period] != mark(values[i]) {
			return fmt.Errorf("the %s key of period %d: %w", purpose, period, ErrLost)
		}
	}
	return nil
}
