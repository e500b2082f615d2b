package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
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

func TestAccrualsAddUp(t *testing.T) {
	pool := newPool(t)
	deductible := func(member claim.ID, amount int64) postgres.Accrued {
		return postgres.Accrued{Family: id(50), Beneficiary: id(51), Accrual: claim.Accrual{Kind: claim.DeductibleUsed, Member: member, Year: 2025, Amount: amount}}
	}
	visits := postgres.Accrued{Family: id(50), Beneficiary: id(51), Accrual: claim.Accrual{Kind: claim.BenefitUnitsUsed, Member: id(51), Year: 2025, Group: "PT", Amount: 1000}}
	write(t, pool, func(tx pgx.Tx) error {
		return postgres.Accrue(t.Context(), tx, 1, []postgres.Accrued{deductible(id(51), 5), deductible(id(51), 6), deductible(uuid.Nil, 11), visits})
	})
	write(t, pool, func(tx pgx.Tx) error {
		return postgres.Accrue(t.Context(), tx, 1, []postgres.Accrued{deductible(id(51), -5)}) // a reversal
	})
	write(t, pool, func(tx pgx.Tx) error {
		return postgres.Accrue(t.Context(), tx, 2, []postgres.Accrued{deductible(id(51), 100)})
	})
	got := facts.NewRecords()
	if err := postgres.LoadRecords(t.Context(), pool, 1, postgres.Wanted{}, nil, []claim.ID{id(50)}, got); err != nil {
		t.Fatal(err)
	}
	want := []claim.Accumulator{
		{Kind: claim.DeductibleUsed, Member: uuid.Nil, Year: 2025, Amount: 11},
		{Kind: claim.BenefitUnitsUsed, Member: id(51), Year: 2025, Group: "PT", Amount: 1000},
		{Kind: claim.DeductibleUsed, Member: id(51), Year: 2025, Amount: 6},
	}
	if diff := cmp.Diff(want, got.Accumulators[id(50)]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnAuthorizationIsNeverUsedBeyondWhatWasApproved(t *testing.T) {
	pool := newPool(t)
	write(t, pool, func(tx pgx.Tx) error { return postgres.Enrol(t.Context(), tx, 1, enrolment()) }) // 1 of 5 units used
	use := func(payer claim.PayerID, number string, amount int64) error {
		return attempt(t, pool, func(tx pgx.Tx) error {
			return postgres.Accrue(t.Context(), tx, payer, []postgres.Accrued{{Family: id(50), Beneficiary: id(51), Accrual: claim.Accrual{Authorization: number, Amount: amount}}})
		})
	}
	if err := use(1, "AUTH1", 3000); err != nil {
		t.Fatal(err)
	}
	err := use(1, "AUTH1", 1001)
	server, ok := errors.AsType[*postgres.ServerError](err)
	if !ok || server.Constraint != "prior_authorization_used_ck" {
		t.Errorf("a thousandth too many: got %v, want prior_authorization_used_ck", err)
	}
	if err := use(1, "AUTH1", 1000); err != nil {
		t.Errorf("the last unit: %v", err)
	}
	if err := use(1, "AUTH1", -5000); err != nil {
		t.Errorf("all of it taken back: %v", err)
	}
	if err := use(1, "AUTH1", -1); err == nil {
		t.Error("more was taken back than was used")
	}
	requireKind(t, use(1, "AUTH9", 1), claim.Internal, "an authorisation that is not on file")
	requireKind(t, use(2, "AUTH1", 1), claim.Internal, "another payer's authorisation")
}

// A chunk uses an authorisation by several claims, and several of them, in one statement: each amount counts once.
func TestAnAuthorizationUsedByManyClaimsOfAChunk(t *testing.T) {
	pool := newPool(t)
	e := enrolment() // AUTH1: 1 of 5 units used
	other := e.Authorizations[id(51)][0]
	other.Number, other.Used = "AUTH2", 0
	e.Authorizations[id(51)] = append(e.Authorizations[id(51)], other)
	write(t, pool, func(tx pgx.Tx) error { return postgres.Enrol(t.Context(), tx, 1, e) })
	use := func(numbers ...string) error {
		var list []postgres.Accrued
		for _, number := range numbers {
			list = append(list, postgres.Accrued{Family: id(50), Beneficiary: id(51), Accrual: claim.Accrual{Authorization: number, Amount: 1000}})
		}
		return attempt(t, pool, func(tx pgx.Tx) error { return postgres.Accrue(t.Context(), tx, 1, list) })
	}
	if err := use("AUTH1", "AUTH2", "AUTH1"); err != nil {
		t.Fatal(err)
	}
	requireKind(t, use("AUTH2", "AUTH9"), claim.Internal, "one of two is not on file")
	if err := use("AUTH1", "AUTH1", "AUTH1"); err == nil {
		t.Error("two units are left, and three were used")
	}
	got := facts.NewRecords()
	if err := postgres.LoadRecords(t.Context(), pool, 1, postgres.Wanted{}, []claim.ID{id(51)}, nil, got); err != nil {
		t.Fatal(err)
	}
	used := map[string]int64{}
	for _, a := range got.Authorizations[id(51)] {
		used[a.Number] = int64(a.Used)
	}
	if diff := cmp.Diff(map[string]int64{"AUTH1": 3000, "AUTH2": 1000}, used); diff != "" {
		t.Errorf("thousandths used (-want +got):\n%s", diff)
	}
}

// Using authorisations reads those it uses, also when a payer's members were enrolled a moment ago and the planner knows
// of a few rows only.
func TestUsingAuthorizationsReadsNoOthers(t *testing.T) {
	const stored, asked, rounds = 5000, 100, 7 // past the point where Postgres settles for a generic plan
	pool := newPool(t)
	write(t, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `alter table prior_authorization set (autovacuum_enabled = false)`)
		return err
	})
	enrol := func(tx pgx.Tx, from, to int) error {
		_, err := tx.Exec(t.Context(), `
			insert into prior_authorization (payer_id, member_id, number, procedure, npi, valid_from, valid_through, approved_thousandths)
			select 1, ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'A' || n, '97110', '1234567893', 20250101, 20251231, 1000000
			from generate_series($1::int, $2::int) n`, from, to)
		return err
	}
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }() // only measured
	use := func(count int) {
		t.Helper()
		var list []postgres.Accrued
		for n := 1; n <= count; n++ {
			list = append(list, postgres.Accrued{Family: id(50), Beneficiary: id(n), Accrual: claim.Accrual{Authorization: fmt.Sprintf("A%d", n), Amount: 1}})
		}
		if err := postgres.Accrue(t.Context(), tx, 1, list); err != nil {
			t.Fatal(err)
		}
	}
	read := func() (rows int) {
		t.Helper()
		err := tx.QueryRow(t.Context(), `
			select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables where relname = 'prior_authorization'`).Scan(&rows)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if err := enrol(tx, 1, 20); err != nil {
		t.Fatal(err)
	}
	for range rounds {
		use(20)
	}
	if err := enrol(tx, 21, stored); err != nil {
		t.Fatal(err)
	}
	before := read()
	for range rounds {
		use(asked)
	}
	// Versions of earlier rounds are read again until the transaction ends.
	if rows := read() - before; rows > 3*rounds*rounds*asked {
		t.Errorf("%d rows read to use %d of %d, %d times", rows, asked, stored, rounds)
	}
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
		if server, ok := errors.AsType[*postgres.ServerError](err); !ok || server.Constraint != constraint {
			t.Errorf("got %v, want %s", err, constraint)
		}
	}
}

