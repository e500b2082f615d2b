package ledger_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres/pgtest"
	"github.com/assize/assize/ledger"
)

// newLedger returns a database with two payers.
func newLedger(tb testing.TB) *pgxpool.Pool {
	tb.Helper()
	pool := pgtest.New(tb)
	_, err := pool.Exec(tb.Context(), `
		insert into payer (payer_id, code, name, time_zone)
		values (1, 'one', 'First', 'UTC'),
		       (2, 'two', 'Second', 'UTC')`)
	if err != nil {
		tb.Fatal(err)
	}
	return pool
}

// record does what a recording transaction does last: evidence, head, entries.
func record(ctx context.Context, tx pgx.Tx, payer claim.PayerID, entries []*ledger.Entry, rows []ledger.EvidenceRow) (ledger.Head, error) {
	if err := ledger.PutEvidence(ctx, tx, payer, rows); err != nil {
		return ledger.Head{}, err
	}
	head, err := ledger.LockHead(ctx, tx, payer, ledger.Decisions)
	if err != nil {
		return ledger.Head{}, err
	}
	return ledger.Append(ctx, tx, head, claim.InstantOf(time.Now()), entries)
}

// material is n entries with sealed records that agree with them.
func material(name string, n int) ([]*ledger.Entry, []ledger.EvidenceRow) {
	s := &stream{name: name}
	entries, rows := make([]*ledger.Entry, n), make([]ledger.EvidenceRow, n)
	for i := range entries {
		e := decided(s)
		e.Released = nil
		rows[i] = ledger.EvidenceRow{Entry: e.ID, Claim: e.Claim, Evidence: s.bytes(900), Decision: s.bytes(300)}
		e.Ciphertext = ledger.CiphertextDigest(rows[i].Evidence, rows[i].Decision)
		entries[i] = e
	}
	return entries, rows
}

func appended(tb testing.TB, pool *pgxpool.Pool, payer claim.PayerID, name string, n int) ledger.Head {
	tb.Helper()
	entries, rows := material(name, n)
	var head ledger.Head
	err := pgx.BeginFunc(tb.Context(), pool, func(tx pgx.Tx) (err error) {
		head, err = record(tb.Context(), tx, payer, entries, rows)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return head
}

func TestFiftyWritersMakeOneWholeChain(t *testing.T) {
	pool := newLedger(t)
	const writers, each = 50, 7
	var wait sync.WaitGroup
	failures := make(chan error, writers)
	for w := range writers {
		wait.Go(func() {
			entries, rows := material(fmt.Sprint("writer ", w), each)
			failures <- pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
				_, err := record(t.Context(), tx, 1, entries, rows)
				return err
			})
		})
	}
	wait.Wait()
	for range writers {
		if err := <-failures; err != nil {
			t.Fatal(err)
		}
	}
	report, err := ledger.VerifyStore(t.Context(), pool, 1, ledger.Decisions, true)
	if err != nil || report.Err() != nil {
		t.Fatalf("verifying: %v, %v", err, report.Err())
	}
	if report.Entries != writers*each || report.Sealed != writers*each || report.Head.Seq != writers*each {
		t.Errorf("got %d entries, %d sealed, head at %d, want %d", report.Entries, report.Sealed, report.Head.Seq, writers*each)
	}
}

