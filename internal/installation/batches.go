package installation

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

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

// stallPatience is how long a session may stand still in the middle of a COPY: as long as one may be idle in a transaction
// that records.
const stallPatience = time.Minute

// EndStalled ends the sessions of processes that stand still and hold locks which no time-out of the server takes from
// them. It notices what has not moved since it was called before, so call it every now and then, from one goroutine.
func (i *Installation) EndStalled(ctx context.Context) (ended int, err error) {
	return i.stalls.EndStalled(ctx, i.Pool, i.options.Now(), stallPatience)
}

// progressEvery is how often a waiting caller asks Postgres how far a batch has come.
const progressEvery = 200 * time.Millisecond

// sightPatience is how long a waiting caller goes without an answer of Postgres. The batch itself waits for a day.
const sightPatience = time.Minute

// How often a step of a batch fails in a temporary installation before whoever waits gives up. A lasting one goes on trying,
// for its disk may be emptied; what is removed at the end has nothing to wait for. A step that was cut off because its
// heartbeats came late may only be slow, on a machine that others use, and is waited for some minutes.
const (
	hopelessAfter = 5  // some ten seconds
	cutOffAfter   = 20 // some five minutes
)

// hopelessEvery is how often that is asked, in units of progressEvery.
const hopelessEvery = 10

// AwaitBatch waits until a started batch is complete and tells of its progress meanwhile, as Postgres counts it. Engines
// that are away for a moment are waited for; claim.Unavailable says that they stayed away, which the batch survives, or, in
// a temporary installation, what the batch cannot get over.
func (i *Installation) AwaitBatch(ctx context.Context, run client.WorkflowRun, payer claim.PayerID, batch claim.ID, told func(postgres.Progress)) error {
	done := make(chan error, 1)
	go func() { done <- run.Get(ctx, nil) }()
	ticker := time.NewTicker(progressEvery)
	defer ticker.Stop()
	seen := i.options.Now()
	for tick := 1; ; tick++ {
		select {
		case err := <-done:
			if err != nil {
				return unended(ctx, err, batch)
			}
			return i.tell(ctx, payer, batch, told)
		case <-ticker.C:
			if i.temporary && i.engines != nil && tick%hopelessEvery == 0 {
				if err := i.hopeless(ctx, run.GetID()); err != nil {
					return err
				}
			}
			err := i.tell(ctx, payer, batch, told)
			switch {
			case err == nil:
				seen = i.options.Now()
			case claim.KindOf(err) != claim.Unavailable || ctx.Err() != nil:
				return err
			case i.options.Now().Sub(seen) > sightPatience:
				return claim.Errorf(claim.Unavailable, "lost sight of batch %s, which goes on when the database is back: %w", batch, err)
			}
		}
	}
}

// unended says why a batch is no longer waited for: it failed, or only Temporal is out of reach.
func unended(ctx context.Context, err error, batch claim.ID) error {
	if _, failed := errors.AsType[*temporal.WorkflowExecutionError](err); failed || ctx.Err() != nil {
		return workflows.Reason(err, "adjudicating batch %s", batch)
	}
	return claim.Errorf(claim.Unavailable, "lost sight of batch %s, which goes on when Temporal is back: %w", batch, err)
}

// hopeless returns why a step of a workflow fails again and again, or nil.
func (i *Installation) hopeless(ctx context.Context, workflow string) error {
	described, err := i.Temporal.DescribeWorkflowExecution(ctx, workflow, "")
	if err != nil {
		described = nil // nobody can tell; whether the batch can still be waited for is asked of Postgres
	}
	for _, step := range described.GetPendingActivities() {
		most := int32(hopelessAfter)
		if cutOff(step.GetLastFailure()) {
			most = cutOffAfter
		}
		if step.GetAttempt() > most && step.GetLastFailure() != nil {
			return claim.Errorf(claim.Unavailable, "a batch does not get on: %s was tried %d times, and last ended with: %s; last words of PostgreSQL: %s",
				step.GetActivityType().GetName(), step.GetAttempt()-1, step.GetLastFailure().GetMessage(), i.engines.PostgresLastWords())
		}
	}
	return nil
}

// cutOff tells whether a step ended because Temporal took it for dead, and not by itself.
func cutOff(f *failure.Failure) bool {
	return f.GetTimeoutFailureInfo() != nil || strings.HasSuffix(f.GetMessage(), context.Canceled.Error())
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
