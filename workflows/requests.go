package workflows

import (
	"context"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/assize/assize/internal/claim"
)

// RequestBatch starts the workflow of a staged batch, or finds the one that runs. With onlyOnce it leaves alone a batch
// whose workflow ended, however it did: what failed for good is not to be tried every minute.
func RequestBatch(ctx context.Context, c client.Client, in BatchInput, onlyOnce bool) (client.WorkflowRun, error) {
	options := client.StartWorkflowOptions{ID: BatchWorkflowID(in.Payer, in.Batch), TaskQueue: TaskQueue}
	if onlyOnce {
		options.WorkflowIDReusePolicy = enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
	}
	run, err := c.ExecuteWorkflow(ctx, options, AdjudicateBatch, in)
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "starting batch %s: %w", in.Batch, err)
	}
	return run, nil
}

// RequestDecision starts AdjudicateClaim, or finds it at work, and waits for the claim's answer in the same call. Asking
// again is safe at any time: a claim that is decided stays so.
func RequestDecision(ctx context.Context, c client.Client, in ClaimInput) (Answer, error) {
	var answer Answer
	start := c.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: ClaimWorkflowID(in.Payer, in.Claim), TaskQueue: TaskQueue,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, AdjudicateClaim, in)
	err := requestUpdate(ctx, c, start, client.UpdateWorkflowOptions{UpdateName: DecisionUpdate}, &answer)
	return answer, Reason(err, "adjudicating claim %s", in.Claim)
}

// RequestReview starts the review of a claim, or finds it waiting, and has it carry out the action. The action's id is
// the update's, so that asking twice does it once.
func RequestReview(ctx context.Context, c client.Client, in ReviewInput, action claim.ID) (ReviewOutcome, error) {
	var outcome ReviewOutcome
	start := c.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: ReviewWorkflowID(in.Payer, in.Claim), TaskQueue: TaskQueue,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, ReviewClaim, in)
	err := requestUpdate(ctx, c, start, client.UpdateWorkflowOptions{
		UpdateID: action.String(), UpdateName: ReviewUpdate, Args: []any{ReviewRequest{Action: action}},
	}, &outcome)
	return outcome, Reason(err, "reviewing claim %s", in.Claim)
}

func requestUpdate(ctx context.Context, c client.Client, start client.WithStartWorkflowOperation, update client.UpdateWorkflowOptions, result any) error {
	update.WaitForStage = client.WorkflowUpdateStageCompleted
	handle, err := c.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{StartWorkflowOperation: start, UpdateOptions: update})
	if err != nil {
		return err
	}
	return handle.Get(ctx, result)
}
