package installation

import (
	"context"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// StartBatch starts the workflow of a staged batch, or finds the one that runs.
func (i *Installation) StartBatch(ctx context.Context, payer claim.PayerID, batch claim.ID) (client.WorkflowRun, error) {
	return workflows.RequestBatch(ctx, i.Temporal, workflows.BatchInput{Payer: payer, Batch: batch}, false)
}

// resumeMost bounds how many batches one call of ResumeBatches starts.
const resumeMost = 10_000

// ResumeBatches starts the batches that were staged before a moment and are not complete: their process died between
// accepting them and starting their workflow. Those whose workflow runs, or ended for good, are left alone.
func (i *Installation) ResumeBatches(ctx context.Context, before time.Time) error {
	open, err := postgres.OpenBatches(ctx, i.Pool, before, resumeMost)
	if err != nil {
		return err
	}
	for _, b := range open {
		if _, err := workflows.RequestBatch(ctx, i.Temporal, workflows.BatchInput{Payer: b.Payer, Batch: b.Batch}, true); err != nil {
			return err
		}
	}
	return nil
}

// progressEvery is how often a waiting caller asks Postgres how far a batch has come.
const progressEvery = 200 * time.Millisecond

// AwaitBatch waits until a started batch is complete and tells of its progress meanwhile, as Postgres counts it.
func (i *Installation) AwaitBatch(ctx context.Context, run client.WorkflowRun, payer claim.PayerID, batch claim.ID, told func(postgres.Progress)) error {
	done := make(chan error, 1)
	go func() { done <- run.Get(ctx, nil) }()
	ticker := time.NewTicker(progressEvery)
	defer ticker.Stop()
	for {
		select {
		case err := <-done:
			if err != nil {
				return claim.Errorf(claim.Internal, "adjudicating batch %s: %w", batch, err)
			}
			return i.tell(ctx, payer, batch, told)
		case <-ticker.C:
			if err := i.tell(ctx, payer, batch, told); err != nil {
				return err
			}
		}
	}
}

func (i *Installation) tell(ctx context.Context, payer claim.PayerID, batch claim.ID, told func(postgres.Progress)) error {
	if told == nil {
		return nil
	}
	progress, err := postgres.BatchProgress(ctx, i.Pool, payer, batch)
	if err == nil {
		told(progress)
	}
	return err
}
