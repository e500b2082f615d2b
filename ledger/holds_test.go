package ledger_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

func hold(tb testing.TB, pool *pgxpool.Pool, holds []ledger.Hold) []ledger.Loss {
	tb.Helper()
	var lost []ledger.Loss
	err := pgx.BeginFunc(tb.Context(), pool, func(tx pgx.Tx) (err error) {
		lost, err = ledger.HoldFingerprints(tb.Context(), tx, 1, holds)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return lost
}

// copyOf is the same claim sent again: equal fingerprints, another claim id.
func copyOf(holds []ledger.Hold, id claim.ID) []ledger.Hold {
	again := append([]ledger.Hold(nil), holds...)
	for i := range again {
		again[i].Claim = id
	}
	return again
}

func TestSecondCopyLosesToTheFirst(t *testing.T) {
	pool := newLedger(t)
	first := material1(t, "first")
	first[2].Pended = true
	if lost := hold(t, pool, first); len(lost) > 0 {
		t.Fatalf("nobody holds, yet lost %v", lost)
	}
	second := append([]ledger.Hold{{Fingerprint: ledger.Fingerprint{9}, Holder: ledger.Holder{Claim: claim.ID{9}, Line: 9}}}, copyOf(first, claim.ID{9})...)
	want := []ledger.Loss{{1, first[0].Holder}, {2, first[1].Holder}, {3, first[2].Holder}, {4, first[3].Holder}}
	if diff := cmp.Diff(want, hold(t, pool, second)); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}
	if lost := hold(t, pool, first); len(lost) > 0 {
		t.Errorf("the holder loses to itself: %v", lost)
	}
}

func TestTwinWithinOneListLosesToTheFirst(t *testing.T) {
	pool := newLedger(t)
	holds := material1(t, "twins")
	holds[3].Fingerprint = holds[1].Fingerprint
	want := []ledger.Loss{{3, holds[1].Holder}}
	if diff := cmp.Diff(want, hold(t, pool, holds)); diff != "" {
		t.Errorf("losses (-want +got):\n%s", diff)
	}
}

// TestManyFingerprintsAreSettledAsFewAre takes enough of them for the COPY path, with twins, with another's among them.
func TestManyFingerprintsAreSettledAsFewAre(t *testing.T) {
	pool := newLedger(t)
	s := &stream{name: "many"}
	holds := make([]ledger.Hold, 1000)
	for i := range holds {
		holds[i] = ledger.Hold{Fingerprint: s.fingerprint(), Holder: ledger.Holder{Claim: s.id(), Line: 1}}
	}
	holds[700].Fingerprint, holds[900] = holds[100].Fingerprint, holds[100]
	holds[500] = holds[400] // the same claim, another line of it
	holds[500].Line = 2
	want := []ledger.Loss{{500, holds[400].Holder}, {700, holds[100].Holder}}
	if diff := cmp.Diff(want, hold(t, pool, holds)); diff != "" {
		t.Errorf("nobody held any (-want +got):\n%s", diff)
	}
	others := copyOf(holds, claim.ID{9})
	for i := range others {
		if i%3 > 0 {
			others[i].Fingerprint = s.fingerprint()
		}
	}
	want = nil
	for i := 0; i < len(others); i += 3 {
		want = append(want, ledger.Loss{Index: i, Other: holds[i].Holder})
	}
	want[900/3].Other = holds[100].Holder
	if diff := cmp.Diff(want, hold(t, pool, others)); diff != "" {
		t.Errorf("every third is held (-want +got):\n%s", diff)
	}
	var rows int
	if err := pool.QueryRow(t.Context(), `select count(*) from fingerprint_live`).Scan(&rows); err != nil || rows != 997+666 {
		t.Errorf("%d rows, %v, want %d", rows, err, 997+666)
	}
}

// TestOfTwoCopiesAtOnceExactlyOneHolds races two transactions, many times: design.md promise 4.
func TestOfTwoCopiesAtOnceExactlyOneHolds(t *testing.T) {
	pool := newLedger(t)
	for round := range 60 {
		holds := material1(t, fmt.Sprint("round ", round))
		for n := 0; round%3 == 0 && n < 100; n++ { // every third round by COPY
			holds = append(holds, material1(t, fmt.Sprint("round ", round, n))...)
		}
		var wait sync.WaitGroup
		losses := make([]int, 2)
		failures := make([]error, 2)
		for side := range 2 {
			wait.Go(func() {
				failures[side] = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
					lost, err := ledger.HoldFingerprints(t.Context(), tx, 1, copyOf(holds, claim.ID{byte(side + 1)}))
					losses[side] = len(lost)
					return err
				})
			})
		}
		wait.Wait()
		if failures[0] != nil || failures[1] != nil {
			t.Fatalf("round %d: %v, %v", round, failures[0], failures[1])
		}
		if losses[0]+losses[1] != len(holds) || losses[0]*losses[1] != 0 {
			t.Fatalf("round %d: lost %d and %d of %d", round, losses[0], losses[1], len(holds))
		}
	}
}

