package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// meddlingTx lets another transaction do something just before each insertion and each look.
type meddlingTx struct {
	pgx.Tx
	insertion, look func()
}

func (m meddlingTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	m.insertion()
	return m.Tx.Exec(ctx, sql, args...)
}

func (m meddlingTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	m.look()
	return m.Tx.Query(ctx, sql, args...)
}

// A holder that is gone when we look who it is has left the fingerprint to us; one that comes and goes for ever ends the try.
func TestAHolderThatVanishesLeavesTheFingerprint(t *testing.T) {
	pool := newLedger(t)
	holds := material1(t, "vanishing")
	others := copyOf(holds[1:2], claim.ID{9})
	release := func() {
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error { return ledger.ReleaseFingerprints(t.Context(), tx, 1, others) })
		if err != nil {
			t.Error(err)
		}
	}
	looks := 0
	once := func() {
		if looks++; looks == 1 {
			release()
		}
	}
	take := func(m meddlingTx) (lost []ledger.Loss, err error) {
		err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			m.Tx = tx
			lost, err = ledger.HoldFingerprints(t.Context(), m, 1, holds)
			return err
		})
		return lost, err
	}
	hold(t, pool, others)
	if lost, err := take(meddlingTx{insertion: func() {}, look: once}); err != nil || len(lost) > 0 || looks != 1 {
		t.Fatalf("lost %v, %v after %d looks", lost, err, looks)
	}
	if lost := hold(t, pool, copyOf(holds, claim.ID{8})); len(lost) != len(holds) {
		t.Errorf("%d of %d are held", len(lost), len(holds))
	}

	holds = material1(t, "coming and going")
	others = copyOf(holds[1:2], claim.ID{9})
	if _, err := take(meddlingTx{insertion: func() { hold(t, pool, others) }, look: release}); claim.KindOf(err) != claim.Unavailable {
		t.Errorf("got %v, want Unavailable", err)
	}
}

// Of two that open a chain at once one opens it, and the other goes on where the first ends.
func TestAChainThatIsOpenedTwiceAtOnceIsOne(t *testing.T) {
	pool := newLedger(t)
	first := locking(t, pool)
	head, err := ledger.LockHead(t.Context(), first, 1, ledger.Decisions)
	if err != nil {
		t.Fatal(err)
	}
	var second ledger.Head
	done := make(chan error, 1)
	go func() {
		done <- pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) (err error) {
			second, err = ledger.LockHead(t.Context(), tx, 1, ledger.Decisions)
			return err
		})
	}()
	waitForLock(t, pool)
	entries, _ := material("first of two", 2)
	after, err := ledger.Append(t.Context(), first, head, start, entries)
	if err = errors.Join(err, first.Commit(t.Context())); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil || second != after {
		t.Errorf("the second is given %v, %v, want %v", second, err, after)
	}
}

// Two that take or give back the same fingerprints, listed in other orders, wait for one another and never in a circle: who waits for
// one in the middle has none behind it yet.
func TestFingerprintsAreTakenAndGivenBackInOneOrder(t *testing.T) {
	for name, size := range map[string]int{"one by one": 3, "by COPY": 300} {
		t.Run(name, func(t *testing.T) {
			pool := newLedger(t)
			holds := make([]ledger.Hold, size)
			for i := range holds { // from the highest to the lowest
				holds[i] = ledger.Hold{Fingerprint: ledger.Fingerprint{byte((size - i) >> 8), byte(size - i)}, Holder: ledger.Holder{Claim: claim.ID{1}, Line: i + 1}}
			}
			middle, highest := holds[1:2], holds[:1]
			first := locking(t, pool)
			if _, err := ledger.HoldFingerprints(t.Context(), first, 1, copyOf(middle, claim.ID{2})); err != nil {
				t.Fatal(err)
			}
			lost := make(chan int, 1)
			go func() { lost <- len(hold(t, pool, holds)) }()
			waitForLock(t, pool)
			if _, err := ledger.HoldFingerprints(t.Context(), first, 1, copyOf(highest, claim.ID{2})); err != nil {
				t.Fatalf("who waits for one in the middle has taken one behind it: %v", err)
			}
			if err := first.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := <-lost; n != 2 {
				t.Errorf("lost %d, want 2", n)
			}

			second := locking(t, pool)
			const lock = `select from fingerprint_live where fingerprint = $1 for update`
			if _, err := second.Exec(t.Context(), lock, holds[2].Fingerprint[:]); err != nil {
				t.Fatal(err)
			}
			given := make(chan error, 1)
			go func() {
				given <- pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
					return ledger.ReleaseFingerprints(t.Context(), tx, 1, slices.Concat(copyOf(holds[:2], claim.ID{2}), holds[2:]))
				})
			}()
			waitForLock(t, pool)
			if _, err := second.Exec(t.Context(), lock, holds[0].Fingerprint[:]); err != nil {
				t.Fatalf("who waits for one in the middle has locked one behind it: %v", err)
			}
			if err := errors.Join(second.Commit(t.Context()), <-given); err != nil {
				t.Error(err)
			}
		})
	}
}

// locking is a transaction that ends with the test and waits for no lock.
func locking(t *testing.T, pool *pgxpool.Pool) pgx.Tx {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	if err == nil {
		_, err = tx.Exec(t.Context(), `set local lock_timeout = '100ms'`)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.Background()) })
	return tx
}

// What is wrong with the fingerprints is listed in their order, and entries that cannot be read are no entries without fingerprints.
func TestDifferencesOfFingerprintsComeInOrder(t *testing.T) {
	pool := newLedger(t)
	_, f := lifecycle(t, pool)
	if _, err := pool.Exec(t.Context(), `delete from fingerprint_live`); err != nil {
		t.Fatal(err)
	}
	strangers := make([]ledger.Hold, 20)
	for i := range strangers {
		strangers[i] = ledger.Hold{Fingerprint: ledger.Fingerprint{byte(13 * i)}, Holder: ledger.Holder{Claim: claim.ID{5}, Line: 1}}
	}
	hold(t, pool, strangers)
	list, err := ledger.CheckFingerprints(t.Context(), pool, 1)
	if err != nil {
		t.Fatal(err)
	}
	sorted := slices.IsSortedFunc(list, func(a, b ledger.FingerprintDifference) int { return bytes.Compare(a.Fingerprint[:], b.Fingerprint[:]) })
	if !sorted || len(list) != len(strangers)+2 || !slices.ContainsFunc(list, func(d ledger.FingerprintDifference) bool { return d.Fingerprint == f[1] && d.Table == nil }) {
		t.Errorf("got %d, sorted %v", len(list), sorted)
	}
	_, err = pool.Exec(t.Context(), `
		set session_replication_role = replica;
		alter table ledger_entry drop constraint ledger_entry_version_ck;
		update ledger_entry set bytes = set_byte(bytes, 0, 9) where seq = 2;
		set session_replication_role = origin`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.CheckFingerprints(t.Context(), pool, 1); claim.KindOf(err) != claim.Invalid || err == nil {
		t.Errorf("an entry that does not decode: got %v, want Invalid", err)
	}
}
