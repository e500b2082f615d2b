package installation

import (
	"context"
	"errors"
	"iter"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/scoring"
	"github.com/assize/assize/workflows"
)

// Snapshot makes provider profiles of everything a payer has decided so far: the ledger is what they are made of, so
// anybody with the keys can make the same ones again.
func (i *Installation) Snapshot(ctx context.Context, payer claim.PayerID) (*scoring.Snapshot, error) {
	var failed error
	snapshot := scoring.BuildSnapshot(i.observations(ctx, payer, &failed))
	return snapshot, failed
}

// errEnough ends a walk whose caller wants no more.
var errEnough = errors.New("no more is wanted")

// observations yields every decided claim of the ledger. A pend is not decided and is left out.
func (i *Installation) observations(ctx context.Context, payer claim.PayerID, failed *error) iter.Seq[scoring.Observation] {
	return func(yield func(scoring.Observation) bool) {
		err := i.Desk.Each(ctx, payer, func(o workflows.Opened) error {
			decision, err := adjudicate.DecodeDecision(o.Decision)
			if err != nil {
				return err
			}
			if decision.Outcome != claim.Pend && !yield(scoring.Observe(&o.Evidence.Claim, &o.Evidence.Facts, decision.Outcome)) {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			*failed = err
		}
	}
}