// TestLoserWaitsForTheWinnersEnd: a copy that comes while the first is being recorded gets no answer until that is
// committed or taken back, and then the true one.
func TestLoserWaitsForTheWinnersEnd(t *testing.T) {
	pool := newLedger(t)
	for name, tt := range map[string]struct {
		end  func(pgx.Tx, context.Context) error
		lost int
	}{
		"commit":   {pgx.Tx.Commit, 4},
		"rollback": {pgx.Tx.Rollback, 0},
	} {
		t.Run(name, func(t *testing.T) {
			holds := material1(t, name)
			winner, err := pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = winner.Rollback(context.WithoutCancel(t.Context())) }() // after a failure
			if _, err := ledger.HoldFingerprints(t.Context(), winner, 1, holds); err != nil {
				t.Fatal(err)
			}
			answer := make(chan []ledger.Loss, 1)
			go func() { answer <- hold(t, pool, copyOf(holds, claim.ID{2})) }()
			waitForLock(t, pool)
			if len(answer) > 0 {
				t.Error("answered before the winner ended")
			}
			if err := tt.end(winner, t.Context()); err != nil {
				t.Fatal(err)
			}
			if lost := <-answer; len(lost) != tt.lost {
				t.Errorf("lost %d, want %d", len(lost), tt.lost)
			}
		})
	}
}

