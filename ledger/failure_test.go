package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// errFault is what a lost connection gives.
var errFault = fmt.Errorf("the database is away: %w", io.ErrUnexpectedEOF)

// fault answers the first questions to a database and fails at the one after them, once: at once, or, when late, before the
// first row of its answer, which then looks like one without rows to whoever does not ask.
type fault struct {
	left int
	late bool
}

func (f *fault) err() error {
	if f.left--; f.left == -1 {
		return errFault
	}
	return nil
}

func (f *fault) query(ask func() (pgx.Rows, error)) (pgx.Rows, error) {
	failed := f.err()
	if failed != nil && !f.late {
		return nil, failed
	}
	rows, err := ask()
	if err != nil || failed == nil {
		return rows, err
	}
	return brokenRows{rows}, nil
}

// brokenRows is an answer that ends before its first row.
type brokenRows struct{ pgx.Rows }

func (brokenRows) Next() bool { return false }
func (brokenRows) Err() error { return errFault }

// failedRow is what a question for one row is answered that fails.
type failedRow struct{}

func (failedRow) Scan(...any) error { return errFault }

// failingTx is a transaction, or a savepoint in it, with a fault.
type failingTx struct {
	pgx.Tx
	fault *fault
}

func (f failingTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := f.fault.err(); err != nil {
		return pgconn.CommandTag{}, err
	}
	return f.Tx.Exec(ctx, sql, args...)
}

func (f failingTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return f.fault.query(func() (pgx.Rows, error) { return f.Tx.Query(ctx, sql, args...) })
}

func (f failingTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if f.fault.err() != nil {
		return failedRow{}
	}
	return f.Tx.QueryRow(ctx, sql, args...)
}

func (f failingTx) Begin(ctx context.Context) (pgx.Tx, error) {
	if err := f.fault.err(); err != nil {
		return nil, err
	}
	inner, err := f.Tx.Begin(ctx)
	return failingTx{inner, f.fault}, err
}

func (f failingTx) Commit(ctx context.Context) error {
	return errors.Join(f.fault.err(), f.Tx.Commit(ctx))
}

func (f failingTx) Rollback(ctx context.Context) error {
	if err := f.Tx.Rollback(ctx); err != nil {
		return err // over already, which is no question
	}
	return f.fault.err()
}

// failingPool is the keys' database with a fault.
type failingPool struct {
	*pgxpool.Pool
	fault *fault
}

func (f failingPool) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := f.fault.err(); err != nil {
		return pgconn.CommandTag{}, err
	}
	return f.Pool.Exec(ctx, sql, args...)
}

func (f failingPool) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return f.fault.query(func() (pgx.Rows, error) { return f.Pool.Query(ctx, sql, args...) })
}

func (f failingPool) Begin(ctx context.Context) (pgx.Tx, error) {
	if err := f.fault.err(); err != nil {
		return nil, err
	}
	tx, err := f.Pool.Begin(ctx)
	return failingTx{tx, f.fault}, err
}

// failAtEach runs an operation with a fault at its first question, then at its second, and so on until it asks no more; then
// the same with faults that come late.
func failAtEach(t *testing.T, name string, run func(f *fault) error) {
	t.Helper()
	failWhen(t, name, false, run)
	failWhen(t, name+", late", true, run)
}

func failWhen(t *testing.T, name string, late bool, run func(f *fault) error) {
	t.Helper()
	for n := 0; ; n++ {
		f := &fault{left: n, late: late}
		err := run(f)
		switch {
		case f.left >= 0 && n == 0:
			t.Errorf("%s asks nothing", name)
			return
		case f.left >= 0:
			if err != nil {
				t.Errorf("%s fails without a fault: %v", name, err)
			}
			return
		case !errors.Is(err, errFault) || claim.KindOf(err) != claim.Unavailable:
			t.Errorf("%s with a fault at question %d: got %v, want it Unavailable", name, n+1, err)
		}
	}
}

