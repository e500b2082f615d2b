//go:build !lean

package main

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// A payer that another process sets up is looked after by the one that has been running since before.
func TestTheClocksOfAPayerThatIsAddedMeanwhileAreSwept(t *testing.T) {
	t.Parallel()
	i, err := installation.Open(t.Context(), installation.Options{Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		if err := i.Close(ctx); err != nil {
			t.Errorf("closing the installation: %v", err)
		}
	})
	for _, payer := range []postgres.Payer{{ID: 1, Code: "FIRST", Name: "First", TimeZone: "UTC"}, {ID: 2, Code: "LATER", Name: "Later", TimeZone: "UTC"}} {
		if err := pgx.BeginFunc(t.Context(), i.Pool, func(tx pgx.Tx) error { return postgres.AddPayer(t.Context(), tx, payer) }); err != nil {
			t.Fatal(err)
		}
		(&app{stderr: t.Output()}).lookAfter(t.Context(), i)
		for id := claim.PayerID(1); id <= payer.ID; id++ {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			_, err := i.Temporal.ScheduleClient().GetHandle(ctx, workflows.SweepScheduleID(id)).Describe(ctx)
			cancel()
			if err != nil {
				t.Errorf("with %d payers: the schedule of payer %d: %v", payer.ID, id, err)
			}
		}
	}
}