func TestOnePayersHeadHeldOpenDoesNotStopTheOther(t *testing.T) {
	pool := newLedger(t)
	first, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Rollback(context.WithoutCancel(t.Context())) }() // ends the transaction when the test fails
	head, err := ledger.LockHead(t.Context(), first, 1, ledger.Decisions)
	if err != nil {
		t.Fatal(err)
	}
	same := material1(t, "same fingerprints")
	err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `set local lock_timeout = '10s'`); err != nil {
			return err
		}
		if lost, err := ledger.HoldFingerprints(t.Context(), tx, 2, same); err != nil || len(lost) > 0 {
			return errors.Join(err, fmt.Errorf("lost %d", len(lost)))
		}
		entries, rows := material("second payer", 3)
		_, err := record(t.Context(), tx, 2, entries, rows)
		return err
	})
	if err != nil {
		t.Fatalf("the second payer waits for the first: %v", err)
	}
	if lost, err := ledger.HoldFingerprints(t.Context(), first, 1, same); err != nil || len(lost) > 0 {
		t.Errorf("the first payer loses %d fingerprints to the second: %v", len(lost), err)
	}
	entries, _ := material("first payer", 1)
	if head, err = ledger.Append(t.Context(), first, head, start, entries); err != nil || head.Seq != 1 {
		t.Fatalf("head %v, %v", head, err)
	}
	if err := first.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func material1(tb testing.TB, name string) []ledger.Hold {
	tb.Helper()
	s := &stream{name: name}
	holds := make([]ledger.Hold, 4)
	claimID := s.id()
	for i := range holds {
		holds[i] = ledger.Hold{Fingerprint: s.fingerprint(), Holder: ledger.Holder{Claim: claimID, Line: i + 1}}
	}
	return holds
}

func TestHeadOfOneChainDoesNotStopTheOther(t *testing.T) {
	pool := newLedger(t)
	err := pgx.BeginFunc(t.Context(), pool, func(batch pgx.Tx) error {
		if _, err := ledger.LockHead(t.Context(), batch, 1, ledger.Decisions); err != nil {
			return err
		}
		return pgx.BeginFunc(t.Context(), pool, func(reader pgx.Tx) error {
			head, err := ledger.LockHead(t.Context(), reader, 1, ledger.Access)
			if err != nil {
				return err
			}
			_, err = ledger.Append(t.Context(), reader, head, start, []*ledger.Entry{{Kind: ledger.Accessed, ID: claim.NewID()}})
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if head, err := ledger.ReadHead(t.Context(), pool, 1, ledger.Access); err != nil || head.Seq != 1 {
		t.Errorf("access head %v, %v", head, err)
	}
}

func TestUpdateDeleteAndTruncateAreRefused(t *testing.T) {
	pool := newLedger(t)
	appended(t, pool, 1, "refused", 2)
	tests := map[string]string{
		`update ledger_entry set bytes = bytes`:                "ledger_entry_append_only",
		`delete from ledger_entry`:                             "ledger_entry_append_only",
		`truncate ledger_entry`:                                "ledger_entry_append_only",
		`update evidence set sealed = decision`:                "evidence_append_only",
		`delete from evidence where false`:                     "evidence_append_only",
		`truncate evidence`:                                    "evidence_append_only",
		`delete from ledger_head`:                              "ledger_head_append_only",
		`truncate ledger_head`:                                 "ledger_head_append_only",
		`update ledger_head set seq = seq - 1`:                 "ledger_head_forward",
		`update ledger_head set leaf_hash = leaf_hash`:         "ledger_head_forward",
		`update ledger_head set payer_id = 2, seq = seq + 1`:   "ledger_head_forward",
		`update ledger_head set at_micros = 0, seq = seq + 10`: "ledger_head_forward",
	}
	for sql, want := range tests {
		_, err := pool.Exec(t.Context(), sql)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != want {
			t.Errorf("%s: got %v, want %s", sql, err, want)
		}
	}
}

func TestColumnsMustAgreeWithTheBytes(t *testing.T) {
	pool := newLedger(t)
	appended(t, pool, 1, "columns", 1)
	for _, column := range []string{
		"2, chain, 2::bigint, entry_id, claim_id, leaf_hash, bytes",
		"payer_id, chain, 2::bigint, entry_id, claim_id, leaf_hash, bytes",
		"payer_id, 2::smallint, seq, entry_id, claim_id, leaf_hash, bytes",
		"payer_id, chain, 2::bigint, gen_random_uuid(), claim_id, leaf_hash, bytes",
		"payer_id, chain, 2::bigint, entry_id, gen_random_uuid(), leaf_hash, bytes",
	} {
		_, err := pool.Exec(t.Context(), `insert into ledger_entry select `+column+` from ledger_entry`)
		if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.ConstraintName != "ledger_entry_columns_ck" {
			t.Errorf("%s: got %v, want ledger_entry_columns_ck", column, err)
		}
	}
}

func TestAppendToAHeadThatMovedOnIsAConflict(t *testing.T) {
	pool := newLedger(t)
	old := appended(t, pool, 1, "old", 1)
	appended(t, pool, 1, "newer", 1)
	entries, _ := material("late", 1)
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := ledger.Append(t.Context(), tx, old, start, entries)
		return err
	})
	if claim.KindOf(err) != claim.Conflict {
		t.Errorf("got %v, want Conflict", err)
	}
}

// A head that nobody locked is not moved, also where its places are free; nothing to append is no use of it.
func TestAppendToAHeadThatNeverWasIsAConflict(t *testing.T) {
	pool := newLedger(t)
	old := appended(t, pool, 1, "old", 1)
	invented := old
	invented.Seq += 5
	entries, _ := material("far", 1)
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		if head, err := ledger.Append(t.Context(), tx, invented, start, nil); err != nil || head != invented {
			t.Errorf("appending nothing: %v, %v", head, err)
		}
		_, err := ledger.Append(t.Context(), tx, invented, start, entries)
		return err
	})
	if claim.KindOf(err) != claim.Conflict {
		t.Errorf("got %v, want Conflict", err)
	}
}

