package main

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/assize/assize/internal/claim"
)

// shapeQueue is a task queue of the benchmark's own, so that the product's worker never meets its workflow.
const shapeQueue = "bench-shape"

// workflowsAClaim measures the shape that batches do not have: one workflow with three activities a claim, which do
// nothing. It answers claims a second.
func workflowsAClaim(ctx context.Context, c client.Client, claims int) (float64, error) {
	nothing := func(context.Context) error { return nil }
	three := func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		for range 3 {
			if err := workflow.ExecuteActivity(ctx, "nothing").Get(ctx, nil); err != nil {
				return err
			}
		}
		return nil
	}
	w := worker.New(c, shapeQueue, worker.Options{})
	w.RegisterWorkflowWithOptions(three, workflow.RegisterOptions{Name: "three"})
	w.RegisterActivityWithOptions(nothing, activity.RegisterOptions{Name: "nothing"})
	if err := w.Start(); err != nil {
		return 0, claim.Errorf(claim.Unavailable, "starting the benchmark's worker: %w", err)
	}
	defer w.Stop()
	since := time.Now()
	runs := make([]client.WorkflowRun, claims)
	for n := range runs {
		var err error
		options := client.StartWorkflowOptions{ID: fmt.Sprintf("bench-shape/%d", n), TaskQueue: shapeQueue}
		if runs[n], err = c.ExecuteWorkflow(ctx, options, "three"); err != nil {
			return 0, claim.Errorf(claim.Unavailable, "starting a workflow a claim: %w", err)
		}
	}
	for _, run := range runs {
		if err := run.Get(ctx, nil); err != nil {
			return 0, claim.Errorf(claim.Internal, "running a workflow a claim: %w", err)
		}
	}
	return float64(claims) / time.Since(since).Seconds(), nil
}
