package ledger_test

import (
	"context"
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

// twoPayers records the same entries, under the same ids, for two payers, with sealed records of their own, and one entry on an access chain.
func twoPayers(t *testing.T, pool *pgxpool.Pool) (entries []*ledger.Entry) {
	t.Helper()
	for payer := claim.PayerID(1); payer <= 2; payer++ { // all chains are open before one is added to
		for _, chain := range []ledger.Chain{ledger.Decisions, ledger.Access} {
			err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error { _, err := ledger.LockHead(t.Context(), tx, payer, chain); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for payer := claim.PayerID(1); payer <= 2; payer++ {
		var rows []ledger.EvidenceRow
		entries, rows = material("both", 5)
		for i, e := range entries {
			rows[i].Evidence[9] = byte(payer)
			e.Ciphertext = ledger.CiphertextDigest(rows[i].Evidence, rows[i].Decision)
		}
		entries = entries[:len(entries)-int(payer)+1] // the second payer has one less
		err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			for _, e := range entries {
				if err := holdAll(t.Context(), tx, payer, e); err != nil {
					return err
				}
			}
			if _, err := record(t.Context(), tx, payer, entries, rows[:len(entries)]); err != nil {
				return err
			}
			head, err := ledger.LockHead(t.Context(), tx, payer, ledger.Access)
			if err == nil {
				_, err = ledger.Append(t.Context(), tx, head, claim.InstantOf(time.Now()), []*ledger.Entry{{Kind: ledger.Accessed, ID: claim.NewID(), Claim: entries[0].Claim}})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return entries
}

func holdAll(ctx context.Context, tx pgx.Tx, payer claim.PayerID, e *ledger.Entry) error {
	var holds []ledger.Hold
	for _, a := range e.Added {
		holds = append(holds, ledger.Hold{Fingerprint: a.Value, Holder: ledger.Holder{Claim: e.Claim, Line: a.Line}})
	}
	_, err := ledger.HoldFingerprints(ctx, tx, payer, holds)
	return err
}

// Payers may have entries, claims and fingerprints of the same ids: each reads its own, of the chain that was asked for, from where it
// was asked for.
func TestEveryReadingKeepsPayersAndChainsApart(t *testing.T) {
	pool := newLedger(t)
	ctx, entries := t.Context(), twoPayers(t, pool)
	for payer, want := range map[claim.PayerID]int64{1: 5, 2: 4} {
		for _, withSealed := range []bool{false, true} {
			report, err := ledger.VerifyStore(ctx, pool, payer, ledger.Decisions, withSealed)
			if err != nil || report.Err() != nil || report.Entries != want {
				t.Errorf("decisions of payer %d, sealed %v: %d entries, %v, %v", payer, withSealed, report.Entries, err, report.Err())
			}
			report, err = ledger.VerifyStore(ctx, pool, payer, ledger.Access, withSealed)
			if err != nil || report.Err() != nil || report.Entries != 1 {
				t.Errorf("accesses of payer %d, sealed %v: %d entries, %v, %v", payer, withSealed, report.Entries, err, report.Err())
			}
			var places []int64
			err = ledger.EachEntry(ctx, pool, payer, ledger.Decisions, 3, withSealed, func(r ledger.Record) error {
				e, err := ledger.Decode(r.Bytes)
				if err == nil {
					places = append(places, e.Seq)
				}
				return err
			})
			if diff := cmp.Diff([]int64{3, 4, 5}[:want-2], places); diff != "" || err != nil {
				t.Errorf("from 3 on of payer %d, sealed %v: %v (-want +got):\n%s", payer, withSealed, err, diff)
			}
		}
		list, err := ledger.EntriesOf(ctx, pool, payer, entries[0].Claim)
		if err != nil || len(list) != 1 || list[0].Entry.Payer != payer {
			t.Errorf("entries of a claim of payer %d: %d, %v", payer, len(list), err)
		}
		if list, err := ledger.CheckFingerprints(ctx, pool, payer); err != nil || len(list) > 0 {
			t.Errorf("fingerprints of payer %d: %v, %v", payer, list, err)
		}
	}
}

// An entry that stands before the first place is a fault of the chain that it is on, and of no other.
func TestAStrayEntryIsAFaultOfItsOwnChain(t *testing.T) {
	pool := newLedger(t)
	twoPayers(t, pool)
	_, err := pool.Exec(t.Context(), `
		set session_replication_role = replica;
		alter table ledger_entry drop constraint ledger_entry_columns_ck;
		insert into ledger_entry (payer_id, chain, seq, entry_id, claim_id, leaf_hash, bytes)
		select payer_id, chain, 0, entry_id, claim_id, leaf_hash, bytes from ledger_entry where payer_id = 2 and chain = 1 and seq = 4;
		set session_replication_role = origin`)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		payer claim.PayerID
		chain ledger.Chain
		want  int64
	}{{1, ledger.Decisions, 0}, {1, ledger.Access, 0}, {2, ledger.Decisions, 1}, {2, ledger.Access, 0}} {
		report, err := ledger.VerifyStore(t.Context(), pool, tc.payer, tc.chain, true)
		if err != nil || report.FaultCount != tc.want {
			t.Errorf("%s of payer %d: %v, %v, want %d faults", tc.chain, tc.payer, report.Faults, err, tc.want)
		}
	}
}

// What is made anew, or given back, is one payer's.
func TestRebuildingAndReleasingLeaveTheOtherPayerAlone(t *testing.T) {
	pool := newLedger(t)
	ctx, entries := t.Context(), twoPayers(t, pool)
	whole := func(when string) {
		t.Helper()
		if list, err := ledger.CheckFingerprints(ctx, pool, 2); err != nil || len(list) > 0 {
			t.Errorf("after %s fingerprints of the other payer differ: %v, %v", when, list, err)
		}
	}
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return ledger.RebuildFingerprints(ctx, tx, 1) })
	if err != nil {
		t.Fatal(err)
	}
	whole("rebuilding")
	e := entries[0]
	gone := []ledger.Hold{{Fingerprint: e.Added[0].Value, Holder: ledger.Holder{Claim: e.Claim, Line: e.Added[0].Line}}}
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error { return ledger.ReleaseFingerprints(ctx, tx, 1, gone) })
	if err != nil {
		t.Fatal(err)
	}
	whole("releasing")
}

// Destroying the key of one period, payer or purpose destroys no other, and each is read as what it is.
func TestErasingAPeriodErasesNoOtherKey(t *testing.T) {
	room, main := keyDatabase(t), pgtest.New(t)
	all := []ledger.Period{0, 20261, 20262}
	process := func() *ledger.Keys {
		k, _ := newKeys(t, room, 1)
		return k.KnownTo(main)
	}
	state := func() (alive []bool) {
		t.Helper()
		for payer := claim.PayerID(1); payer <= 2; payer++ {
			k := process()
			found, err := k.ForPeriods(t.Context(), payer, all)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range all {
				alive = append(alive, found[p] != nil)
			}
			h, err := k.ForPatients(t.Context(), payer)
			alive = append(alive, err == nil && h != nil)
		}
		return alive
	}
	for range 2 { // made, then read
		if diff := cmp.Diff([]bool{true, true, true, true, true, true, true, true}, state()); diff != "" {
			t.Fatal(diff)
		}
	}
	if err := process().ErasePeriod(t.Context(), 1, 0); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]bool{false, true, true, true, true, true, true, true}, state()); diff != "" {
		t.Errorf("after one was erased (-want +got):\n%s", diff)
	}
}

