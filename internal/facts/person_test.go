package facts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/reference"
)

func TestPlanIsTheOneInForceOnTheFirstDay(t *testing.T) {
	spans := []claim.Coverage{
		{PlanCode: "OLD", From: 20230101, Through: 20240331},
		{PlanCode: "NEW", From: 20240601, Through: claim.EndOfTime},
	}
	plans := map[string][]claim.Plan{
		"OLD": {{Code: "OLD", From: 20230101, Through: 20231231, Copay: 1}, {Code: "OLD", From: 20240101, Through: 20241231, Copay: 2}},
		"NEW": {{Code: "NEW", From: 20240101, Through: 20241231, Copay: 3}},
	}
	cases := []struct {
		name string
		on   claim.Date
		want claim.Cents // copay; 0: no terms
	}{
		{"terms of the year before", 20231231, 1},
		{"terms of the year", 20240101, 2},
		{"last day of a span", 20240331, 2},
		{"in a gap, the span that starts last explains", 20240401, 3},
		{"first day of the next", 20240601, 3},
		{"before all coverage, terms of that time are not there", 20221231, 0},
		{"after the terms", 20250101, 0},
		{"without a date", 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := facts.NewRecords()
			r.Coverages[memberID], r.Plans = spans, plans
			given := newClaim("A1000")
			given.From = c.on
			f := facts.NewAssembler(r, &reference.Set{}).Facts(subjectOf(given))
			var got claim.Cents
			if f.Plan != nil {
				got = f.Plan.Copay
			}
			if got != c.want {
				t.Errorf("got copay %d, want %d", got, c.want)
			}
			if len(f.Coverages) != 2 {
				t.Errorf("got %d spans, want every one whatever its dates", len(f.Coverages))
			}
		})
	}
}