// A chain that nobody opened is one without entries.
func TestAChainThatNobodyOpenedIsEmpty(t *testing.T) {
	pool := newLedger(t)
	report, err := ledger.VerifyStore(t.Context(), pool, 3, ledger.Access, true)
	want := ledger.Head{Payer: 3, Chain: ledger.Access}
	if err != nil || report.Err() != nil || report.Entries != 0 || report.Head != want {
		t.Errorf("got %+v, %v", report, err)
	}
}

// An export without sealed records holds none.
func TestAnExportHoldsWhatWasAskedFor(t *testing.T) {
	pool := newLedger(t)
	appended(t, pool, 1, "bare", 3)
	for _, withSealed := range []bool{false, true} {
		var file bytes.Buffer
		if _, err := ledger.Export(t.Context(), pool, 1, ledger.Decisions, withSealed, ledger.NewExportWriter(&file)); err != nil {
			t.Fatal(err)
		}
		report, err := ledger.VerifyExport(&file, ledger.NewVerifier(1, ledger.Decisions))
		if err != nil || report.Err() != nil || report.Entries != 3 || (report.Sealed == 3) != withSealed || (report.Sealed == 0) == withSealed {
			t.Errorf("sealed %v: got %+v, %v", withSealed, report, err)
		}
	}
}

// Evidence that cannot be stored is no evidence that is there already: the one is tried again, the other never.
func TestOnlyEvidenceThatIsThereAlreadyIsAConflict(t *testing.T) {
	pool := newLedger(t)
	_, rows := material("short", 1)
	rows[0].Decision = []byte{1} // evidence_decision_ck
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		err := ledger.PutEvidence(t.Context(), tx, 1, rows)
		if err == nil || claim.KindOf(err) == claim.Conflict {
			t.Errorf("got %v, want another kind than Conflict", err)
		}
		return err
	})
	if err == nil {
		t.Error("nothing failed")
	}
}

func TestEvidenceOfAnEntryIsStoredOnce(t *testing.T) {
	pool := newLedger(t)
	_, rows := material("twice", 1)
	put := func() error {
		return pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error { return ledger.PutEvidence(t.Context(), tx, 1, rows) })
	}
	if err := put(); err != nil {
		t.Fatal(err)
	}
	if err := put(); claim.KindOf(err) != claim.Conflict {
		t.Errorf("got %v, want Conflict", err)
	}
}

