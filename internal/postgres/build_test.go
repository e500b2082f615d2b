package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/postgres/pgtest"
)

var moment = time.Date(2025, 10, 1, 17, 0, 0, 0, time.UTC)

// newPool returns a database with payers 1 and 2.
func newPool(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.New(t)
	write(t, pool, func(tx pgx.Tx) error {
		for id := range 2 {
			p := postgres.Payer{ID: claim.PayerID(id + 1), Code: fmt.Sprintf("P%d", id+1), Name: "Payer", TimeZone: "America/New_York"}
			if err := postgres.AddPayer(t.Context(), tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	return pool
}

// write does something in a transaction that must commit.
func write(t *testing.T, pool *pgxpool.Pool, f func(tx pgx.Tx) error) {
	t.Helper()
	if err := pgx.BeginFunc(t.Context(), pool, f); err != nil {
		t.Fatal(err)
	}
}

// attempt does something in a transaction and returns its error.
func attempt(t *testing.T, pool *pgxpool.Pool, f func(tx pgx.Tx) error) error {
	t.Helper()
	return pgx.BeginFunc(t.Context(), pool, f)
}

// id makes readable ids: id(1), id(2)… sort in this order.
func id(n int) claim.ID {
	return uuid.MustParse(fmt.Sprintf("01900000-0000-7000-8000-%012d", n))
}

// stagedOf is one claim for staging, of a family and a day.
func stagedOf(ord int, family string, day claim.Date) postgres.StagedClaim {
	return postgres.StagedClaim{
		Ord: ord, ClaimID: id(1000 + ord), Document: id(1), Position: ord + 1, ControlNumber: int64(5000 + ord), Received: 20251001,
		FamilyKey: family, ServiceDate: day, Body: []byte("body"), Slice: []byte("slice"),
	}
}

// stage makes a batch of a payer of these claims.
func stage(t *testing.T, pool *pgxpool.Pool, payer claim.PayerID, batch claim.ID, claims []postgres.StagedClaim) {
	t.Helper()
	document := id(1) // as stagedOf says
	if len(claims) == 0 || claims[0].ClaimID != id(1000) {
		document = batch
	}
	write(t, pool, func(tx pgx.Tx) error {
		if err := postgres.AddBatch(t.Context(), tx, payer, batch, moment); err != nil {
			return err
		}
		if err := postgres.Stage(t.Context(), tx, payer, batch, claims); err != nil {
			return err
		}
		_, err := postgres.AddDocument(t.Context(), tx, payer, postgres.Document{
			ID: document, Batch: batch, SHA256: postgres.DigestOf(batch[:]), Format: "x12", Received: 20251001, ReceivedAt: moment, Claims: len(claims),
		})
		return err
	})
}

// plan plans a batch and returns the claims of each chunk, in order.
func plan(t *testing.T, pool *pgxpool.Pool, payer claim.PayerID, batch claim.ID, size int) [][]int {
	t.Helper()
	var chunks int
	write(t, pool, func(tx pgx.Tx) (err error) {
		chunks, err = postgres.PlanBatch(t.Context(), tx, payer, batch, size)
		return err
	})
	var planned [][]int
	for ord := range chunks {
		list, err := postgres.StagedChunk(t.Context(), pool, payer, batch, ord)
		if err != nil {
			t.Fatal(err)
		}
		var ords []int
		for _, s := range list {
			ords = append(ords, s.Ord)
		}
		planned = append(planned, ords)
	}
	return planned
}

// rowOf is a decided claim.
func rowOf(n int, outcome claim.Outcome) postgres.ClaimRow {
	r := postgres.ClaimRow{
		ClaimID: id(1000 + n), ControlNumber: int64(5000 + n), Batch: id(9), Document: id(1), Position: n + 1, PatientControlNumber: "A",
		Beneficiary: id(51), Family: id(50), BillingNPI: "1234567893", Received: 20251001, From: 20250901, Through: 20250902,
		Outcome: outcome, EntryID: id(2000 + n), Charge: 100_00, CARCs: []string{"45"},
	}
	if outcome == claim.Pay {
		r.Paid, r.PatientOwes = 70_00, 10_00
	}
	return r
}

func insertClaims(t *testing.T, pool *pgxpool.Pool, payer claim.PayerID, rows ...postgres.ClaimRow) {
	t.Helper()
	write(t, pool, func(tx pgx.Tx) error { return postgres.InsertClaims(t.Context(), tx, payer, rows) })
}

// requireKind checks what kind of error a call made.
func requireKind(t *testing.T, err error, want claim.Kind, what string) {
	t.Helper()
	if err == nil || claim.KindOf(err) != want {
		t.Errorf("%s: got %v (kind %d), want kind %d", what, err, claim.KindOf(err), want)
	}
}

// interposed runs something once, before the second query that is made through it.
type interposed struct {
	postgres.Querier
	queries int
	before  func()
}

func (q *interposed) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	q.count()
	return q.Querier.QueryRow(ctx, sql, args...)
}

func (q *interposed) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	q.count()
	return q.Querier.Query(ctx, sql, args...)
}

func (q *interposed) count() {
	if q.queries++; q.queries == 2 {
		q.before()
	}
}
