package facts_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/reference"
)

// The one family the tests are about, and a second member of it.
var (
	memberID = uuid.MustParse("01900000-0000-7000-8000-0000000000a1")
	spouseID = uuid.MustParse("01900000-0000-7000-8000-0000000000a2")
	familyID = uuid.MustParse("01900000-0000-7000-8000-0000000000f1")
	claimID  = uuid.MustParse("01900000-0000-7000-8000-0000000000c1")
	otherID  = uuid.MustParse("01900000-0000-7000-8000-0000000000c2")
)

const (
	day     claim.Date = 20240515
	billing            = "1234567893"
	another            = "1000000004"
)

// newClaim is a professional claim of one billing provider with a line a procedure, all on one day.
func newClaim(procedures ...string) *claim.Claim {
	c := &claim.Claim{
		Type: claim.Professional, Frequency: claim.Original, From: day, Through: day, PlaceOfService: "11",
		Providers: []claim.Provider{{Role: claim.Billing, NPI: billing}},
	}
	for i, procedure := range procedures {
		c.Lines = append(c.Lines, claim.Line{
			Number: i + 1, Procedure: procedure, From: day, Through: day, Quantity: claim.One, Unit: claim.Units, Charge: 100_00,
		})
		c.Charge += 100_00
	}
	return c
}

// subjectOf is the member's claim.
func subjectOf(c *claim.Claim) *facts.Subject {
	return &facts.Subject{ID: claimID, Claim: c, Received: day.AddDays(3), Member: &claim.Member{ID: memberID, Family: familyID}, Family: familyID}
}

// pays is a decision that pays the lines named and denies the others.
func pays(c *claim.Claim, lines ...int) *claim.Decision {
	d := &claim.Decision{Outcome: claim.Pay}
	for i := range c.Lines {
		line := claim.LineDecision{Number: c.Lines[i].Number, Outcome: claim.Deny}
		for _, n := range lines {
			if n == line.Number {
				line.Outcome = claim.Pay
			}
		}
		d.Lines = append(d.Lines, line)
	}
	return d
}

// pends is a decision that waits, denies one that denies.
func pends(c *claim.Claim) *claim.Decision  { return all(c, claim.Pend) }
func denies(c *claim.Claim) *claim.Decision { return all(c, claim.Deny) }

func all(c *claim.Claim, outcome claim.Outcome) *claim.Decision {
	d := &claim.Decision{Outcome: outcome}
	for i := range c.Lines {
		d.Lines = append(d.Lines, claim.LineDecision{Number: c.Lines[i].Number, Outcome: outcome})
	}
	return d
}

// tables has NCCI tables of a few codes: A1000 takes in A2000, never apart; A3000 takes in A1000 with a modifier. At
// most 2 units of A1000 a day.
func tables(t *testing.T) *reference.Set {
	t.Helper()
	always := reference.Validity{Spans: []reference.Span{{From: 20240101, Through: 20241231}}}
	pairs, err := reference.BuildPTP(map[reference.Setting][]claim.PTPRow{reference.Practitioner: {
		{ColumnOne: "A1000", ColumnTwo: "A2000", Indicator: 0, From: 20240101, Through: claim.EndOfTime},
		{ColumnOne: "A3000", ColumnTwo: "A1000", Indicator: 1, From: 20240101, Through: claim.EndOfTime},
	}}, always)
	if err != nil {
		t.Fatal(err)
	}
	units, err := reference.BuildMUE(map[reference.Setting][]claim.MUERow{reference.Practitioner: {
		{Procedure: "A1000", Limit: 2 * claim.One, Indicator: 2, From: 20240101, Through: claim.EndOfTime},
	}}, always)
	if err != nil {
		t.Fatal(err)
	}
	return &reference.Set{PTP: pairs, MUE: units}
}

// past is a line of an earlier claim of the member.
func past(procedure string, on claim.Date) claim.HistoryLine {
	return claim.HistoryLine{
		Claim: otherID, Line: 1, NPI: billing, BillingNPI: billing, Procedure: procedure, From: on, Through: on, Quantity: claim.One,
	}
}
