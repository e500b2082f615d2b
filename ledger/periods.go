package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgerror"
)

// Purposes of period keys.
const (
	purposeFingerprint = "fingerprint"
	purposeSubject     = "subject"
)

// periodCache keeps the few period keys of a process; a key is read again after the cache's lifetime.
type periodCache struct {
	mu      sync.Mutex
	entries map[periodName]cachedPeriod
}

type periodName struct {
	payer   claim.PayerID
	purpose string
	period  Period
}

// cachedPeriod holds a period's key in the form it is used in. Both nil: destroyed.
type cachedPeriod struct {
	fingerprint *FingerprintKey
	subject     *SubjectHasher
	loaded      time.Time
}

// ForPeriods returns the fingerprint keys of a payer for the periods given (see Periods), making those that are missing. A
// period whose key was destroyed is there with a nil key: its lines come back as Expired.
func (k *Keys) ForPeriods(ctx context.Context, payer claim.PayerID, periods []Period) (FingerprintKeys, error) {
	cached, err := k.forPeriods(ctx, payer, purposeFingerprint, periods)
	if err != nil {
		return nil, fmt.Errorf("reading fingerprint keys of payer %d: %w", payer, err)
	}
	keys := make(FingerprintKeys, len(cached))
	for p, c := range cached {
		keys[p] = c.fingerprint
	}
	return keys, nil
}

// ForPatients returns the hasher that names people and providers a payer has no record of.
func (k *Keys) ForPatients(ctx context.Context, payer claim.PayerID) (*SubjectHasher, error) {
	cached, err := k.forPeriods(ctx, payer, purposeSubject, []Period{0})
	if err != nil {
		return nil, fmt.Errorf("reading the subject key of payer %d: %w", payer, err)
	}
	if cached[0].subject == nil {
		return nil, claim.Errorf(claim.NotFound, "the subject key of payer %d was destroyed", payer)
	}
	return cached[0].subject, nil
}

// ErasePeriod destroys the fingerprint key of a period whose filing and replacement windows have ended. NotFound when
// there is no live key.
func (k *Keys) ErasePeriod(ctx context.Context, payer claim.PayerID, period Period) error {
	tag, err := k.db.Exec(ctx, `
		update period_key
		   set wrapped = null,
		       erased_at = $4
		 where payer_id = $1
		   and purpose = $2
		   and period = $3
		   and erased_at is null`, payer, purposeFingerprint, period, k.now())
	if err != nil {
		return pgerror.Wrap(err, "erasing period %d of payer %d", period, payer)
	}
	k.periods.mu.Lock()
	delete(k.periods.entries, periodName{payer, purposeFingerprint, period})
	k.periods.mu.Unlock()
	if tag.RowsAffected() == 0 {
		return claim.Errorf(claim.NotFound, "erasing period %d of payer %d: no live key", period, payer)
	}
	return nil
}

func (k *Keys) forPeriods(ctx context.Context, payer claim.PayerID, purpose string, periods []Period) (map[Period]cachedPeriod, error) {
	found := make(map[Period]cachedPeriod, len(periods))
	var missing []Period
	now := k.now()
	k.periods.mu.Lock()
	for _, p := range periods {
		if c, ok := k.periods.entries[periodName{payer, purpose, p}]; ok && now.Sub(c.loaded) < cacheLifetime {
			found[p] = c
		} else {
			missing = append(missing, p)
		}
	}
	k.periods.mu.Unlock()
	if len(missing) == 0 {
		return found, nil
	}
	slices.Sort(missing)
	read, err := k.readPeriods(ctx, payer, purpose, slices.Compact(missing))
	if err != nil {
		return nil, err
	}
	k.periods.mu.Lock()
	defer k.periods.mu.Unlock()
	if k.periods.entries == nil {
		k.periods.entries = map[periodName]cachedPeriod{}
	}
	for p, c := range read {
		c.loaded = now
		k.periods.entries[periodName{payer, purpose, p}] = c
		found[p] = c
	}
	return found, nil
}

