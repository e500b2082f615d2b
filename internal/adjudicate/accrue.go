package adjudicate

import (
	"cmp"
	"slices"

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
	for _, a := range authorizationsOf(ev, r.line) {
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

// authorizationsOf lists the authorisations a line may draw on: for its code and its days, made out to who bills or
// renders or to anybody, and of the number the line or claim names, if it names one (005010X222A1 2300, 2400 REF*G1).
func authorizationsOf(ev *claim.Evidence, line *claim.Line) []*claim.Authorization {
	number := line.PriorAuthorization
	if number == "" {
		number = ev.Claim.PriorAuthorization
	}
	var found []*claim.Authorization
	for i := range ev.Facts.Authorizations {
		a := &ev.Facts.Authorizations[i]
		if (number == "" || a.Number == number) && a.Procedure == pricedCode(line) && (a.NPI == "" || servedBy(ev, line, a.NPI)) &&
			line.From.Within(a.From, a.Through) && line.Through.Within(a.From, a.Through) {
			found = append(found, a)
		}
	}
	slices.SortStableFunc(found, func(a, b *claim.Authorization) int { return cmp.Compare(a.Number, b.Number) })
	return found
}

// servedBy tells whether an NPI bills or rendered a line.
func servedBy(ev *claim.Evidence, line *claim.Line, npi string) bool {
	rendering, billing := ev.Claim.RenderingOf(line), ev.Claim.Provider(claim.Billing)
	return rendering != nil && rendering.NPI == npi || billing != nil && billing.NPI == npi
}