func TestAccumulatorsAreTheMembersAndTheFamilys(t *testing.T) {
	own := claim.Accumulator{Kind: claim.DeductibleUsed, Member: memberID, Year: 2024, Amount: 1}
	family := claim.Accumulator{Kind: claim.DeductibleUsed, Member: uuid.Nil, Year: 2024, Amount: 3}
	r := facts.NewRecords()
	r.Accumulators[familyID] = []claim.Accumulator{own, {Kind: claim.DeductibleUsed, Member: spouseID, Year: 2024, Amount: 2}, family}
	f := facts.NewAssembler(r, &reference.Set{}).Facts(subjectOf(newClaim("A1000")))
	if diff := cmp.Diff([]claim.Accumulator{own, family}, f.Accumulators); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAuthorizationsAreThoseNamedOrInForce(t *testing.T) {
	r := facts.NewRecords()
	r.Authorizations[memberID] = []claim.Authorization{
		{Number: "PAST", From: 20230101, Through: 20231231},
		{Number: "ENDS", From: 20240101, Through: day},
		{Number: "BEGINS", From: day, Through: 20241231},
		{Number: "LATER", From: day.AddDays(1), Through: 20241231},
		{Number: "NAMED", From: 20220101, Through: 20220102},
		{Number: "LINE", From: 20220101, Through: 20220102},
	}
	given := newClaim("A1000", "A2000")
	given.PriorAuthorization, given.Lines[1].PriorAuthorization = "NAMED", "LINE"
	f := facts.NewAssembler(r, &reference.Set{}).Facts(subjectOf(given))
	var got []string
	for _, a := range f.Authorizations {
		got = append(got, a.Number)
	}
	if diff := cmp.Diff([]string{"ENDS", "BEGINS", "NAMED", "LINE"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEachProviderIsListedOnceWhateverItsParts(t *testing.T) {
	r := facts.NewRecords()
	r.Providers[billing], r.Providers[another] = claim.ProviderFact{NPI: billing}, claim.ProviderFact{NPI: another}
	given := newClaim("A1000", "A2000")
	given.Providers = append(given.Providers, claim.Provider{Role: claim.Rendering, NPI: another}, claim.Provider{Role: claim.Referring})
	given.Lines[0].Providers = []claim.Provider{{Role: claim.Rendering, NPI: billing}, {Role: claim.Ordering, NPI: "1999999984"}}
	exclusions, err := reference.BuildExclusions([]claim.Exclusion{{NPI: "1999999984", Excluded: 20200101}}, reference.Validity{Spans: []reference.Span{reference.AllTime()}})
	if err != nil {
		t.Fatal(err)
	}
	f := facts.NewAssembler(r, &reference.Set{Exclusions: exclusions}).Facts(subjectOf(given))
	if diff := cmp.Diff([]claim.ProviderFact{{NPI: billing}, {NPI: another}}, f.Providers); diff != "" {
		t.Errorf("providers (-want +got):\n%s", diff)
	}
	if len(f.Exclusions) != 1 || f.Exclusions[0].NPI != "1999999984" {
		t.Errorf("exclusions: got %+v, want the ordering provider of line 1", f.Exclusions)
	}
}

// A provider that a trial enrolled under an NPI that is none is found, and the decision will say that it was assumed.
func TestAssumedProvidersAreSaidToBeAssumed(t *testing.T) {
	r := facts.NewRecords()
	r.Providers[billing], r.Providers["9999999999"] = claim.ProviderFact{NPI: billing}, claim.ProviderFact{NPI: "9999999999", Assumed: true}
	given := newClaim("A1000")
	for _, add := range []bool{false, true} {
		if add {
			given.Lines[0].Providers = []claim.Provider{{Role: claim.Rendering, NPI: "9999999999"}}
		}
		f := facts.NewAssembler(r, &reference.Set{}).Facts(subjectOf(given))
		if looked := f.LookedFor(claim.KindProvider); looked.Assumed != add {
			t.Errorf("with a provider that is assumed %v: got %v", add, looked.Assumed)
		}
	}
}

type habits map[string]*claim.Profile

func (h habits) Profile(npi string) *claim.Profile { return h[npi] }

func TestProfileIsTheBillingProviders(t *testing.T) {
	r := facts.NewRecords()
	r.Profiles = habits{billing: {NPI: billing}, another: {NPI: another}}
	given := newClaim("A1000")
	given.Providers = append([]claim.Provider{{Role: claim.Rendering, NPI: another}}, given.Providers...)
	f := facts.NewAssembler(r, &reference.Set{}).Facts(subjectOf(given))
	if f.Profile == nil || f.Profile.NPI != billing {
		t.Errorf("got %+v, want that of %s", f.Profile, billing)
	}
}

func TestFactsShareNoMemoryWithLaterOnes(t *testing.T) {
	r := facts.NewRecords()
	r.Coverages[memberID] = []claim.Coverage{{PlanCode: "P", From: 20240101, Through: claim.EndOfTime}}
	r.Plans["P"] = []claim.Plan{{Code: "P", From: 20240101, Through: 20241231}}
	r.Accumulators[familyID] = []claim.Accumulator{{Kind: claim.DeductibleUsed, Member: memberID, Year: 2024, Amount: 1}}
	r.Authorizations[memberID] = []claim.Authorization{{Number: "A", From: day, Through: day, Approved: 5000}}
	r.History[memberID] = []claim.HistoryLine{past("A1000", day)}
	a := facts.NewAssembler(r, tables(t))
	given := newClaim("A1000")
	s := subjectOf(given)
	before := a.Facts(s)
	kept := a.Facts(s)
	d := pays(given, 1)
	d.Accruals = []claim.Accrual{
		{Kind: claim.DeductibleUsed, Member: memberID, Year: 2024, Amount: 7}, {Authorization: "A", Amount: 1000},
	}
	a.Apply(s, d)
	s.ID = otherID
	a.Facts(s)
	if diff := cmp.Diff(kept, before); diff != "" {
		t.Errorf("facts changed after they were given out (-before +after):\n%s", diff)
	}
}