func TestCasesAndTheirClocks(t *testing.T) {
	pool := newPool(t)
	insertClaims(t, pool, 1, rowOf(0, claim.Pend), rowOf(1, claim.Pend), rowOf(2, claim.Pend))
	cases := []postgres.Case{
		{ClaimID: id(1000), Reasons: []string{"score:flagged"}, Due: 20251031, Ground: "g"},
		{ClaimID: id(1001), Reasons: []string{"edit:X"}, Due: 20251020, Ground: "g"},
		{ClaimID: id(1002), Reasons: []string{"edit:Y"}, Due: 20251101, Ground: "g"},
	}
	write(t, pool, func(tx pgx.Tx) error { return postgres.OpenCases(t.Context(), tx, 1, cases, moment) })
	due := func(payer claim.PayerID, through claim.Date) (ids []claim.ID) {
		list, err := postgres.DueClocks(t.Context(), pool, payer, through)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			ids = append(ids, d.Claim)
		}
		return ids
	}
	if diff := cmp.Diff([]claim.ID{id(1001), id(1000)}, due(1, 20251031)); diff != "" {
		t.Errorf("due by the last day, earliest first (-want +got):\n%s", diff)
	}
	if got := due(1, 20251019); got != nil {
		t.Errorf("the day before: %v", got)
	}
	if got := due(2, 20251231); got != nil {
		t.Errorf("payer 2 has clocks of payer 1: %v", got)
	}
	if err := postgres.Escalate(t.Context(), pool, 2, id(1001), moment); err != nil { // not theirs: changes nothing
		t.Fatal(err)
	}
	for _, at := range []time.Time{moment, moment.Add(time.Hour)} { // the first time counts
		if err := postgres.Escalate(t.Context(), pool, 1, id(1001), at); err != nil {
			t.Fatal(err)
		}
	}
	var escalated time.Time
	if err := pool.QueryRow(t.Context(), `select escalated_at from clock where claim_id = $1`, id(1001)).Scan(&escalated); err != nil || !escalated.Equal(moment) {
		t.Errorf("escalated at %s, %v; want %s", escalated, err, moment)
	}
	for range 2 {
		write(t, pool, func(tx pgx.Tx) error { return postgres.CloseCase(t.Context(), tx, 1, id(1002), moment) })
	}
	if diff := cmp.Diff([]claim.ID{id(1000)}, due(1, 20251231)); diff != "" {
		t.Errorf("after one was escalated and one closed (-want +got):\n%s", diff)
	}
	open, err := postgres.OpenCasesOf(t.Context(), pool, 1, 10)
	if err != nil || len(open) != 2 || open[0].ClaimID != id(1001) || open[0].Due != 20251020 {
		t.Errorf("the queue, due first on top: got %+v, %v", open, err)
	}
	if n, err := postgres.CountOpenCases(t.Context(), pool, 1); err != nil || n != 2 {
		t.Errorf("got %d open cases, %v", n, err)
	}
}