// Whatever question fails, the failure is the answer: nothing is taken for done, or for not there.
func TestNoFailureOfTheLedgersDatabaseIsPassedOver(t *testing.T) {
	pool, ctx := newLedger(t), t.Context()
	entries, rows := material("failures", 3)
	var held []ledger.Hold
	for _, e := range entries {
		for _, a := range e.Added {
			held = append(held, ledger.Hold{Fingerprint: a.Value, Holder: ledger.Holder{Claim: e.Claim, Line: a.Line}})
		}
	}
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := ledger.HoldFingerprints(ctx, tx, 1, held); err != nil {
			return err
		}
		_, err := record(ctx, tx, 1, entries, rows)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	many := copyOf(held, claim.ID{9})
	for s := (&stream{name: "many"}); len(many) < 300; {
		many = append(many, ledger.Hold{Fingerprint: s.fingerprint(), Holder: ledger.Holder{Claim: claim.ID{9}, Line: len(many)}})
	}
	more, _ := material("more", 2)
	nothing := func(ledger.Record) error { return nil }
	for name, operation := range map[string]func(tx pgx.Tx) error{
		"opening a chain": func(tx pgx.Tx) error { _, err := ledger.LockHead(ctx, tx, 2, ledger.Decisions); return err },
		"reading a head":  func(tx pgx.Tx) error { _, err := ledger.ReadHead(ctx, tx, 1, ledger.Decisions); return err },
		"appending": func(tx pgx.Tx) error {
			head, err := ledger.LockHead(ctx, tx, 1, ledger.Decisions)
			if err == nil {
				_, err = ledger.Append(ctx, tx, head, start, more)
			}
			return err
		},
		"reading entries":         func(tx pgx.Tx) error { return ledger.EachEntry(ctx, tx, 1, ledger.Decisions, 1, false, nothing) },
		"reading sealed entries":  func(tx pgx.Tx) error { return ledger.EachEntry(ctx, tx, 1, ledger.Decisions, 1, true, nothing) },
		"reading a claim":         func(tx pgx.Tx) error { _, err := ledger.EntriesOf(ctx, tx, 1, entries[0].Claim); return err },
		"holding what is held":    func(tx pgx.Tx) error { _, err := ledger.HoldFingerprints(ctx, tx, 1, many[:9]); return err },
		"holding many":            func(tx pgx.Tx) error { _, err := ledger.HoldFingerprints(ctx, tx, 1, many[6:]); return err },
		"holding many, some held": func(tx pgx.Tx) error { _, err := ledger.HoldFingerprints(ctx, tx, 1, many); return err },
		"finding":                 func(tx pgx.Tx) error { _, err := ledger.FindFingerprints(ctx, tx, 1, nil); return err },
		"releasing":               func(tx pgx.Tx) error { return ledger.ReleaseFingerprints(ctx, tx, 1, held) },
		"projecting":              func(tx pgx.Tx) error { _, err := ledger.ProjectFingerprints(ctx, tx, 1); return err },
		"checking fingerprints":   func(tx pgx.Tx) error { _, err := ledger.CheckFingerprints(ctx, tx, 1); return err },
		"rebuilding fingerprints": func(tx pgx.Tx) error { return ledger.RebuildFingerprints(ctx, tx, 1) },
		"exporting": func(tx pgx.Tx) error {
			_, err := ledger.Export(ctx, tx, 1, ledger.Decisions, true, ledger.NewExportWriter(io.Discard))
			return err
		},
		"verifying": func(tx pgx.Tx) error { _, err := ledger.VerifyStore(ctx, tx, 1, ledger.Decisions, true); return err },
	} {
		failAtEach(t, name, func(f *fault) error {
			tx, err := pool.Begin(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(ctx) }()
			return operation(failingTx{tx, f})
		})
	}
}

func TestNoFailureOfTheKeysDatabaseIsPassedOver(t *testing.T) {
	pool, ctx := keyDatabase(t), t.Context()
	made, c := newKeys(t, pool, 1)
	subject := claim.NewID()
	known, err := made.ForSubjects(ctx, 1, []ledger.Subject{subject})
	if err != nil {
		t.Fatal(err)
	}
	for name, operation := range map[string]func(k *ledger.Keys) error{
		"a new subject": func(k *ledger.Keys) error {
			_, err := k.ForSubjects(ctx, 1, []ledger.Subject{claim.NewID()})
			return err
		},
		"a subject that has a key": func(k *ledger.Keys) error { _, err := k.ForSubjects(ctx, 1, []ledger.Subject{subject}); return err },
		"a key to open with":       func(k *ledger.Keys) error { _, err := k.ForIDs(ctx, 1, []claim.ID{known[subject].ID}); return err },
		"keys of periods":          func(k *ledger.Keys) error { _, err := k.ForPeriods(ctx, 1, []ledger.Period{20261, 20262}); return err },
		"the patients' key":        func(k *ledger.Keys) error { _, err := k.ForPatients(ctx, 1); return err },
		"all keys under another":   func(k *ledger.Keys) error { _, err := k.RewrapAll(ctx, kek(t, 1)); return err },
		"a period's end": func(k *ledger.Keys) error {
			if err := k.ErasePeriod(ctx, 1, 20261); claim.KindOf(err) != claim.NotFound {
				return err
			}
			return nil
		},
		"an erasure": func(k *ledger.Keys) error {
			if err := k.Erase(ctx, 1, claim.NewID()); claim.KindOf(err) != claim.NotFound {
				return err
			}
			return nil
		},
	} {
		failAtEach(t, name, func(f *fault) error {
			return operation(ledger.NewKeys(failingPool{pool, f}, kek(t, 1), &stream{name: "keys " + claim.NewID().String()}, c.now))
		})
	}
}

