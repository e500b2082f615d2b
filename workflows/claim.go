package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"
)

// AdjudicateClaim decides one claim that was sent by itself. The sender starts it together with a DecisionUpdate and
// has the answer in the same call; the work is a local activity, so that no task queue lies between.
func AdjudicateClaim(ctx workflow.Context, in ClaimInput) (Answer, error) {
	if err := in.validate(); err != nil {
		return Answer{}, failure(err)
	}
	var answer Answer
	var failed error
	done := false
	err := workflow.SetUpdateHandler(ctx, DecisionUpdate, func(ctx workflow.Context) (Answer, error) {
		err := workflow.Await(ctx, func() bool { return done })
		if err == nil {
			err = failed
		}
		return answer, err
	})
	if err != nil {
		return Answer{}, fmt.Errorf("offering the decision of claim %s: %w", in.Claim, err)
	}
	answer, failed = recordClaim(ctx, in)
	done = true
	if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
		return answer, err
	}
	return answer, failed
}

// recordClaim tries at once, in process; when that has not worked for a minute it goes on as an ordinary activity,
// which waits out an outage.
func recordClaim(ctx workflow.Context, in ClaimInput) (answer Answer, err error) {
	local := withLocalActivity(ctx)
	if err = workflow.ExecuteLocalActivity(local, activities.AdjudicateOne, in).Get(local, &answer); err == nil {
		return answer, nil
	}
	if isFinal(err) {
		return answer, fmt.Errorf("adjudicating claim %s: %w", in.Claim, err)
	}
	patient := withActivity(ctx, chunkTimeout, batchPatience)
	if err = workflow.ExecuteActivity(patient, activities.AdjudicateOne, in).Get(patient, &answer); err != nil {
		return answer, fmt.Errorf("adjudicating claim %s: %w", in.Claim, err)
	}
	return answer, nil
}
