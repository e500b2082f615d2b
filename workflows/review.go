package workflows

import (
	"fmt"

	"github.com/google/uuid"
	"go.temporal.io/sdk/workflow"

	"github.com/assize/assize/internal/claim"
)

// ReviewClaim waits for a person's decision on a pended claim. It is started when a case is assigned and ends when a
// review has been recorded; a review that does not lead to a decision (the claim still pends) leaves it waiting. It ends
// as well when a review finds the claim decided by other means, such as the sweep of clocks.
func ReviewClaim(ctx workflow.Context, in ReviewInput) (Answer, error) {
	if err := known(in.Payer, in.Claim); err != nil {
		return Answer{}, failure(err)
	}
	r := &reviewRun{in: in}
	err := workflow.SetUpdateHandlerWithOptions(ctx, ReviewUpdate, r.decide, workflow.UpdateHandlerOptions{Validator: r.validate})
	if err != nil {
		return Answer{}, fmt.Errorf("offering the review of claim %s: %w", in.Claim, err)
	}
	err = workflow.Await(ctx, func() bool { return r.decided && workflow.AllHandlersFinished(ctx) })
	return r.outcome.Answer, err
}

type reviewRun struct {
	in      ReviewInput
	busy    bool
	decided bool
	outcome ReviewOutcome
}

// ReviewOutcome is what recording a review led to.
type ReviewOutcome struct {
	Answer
	Decided bool `json:"decided"` // false: the claim still pends, for other reasons
	Over    bool `json:"over"`    // the claim did not wait any more: nothing was recorded, and nothing is left to review
}

// validate refuses, before anything is written to history, what cannot be a review now.
func (r *reviewRun) validate(request ReviewRequest) error { return failure(r.refuse(request)) }

func (r *reviewRun) refuse(request ReviewRequest) error {
	switch {
	case request.Action == uuid.Nil:
		return claim.Errorf(claim.Invalid, "a review names the action it carries out")
	case r.decided:
		return claim.Errorf(claim.Conflict, "claim %s is decided already", r.in.Claim)
	case r.busy:
		return claim.Errorf(claim.Conflict, "claim %s is being reviewed at this moment", r.in.Claim)
	}
	return nil
}

func (r *reviewRun) decide(ctx workflow.Context, request ReviewRequest) (ReviewOutcome, error) {
	r.busy = true
	defer func() { r.busy = false }()
	ctx = withActivity(ctx, reviewTimeout, batchPatience)
	var outcome ReviewOutcome
	err := workflow.ExecuteActivity(ctx, activities.RecordReview, r.in, request).Get(ctx, &outcome)
	if err != nil {
		return outcome, fmt.Errorf("recording the review of claim %s: %w", r.in.Claim, err)
	}
	r.outcome, r.decided = outcome, outcome.Decided || outcome.Over
	if outcome.Over {
		return outcome, failure(claim.Errorf(claim.Invalid, "claim %s: %w", r.in.Claim, ErrNotPended))
	}
	return outcome, nil
}
