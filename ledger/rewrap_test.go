package ledger_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// everyKey reads keys of all kinds of two payers and what tells each from any other; the same subject is of both.
func everyKey(t *testing.T, k *ledger.Keys, subject ledger.Subject) (list []any) {
	t.Helper()
	for payer := claim.PayerID(1); payer <= 2; payer++ {
		data, err := k.ForSubjects(t.Context(), payer, []ledger.Subject{subject})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, data[subject].ID)
		for _, period := range []ledger.Period{0, 20261, 20262} {
			found, err := k.ForPeriods(t.Context(), payer, []ledger.Period{period})
			if err != nil {
				t.Fatal(err)
			}
			c := professional()
			c.From, c.Lines[0].From, c.Lines[0].Through = 0, 0, 0 // every key makes the fingerprint of one claim
			prints, err := ledger.FingerprintKeys{0: found[period]}.Fingerprints(c, beneficiary)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, prints[0].Value)
		}
		patients, err := k.ForPatients(t.Context(), payer)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, patients.Subject(ledger.UnmatchedPatient, "W1"))
	}
	return list
}

// Each key is under the next key-encryption key what it was before; keys under a third are left alone.
func TestEveryKeyIsTheSameAfterRewrapping(t *testing.T) {
	room := keyDatabase(t)
	subject := claim.NewID()
	old, _ := newKeys(t, room, 1)
	want := everyKey(t, old, subject)
	third, _ := newKeys(t, room, 3)
	apart, err := third.ForSubjects(t.Context(), 3, []ledger.Subject{subject})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := third.ForPatients(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	if _, err := old.ForPeriods(t.Context(), 4, []ledger.Period{20261}); err != nil {
		t.Fatal(err)
	}
	if err := old.ErasePeriod(t.Context(), 4, 20261); err != nil { // there is nothing left of it to wrap
		t.Fatal(err)
	}
	if n, err := old.RewrapAll(t.Context(), kek(t, 2)); err != nil || n != len(want) {
		t.Fatalf("rewrapped %d, %v, want %d", n, err, len(want))
	}
	renewed, _ := newKeys(t, room, 2)
	if diff := cmp.Diff(want, everyKey(t, renewed, subject)); diff != "" {
		t.Errorf("keys after rewrapping (-want +got):\n%s", diff)
	}
	again, _ := newKeys(t, room, 3)
	if found, err := again.ForSubjects(t.Context(), 3, []ledger.Subject{subject}); err != nil || found[subject].ID != apart[subject].ID {
		t.Errorf("under the third key: %v", err)
	}
}

// writing is the keys' database in which another process does something before what was rewrapped is written.
type writing struct {
	*pgxpool.Pool
	before func()
}

func (w writing) Begin(ctx context.Context) (pgx.Tx, error) {
	tx, err := w.Pool.Begin(ctx)
	return writingTx{tx, w.before}, err
}

type writingTx struct {
	pgx.Tx
	before func()
}

func (w writingTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	w.before()
	return w.Tx.SendBatch(ctx, b)
}

// A key that is erased while it is wrapped anew is erased: what was read of it before does not come back.
func TestAKeyErasedWhileItIsRewrappedStaysErased(t *testing.T) {
	room := keyDatabase(t)
	subject := claim.NewID()
	other, clock := newKeys(t, room, 1)
	everyKey(t, other, subject)
	var erased []chan error
	meanwhile := func(erase func() error) {
		done := make(chan error, 1)
		go func() { done <- erase() }()
		waitForLockOr(t, room, done)
		erased = append(erased, done)
	}
	batches := 0
	before := func() { // data keys, until there are none left, then keys of periods
		switch batches++; batches {
		case 1:
			meanwhile(func() error { return other.Erase(t.Context(), 1, subject) })
		case 3:
			meanwhile(func() error { return other.ErasePeriod(t.Context(), 1, 20261) })
		}
	}
	keys := ledger.NewKeys(writing{room, before}, kek(t, 1), &stream{name: "rewrapping"}, clock.now)
	if _, err := keys.RewrapAll(t.Context(), kek(t, 2)); err != nil {
		t.Fatal(err)
	}
	if len(erased) != 2 {
		t.Fatalf("%d of 2 erasures in %d batches", len(erased), batches)
	}
	for _, done := range erased {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	var left int
	err := room.QueryRow(t.Context(), `
		select (select count(*) from data_key where payer_id = 1 and wrapped is not null)
		     + (select count(*) from period_key where payer_id = 1 and period = 20261 and wrapped is not null)`).Scan(&left)
	if err != nil || left != 0 {
		t.Errorf("%d of the erased keys are there, %v", left, err)
	}
}

// waitForLockOr returns once something waits for a lock, or has ended.
func waitForLockOr(t *testing.T, pool *pgxpool.Pool, done chan error) {
	t.Helper()
	for waiting := false; !waiting && len(done) == 0; {
		err := pool.QueryRow(t.Context(), `
			select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
}