func TestAReviewIsKeptAndRecordedOnce(t *testing.T) {
	pool := newPool(t)
	action := claim.HumanAction{
		Actor: "reviewer-1", Action: "deny", Rationale: "not documented", At: claim.InstantOf(moment), Waived: []string{},
		Edits: []claim.Edit{{Rule: "REV", Line: 1, Outcome: claim.Deny, Group: claim.CO, CARC: "16"}},
	}
	if err := postgres.AddReview(t.Context(), pool, 1, id(7), id(1000), action); err != nil {
		t.Fatal(err)
	}
	got, err := postgres.LoadReview(t.Context(), pool, 1, id(7))
	if diff := cmp.Diff(postgres.Review{HumanAction: action, Claim: id(1000)}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	record := func(payer claim.PayerID) error {
		return attempt(t, pool, func(tx pgx.Tx) error {
			return postgres.ReviewRecorded(t.Context(), tx, payer, id(7), id(3000), claim.Deny)
		})
	}
	requireKind(t, record(2), claim.Conflict, "another payer's review")
	if err := record(1); err != nil {
		t.Fatal(err)
	}
	requireKind(t, record(1), claim.Conflict, "recorded a second time")
	if got, err = postgres.LoadReview(t.Context(), pool, 1, id(7)); err != nil || got.Entry != id(3000) || got.Outcome != claim.Deny {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = postgres.LoadReview(t.Context(), pool, 2, id(7))
	requireKind(t, err, claim.NotFound, "another payer's review")
	action.Rationale = ""
	if err := postgres.AddReview(t.Context(), pool, 1, id(8), id(1000), action); err == nil {
		t.Error("a review without a reason was kept")
	}
}

func TestFiguresAddUpABatch(t *testing.T) {
	pool := newPool(t)
	stage(t, pool, 1, id(9), nil)
	denied := rowOf(2, claim.Deny)
	denied.CARCs, denied.Flagged = []string{"18", "45"}, true
	insertClaims(t, pool, 1, rowOf(0, claim.Pay), rowOf(1, claim.Pay), denied)
	got, err := postgres.BatchFigures(t.Context(), pool, 1, id(9))
	if err != nil {
		t.Fatal(err)
	}
	want := postgres.Figures{
		Claims: map[claim.Outcome]int{claim.Pay: 2, claim.Deny: 1}, Charge: map[claim.Outcome]claim.Cents{claim.Pay: 200_00, claim.Deny: 100_00},
		Paid: 140_00, Owed: 20_00, Flagged: 1, CARCs: []postgres.CARCCount{{CARC: "45", Claims: 3}, {CARC: "18", Claims: 1}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	all, err := postgres.FiguresOf(t.Context(), pool, 1, []claim.ID{id(9), id(8)})
	if diff := cmp.Diff(want, all); err != nil || diff != "" {
		t.Errorf("of several batches: %v (-want +got):\n%s", err, diff)
	}
	list, err := postgres.ClaimsOfBatch(t.Context(), pool, 1, id(9), 5000, 1)
	if err != nil || len(list) != 1 || list[0].ControlNumber != 5001 {
		t.Errorf("one claim after number 5000: got %+v, %v", list, err)
	}
}

func TestBatchesAreListedNewestFirstAndOpenOnesFound(t *testing.T) {
	pool := newPool(t)
	for n := range 3 {
		stage(t, pool, 1, id(10+n), nil)
	}
	stage(t, pool, 2, id(20), nil)
	write(t, pool, func(tx pgx.Tx) error { return postgres.CompleteBatch(t.Context(), tx, 1, id(11)) })
	page, err := postgres.RecentBatches(t.Context(), pool, 1, uuid.Nil, 2)
	if err != nil || len(page) != 2 || page[0].Batch != id(12) || page[1].Batch != id(11) {
		t.Errorf("got %+v, %v", page, err)
	}
	page, err = postgres.RecentBatches(t.Context(), pool, 1, id(11), 2)
	if err != nil || len(page) != 1 || page[0].Batch != id(10) {
		t.Errorf("before it: got %+v, %v", page, err)
	}
	open, err := postgres.OpenBatches(t.Context(), pool, moment.Add(time.Second), 10)
	want := []postgres.OpenBatch{{Payer: 1, Batch: id(10)}, {Payer: 1, Batch: id(12)}, {Payer: 2, Batch: id(20)}}
	if diff := cmp.Diff(want, open); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if open, err = postgres.OpenBatches(t.Context(), pool, moment, 10); err != nil || len(open) != 0 {
		t.Errorf("staged only now: got %+v, %v", open, err)
	}
}

// marked stands for personal data in rows that the server refuses.
const marked = "ZYGMUNTOVA"

func TestErrorsQuoteNoRow(t *testing.T) {
	pool := newPool(t)
	member := claim.Member{ID: id(51), Family: id(50), SubscriberNumber: marked, Last: marked, First: marked, BirthDate: 19800101, Sex: "F"}
	patient := rowOf(0, claim.Pay)
	patient.PatientControlNumber = marked
	insertClaims(t, pool, 1, patient)
	cases := map[string]func(tx pgx.Tx) error{
		"a key that is there": func(tx pgx.Tx) error {
			return postgres.Enrol(t.Context(), tx, 1, postgres.Enrolment{Members: []claim.Member{member, member}})
		},
		"a check that fails, whose detail is the row": func(tx pgx.Tx) error {
			row := patient
			row.ClaimID, row.ControlNumber, row.Paid = id(1), 1, -1
			return postgres.InsertClaims(t.Context(), tx, 1, []postgres.ClaimRow{row})
		},
		"a text that the server cannot keep": func(tx pgx.Tx) error {
			member.Last = marked + "\x00" + marked
			return postgres.Enrol(t.Context(), tx, 1, postgres.Enrolment{Members: []claim.Member{member}})
		},
		"a value of the wrong kind, which the message quotes": func(tx pgx.Tx) error {
			row := patient
			row.ClaimID, row.ControlNumber, row.Outcome = id(1), 1, claim.Outcome(marked)
			return postgres.InsertClaims(t.Context(), tx, 1, []postgres.ClaimRow{row})
		},
		"a unique number that is there": func(tx pgx.Tx) error {
			row := patient
			row.ClaimID = id(1)
			return postgres.InsertClaims(t.Context(), tx, 1, []postgres.ClaimRow{row})
		},
		"a review that says nothing": func(tx pgx.Tx) error {
			return postgres.AddReview(t.Context(), tx, 1, id(7), id(1000), claim.HumanAction{Actor: marked, Action: marked, Rationale: marked})
		},
	}
	for name, do := range cases {
		t.Run(name, func(t *testing.T) {
			err := attempt(t, pool, do)
			if err == nil {
				t.Fatal("the server took it")
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if strings.Contains(e.Error(), marked) {
					t.Errorf("%T quotes the row: %v", e, e)
				}
			}
			server, ok := errors.AsType[*postgres.ServerError](err)
			if !ok || strings.Contains(server.Message, marked) || server.Code == "" {
				t.Errorf("got %#v, want a code without values", server)
			}
		})
	}
}
