package torture

import (
	"context"
	"time"

	"go.temporal.io/api/workflowservice/v1"

	"github.com/assize/assize/internal/claim"
)

// endPatience covers the pause before Temporal tries a broken activity again, and that what it lists is a little late.
const endPatience = time.Minute

// Workflows whose work is done when every batch is complete, and those that ended otherwise than well. A review waits as
// long as its claim does.
const (
	endedWell  = `WorkflowType in ('AdjudicateBatch', 'AdjudicateClaim') and ExecutionStatus = 'Completed'`
	notEnded   = `WorkflowType in ('AdjudicateBatch', 'AdjudicateClaim') and ExecutionStatus not in ('Completed', 'ContinuedAsNew')`
	endedBadly = `WorkflowType = 'ReviewClaim' and ExecutionStatus not in ('Completed', 'Running')`
	waiting    = `WorkflowType = 'ReviewClaim' and ExecutionStatus = 'Running'`
)

// unended counts the workflows that are open, at work or failed although every batch is complete, and the batches that no
// workflow ended for. Temporal's databases died as often as ours, and a busy machine answers late.
func (c *Child) unended(ctx context.Context) (int, error) {
	enough, cancel := context.WithTimeout(ctx, endPatience)
	defer cancel()
	for {
		count, err := c.countUnended(ctx)
		if err == nil && count == 0 || pause(enough, pollEvery) != nil {
			return count, err
		}
	}
}

func (c *Child) countUnended(ctx context.Context) (int, error) {
	var batches int
	if err := c.Installation.Pool.QueryRow(ctx, `select count(*) from batch`).Scan(&batches); err != nil {
		return 0, claim.Errorf(claim.Unavailable, "counting batches: %w", err)
	}
	counts := map[string]int{}
	for _, query := range []string{endedWell, notEnded, endedBadly} {
		answer, err := c.Installation.Temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Query: query})
		if err != nil {
			return 0, claim.Errorf(claim.Unavailable, "counting workflows: %w", err)
		}
		counts[query] = int(answer.GetCount())
	}
	reviewing, err := c.countReviewing(ctx)
	return max(0, batches-counts[endedWell]) + counts[notEnded] + counts[endedBadly] + reviewing, err
}

// countReviewing counts the reviews that a death broke off and that go on by themselves: they will move a head.
func (c *Child) countReviewing(ctx context.Context) (count int, err error) {
	list, err := c.Installation.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: waiting})
	if err != nil {
		return 0, claim.Errorf(claim.Unavailable, "listing reviews: %w", err)
	}
	for _, w := range list.GetExecutions() {
		at := w.GetExecution()
		described, err := c.Installation.Temporal.DescribeWorkflowExecution(ctx, at.GetWorkflowId(), at.GetRunId())
		if err != nil {
			return 0, claim.Errorf(claim.Unavailable, "looking at review %s: %w", at.GetWorkflowId(), err)
		}
		if len(described.GetPendingActivities()) > 0 || described.GetPendingWorkflowTask() != nil {
			count++
		}
	}
	return count, nil
}
