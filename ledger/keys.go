package ledger

import (
	"context"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgerror"
)

//go:embed keymigrations/*.sql
var keyMigrationFiles embed.FS

// KeyMigrations returns the schema of the keys' own database, for the migrator.
func KeyMigrations() (fs.FS, error) { return fs.Sub(keyMigrationFiles, "keymigrations") }

// Subject is whom a section is about: a member's or provider's opaque id, or SubjectHasher's for one without.
type Subject = claim.ID

// DataKey seals and opens the sections of one subject. The zero aead stands for a key that was destroyed.
type DataKey struct {
	ID   claim.ID
	aead tink.AEAD
}

// DataKeys holds keys for sealing, by subject.
type DataKeys map[Subject]DataKey

// OpenKeys holds keys for opening, by key id.
type OpenKeys map[claim.ID]DataKey

// KeyDatabase is the database the keys live in: a pgxpool.Pool of a role that owns nothing else.
type KeyDatabase interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Begin(ctx context.Context) (pgx.Tx, error)
}

// Limits of the in-memory cache: a subject takes about 1 KiB, and an erasure made by another process takes effect
// within the lifetime. A batch comes family by family, so patients' keys are hardly asked for twice: the room is for
// the providers, who stay in it as long as they are asked for, and for what is read back.
const (
	cachedSubjects = 4_000
	cacheLifetime  = 5 * time.Minute
	dataKeySize    = 32
)

// Keys makes, keeps and destroys data keys. It is safe for concurrent use. Every call commits by itself, before the
// evidence that uses the key is written: a key without evidence is harmless, evidence without a key is lost.
type Keys struct {
	db      KeyDatabase
	main    MainDatabase // knows the keys of periods; see KnownTo
	kek     *KeyEncryptionKey
	random  io.Reader
	now     func() time.Time
	cache   *keyCache
	periods periodCache
	makes   bool // makes the keys that are missing
}

// ErrWrapped says that a wrapped key does not unwrap: its row was changed, or is another key's.
var ErrWrapped = claim.Errorf(claim.Internal, "the wrapped key does not unwrap")

// NewKeys returns the keys kept in db and wrapped by kek.
func NewKeys(db KeyDatabase, kek *KeyEncryptionKey, random io.Reader, now func() time.Time) *Keys {
	return &Keys{db: db, kek: kek, random: random, now: now, cache: newKeyCache(2*cachedSubjects, cacheLifetime), makes: true}
}

// HoldsKeys tells whether a keys' database holds a key, of any payer.
func HoldsKeys(ctx context.Context, db KeyDatabase) (bool, error) {
	rows, err := db.Query(ctx, `select exists (select from data_key) or exists (select from period_key)`)
	if err != nil {
		return false, pgerror.Wrap(err, "looking for keys")
	}
	held, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[bool])
	return held, pgerror.Wrap(err, "looking for keys")
}

// ForReading returns the same keys for somebody who only looks: of what is missing nothing is made, it is NotFound.
func (k *Keys) ForReading() *Keys {
	return &Keys{db: k.db, main: k.main, kek: k.kek, random: k.random, now: k.now, cache: k.cache}
}

// ForSubjects returns the live key of each subject, making those that are missing: one query to read, one to create,
// and one more only when another process created the same key first.
func (k *Keys) ForSubjects(ctx context.Context, payer claim.PayerID, subjects []Subject) (DataKeys, error) {
	keys := make(DataKeys, len(subjects))
	missing := make([]Subject, 0, len(subjects))
	since, err := k.Erasures(ctx, payer)
	if err != nil {
		return nil, err
	}
	now := k.now()
	for _, s := range subjects {
		if _, have := keys[s]; have {
			continue
		}
		key, ok := k.cache.get(cacheKey{payer, true, s}, now)
		if !ok {
			missing = append(missing, s)
		}
		keys[s] = key
	}
	// Created in the order of the index, so that two processes with the same subjects wait instead of deadlocking.
	slices.SortFunc(missing, compareIDs)
	missing = slices.Compact(missing)
	for round := 0; len(missing) > 0; round++ {
		if round == maxCreateRounds {
			return nil, claim.Errorf(claim.Unavailable, "reading %d data keys of payer %d: they come and go", len(missing), payer)
		}
		if err := k.load(ctx, payer, since, keys, missing); err != nil {
			return nil, fmt.Errorf("reading data keys of payer %d: %w", payer, err)
		}
		missing = slices.DeleteFunc(missing, func(s Subject) bool { return keys[s].aead != nil })
		if len(missing) == 0 {
			break
		}
		if !k.makes {
			return nil, claim.Errorf(claim.NotFound, "%d data keys of payer %d are not there", len(missing), payer)
		}
		if err := k.create(ctx, payer, since, keys, missing); err != nil {
			return nil, fmt.Errorf("creating data keys of payer %d: %w", payer, err)
		}
		missing = slices.DeleteFunc(missing, func(s Subject) bool { return keys[s].aead != nil })
	}
	return keys, nil
}

