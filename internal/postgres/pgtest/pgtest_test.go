package pgtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/postgres/pgtest"
)

func TestEachTestGetsAMigratedDatabaseOfItsOwn(t *testing.T) {
	first, second := pgtest.New(t), pgtest.New(t)
	if _, err := first.Exec(t.Context(), `create table only_here (n integer)`); err != nil {
		t.Fatal(err)
	}
	var there bool
	if err := second.QueryRow(t.Context(), `select to_regclass('only_here') is not null`).Scan(&there); err != nil {
		t.Fatal(err)
	}
	if there {
		t.Error("a table of one test is seen by another")
	}
	var migrated bool
	if err := second.QueryRow(t.Context(), `select to_regclass('schema_migration') is not null`).Scan(&migrated); err != nil {
		t.Fatal(err)
	}
	if !migrated {
		t.Error("the database was not migrated")
	}
}

func TestNewDatabaseHasNoSchema(t *testing.T) {
	pool, err := pgxpool.New(t.Context(), pgtest.NewDatabase(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	var tables int
	if err := pool.QueryRow(t.Context(), `select count(*) from pg_tables where schemaname = 'public'`).Scan(&tables); err != nil {
		t.Fatal(err)
	}
	if tables != 0 {
		t.Errorf("got %d tables, want none", tables)
	}
}
