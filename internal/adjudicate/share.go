package adjudicate

import (
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// share splits what a line may pay between plan and patient: copay, then deductible, then coinsurance, then the
// out-of-pocket maximum gives back what is over it. A preventive service has no cost share (45 CFR 147.130).
// The benefit year is the calendar year of the line's first day.
func (r *row) share(plan *claim.Plan, t *tally) {
	if r.benefit != nil && r.benefit.Preventive {
		return
	}
	year := r.line.From.Year()
	r.copay = min(plan.Copay, r.payable)
	afterCopay := r.payable - r.copay
	r.deductible = min(afterCopay, t.deductibleLeft(plan, year))
	r.coinsurance = (afterCopay - r.deductible).MulRate(plan.CoinsuranceMillionths, million)
	r.giveBack(r.patientShare() - t.outOfPocketLeft(plan, year))
	t.addBoth(claim.DeductibleUsed, year, r.deductible)
	t.addBoth(claim.OutOfPocketUsed, year, r.patientShare())
}

// giveBack moves what is over the out-of-pocket maximum to the plan: first from the coinsurance, then the copay,
// then the deductible, so that a deductible once met stays met.
func (r *row) giveBack(excess claim.Cents) {
	for _, part := range [...]*claim.Cents{&r.coinsurance, &r.copay, &r.deductible} {
		back := min(max(0, excess), *part)
		*part -= back
		excess -= back
	}
}

// deductibleLeft is what the patient can still be asked for. Embedded: each person stops at the individual figure and
// all together at the family's. Otherwise only the family figure counts (26 CFR 54.9815-2713 does not say; plans do:
// Plan.Embedded). A figure of 0 is none, as for the out-of-pocket maximum, and the other one then counts alone: a plan for
// the subscriber only has no family figure. A plan without a deductible has neither.
func (t *tally) deductibleLeft(plan *claim.Plan, year int) claim.Cents {
	family := t.left(plan.DeductibleFamily, claim.DeductibleUsed, uuid.Nil, year)
	individual := t.left(plan.DeductibleIndividual, claim.DeductibleUsed, t.member, year)
	switch {
	case plan.DeductibleFamily == 0:
		return individual
	case plan.DeductibleIndividual == 0 || !plan.Embedded:
		return family
	}
	return min(individual, family)
}

// outOfPocketLeft is what the patient can still be asked for in the year in all. The individual maximum always
// counts, in family plans too (45 CFR 156.130(c), 80 FR 10750). A maximum of 0 means that the plan has none.
func (t *tally) outOfPocketLeft(plan *claim.Plan, year int) claim.Cents {
	left := claim.MaxCents
	if plan.OutOfPocketIndividual > 0 {
		left = t.left(plan.OutOfPocketIndividual, claim.OutOfPocketUsed, t.member, year)
	}
	if plan.OutOfPocketFamily > 0 {
		left = min(left, t.left(plan.OutOfPocketFamily, claim.OutOfPocketUsed, uuid.Nil, year))
	}
	return left
}