// maxCreateRounds bounds how often a key may be created and erased by others while we look for it.
const maxCreateRounds = 4

func compareIDs(a, b claim.ID) int { return slices.Compare(a[:], b[:]) }

// load reads the live keys of subjects into keys.
func (k *Keys) load(ctx context.Context, payer claim.PayerID, since Erasures, keys DataKeys, subjects []Subject) error {
	// One index probe a subject, whatever the planner knows of the table: see FindFingerprints.
	rows, err := k.db.Query(ctx, `
		select live.key_id,
		       live.subject,
		       live.kek,
		       live.wrapped
		  from unnest($2::uuid[]) as wanted (subject)
		 cross join lateral (
			select key_id,
			       subject,
			       kek,
			       wrapped
			  from data_key
			 where payer_id = $1
			   and subject = wanted.subject
			   and erased_at is null
			 limit 1
		 ) live`, payer, subjects)
	if err != nil {
		return pgerror.Wrap(err, "looking for %d", len(subjects))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[wrappedKey])
	if err != nil {
		return pgerror.Wrap(err, "looking for %d", len(subjects))
	}
	for i := range found {
		key, err := k.unwrap(payer, &found[i])
		if err != nil {
			return err
		}
		keys[*found[i].Subject] = key
		k.remember(payer, since, *found[i].Subject, key)
	}
	return nil
}

// create inserts keys for subjects that have none. A subject that another process served first stays missing.
func (k *Keys) create(ctx context.Context, payer claim.PayerID, since Erasures, keys DataKeys, subjects []Subject) error {
	ids, wrapped := make([]claim.ID, len(subjects)), make([][]byte, len(subjects))
	made := make(map[claim.ID]DataKey, len(subjects))
	for i, s := range subjects {
		id, err := uuid.NewRandomFromReader(k.random) // no time in it: when a person first came is nobody's business
		if err != nil {
			return fmt.Errorf("drawing a key id: %w", err)
		}
		secret, err := k.draw()
		if err != nil {
			return err
		}
		if wrapped[i], err = k.kek.aead.Encrypt(secret, dataKeyAAD(payer, id, s)); err != nil {
			return fmt.Errorf("wrapping key %s: %w", id, err)
		}
		if made[id], err = NewDataKey(id, secret); err != nil {
			return err
		}
		ids[i] = id
	}
	rows, err := k.db.Query(ctx, `
		insert into data_key (payer_id, key_id, subject, kek, wrapped)
		select $1,
		       new.key_id,
		       new.subject,
		       $2,
		       new.wrapped
		  from unnest($3::uuid[], $4::uuid[], $5::bytea[]) as new (key_id, subject, wrapped)
		    on conflict (payer_id, subject) where erased_at is null do nothing
		returning key_id, subject`, payer, k.kek.id[:], ids, subjects, wrapped)
	if err != nil {
		return pgerror.Wrap(err, "adding %d", len(ids))
	}
	var id, subject claim.ID
	_, err = pgx.ForEachRow(rows, []any{&id, &subject}, func() error {
		keys[subject] = made[id]
		k.remember(payer, since, subject, made[id])
		return nil
	})
	return pgerror.Wrap(err, "adding %d", len(ids))
}

func (k *Keys) draw() ([]byte, error) {
	secret := make([]byte, dataKeySize)
	if _, err := io.ReadFull(k.random, secret); err != nil {
		return nil, fmt.Errorf("drawing a key: %w", err)
	}
	return secret, nil
}

// NewDataKey returns the key made of a 32-byte secret. Keys makes them; this is for those who hold one of their own.
func NewDataKey(id claim.ID, secret []byte) (DataKey, error) {
	if len(secret) != dataKeySize {
		return DataKey{}, claim.Errorf(claim.Invalid, "key %s has %d bytes, not %d", id, len(secret), dataKeySize)
	}
	aead, err := subtle.NewAESGCM(secret)
	if err != nil {
		return DataKey{}, fmt.Errorf("preparing key %s: %w", id, err)
	}
	return DataKey{ID: id, aead: aead}, nil
}

func (k *Keys) remember(payer claim.PayerID, since Erasures, subject Subject, key DataKey) {
	now := k.now()
	k.cache.put(cacheKey{payer, true, subject}, key, since, now)
	k.cache.put(cacheKey{payer, false, key.ID}, key, since, now)
}

// wrappedKey is one row of data_key. Subject and Wrapped are null once erased.
type wrappedKey struct {
	ID      claim.ID
	Subject *Subject
	KEK     []byte
	Wrapped []byte
}

