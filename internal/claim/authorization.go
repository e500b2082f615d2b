package claim

import (
	"cmp"
	"slices"
)

// AuthorizationsFor lists the authorisations a line may draw on, in the order of their numbers: for its code and its days,
// made out to who bills or renders or to anybody, and of the number the line or claim names, if it names one
// (005010X222A1 2300, 2400 REF*G1). A line without a procedure is authorised by its revenue code.
func (ev *Evidence) AuthorizationsFor(line *Line) []*Authorization {
	number, code := cmp.Or(line.PriorAuthorization, ev.Claim.PriorAuthorization), cmp.Or(line.Procedure, line.Revenue)
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

// servedBy tells whether an NPI bills or rendered a line.
func (c *Claim) servedBy(line *Line, npi string) bool {
	rendering, billing := c.RenderingOf(line), c.Provider(Billing)
	return rendering != nil && rendering.NPI == npi || billing != nil && billing.NPI == npi
}
