package installation

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// sweepEvery is how often a payer's clocks are looked at. Dates are whole days, so a few times a day is enough.
const sweepEvery = 6 * time.Hour

// ScheduleSweeps makes sure that every payer's clocks are swept. Payers come while others are at work, so call it every now
// and then.
func (i *Installation) ScheduleSweeps(ctx context.Context) error {
	payers, err := postgres.Payers(ctx, i.Pool)
	if err != nil {
		return err
	}
	for _, p := range payers {
		_, err := i.Temporal.ScheduleClient().Create(ctx, client.ScheduleOptions{
			ID:   workflows.SweepScheduleID(p.ID),
			Spec: client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: sweepEvery}}},
			Action: &client.ScheduleWorkflowAction{
				ID: workflows.SweepScheduleID(p.ID), Workflow: workflows.SweepClocks, TaskQueue: workflows.TaskQueue,
				Args: []any{workflows.SweepInput{Payer: p.ID}},
			},
		})
		if err != nil && !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
			return claim.Errorf(claim.Unavailable, "scheduling the sweep of payer %d: %w", p.ID, err)
		}
	}
	return nil
}