// TestTheOwnerOfTheDatabaseIsFoundOut switches the triggers off and changes what is stored.
func TestTheOwnerOfTheDatabaseIsFoundOut(t *testing.T) {
	tests := map[string]struct {
		sql  string
		want ledger.FaultKind
	}{
		"entry changed":              {`update ledger_entry set bytes = set_byte(bytes, 250, get_byte(bytes, 250) # 1) where seq = 3`, ledger.WrongLeaf},
		"entry dropped":              {`delete from ledger_entry where seq = 3`, ledger.OutOfOrder},
		"tail cut":                   {`delete from ledger_entry where seq > 6`, ledger.Truncated},
		"evidence changed":           {`update evidence set sealed = set_byte(sealed, 5, get_byte(sealed, 5) # 1)`, ledger.WrongSealed},
		"evidence gone":              {`delete from evidence`, ledger.NoSealed},
		"tail cut with the head":     {`delete from ledger_entry where seq > 6; update ledger_head set seq = 6, leaf_hash = (select leaf_hash from ledger_entry where seq = 6)`, ledger.Truncated},
		"head put back":              {`update ledger_head set seq = 6, leaf_hash = e.leaf_hash, at_micros = ('x' || encode(substring(e.bytes from 48 for 8), 'hex'))::bit(64)::bigint from ledger_entry e where e.seq = 6`, ledger.OutOfOrder},
		"head far ahead":             {`update ledger_head set seq = 9000000000000000000`, ledger.Truncated},
		"head's time changed":        {`update ledger_head set at_micros = at_micros + 1`, ledger.Rewritten},
		"leaf hash blanked":          {`update ledger_entry set leaf_hash = decode(repeat('00', 32), 'hex') where seq = 3`, ledger.WrongLeaf},
		"found as another claim's":   {`alter table ledger_entry drop constraint ledger_entry_columns_ck; update ledger_entry set claim_id = gen_random_uuid() where seq = 3`, ledger.WrongColumn},
		"evidence of another claim":  {`update evidence set claim_id = gen_random_uuid()`, ledger.NoSealed},
		"head changed, chain as was": {`update ledger_head set leaf_hash = sha256(leaf_hash)`, ledger.Rewritten},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newLedger(t)
			kept := appended(t, pool, 1, "owner", 8)
			if _, err := pool.Exec(t.Context(), `set session_replication_role = replica; `+tt.sql+`; set session_replication_role = origin`); err != nil {
				t.Fatal(err)
			}
			report, err := ledger.VerifyStore(t.Context(), pool, 1, ledger.Decisions, true, kept)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(report.Faults, func(f ledger.Fault) bool { return f.What == tt.want }) {
				t.Errorf("got %v, want one %s", report.Faults, tt.want)
			}
		})
	}
}

func TestExportFromTheStoreVerifiesWithoutIt(t *testing.T) {
	pool := newLedger(t)
	appended(t, pool, 1, "export 1", 2500) // more than one page
	appended(t, pool, 1, "export 2", 1)
	var file bytes.Buffer
	head, err := ledger.Export(t.Context(), pool, 1, ledger.Decisions, true, ledger.NewExportWriter(&file))
	if err != nil {
		t.Fatal(err)
	}
	v := ledger.NewVerifier(1, ledger.Decisions, head)
	v.RequireSealed()
	report, err := ledger.VerifyExport(&file, v)
	if err != nil || report.Err() != nil || report.Head != head || report.Sealed != 2501 || report.Checkpoints != 1 {
		t.Errorf("got %+v, %v", report, err)
	}
}

func TestEntriesOfAClaimComeInOrderWithTheirRecords(t *testing.T) {
	pool := newLedger(t)
	entries, rows := material("claim", 3)
	entries[2].Claim, rows[2].Claim = entries[0].Claim, rows[0].Claim
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := record(t.Context(), tx, 1, entries, rows)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := ledger.EntriesOf(t.Context(), pool, 1, entries[0].Claim)
	if err != nil || len(list) != 2 {
		t.Fatalf("got %d entries, %v", len(list), err)
	}
	for i, want := range []int{0, 2} {
		if diff := cmp.Diff(entries[want], list[i].Entry); diff != "" {
			t.Errorf("entry %d (-want +got):\n%s", i, diff)
		}
		if !bytes.Equal(list[i].Evidence, rows[want].Evidence) || !bytes.Equal(list[i].Decision, rows[want].Decision) {
			t.Errorf("entry %d has another's record", i)
		}
	}
	if _, err := ledger.EntriesOf(t.Context(), pool, 2, entries[0].Claim); claim.KindOf(err) != claim.NotFound {
		t.Errorf("of another payer: got %v, want NotFound", err)
	}
}
