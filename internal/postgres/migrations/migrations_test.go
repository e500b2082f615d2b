package migrations_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres/migrations"
	"github.com/assize/assize/internal/postgres/pgtest"
)

func empty(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), pgtest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// set makes a folder of migrations of names and texts in turn.
func set(namesAndTexts ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for i := 0; i < len(namesAndTexts); i += 2 {
		files[namesAndTexts[i]] = &fstest.MapFile{Data: []byte(namesAndTexts[i+1])}
	}
	return files
}

func count(t *testing.T, pool *pgxpool.Pool, query string) (n int) {
	t.Helper()
	if err := pool.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

const (
	first  = `create table claim (n integer); insert into claim values (1);`
	second = `insert into claim select max(n) + 1 from claim;`
)

func TestEachMigrationRunsOnceAndInOrder(t *testing.T) {
	pool := empty(t)
	files := set("0002_second.sql", second, "0001_first.sql", first, "README.md", "not a migration")
	for range 2 {
		if err := migrations.RunFS(t.Context(), pool, files, "test"); err != nil {
			t.Fatal(err)
		}
	}
	if got := count(t, pool, `select sum(n)::int from claim`); got != 3 {
		t.Errorf("got sum %d, want 3: each once, in order", got)
	}
	files["0003_third.sql"] = &fstest.MapFile{Data: []byte(second)}
	if err := migrations.RunFS(t.Context(), pool, files, "test"); err != nil {
		t.Fatal(err)
	}
	if got := count(t, pool, `select count(*)::int from schema_migration where octet_length(sha256) = 32`); got != 3 {
		t.Errorf("got %d recorded migrations, want 3", got)
	}
}

func TestTheEmbeddedSetApplies(t *testing.T) {
	pool := empty(t)
	for range 2 {
		if err := migrations.Run(t.Context(), pool); err != nil {
			t.Fatal(err)
		}
	}
	if got := count(t, pool, `select count(*)::int from schema_migration where set_name = 'main'`); got == 0 {
		t.Error("no migration is embedded")
	}
}

func TestTwoSetsShareADatabase(t *testing.T) {
	pool := empty(t)
	if err := migrations.RunFS(t.Context(), pool, set("0001_first.sql", first), "claims"); err != nil {
		t.Fatal(err)
	}
	if err := migrations.RunFS(t.Context(), pool, set("0001_keys.sql", `create table key (n integer)`), "keys"); err != nil {
		t.Fatal(err)
	}
	if got := count(t, pool, `select count(*)::int from schema_migration`); got != 2 {
		t.Errorf("got %d recorded migrations, want 2", got)
	}
}

func TestHistoryThatDiffersIsRefused(t *testing.T) {
	applied := []string{"0001_first.sql", first, "0003_third.sql", second}
	cases := []struct {
		name string
		then []string
	}{
		{"text changed", []string{"0001_first.sql", first + "\n", "0003_third.sql", second}},
		{"file gone", []string{"0001_first.sql", first}},
		{"late file sorts before", []string{"0001_first.sql", first, "0002_second.sql", second, "0003_third.sql", second}},
		{"renumbered", []string{"0001_first.sql", first, "0004_third.sql", second}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pool := empty(t)
			if err := migrations.RunFS(t.Context(), pool, set(applied...), "test"); err != nil {
				t.Fatal(err)
			}
			err := migrations.RunFS(t.Context(), pool, set(c.then...), "test")
			if claim.KindOf(err) != claim.Conflict {
				t.Errorf("got %v, want an error of kind Conflict", err)
			}
			if got := count(t, pool, `select count(*)::int from claim`); got != 2 {
				t.Errorf("got %d rows, want the 2 from before", got)
			}
		})
	}
}

func TestBadFilesAreRefusedBeforeAnythingRuns(t *testing.T) {
	cases := []struct{ name, file string }{
		{"no number", "claims.sql"},
		{"short number", "002_claims.sql"},
		{"capital letters", "0002_Claims.sql"},
		{"same number", "0001_again.sql"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pool := empty(t)
			err := migrations.RunFS(t.Context(), pool, set("0001_first.sql", first, c.file, second), "test")
			if claim.KindOf(err) != claim.Invalid {
				t.Errorf("got %v, want an error of kind Invalid", err)
			}
			if got := count(t, pool, `select count(*)::int from pg_tables where schemaname = 'public'`); got != 0 {
				t.Errorf("got %d tables, want none", got)
			}
		})
	}
}

func TestFailedMigrationLeavesTheOnesBeforeItAndNothingOfItself(t *testing.T) {
	pool := empty(t)
	files := set("0001_first.sql", first, "0002_bad.sql", `create table half (n integer); insert into nowhere values (1);`)
	err := migrations.RunFS(t.Context(), pool, files, "test")
	if claim.KindOf(err) != claim.Unavailable {
		t.Errorf("got %v, want an error of kind Unavailable", err)
	}
	if got := count(t, pool, `select count(*)::int from schema_migration`); got != 1 {
		t.Errorf("got %d recorded migrations, want 1", got)
	}
	if got := count(t, pool, `select count(*)::int from pg_tables where tablename = 'half'`); got != 0 {
		t.Error("half of a failed migration stayed")
	}
}

func TestMigrationThatEndsItsTransactionIsRefused(t *testing.T) {
	for _, text := range []string{`commit;`, `commit; begin;`, `rollback;`} {
		t.Run(text, func(t *testing.T) {
			err := migrations.RunFS(t.Context(), empty(t), set("0001_first.sql", text), "test")
			if claim.KindOf(err) != claim.Invalid {
				t.Errorf("got %v, want an error of kind Invalid", err)
			}
		})
	}
}

func TestManyAtOnceApplyEachMigrationOnce(t *testing.T) {
	pool := empty(t)
	files := set("0001_first.sql", first, "0002_second.sql", second, "0003_third.sql", second)
	errs := make([]error, 8)
	var group sync.WaitGroup
	for i := range errs {
		group.Go(func() { errs[i] = migrations.RunFS(t.Context(), pool, files, "test") })
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if got := count(t, pool, `select count(*)::int from claim`); got != 3 {
		t.Errorf("got %d rows, want 3", got)
	}
}

// A killed process is a connection that is cut: here in the middle of the second migration.
func TestCutConnectionLeavesAMigrationDoneOrNotBegun(t *testing.T) {
	pool := empty(t)
	if err := migrations.RunFS(t.Context(), pool, set("0001_first.sql", first), "test"); err != nil {
		t.Fatal(err)
	}
	cut := set("0001_first.sql", first, "0002_cut.sql", second+`select pg_terminate_backend(pg_backend_pid());`)
	if err := migrations.RunFS(context.Background(), pool, cut, "test"); err == nil {
		t.Fatal("a cut connection gave no error")
	}
	if got := count(t, pool, `select count(*)::int from claim`); got != 1 {
		t.Errorf("got %d rows, want 1: nothing of the cut migration", got)
	}
	if err := migrations.RunFS(t.Context(), pool, set("0001_first.sql", first, "0002_cut.sql", second), "test"); err != nil {
		t.Fatalf("after the cut: %v", err)
	}
	if got := count(t, pool, `select count(*)::int from claim`); got != 2 {
		t.Errorf("got %d rows, want 2", got)
	}
}