// Erasures are counted a payer, every one of them, and no key is another payer's by its id.
func TestErasuresAndKeysArePerPayer(t *testing.T) {
	room, ctx := keyDatabase(t), t.Context()
	keys, _ := newKeys(t, room, 1)
	subjects := []ledger.Subject{claim.NewID(), claim.NewID(), claim.NewID()}
	var ids []claim.ID
	for payer := claim.PayerID(1); payer <= 2; payer++ {
		found, err := keys.ForSubjects(ctx, payer, subjects)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, found[subjects[2]].ID)
	}
	for payer, n := range map[claim.PayerID]int{1: 2, 2: 1} {
		for _, s := range subjects[:n] {
			if err := keys.Erase(ctx, payer, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	fresh, _ := newKeys(t, room, 1)
	for payer, want := range map[claim.PayerID]ledger.Erasures{1: 2, 2: 1, 3: 0} {
		if n, err := fresh.Erasures(ctx, payer); err != nil || n != want {
			t.Errorf("payer %d: %d erasures, %v, want %d", payer, n, err, want)
		}
	}
	found, err := fresh.ForIDs(ctx, 1, ids)
	if _, own := found[ids[0]]; err != nil || len(found) != 1 || !own {
		t.Errorf("of the keys of two payers the first has %d, %v", len(found), err)
	}
}

// meddledKeys is the keys' database in which another process does something before one of our questions.
type meddledKeys struct {
	*pgxpool.Pool
	question int
	meddle   func()
}

func (m *meddledKeys) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if m.question--; m.question == 0 {
		m.meddle()
	}
	return m.Pool.Query(ctx, sql, args...)
}

func (m *meddledKeys) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if m.question--; m.question == 0 {
		m.meddle()
	}
	return m.Pool.Exec(ctx, sql, args...)
}

// A key that another process makes between our look and our own making is the key: at whichever question that is.
func TestAKeyMadeByAnotherMeanwhileIsTheKey(t *testing.T) {
	ctx, subject := t.Context(), claim.NewID()
	c := professional()
	of := func(k *ledger.Keys) (found [3]any, err error) {
		data, err := k.ForSubjects(ctx, 1, []ledger.Subject{subject})
		if err != nil {
			return found, err
		}
		periods, err := k.ForPeriods(ctx, 1, ledger.Periods(c))
		if err != nil {
			return found, err
		}
		prints, err := periods.Fingerprints(c, beneficiary)
		if err != nil {
			return found, err
		}
		patients, err := k.ForPatients(ctx, 1)
		if err != nil {
			return found, err
		}
		return [3]any{data[subject].ID, prints[0], patients.Subject(ledger.UnmatchedPatient, "W1")}, nil
	}
	for _, place := range []string{"keys", "main"} {
		for question, meddled := 1, true; meddled; question++ {
			room, main := keyDatabase(t), pgtest.New(t)
			other, clock := newKeys(t, room, 1)
			other.KnownTo(main)
			meddled = false
			var theirs [3]any
			meddle := func() {
				meddled = true
				var err error
				if theirs, err = of(other); err != nil {
					t.Error(err)
				}
			}
			ours := ledger.NewKeys(room, kek(t, 1), &stream{name: "ours"}, clock.now).KnownTo(&meddledKeys{main, question, meddle})
			if place == "keys" {
				ours = ledger.NewKeys(&meddledKeys{room, question, meddle}, kek(t, 1), &stream{name: "ours"}, clock.now).KnownTo(main)
			}
			if got, err := of(ours); err != nil || meddled && got != theirs {
				t.Errorf("before question %d to the %s database: %v, and not the same", question, place, err)
			}
		}
	}
}
