package policies

import (
	"context"

	"github.com/assize/assize/internal/claim"
)

// Evaluator asks one contract. It keeps buffers and is not safe for concurrent use: one per goroutine.
type Evaluator struct{}

// LineAmount is what pricing allows on one line, before limits. Lines that are denied are not listed.
type LineAmount struct {
	Line    int
	Allowed claim.Cents
	Units   claim.Quantity
}

// GateInput is what the payment gate weighs.
type GateInput struct {
	Evidence *claim.Evidence
	Edits    []claim.Edit // of both questions, as they came: the gate does the waiving
	Score    claim.Score
	Unpriced []claim.PendReason   // lines without a price
	Lines    []claim.LineDecision // one a line of the claim
}

// Verdict is the gate's answer. Pends is empty unless Outcome is claim.Pend.
type Verdict struct {
	Outcome claim.Outcome
	Pends   []claim.PendReason
}

// Edits asks the first question: what do the checks find? The edits are sorted.
func (e *Evaluator) Edits(ctx context.Context, ev *claim.Evidence) ([]claim.Edit, error) {
	return nil, errUnbuilt
}

// Limits asks the second question, after pricing: what do benefit limits still allow? An edit with Outcome Deny and
// Units or Amount above zero cuts the line down to that; with both zero it denies the line.
func (e *Evaluator) Limits(ctx context.Context, ev *claim.Evidence, lines []LineAmount) ([]claim.Edit, error) {
	return nil, errUnbuilt
}

// Gate asks the third question: does the claim pay, deny or wait?
func (e *Evaluator) Gate(ctx context.Context, in GateInput) (Verdict, error) {
	return Verdict{Outcome: claim.Pend}, errUnbuilt
}

// Waive returns the edits as a release leaves them: a pend whose rule the reviewer waived only informs.
// A denial is never waived.
func Waive(edits []claim.Edit, review *claim.HumanAction) []claim.Edit { return edits }

var errUnbuilt = claim.Errorf(claim.Internal, "the contract cannot be asked yet")