func (k *Keys) unwrap(payer claim.PayerID, row *wrappedKey) (DataKey, error) {
	if string(row.KEK) != string(k.kek.id[:]) {
		return DataKey{}, claim.Errorf(claim.Unavailable, "key %s is wrapped by key-encryption key %x, at hand is %x", row.ID, row.KEK, k.kek.id)
	}
	secret, err := k.kek.aead.Decrypt(row.Wrapped, dataKeyAAD(payer, row.ID, *row.Subject))
	if err != nil {
		return DataKey{}, fmt.Errorf("unwrapping key %s: %w", row.ID, errors.Join(ErrWrapped, err))
	}
	return NewDataKey(row.ID, secret)
}

// dataKeyAAD binds a wrapped key to its row: exchanged between rows, it does not unwrap.
func dataKeyAAD(payer claim.PayerID, id claim.ID, subject Subject) []byte {
	b := append(make([]byte, 0, 64), "assize data key\n"...)
	b = binary.BigEndian.AppendUint32(b, uint32(payer))
	b = append(b, id[:]...)
	return append(b, subject[:]...)
}

// ForIDs returns the keys for opening sections. A destroyed key is there and answers ErrErased when used; an id that
// was never given out, or whose row was lost, is not there, and opening with it is ErrUnknownKey.
func (k *Keys) ForIDs(ctx context.Context, payer claim.PayerID, ids []claim.ID) (OpenKeys, error) {
	keys := make(OpenKeys, len(ids))
	var missing []claim.ID
	since, err := k.Erasures(ctx, payer) // first, so that none of them is remembered as read after an erasure that it was read before
	if err != nil {
		return nil, err
	}
	now := k.now()
	for _, id := range ids {
		if key, ok := k.cache.get(cacheKey{payer, false, id}, now); ok {
			keys[id] = key
		} else {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return keys, nil
	}
	rows, err := k.db.Query(ctx, `
		select stored.key_id,
		       stored.subject,
		       stored.kek,
		       stored.wrapped
		  from unnest($2::uuid[]) as wanted (key_id)
		 cross join lateral (
			select key_id,
			       subject,
			       kek,
			       wrapped
			  from data_key
			 where payer_id = $1
			   and key_id = wanted.key_id
			 limit 1
		 ) stored`, payer, missing)
	if err != nil {
		return nil, pgerror.Wrap(err, "reading %d keys of payer %d", len(missing), payer)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[wrappedKey])
	if err != nil {
		return nil, pgerror.Wrap(err, "reading %d keys of payer %d", len(missing), payer)
	}
	for i := range found {
		row := &found[i]
		if row.Wrapped == nil {
			keys[row.ID] = DataKey{ID: row.ID}
			continue
		}
		key, err := k.unwrap(payer, row)
		if err != nil {
			return nil, err
		}
		keys[row.ID] = key
		k.cache.put(cacheKey{payer, false, row.ID}, key, since, now)
	}
	return keys, nil
}

// Erase destroys the key of a subject: every section sealed under it is unreadable from now on, here at once and in
// other processes within five minutes. It waits for what is being recorded under the key, and nothing is afterwards: see
// Guard. NotFound when the subject has no live key. The row keeps no trace of the subject.
//
// The old row version may linger in the database's files and log. RewrapAll under a new key-encryption key and
// destroying the old one's file puts that out of reach too.
func (k *Keys) Erase(ctx context.Context, payer claim.PayerID, subject Subject) error {
	var ids []claim.ID
	err := pgx.BeginFunc(ctx, k.db, func(tx pgx.Tx) (err error) {
		ids, err = k.erase(ctx, tx, payer, subject)
		return err
	})
	if err != nil {
		return pgerror.Wrap(err, "erasing a key of payer %d", payer)
	}
	if len(ids) == 0 {
		return claim.Errorf(claim.NotFound, "erasing a key of payer %d: the subject has none", payer)
	}
	k.cache.forget(cacheKey{payer, true, subject}, cacheKey{payer, false, ids[0]})
	return nil
}

// erase destroys and counts, while nobody records. Should this process stand still in it, the server ends it, and others record.
func (k *Keys) erase(ctx context.Context, tx pgx.Tx, payer claim.PayerID, subject Subject) ([]claim.ID, error) {
	_, err := tx.Exec(ctx, `
		select set_config('idle_in_transaction_session_timeout', '60s', true),
		       pg_advisory_xact_lock($1, $2)`, erasureLock, int32(payer))
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		update data_key
		   set wrapped = null,
		       subject = null,
		       erased_at = $3
		 where payer_id = $1
		   and subject = $2
		   and erased_at is null
		returning key_id`, payer, subject, k.now())
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[claim.ID])
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	_, err = tx.Exec(ctx, `
		insert into erasure as e (payer_id, erased)
		values ($1, 1)
		    on conflict on constraint erasure_pk do update set erased = e.erased + 1`, payer)
	return ids, err
}
