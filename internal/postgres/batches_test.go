package postgres_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

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