// waitForLock returns once another session of the database waits for a lock.
func waitForLock(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	for waiting := false; !waiting; {
		err := pool.QueryRow(t.Context(), `
			select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestReleaseGivesBackOnlyWhatTheClaimHolds(t *testing.T) {
	pool := newLedger(t)
	holds := material1(t, "release")
	hold(t, pool, holds)
	release := func(list []ledger.Hold) error {
		return pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			return ledger.ReleaseFingerprints(t.Context(), tx, 1, list)
		})
	}
	if err := release(copyOf(holds[:1], claim.ID{7})); claim.KindOf(err) != claim.Conflict {
		t.Errorf("another claim's: got %v, want Conflict", err)
	}
	if err := release(holds[:2]); err != nil {
		t.Fatal(err)
	}
	if err := release(holds[:1]); claim.KindOf(err) != claim.Conflict {
		t.Errorf("twice: got %v, want Conflict", err)
	}
	lost := hold(t, pool, copyOf(holds, claim.ID{7}))
	if diff := cmp.Diff([]ledger.Loss{{2, holds[2].Holder}, {3, holds[3].Holder}}, lost); diff != "" {
		t.Errorf("losses after the release (-want +got):\n%s", diff)
	}
}

func TestFingerprintsAreFoundByWhoeverHoldsThem(t *testing.T) {
	pool := newLedger(t)
	holds := material1(t, "find")
	hold(t, pool, holds[:2])
	list := []ledger.Fingerprint{holds[3].Fingerprint, holds[1].Fingerprint, holds[0].Fingerprint, holds[1].Fingerprint}
	got, err := ledger.FindFingerprints(t.Context(), pool, 1, list)
	if err != nil {
		t.Fatal(err)
	}
	want := map[ledger.Fingerprint]ledger.Holder{holds[0].Fingerprint: holds[0].Holder, holds[1].Fingerprint: holds[1].Holder}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("holders (-want +got):\n%s", diff)
	}
}

// lifecycle appends a claim that is pended, then paid, then replaced, and keeps fingerprint_live in step.
func lifecycle(t *testing.T, pool *pgxpool.Pool) (second claim.ID, f [3]ledger.Fingerprint) {
	t.Helper()
	s := &stream{name: "lifecycle"}
	first, second := s.id(), s.id()
	for i := range f {
		f[i] = s.fingerprint()
	}
	held := func(line int) ledger.HeldFingerprint { return ledger.HeldFingerprint{Line: line, Value: f[line]} }
	steps := []*ledger.Entry{
		{Kind: ledger.Pended, Claim: first, Added: []ledger.HeldFingerprint{held(1), held(2)}},
		{Kind: ledger.Decided, Claim: first, Released: []ledger.Fingerprint{f[1], f[2]}, Added: []ledger.HeldFingerprint{held(1)}},
		{Kind: ledger.Reversed, Claim: first, Released: []ledger.Fingerprint{f[1]}},
		{Kind: ledger.Decided, Claim: second, Added: []ledger.HeldFingerprint{held(1), held(2)}},
	}
	for _, e := range steps {
		e.ID = s.id()
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			if err := apply(t.Context(), tx, e); err != nil {
				return err
			}
			_, err := record(t.Context(), tx, 1, []*ledger.Entry{e}, nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return second, f
}

func apply(ctx context.Context, tx pgx.Tx, e *ledger.Entry) error {
	var release, take []ledger.Hold
	for _, f := range e.Released {
		release = append(release, ledger.Hold{Fingerprint: f, Holder: ledger.Holder{Claim: e.Claim}})
	}
	for _, a := range e.Added {
		take = append(take, ledger.Hold{Fingerprint: a.Value, Holder: ledger.Holder{Claim: e.Claim, Line: a.Line, Pended: e.Kind == ledger.Pended}})
	}
	if err := ledger.ReleaseFingerprints(ctx, tx, 1, release); err != nil {
		return err
	}
	_, err := ledger.HoldFingerprints(ctx, tx, 1, take)
	return err
}

func TestFingerprintsAreAProjectionOfTheEntries(t *testing.T) {
	pool := newLedger(t)
	second, f := lifecycle(t, pool)
	if diff, err := ledger.CheckFingerprints(t.Context(), pool, 1); err != nil || len(diff) > 0 {
		t.Fatalf("table and entries differ: %v, %v", diff, err)
	}
	entries, err := ledger.EntriesOf(t.Context(), pool, 1, second)
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Hold{{f[1], ledger.Holder{Claim: second, Line: 1}}, {f[2], ledger.Holder{Claim: second, Line: 2}}}
	if diff := cmp.Diff(want, ledger.HeldAfter(entries)); diff != "" {
		t.Errorf("held after (-want +got):\n%s", diff)
	}
	spoil := `
		delete from fingerprint_live where fingerprint = $1;`
	if _, err := pool.Exec(t.Context(), spoil, f[1][:]); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(t.Context(), `update fingerprint_live set pended = true where fingerprint = $1`, f[2][:]); err != nil {
		t.Fatal(err)
	}
	hold(t, pool, []ledger.Hold{{ledger.Fingerprint{1}, ledger.Holder{Claim: second, Line: 5}}})
	differences, err := ledger.CheckFingerprints(t.Context(), pool, 1)
	if err != nil {
		t.Fatal(err)
	}
	wantDifferences := []ledger.FingerprintDifference{
		{Fingerprint: f[1], Entries: &ledger.Holder{Claim: second, Line: 1}},
		{Fingerprint: f[2], Entries: &ledger.Holder{Claim: second, Line: 2}, Table: &ledger.Holder{Claim: second, Line: 2, Pended: true}},
		{Fingerprint: ledger.Fingerprint{1}, Table: &ledger.Holder{Claim: second, Line: 5}},
	}
	byValue := cmpopts.SortSlices(func(a, b ledger.FingerprintDifference) bool {
		return string(a.Fingerprint[:]) < string(b.Fingerprint[:])
	})
	if diff := cmp.Diff(wantDifferences, differences, byValue); diff != "" {
		t.Errorf("differences (-want +got):\n%s", diff)
	}
	err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error { return ledger.RebuildFingerprints(t.Context(), tx, 1) })
	if err != nil {
		t.Fatal(err)
	}
	if diff, err := ledger.CheckFingerprints(t.Context(), pool, 1); err != nil || len(diff) > 0 {
		t.Errorf("after the rebuild: %v, %v", diff, err)
	}
}

func TestProjectionRefusesTwoLiveDuplicates(t *testing.T) {
	f := ledger.Fingerprint{1}
	p := ledger.Projection{}
	add := &ledger.Entry{Kind: ledger.Decided, Claim: claim.ID{1}, Added: []ledger.HeldFingerprint{{Line: 1, Value: f}}}
	if err := p.Apply(add); err != nil {
		t.Fatal(err)
	}
	if err := p.Apply(&ledger.Entry{Kind: ledger.Decided, Claim: claim.ID{2}, Added: add.Added}); claim.KindOf(err) != claim.Conflict {
		t.Errorf("a second holder: got %v, want Conflict", err)
	}
	if err := p.Apply(&ledger.Entry{Kind: ledger.Reversed, Released: []ledger.Fingerprint{{2}}}); claim.KindOf(err) != claim.Conflict {
		t.Errorf("a release of nothing: got %v, want Conflict", err)
	}
}
