package ledger_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres/pgtest"
	"github.com/assize/assize/ledger"
)

// periodReaders ask for keys of periods of either purpose.
var periodReaders = map[string]func(*testing.T, *ledger.Keys) error{
	"fingerprints": func(t *testing.T, k *ledger.Keys) error {
		_, err := k.ForPeriods(t.Context(), 1, []ledger.Period{20261, 20262})
		return err
	},
	"patients": func(t *testing.T, k *ledger.Keys) error { _, err := k.ForPatients(t.Context(), 1); return err },
}

// A lost key made anew would know no copy of what was paid under the first.
func TestAPeriodsKeyThatWasUsedIsNeverMadeAnew(t *testing.T) {
	for purpose, read := range periodReaders {
		t.Run(purpose, func(t *testing.T) {
			main, room := pgtest.New(t), keyDatabase(t)
			process := func(room *pgxpool.Pool) *ledger.Keys {
				k, _ := newKeys(t, room, 1)
				return k.KnownTo(main)
			}
			refuses := func(when string, k *ledger.Keys) {
				t.Helper()
				if err := read(t, k); !errors.Is(err, ledger.ErrLost) || claim.KindOf(err) != claim.Unavailable {
					t.Errorf("%s: got %v, want ErrLost", when, err)
				}
			}
			for range 2 { // the first process makes it
				if err := read(t, process(room)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := room.Exec(t.Context(), `delete from period_key`); err != nil {
				t.Fatal(err)
			}
			refuses("its row is gone", process(room))
			refuses("its row is gone and somebody only looks", process(room).ForReading())
			unaware, _ := newKeys(t, room, 1)
			if err := read(t, unaware); err != nil { // makes one in its place
				t.Fatal(err)
			}
			again := process(room)
			refuses("another is in its place", again)
			refuses("another is in its place, asked once more", again)
			refuses("another is in its place and somebody only looks", process(room).ForReading())
		})
	}
}

// Two processes that were given different databases of keys would pay each other's copies.
func TestASecondDatabaseOfKeysIsRefused(t *testing.T) {
	for purpose, read := range periodReaders {
		t.Run(purpose, func(t *testing.T) {
			main := pgtest.New(t)
			first, _ := newKeys(t, keyDatabase(t), 1)
			second, _ := newKeys(t, keyDatabase(t), 1)
			if err := read(t, first.KnownTo(main)); err != nil {
				t.Fatal(err)
			}
			if err := read(t, second.KnownTo(main)); !errors.Is(err, ledger.ErrLost) {
				t.Errorf("got %v, want ErrLost", err)
			}
		})
	}
}

// Erased on purpose is not lost: its lines wait, and nothing stops.
func TestAPeriodsKeyThatWasErasedIsNotLost(t *testing.T) {
	keys, _ := newKeys(t, keyDatabase(t), 1)
	keys.KnownTo(pgtest.New(t))
	for _, erase := range []bool{true, false} {
		found, err := keys.ForPeriods(t.Context(), 1, []ledger.Period{20261})
		if err != nil || (found[20261] == nil) == erase {
			t.Fatalf("key %v, %v", found[20261], err)
		}
		if erase {
			if err := keys.ErasePeriod(t.Context(), 1, 20261); err != nil {
				t.Fatal(err)
			}
		}
	}
}
