package adjudicate

import (
	"github.com/assize/assize/internal/claim"
)

// useUp counts what a line uses of limited benefits and of an authorisation. Cost share counts itself (share).
func (r *row) useUp(ev *claim.Evidence, t *tally) {
	if r.benefit == nil {
		return
	}
	if r.benefit.Group != "" {
		use := claim.Accrual{Member: t.member, Year: r.line.From.Year(), Group: r.benefit.Group}
		if r.benefit.LimitUnits > 0 {
			use.Kind, use.Amount = claim.BenefitUnitsUsed, int64(r.units)
			t.add(use)
		}
		if r.benefit.LimitAmount > 0 {
			use.Kind, use.Amount = claim.BenefitCentsUsed, int64(r.payable)
			t.add(use)
		}
	}
	if r.benefit.Authorization {
		r.useAuthorization(ev, t)
	}
}

// useAuthorization draws the line's units from the authorisations it stands on, in the order of their numbers. A line
// whose authorisations do not reach, though no edit cut it, is not paid: it waits.
func (r *row) useAuthorization(ev *claim.Evidence, t *tally) {
	left := r.units
	for _, a := range ev.AuthorizationsFor(r.line) {
		take := min(left, max(0, a.Approved-a.Used-t.authorized(a.Number)))
		t.add(claim.Accrual{Authorization: a.Number, Amount: int64(take)})
		left -= take
	}
	if left > 0 {
		r.unpriced = unauthorized
	}
}

// authorized is what earlier lines of the claim drew from an authorisation.
func (t *tally) authorized(number string) claim.Quantity {
	for i := range t.accruals {
		if t.accruals[i].Authorization == number {
			return claim.Quantity(t.accruals[i].Amount)
		}
	}
	return 0
}