// A source of randomness that fails makes no key, and no nonce of zeros.
func TestNoKeyIsMadeWithoutRandomness(t *testing.T) {
	pool, ctx, none := keyDatabase(t), t.Context(), iotest.ErrReader(errFault)
	_, c := newKeys(t, pool, 1)
	keys := ledger.NewKeys(pool, kek(t, 1), none, c.now)
	sealed := seal(t, sealer(t))
	for name, run := range map[string]func() error{
		"a subject's key": func() error { _, err := keys.ForSubjects(ctx, 1, []ledger.Subject{claim.NewID()}); return err },
		"a period's key":  func() error { _, err := keys.ForPeriods(ctx, 1, []ledger.Period{20261}); return err },
		"a signing key": func() error {
			_, err := ledger.CreateSigner(filepath.Join(t.TempDir(), "key"), "auditor", none)
			return err
		},
		"the key-encryption key": func() error {
			_, err := ledger.CreateKeyEncryptionKey(filepath.Join(t.TempDir(), "key"), none)
			return err
		},
		"a record's nonces": func() error {
			_, err := ledger.NewSealer(none).Seal(1, sealed.entry.Claim, sealed.keys, sealed.sections, sealed.decision)
			return err
		},
	} {
		if err := run(); !errors.Is(err, errFault) {
			t.Errorf("%s: got %v, want %v", name, err, errFault)
		}
	}
	if _, err := ledger.NewDataKey(claim.NewID(), make([]byte, 31)); claim.KindOf(err) != claim.Invalid || err == nil {
		t.Errorf("a key of 31 bytes: got %v, want Invalid", err)
	}
}

// Each section hides behind a nonce of its own: one nonce for two would let either be guessed with the other's receipt.
func TestNoTwoSectionsShareANonce(t *testing.T) {
	s := sealer(t)
	c := seal(t, s)
	sections, err := s.OpenEvidence(c.entry, c.open, c.record.Evidence)
	if err != nil {
		t.Fatal(err)
	}
	decided, err := s.OpenDecision(c.entry, c.open, c.record.Decision)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[ledger.Nonce]bool{{}: true}
	for _, o := range append(sections, decided) {
		if seen[o.Nonce] {
			t.Errorf("section %d has the nonce of another, or none", o.Kind)
		}
		seen[o.Nonce] = true
	}
}

// Keys of periods wrapped by another key, or damaged, are said to be so and make no fingerprints.
func TestKeysOfPeriodsThatDoNotUnwrapAreSaid(t *testing.T) {
	pool, ctx := keyDatabase(t), t.Context()
	made, _ := newKeys(t, pool, 1)
	if _, err := made.ForPeriods(ctx, 1, []ledger.Period{20261}); err != nil {
		t.Fatal(err)
	}
	other, _ := newKeys(t, pool, 2)
	if got, err := other.ForPeriods(ctx, 1, []ledger.Period{20261}); claim.KindOf(err) != claim.Unavailable || got != nil {
		t.Errorf("under another key: got %v, %v, want Unavailable", got, err)
	}
	if _, err := pool.Exec(ctx, `update period_key set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)`); err != nil {
		t.Fatal(err)
	}
	again, _ := newKeys(t, pool, 1)
	if got, err := again.ForPeriods(ctx, 1, []ledger.Period{20261}); claim.KindOf(err) != claim.Internal || err == nil || got != nil {
		t.Errorf("damaged: got %v, %v, want Internal", got, err)
	}
}
