package torture

import (
	"context"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

// checkCounts holds whatever is kept in two places against itself, and once settled that every batch is complete.
func (a *audit) checkCounts(ctx context.Context, l *look, payer claim.PayerID) error {
	list, err := postgres.Disagreements(ctx, l.tx, payer, l.settled)
	for _, d := range list {
		a.find("payer %d: %s", payer, d)
	}
	return err
}

// checkSent finds every file that was accepted, with all its claims.
func (a *audit) checkSent(ctx context.Context, l *look) error {
	for _, r := range a.sent {
		var claims, decided int
		var batch claim.ID
		err := l.tx.QueryRow(ctx, `
			select batch_id, claims, (select count(*) from claim c where c.payer_id = d.payer_id and c.document_id = d.document_id)
			from document d where document_id = $1`, r.Document).Scan(&batch, &claims, &decided)
		if err != nil {
			return claim.Errorf(claim.Unavailable, "looking for document %s: %w", r.Document, err)
		}
		if batch != r.Batch || claims != r.Claims || decided != r.Claims {
			a.find("%s: accepted were %d claims in batch %s, there are %d and %d decided in batch %s", r.Path, r.Claims, r.Batch, claims, decided, batch)
		}
	}
	return nil
}
