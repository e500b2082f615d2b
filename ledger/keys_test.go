package ledger_test

import (
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/postgres/pgtest"
	"github.com/assize/assize/ledger"
)

// keyDatabase is the keys' own database, with nothing else in it.
func keyDatabase(tb testing.TB) *pgxpool.Pool {
	tb.Helper()
	pool, err := postgres.Open(tb.Context(), pgtest.NewDatabase(tb), 8)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(pool.Close)
	files, err := ledger.KeyMigrations()
	if err == nil {
		err = postgres.MigrateFS(tb.Context(), pool, files, "keys")
	}
	if err != nil {
		tb.Fatal(err)
	}
	return pool
}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func kek(tb testing.TB, seed byte) *ledger.KeyEncryptionKey {
	tb.Helper()
	k, err := ledger.NewKeyEncryptionKey([32]byte{seed})
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func newKeys(tb testing.TB, pool *pgxpool.Pool, seed byte) (*ledger.Keys, *clock) {
	tb.Helper()
	c := &clock{at: start.Time()}
	return ledger.NewKeys(pool, kek(tb, seed), rand.Reader, c.now), c
}

// sealedUnder seals one section of evidence and a decision about subject.
func sealedUnder(t *testing.T, keys *ledger.Keys, subject ledger.Subject) (*ledger.Entry, ledger.Sealed) {
	t.Helper()
	data, err := keys.ForSubjects(t.Context(), 1, []ledger.Subject{subject})
	if err != nil {
		t.Fatal(err)
	}
	e := placed(decided(&stream{name: "under"}))
	e.Payer = 1
	r, err := sealer(t).Seal(1, e.Claim, data, []ledger.Section{{Kind: ledger.PatientSection, Subject: subject, Plain: text(500)}},
		ledger.Section{Kind: ledger.DecisionSection, Subject: subject, Plain: text(100)})
	if err != nil {
		t.Fatal(err)
	}
	e.Evidence, e.Decision, e.Ciphertext = r.EvidenceDigest, r.DecisionDigest, r.Ciphertext
	return e, r
}

// open returns what the evidence's only section answers.
func open(t *testing.T, keys *ledger.Keys, e *ledger.Entry, r ledger.Sealed) error {
	t.Helper()
	ids, err := ledger.KeyIDs(r.Evidence)
	if err != nil {
		t.Fatal(err)
	}
	found, err := keys.ForIDs(t.Context(), 1, ids)
	if err != nil {
		return err
	}
	opened, err := sealer(t).OpenEvidence(e, found, r.Evidence)
	if err != nil {
		return err
	}
	return opened[0].Err
}

func TestKeysOutliveTheProcessThatMadeThem(t *testing.T) {
	pool := keyDatabase(t)
	made, _ := newKeys(t, pool, 1)
	subject := claim.NewID()
	e, r := sealedUnder(t, made, subject)
	again, _ := newKeys(t, pool, 1)
	if err := open(t, again, e, r); err != nil {
		t.Errorf("opening with another process's keys: %v", err)
	}
	for range 2 { // read, and then remembered
		if err := open(t, again, e, r); err != nil {
			t.Errorf("opening again: %v", err)
		}
	}
	a, err := made.ForSubjects(t.Context(), 1, []ledger.Subject{subject, subject})
	if err != nil {
		t.Fatal(err)
	}
	b, err := again.ForSubjects(t.Context(), 1, []ledger.Subject{subject})
	if err != nil || a[subject].ID != b[subject].ID {
		t.Errorf("a subject has two live keys: %v", err)
	}
	other, err := again.ForSubjects(t.Context(), 2, []ledger.Subject{subject})
	if err != nil || other[subject].ID == a[subject].ID {
		t.Errorf("two payers share a key: %v", err)
	}
}

func TestProcessesThatMeetNewSubjectsAtOnceAgreeOnTheirKeys(t *testing.T) {
	pool := keyDatabase(t)
	subjects := make([]ledger.Subject, 300)
	for i := range subjects {
		subjects[i] = claim.NewID()
	}
	results := make([]ledger.DataKeys, 4)
	failures := make([]error, len(results))
	var wait sync.WaitGroup
	for i := range results {
		keys, _ := newKeys(t, pool, 1)
		wait.Go(func() { results[i], failures[i] = keys.ForSubjects(t.Context(), 1, subjects) })
	}
	wait.Wait()
	for i, r := range results {
		if failures[i] != nil {
			t.Fatal(failures[i])
		}
		for _, s := range subjects {
			if r[s].ID != results[0][s].ID || r[s].ID == (claim.ID{}) {
				t.Fatalf("process %d has key %s, process 0 %s", i, r[s].ID, results[0][s].ID)
			}
		}
	}
}

func TestErasedKeyAnswersErasedAndTheChainStillVerifies(t *testing.T) {
	keysPool, pool := keyDatabase(t), newLedger(t)
	keys, _ := newKeys(t, keysPool, 1)
	subject := claim.NewID()
	e, r := sealedUnder(t, keys, subject)
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		_, err := record(t.Context(), tx, 1, []*ledger.Entry{e}, []ledger.EvidenceRow{{Entry: e.ID, Claim: e.Claim, Evidence: r.Evidence, Decision: r.Decision}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, clock := newKeys(t, keysPool, 1)
	if err := open(t, elsewhere, e, r); err != nil {
		t.Fatalf("before the erasure: %v", err)
	}
	if err := keys.Erase(t.Context(), 1, subject); err != nil {
		t.Fatal(err)
	}
	if err := open(t, keys, e, r); !errors.Is(err, ledger.ErrErased) {
		t.Errorf("in the process that erased: got %v, want ErrErased", err)
	}
	clock.pass(5 * time.Minute)
	if err := open(t, elsewhere, e, r); !errors.Is(err, ledger.ErrErased) {
		t.Errorf("elsewhere after five minutes: got %v, want ErrErased", err)
	}
	report, err := ledger.VerifyStore(t.Context(), pool, 1, ledger.Decisions, true)
	if err != nil || report.Err() != nil || report.Sealed != 1 {
		t.Errorf("the ledger no longer verifies: %v, %v", err, report.Err())
	}
	if err := keys.Erase(t.Context(), 1, subject); claim.KindOf(err) != claim.NotFound {
		t.Errorf("erasing twice: got %v, want NotFound", err)
	}
}

func TestErasureKeepsNoTraceOfTheSubjectAndANewKeyOpensNothingOld(t *testing.T) {
	pool := keyDatabase(t)
	keys, _ := newKeys(t, pool, 1)
	subject := claim.NewID()
	e, r := sealedUnder(t, keys, subject)
	if err := keys.Erase(t.Context(), 1, subject); err != nil {
		t.Fatal(err)
	}
	var named int
	if err := pool.QueryRow(t.Context(), `select count(*) from data_key where subject is not null or wrapped is not null`).Scan(&named); err != nil || named != 0 {
		t.Errorf("%d rows still name a subject or hold a key: %v", named, err)
	}
	sealedUnder(t, keys, subject) // a new claim of the same subject
	if err := open(t, keys, e, r); !errors.Is(err, ledger.ErrErased) {
		t.Errorf("got %v, want ErrErased", err)
	}
}

func TestKeysMovedBetweenRowsDoNotUnwrap(t *testing.T) {
	pool := keyDatabase(t)
	keys, _ := newKeys(t, pool, 1)
	a, b := claim.NewID(), claim.NewID()
	if _, err := keys.ForSubjects(t.Context(), 1, []ledger.Subject{a, b}); err != nil {
		t.Fatal(err)
	}
	_, err := pool.Exec(t.Context(), `
		update data_key set wrapped = (select other.wrapped from data_key other where other.subject = $2) where subject = $1`, a, b)
	if err != nil {
		t.Fatal(err)
	}
	fresh, _ := newKeys(t, pool, 1)
	if _, err := fresh.ForSubjects(t.Context(), 1, []ledger.Subject{a}); err == nil {
		t.Error("a key from another row unwraps")
	}
	wrong, _ := newKeys(t, pool, 2)
	if _, err := wrong.ForSubjects(t.Context(), 1, []ledger.Subject{b}); claim.KindOf(err) != claim.Unavailable {
		t.Errorf("with another key-encryption key: got %v, want Unavailable", err)
	}
}

func TestRewrappedKeysOpenUnderTheNewKeyAlone(t *testing.T) {
	pool := keyDatabase(t)
	old, _ := newKeys(t, pool, 1)
	subject, gone := claim.NewID(), claim.NewID()
	e, r := sealedUnder(t, old, subject)
	sealedUnder(t, old, gone)
	if err := old.Erase(t.Context(), 1, gone); err != nil {
		t.Fatal(err)
	}
	before, err := old.ForPeriods(t.Context(), 1, []ledger.Period{20261})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{2, 0} { // one data key, one period key; then nothing is left to do
		if n, err := old.RewrapAll(t.Context(), kek(t, 2)); err != nil || n != want {
			t.Fatalf("rewrapped %d, %v, want %d", n, err, want)
		}
	}
	renewed, _ := newKeys(t, pool, 2)
	if err := open(t, renewed, e, r); err != nil {
		t.Errorf("under the new key: %v", err)
	}
	after, err := renewed.ForPeriods(t.Context(), 1, []ledger.Period{20261})
	if err != nil {
		t.Fatal(err)
	}
	a, errA := before.Fingerprints(professional(), beneficiary)
	b, errB := after.Fingerprints(professional(), beneficiary)
	if errA != nil || errB != nil || a[0] != b[0] {
		t.Errorf("fingerprints changed with the wrapping: %v, %v", errA, errB)
	}
	stale, _ := newKeys(t, pool, 1)
	if err := open(t, stale, e, r); claim.KindOf(err) != claim.Unavailable {
		t.Errorf("under the old key: got %v, want Unavailable", err)
	}
}

func TestPeriodKeysArePerPayerAndEndTogether(t *testing.T) {
	pool := keyDatabase(t)
	keys, clock := newKeys(t, pool, 1)
	c := professional()
	value := func(k *ledger.Keys, payer claim.PayerID) ledger.LineFingerprint {
		t.Helper()
		found, err := k.ForPeriods(t.Context(), payer, ledger.Periods(c))
		if err != nil {
			t.Fatal(err)
		}
		list, err := found.Fingerprints(c, beneficiary)
		if err != nil {
			t.Fatal(err)
		}
		return list[0]
	}
	again, _ := newKeys(t, pool, 1)
	if value(keys, 1) != value(again, 1) {
		t.Error("two processes make different fingerprints")
	}
	if value(keys, 1) == value(keys, 2) {
		t.Error("two payers make the same fingerprint")
	}
	if err := again.ErasePeriod(t.Context(), 1, 20261); err != nil {
		t.Fatal(err)
	}
	clock.pass(5 * time.Minute)
	if got := value(keys, 1); !got.Expired {
		t.Errorf("after the period's key was destroyed: %+v", got)
	}
	if got := value(keys, 2); got.Expired {
		t.Error("the other payer's period ended too")
	}
	if err := again.ErasePeriod(t.Context(), 1, 20261); claim.KindOf(err) != claim.NotFound {
		t.Errorf("twice: got %v, want NotFound", err)
	}
	if got := value(again, 2); got.Expired { // looked up, and so remembered
		t.Fatal("the other payer's period ended too")
	}
	if err := again.ErasePeriod(t.Context(), 2, 20261); err != nil {
		t.Fatal(err)
	}
	if got := value(again, 2); !got.Expired {
		t.Error("a process that destroyed a key goes on using it")
	}
}

func TestUnmatchedPatientsHaveTheSameIdInEveryProcess(t *testing.T) {
	pool := keyDatabase(t)
	var ids [2]ledger.Subject
	for i := range ids {
		keys, _ := newKeys(t, pool, 1)
		h, err := keys.ForPatients(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		ids[i] = h.Subject(ledger.UnmatchedSubscriber, "W1")
	}
	if ids[0] != ids[1] {
		t.Errorf("%s and %s", ids[0], ids[1])
	}
	if _, err := pool.Exec(t.Context(), `update period_key set wrapped = null, erased_at = now()`); err != nil {
		t.Fatal(err)
	}
	keys, _ := newKeys(t, pool, 1)
	if h, err := keys.ForPatients(t.Context(), 1); claim.KindOf(err) != claim.NotFound || h != nil {
		t.Errorf("the key was destroyed: got %v, %v, want NotFound", h, err)
	}
}
