package ledger_test

import (
	"crypto/rand"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// rowsRead returns how many rows of a table the transaction has read so far.
func rowsRead(t *testing.T, tx pgx.Tx, table string) int {
	t.Helper()
	var n int
	err := tx.QueryRow(t.Context(), `
		select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables where relname = $1`, table).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// neverAnalysed keeps a table as it is in the first minute of an installation: full, and unknown to the planner.
func neverAnalysed(t *testing.T, pool *pgxpool.Pool, table string) {
	t.Helper()
	if _, err := pool.Exec(t.Context(), `alter table `+table+` set (autovacuum_enabled = false)`); err != nil {
		t.Fatal(err)
	}
}

// TestProbesReadWhatTheyAskForAndNoMore: a chunk must cost the same against a thousand rows and a million, also before the
// planner has seen the table. Every probe runs six times, past the point where Postgres settles for a generic plan.
func TestProbesReadWhatTheyAskForAndNoMore(t *testing.T) {
	const stored, asked, rounds = 8000, 300, 6
	pool, keysPool := newLedger(t), keyDatabase(t)
	neverAnalysed(t, pool, "fingerprint_live")
	neverAnalysed(t, keysPool, "data_key")
	s := &stream{name: "plan"}
	holds, subjects := make([]ledger.Hold, stored), make([]ledger.Subject, stored)
	for i := range holds {
		holds[i] = ledger.Hold{Fingerprint: s.fingerprint(), Holder: ledger.Holder{Claim: s.id(), Line: 1}}
		subjects[i] = s.id()
	}
	hold(t, pool, holds)
	made, _ := newKeys(t, keysPool, 1)
	all, err := made.ForSubjects(t.Context(), 1, subjects)
	if err != nil {
		t.Fatal(err)
	}
	var list []ledger.Fingerprint
	var ids []claim.ID
	for i := range asked {
		list, ids = append(list, holds[i].Fingerprint), append(ids, all[subjects[i]].ID)
	}
	tests := []struct {
		name, table string
		pool        *pgxpool.Pool
		probe       func(tx pgx.Tx) (found int, err error)
		reads       int // rows a probe may read for each it asks for
	}{
		{"find fingerprints", "fingerprint_live", pool, func(tx pgx.Tx) (int, error) {
			found, err := ledger.FindFingerprints(t.Context(), tx, 1, list)
			return len(found), err
		}, 1},
		{"keys by subject", "data_key", keysPool, func(tx pgx.Tx) (int, error) {
			found, err := ledger.NewKeys(tx, kek(t, 1), rand.Reader, (&clock{at: start.Time()}).now).ForSubjects(t.Context(), 1, subjects[:asked])
			return len(found), err
		}, 1},
		{"keys by id", "data_key", keysPool, func(tx pgx.Tx) (int, error) {
			found, err := ledger.NewKeys(tx, kek(t, 1), rand.Reader, (&clock{at: start.Time()}).now).ForIDs(t.Context(), 1, ids)
			return len(found), err
		}, 1},
		{"release and take again", "fingerprint_live", pool, func(tx pgx.Tx) (int, error) {
			if err := ledger.ReleaseFingerprints(t.Context(), tx, 1, holds[:asked]); err != nil {
				return 0, err
			}
			lost, err := ledger.HoldFingerprints(t.Context(), tx, 1, holds[:asked])
			return asked - len(lost), err
		}, 12}, // dead versions of earlier rounds are read again until the transaction ends
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tx, err := tt.pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(t.Context()) }() // only read
			before := rowsRead(t, tx, tt.table)
			for range rounds {
				if found, err := tt.probe(tx); err != nil || found != asked {
					t.Fatalf("found %d of %d: %v", found, asked, err)
				}
			}
			if read := rowsRead(t, tx, tt.table) - before; read > rounds*asked*tt.reads {
				t.Errorf("%d rows read to find %d of %d, %d times", read, asked, stored, rounds)
			}
		})
	}
}

// TestPagesOfAnExportReadTheirOwnEvidenceOnly: reading the whole chain reads each sealed record once.
func TestPagesOfAnExportReadTheirOwnEvidenceOnly(t *testing.T) {
	const entries = 5000 // three pages
	pool := newLedger(t)
	neverAnalysed(t, pool, "ledger_entry")
	neverAnalysed(t, pool, "evidence")
	appended(t, pool, 1, "pages", entries)
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		report, err := ledger.VerifyStore(t.Context(), tx, 1, ledger.Decisions, true)
		if err == nil {
			err = report.Err()
		}
		for _, table := range []string{"ledger_entry", "evidence"} {
			if read := rowsRead(t, tx, table); read > entries {
				t.Errorf("%d rows of %s read, it has %d", read, table, entries)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
