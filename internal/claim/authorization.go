package claim

import (
	"cmp"
	"slices"
)

// AuthorizationsFor lists the authorisations a line may draw on, in the order of their numbers: for its code and its days,
// made out to who bills or renders or to anybody, and of the number the line or claim names, if it names one.
func (ev *Evidence) AuthorizationsFor(line *Line) []*Authorization {
	number, code := ev.Claim.AuthorizationNumber(line), line.BenefitCode()
	var found []*Authorization
	for i := range ev.Facts.Authorizations {
		a := &ev.Facts.Authorizations[i]
		if (number == "" || a.Number == number) && a.Procedure == code && (a.NPI == "" || ev.Claim.servedBy(line, a.NPI)) &&
			line.From.Within(a.From, a.Through) && line.Through.Within(a.From, a.Through) {
			found = append(found, a)
		}
	}
	slices.SortStableFunc(found, func(a, b *Authorization) int { return cmp.Compare(a.Number, b.Number) })
	return found
}

// AuthorizationNumber is the number that a line names, or the claim for it; "" when neither does (005010X222A1 2300, 2400 REF*G1).
func (c *Claim) AuthorizationNumber(line *Line) string {
	return cmp.Or(line.PriorAuthorization, c.PriorAuthorization)
}

// BenefitCode is the code that prices, benefits and authorisations are kept by: the procedure, else the revenue code.
func (l *Line) BenefitCode() string { return cmp.Or(l.Procedure, l.Revenue) }

// servedBy tells whether an NPI bills or rendered a line.
func (c *Claim) servedBy(line *Line, npi string) bool {
	rendering, billing := c.RenderingOf(line), c.Provider(Billing)
	return rendering != nil && rendering.NPI == npi || billing != nil && billing.NPI == npi
}