// readPeriods reads the key of each period, making those that were never used. One that was used and is not there, or is
// another, is ErrLost.
func (k *Keys) readPeriods(ctx context.Context, payer claim.PayerID, purpose string, periods []Period) (map[Period]cachedPeriod, error) {
	known, err := k.marks(ctx, payer, purpose, periods)
	if err != nil {
		return nil, err
	}
	unused := slices.DeleteFunc(slices.Clone(periods), func(p Period) bool { _, used := known[p]; return used })
	if k.makes && len(unused) > 0 {
		if err := k.createPeriods(ctx, payer, purpose, unused); err != nil {
			return nil, err
		}
	}
	read, err := k.loadPeriods(ctx, payer, purpose, periods)
	if err != nil {
		return nil, err
	}
	for _, p := range periods {
		if _, there := read[p]; there {
			continue
		}
		if _, used := known[p]; used {
			return nil, fmt.Errorf("the %s key of period %d: %w", purpose, p, ErrLost)
		}
		return nil, claim.Errorf(claim.NotFound, "the %s key of period %d is not there", purpose, p)
	}
	return read, k.hold(ctx, payer, purpose, read, known)
}

// createPeriods inserts a key for each period that has no row yet. Periods are few, so it is done before reading.
func (k *Keys) createPeriods(ctx context.Context, payer claim.PayerID, purpose string, periods []Period) error {
	wrapped := make([][]byte, len(periods))
	for i, p := range periods {
		secret, err := k.draw()
		if err != nil {
			return err
		}
		if wrapped[i], err = k.kek.aead.Encrypt(secret, periodAAD(payer, purpose, p)); err != nil {
			return fmt.Errorf("wrapping the key of period %d: %w", p, err)
		}
	}
	_, err := k.db.Exec(ctx, `
		insert into period_key (payer_id, purpose, period, kek, wrapped)
		select $1,
		       $2,
		       new.period,
		       $3,
		       new.wrapped
		  from unnest($4::int[], $5::bytea[]) as new (period, wrapped)
		    on conflict on constraint period_key_pk do nothing`, payer, purpose, k.kek.id[:], periods, wrapped)
	return pgerror.Wrap(err, "adding %d keys", len(periods))
}

// wrappedPeriod is one row of period_key. Wrapped is null once erased.
type wrappedPeriod struct {
	Period  Period
	KEK     []byte
	Wrapped []byte
}

func (k *Keys) loadPeriods(ctx context.Context, payer claim.PayerID, purpose string, periods []Period) (map[Period]cachedPeriod, error) {
	rows, err := k.db.Query(ctx, `
		select period,
		       kek,
		       wrapped
		  from period_key
		 where payer_id = $1
		   and purpose = $2
		   and period = any($3)`, payer, purpose, periods)
	if err != nil {
		return nil, pgerror.Wrap(err, "looking for %d keys", len(periods))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[wrappedPeriod])
	if err != nil {
		return nil, pgerror.Wrap(err, "looking for %d keys", len(periods))
	}
	read := make(map[Period]cachedPeriod, len(found))
	for _, row := range found {
		var c cachedPeriod
		if row.Wrapped != nil {
			if c, err = k.unwrapPeriod(payer, purpose, row); err != nil {
				return nil, err
			}
		}
		read[row.Period] = c
	}
	return read, nil
}

func (k *Keys) unwrapPeriod(payer claim.PayerID, purpose string, row wrappedPeriod) (cachedPeriod, error) {
	var c cachedPeriod
	if string(row.KEK) != string(k.kek.id[:]) {
		return c, claim.Errorf(claim.Unavailable, "the key of period %d is wrapped by key-encryption key %x, at hand is %x", row.Period, row.KEK, k.kek.id)
	}
	secret, err := k.kek.aead.Decrypt(row.Wrapped, periodAAD(payer, purpose, row.Period))
	if err != nil || len(secret) != dataKeySize {
		return c, fmt.Errorf("unwrapping the key of period %d of payer %d: %w", row.Period, payer, errors.Join(ErrWrapped, err))
	}
	if purpose == purposeSubject {
		c.subject = NewSubjectHasher([32]byte(secret))
	} else {
		c.fingerprint = NewFingerprintKey([32]byte(secret))
	}
	return c, nil
}

func periodAAD(payer claim.PayerID, purpose string, period Period) []byte {
	b := append(make([]byte, 0, 48), "assize period key\n"...)
	b = binary.BigEndian.AppendUint32(b, uint32(payer))
	b = binary.BigEndian.AppendUint32(b, uint32(period))
	return append(b, purpose...)
}
