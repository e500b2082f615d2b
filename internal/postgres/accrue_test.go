package postgres_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/pgerror"
	"github.com/assize/assize/internal/postgres"
)

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
	server, ok := errors.AsType[*pgerror.ServerError](err)
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
