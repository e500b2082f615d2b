package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/assize/assize/internal/claim"
)

// SweepClocks looks after the legal clocks of one payer's pended claims. One schedule a payer runs it: clocks are rows,
// not a timer a claim.
func SweepClocks(ctx workflow.Context, in SweepInput) (SweepResult, error) {
	if err := known(in.Payer); err != nil {
		return SweepResult{}, failure(err)
	}
	ctx = withActivity(ctx, sweepTimeout, sweepPatience)
	var result SweepResult
	at := claim.InstantOf(workflow.Now(ctx))
	if err := workflow.ExecuteActivity(ctx, activities.SweepClocks, in, at).Get(ctx, &result); err != nil {
		return result, fmt.Errorf("sweeping the clocks of payer %d: %w", in.Payer, err)
	}
	return result, nil
}
