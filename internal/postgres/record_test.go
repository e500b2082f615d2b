package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgerror"
	"github.com/assize/assize/internal/postgres"
)

func TestAChunkBeginsOnce(t *testing.T) {
	pool := newPool(t)
	begin := func(payer claim.PayerID, ord int) (fresh bool) {
		write(t, pool, func(tx pgx.Tx) (err error) {
			fresh, err = postgres.BeginChunk(t.Context(), tx, payer, id(9), ord, 5, 0)
			return err
		})
		return fresh
	}
	if !begin(1, 0) || begin(1, 0) || !begin(1, 1) || !begin(2, 0) {
		t.Error("a chunk begins once for each payer and place, and never again")
	}
	write(t, pool, func(tx pgx.Tx) error { return postgres.CountRedecided(t.Context(), tx, 1, id(9), 0, 3) })
	claims, redecided, err := postgres.ChunkDone(t.Context(), pool, 1, id(9), 0)
	if err != nil || claims != 5 || redecided != 3 {
		t.Errorf("got %d, %d, %v", claims, redecided, err)
	}
	_, _, err = postgres.ChunkDone(t.Context(), pool, 1, id(9), 7)
	requireKind(t, err, claim.NotFound, "a chunk that was not recorded")
}

// Two transactions that begin one chunk at once: the second waits, and is told that it is late.
func TestOfTwoThatBeginAChunkAtOnceOneRecords(t *testing.T) {
	pool := newPool(t)
	first, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if fresh, err := postgres.BeginChunk(t.Context(), first, 1, id(9), 0, 5, 0); err != nil || !fresh {
		t.Fatal(fresh, err)
	}
	second := make(chan error, 1)
	go func() {
		second <- pgx.BeginFunc(context.WithoutCancel(t.Context()), pool, func(tx pgx.Tx) error {
			fresh, err := postgres.BeginChunk(t.Context(), tx, 1, id(9), 0, 5, 0)
			if fresh {
				return errors.New("the chunk began twice")
			}
			return err
		})
	}()
	if err := first.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-second; err != nil {
		t.Error(err)
	}
}

func TestLockingFamiliesTellsAndRaisesVersions(t *testing.T) {
	pool := newPool(t)
	lock := func(payer claim.PayerID, families ...claim.ID) (versions map[claim.ID]int64) {
		write(t, pool, func(tx pgx.Tx) (err error) {
			versions, err = postgres.LockFamilies(t.Context(), tx, payer, families)
			return err
		})
		return versions
	}
	steps := []struct {
		payer    claim.PayerID
		families []claim.ID
		want     map[claim.ID]int64
	}{
		{1, []claim.ID{id(2), id(1)}, map[claim.ID]int64{id(1): 0, id(2): 0}},
		{1, []claim.ID{id(1), id(3)}, map[claim.ID]int64{id(1): 1, id(3): 0}},
		{2, []claim.ID{id(1)}, map[claim.ID]int64{id(1): 0}},
		{1, []claim.ID{id(3), id(2), id(1)}, map[claim.ID]int64{id(1): 2, id(2): 1, id(3): 1}},
		{1, nil, map[claim.ID]int64{}},
	}
	for i, step := range steps {
		if diff := cmp.Diff(step.want, lock(step.payer, step.families...)); diff != "" {
			t.Errorf("step %d, versions as they were before (-want +got):\n%s", i, diff)
		}
	}
	versions, err := postgres.FamilyVersions(t.Context(), pool, 1, []claim.ID{id(1), id(2), id(8)})
	if diff := cmp.Diff(map[claim.ID]int64{id(1): 3, id(2): 2}, versions); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// Recorders that share families in any order wait for each other, never in a circle: every one locks in key order. One
// that waits for a later family holds the earlier ones already.
func TestFamiliesAreLockedInKeyOrderWhateverTheOrderGiven(t *testing.T) {
	pool := newPool(t)
	lock := func(tx pgx.Tx, families ...claim.ID) error {
		_, err := postgres.LockFamilies(t.Context(), tx, 1, families)
		return err
	}
	write(t, pool, func(tx pgx.Tx) error { return lock(tx, id(1), id(2), id(3)) })
	holder, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := lock(holder, id(2)); err != nil {
		t.Fatal(err)
	}
	waiter := make(chan error, 1)
	go func() {
		waiter <- pgx.BeginFunc(context.WithoutCancel(t.Context()), pool, func(tx pgx.Tx) error { return lock(tx, id(3), id(2), id(1)) })
	}()
	awaitLock(t, pool)
	free := map[claim.ID]bool{}
	for _, family := range []claim.ID{id(1), id(3)} {
		err := attempt(t, pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), `set local lock_timeout = '100ms'`); err != nil {
				return err
			}
			return lock(tx, family)
		})
		free[family] = err == nil
	}
	if err := errors.Join(holder.Rollback(t.Context()), <-waiter); err != nil {
		t.Fatal(err)
	}
	if free[id(1)] || !free[id(3)] {
		t.Errorf("while one waits for family 2, families free are %v; want 1 held and 3 free", free)
	}
}

