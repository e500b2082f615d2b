package ledger_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// under asks for the keys of subjects as somebody does who is going to record what is sealed under them.
func under(t *testing.T, keys *ledger.Keys, subjects ...ledger.Subject) (ledger.Erasures, ledger.DataKeys) {
	t.Helper()
	since, err := keys.Erasures(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	found, err := keys.ForSubjects(t.Context(), 1, subjects)
	if err != nil {
		t.Fatal(err)
	}
	return since, found
}

func TestNothingIsRecordedUnderAKeyThatAnotherProcessErased(t *testing.T) {
	pool := keyDatabase(t)
	here, _ := newKeys(t, pool, 1)
	elsewhere, _ := newKeys(t, pool, 1)
	subject, other := claim.NewID(), claim.NewID()
	guard := func(since ledger.Erasures, used ledger.DataKeys) error {
		t.Helper()
		release, err := here.Guard(t.Context(), 1, since, used)
		if err == nil {
			release()
		}
		return err
	}
	since, used := under(t, here, subject)
	beside, others := under(t, here, other)
	if err := guard(since, used); err != nil {
		t.Fatalf("before: %v", err)
	}
	if err := elsewhere.Erase(t.Context(), 1, subject); err != nil {
		t.Fatal(err)
	}
	if err := guard(beside, others); err != nil {
		t.Errorf("what is sealed under other keys: %v", err)
	}
	if err := guard(since, used); claim.KindOf(err) != claim.Conflict {
		t.Errorf("under the erased key: got %v, want Conflict", err)
	}
	again, renewed := under(t, here, subject)
	if renewed[subject].ID == used[subject].ID {
		t.Error("the erased key is answered from memory")
	}
	if err := guard(again, renewed); err != nil {
		t.Errorf("under the new key: %v", err)
	}
	if err := elsewhere.Erase(t.Context(), 2, subject); claim.KindOf(err) != claim.NotFound {
		t.Errorf("another payer's: %v", err)
	}
	if n, err := here.Erasures(t.Context(), 1); err != nil || n != 1 {
		t.Errorf("%d erasures are known of, %v, want 1", n, err)
	}
}

// What was opened is guarded as what is sealed is, also where it was opened before anybody asked for the erasures.
func TestNothingIsRecordedOfWhatWasOpenedWithAKeyThatAnotherProcessErased(t *testing.T) {
	pool := keyDatabase(t)
	elsewhere, _ := newKeys(t, pool, 1)
	subject := claim.NewID()
	_, made := under(t, elsewhere, subject)
	ids := []claim.ID{made[subject].ID}
	here, _ := newKeys(t, pool, 1)
	if _, err := here.ForIDs(t.Context(), 1, ids); err != nil {
		t.Fatal(err)
	}
	if err := elsewhere.Erase(t.Context(), 1, subject); err != nil {
		t.Fatal(err)
	}
	since, err := here.Erasures(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := here.ForIDs(t.Context(), 1, ids) // from memory
	if err != nil {
		t.Fatal(err)
	}
	release, err := here.Guard(t.Context(), 1, since, opened)
	if err == nil {
		release()
	}
	if claim.KindOf(err) != claim.Conflict {
		t.Errorf("got %v, want Conflict", err)
	}
}

func TestAnErasureWaitsForWhoRecords(t *testing.T) {
	pool := keyDatabase(t)
	here, _ := newKeys(t, pool, 1)
	elsewhere, _ := newKeys(t, pool, 1)
	subject := claim.NewID()
	since, used := under(t, here, subject)
	release, err := here.Guard(t.Context(), 1, since, used)
	if err != nil {
		t.Fatal(err)
	}
	waiting, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := elsewhere.Erase(waiting, 1, subject); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while the keys are guarded: got %v, want it to wait", err)
	}
	release()
	if err := elsewhere.Erase(t.Context(), 1, subject); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Who records holds the payer's head and waits for no erasure that stands still.
func TestAnErasureThatStandsStillDoesNotHoldUpWhoRecords(t *testing.T) {
	t.Parallel()
	pool := keyDatabase(t)
	here, _ := newKeys(t, pool, 1)
	since, used := under(t, here, claim.NewID())
	still, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := still.Exec(t.Context(), `select pg_advisory_xact_lock($1, 1)`, 0x65726173); err != nil {
		t.Fatal(err)
	}
	release, err := here.Guard(t.Context(), 1, since, used)
	if err == nil {
		release()
		t.Fatal("the guard was taken beside an erasure")
	}
	if claim.KindOf(err) == claim.Conflict {
		t.Errorf("got %v, a conflict: nothing was erased", err)
	}
	if err := still.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if release, err = here.Guard(t.Context(), 1, since, used); err != nil {
		t.Fatalf("after it: %v", err)
	}
	release()
}
