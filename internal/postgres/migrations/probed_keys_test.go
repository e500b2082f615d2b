package migrations_test

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/assize/assize/internal/postgres/migrations"
)

// Who held a fingerprint before 0005 holds the same one after it, and nobody else of their payer can take it.
func TestFingerprintsKeepTheirValueInTheirNewType(t *testing.T) {
	pool := empty(t)
	if err := migrations.RunFS(t.Context(), pool, through(t, "0004"), "main"); err != nil {
		t.Fatal(err)
	}
	const values = `00000000000000000000000000000000 0123456789abcdef0123456789abcdef ffffffffffffffffffffffffffffffff`
	_, err := pool.Exec(t.Context(), `
		insert into fingerprint_live (payer_id, fingerprint, claim_id, line, pended)
		select 1, decode(value, 'hex'), gen_random_uuid(), 1, false from unnest(string_to_array($1, ' ')) value`, values)
	if err != nil {
		t.Fatal(err)
	}
	if err := migrations.Run(t.Context(), pool); err != nil {
		t.Fatal(err)
	}
	var kept string
	err = pool.QueryRow(t.Context(), `select string_agg(encode(uuid_send(fingerprint), 'hex'), ' ' order by fingerprint) from fingerprint_live`).Scan(&kept)
	if err != nil || kept != values {
		t.Errorf("got %q and %v, want %q", kept, err, values)
	}
	const again = `insert into fingerprint_live select $1, fingerprint, gen_random_uuid(), 1, false from fingerprint_live where payer_id = 1`
	_, err = pool.Exec(t.Context(), again, 1)
	if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.ConstraintName != "fingerprint_live_pk" {
		t.Errorf("taking what another claim holds: got %v, want fingerprint_live_pk", err)
	}
	if _, err := pool.Exec(t.Context(), again, 2); err != nil {
		t.Errorf("another payer's: %v", err)
	}
}

// through returns the migrations of the main database up to a number.
func through(t *testing.T, last string) fs.FS {
	t.Helper()
	all, err := fs.Glob(os.DirFS("."), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	set := fstest.MapFS{}
	for _, name := range all {
		if strings.Compare(name[:4], last) > 0 {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		set[name] = &fstest.MapFile{Data: text}
	}
	if len(set) == 0 || len(set) == len(all) {
		t.Fatalf("%d of %d migrations are older than that after %s", len(set), len(all), last)
	}
	return set
}
