package adjudicate

import (
	"context"
	"errors"

	"github.com/assize/assize/internal/claim"
)

// FaultPend is the code of the PendReason of a claim that no decision could be made of.
const FaultPend = "fault"

// DecideOrPend is Decide for a claim among others: evidence that no decision can be made of, because the contract, the
// model or the engine fails on it, gives a pend with reason FaultPend, so that one claim never holds up those beside it.
// It is pure in the evidence as Decide is, and replays to the same bytes; Decide on the same evidence says what is wrong.
//
// It still errs when another attempt, another engine or another reviewer is needed: with the context's error, with an
// OtherVersion, and as Decide for evidence that carries a review, whose claim waits already.
func (d *Decider) DecideOrPend(ctx context.Context, ev *claim.Evidence) (*claim.Decision, error) {
	decision, err := d.decideGuarded(ctx, ev)
	if err == nil || ev.Review != nil || !deterministic(ctx, err) {
		return decision, err
	}
	return faulted(ev, claim.KindOf(err)), nil
}

// decideGuarded turns a panic into an error. Decide must not panic on any data, but should it do so all the same, it
// would on every attempt, and take the claims beside it down each time.
func (d *Decider) decideGuarded(ctx context.Context, ev *claim.Evidence) (decision *claim.Decision, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			decision, err = nil, claim.Errorf(claim.Internal, "deciding claim %s: panic of type %T", ev.ClaimID, fault)
		}
	}()
	return d.Decide(ctx, ev)
}

// deterministic tells whether deciding the same evidence by the same engine would fail again.
func deterministic(ctx context.Context, err error) bool {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	switch claim.KindOf(err) {
	case claim.Invalid, claim.Forbidden, claim.Internal:
		return true
	}
	return false
}

// faulted is the pend of a claim that no decision could be made of: every line waits whole. The detail is one of a few
// words and not the error's text, which a newer library might spell in another way.
func faulted(ev *claim.Evidence, kind claim.Kind) *claim.Decision {
	detail := "internal"
	switch kind {
	case claim.Invalid:
		detail = "invalid"
	case claim.Forbidden:
		detail = "forbidden"
	}
	rows := make([]row, len(ev.Claim.Lines))
	for i := range rows {
		rows[i].line = &ev.Claim.Lines[i]
	}
	decision := assemble(claim.Pend, rows, make([]claim.LineDecision, len(rows)))
	decision.Pends = []claim.PendReason{{Code: FaultPend, Detail: detail}}
	decision.Assumed = assumed(&ev.Claim, ev.Facts.Looked)
	return decision
}