// awaitLock waits until some session waits for a lock.
func awaitLock(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	for range 500 {
		var waiting int
		err := pool.QueryRow(t.Context(), `
			select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
		if waiting > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nobody waits for a lock")
}

func TestAPendedClaimIsDecidedAgainOnce(t *testing.T) {
	pool := newPool(t)
	insertClaims(t, pool, 1, rowOf(0, claim.Pend), rowOf(1, claim.Deny))
	again := rowOf(0, claim.Pay)
	again.EntryID = id(3000)
	redecide := func(payer claim.PayerID, row postgres.ClaimRow, follows claim.ID) error {
		return attempt(t, pool, func(tx pgx.Tx) error { return postgres.Redecide(t.Context(), tx, payer, &row, follows) })
	}
	requireKind(t, redecide(1, again, id(3999)), claim.Conflict, "under another entry than the reviewer saw")
	requireKind(t, redecide(2, again, id(2000)), claim.Conflict, "of another payer")
	requireKind(t, redecide(1, rowOf(1, claim.Pay), id(2001)), claim.Conflict, "a claim that was denied")
	if err := redecide(1, again, id(2000)); err != nil {
		t.Fatal(err)
	}
	requireKind(t, redecide(1, again, id(2000)), claim.Conflict, "a second time")
	got, err := postgres.ClaimRowOf(t.Context(), pool, 1, id(1000))
	if diff := cmp.Diff(again, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	_, err = postgres.ClaimRowOf(t.Context(), pool, 2, id(1000))
	requireKind(t, err, claim.NotFound, "of another payer")
}

func TestTheStoreRefusesWhatNoDecisionIs(t *testing.T) {
	pool := newPool(t)
	insertClaims(t, pool, 1, rowOf(0, claim.Pay))
	cases := map[string]func(r *postgres.ClaimRow){
		"claim_pk":                func(r *postgres.ClaimRow) { r.ControlNumber = 1 },
		"claim_control_number_uq": func(r *postgres.ClaimRow) { r.ClaimID = id(1) },
		"claim_amounts_ck": func(r *postgres.ClaimRow) {
			r.ClaimID, r.ControlNumber, r.Outcome = id(1), 1, claim.Deny // and 70.00 paid
		},
	}
	for constraint, change := range cases {
		row := rowOf(0, claim.Pay)
		change(&row)
		err := attempt(t, pool, func(tx pgx.Tx) error { return postgres.InsertClaims(t.Context(), tx, 1, []postgres.ClaimRow{row}) })
		if server, ok := errors.AsType[*pgerror.ServerError](err); !ok || server.Constraint != constraint {
			t.Errorf("got %v, want %s", err, constraint)
		}
	}
}
