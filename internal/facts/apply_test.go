package facts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/reference"
)

func TestTheNextClaimSeesWhatTheLastOneUsed(t *testing.T) {
	r := facts.NewRecords()
	r.Accumulators[familyID] = []claim.Accumulator{
		{Kind: claim.DeductibleUsed, Member: memberID, Year: 2024, Amount: 10}, {Kind: claim.DeductibleUsed, Member: spouseID, Year: 2024, Amount: 10},
	}
	r.Authorizations[memberID] = []claim.Authorization{{Number: "A", From: day, Through: day, Approved: 5000, Used: 1000}}
	a := facts.NewAssembler(r, &reference.Set{})
	first := subjectOf(newClaim("A1000"))
	d := pays(first.Claim, 1)
	d.Accruals = []claim.Accrual{
		{Kind: claim.DeductibleUsed, Member: memberID, Year: 2024, Amount: 5},
		{Kind: claim.DeductibleUsed, Member: memberID, Year: 2025, Amount: 3},
		{Kind: claim.DeductibleUsed, Member: uuid.Nil, Year: 2024, Amount: 5},
		{Kind: claim.BenefitUnitsUsed, Member: memberID, Year: 2024, Group: "PT", Amount: 1000},
		{Authorization: "A", Amount: 2000},
	}
	a.Apply(first, d)
	second := subjectOf(newClaim("A2000"))
	second.ID = otherID
	f := a.Facts(second)
	want := []claim.Accumulator{
		{Kind: claim.DeductibleUsed, Member: memberID, Year: 2024, Amount: 15},
		{Kind: claim.DeductibleUsed, Member: memberID, Year: 2025, Amount: 3},
		{Kind: claim.DeductibleUsed, Member: uuid.Nil, Year: 2024, Amount: 5},
		{Kind: claim.BenefitUnitsUsed, Member: memberID, Year: 2024, Group: "PT", Amount: 1000},
	}
	if diff := cmp.Diff(want, f.Accumulators); diff != "" {
		t.Errorf("accumulators (-want +got):\n%s", diff)
	}
	if got := f.Authorizations[0].Used; got != 3000 {
		t.Errorf("authorisation used: got %s, want 3", got)
	}
	if len(f.History) != 1 || f.History[0].Claim != claimID {
		t.Errorf("history: got %+v, want the line just paid", f.History)
	}
}

func TestWhatIsHeldAndRemembered(t *testing.T) {
	third := uuid.MustParse("01900000-0000-7000-8000-0000000000c3")
	bill := []facts.Print{print(0, 9), print(1, 1), print(2, 2)}
	given := newClaim("A1000", "A2000")
	cases := []struct {
		name    string
		prints  []facts.Print
		d       *claim.Decision
		held    []facts.Print
		history []int // lines
	}{
		{"all paid", bill, pays(given, 1, 2), bill, []int{1, 2}},
		{"one line denied holds nothing", bill, pays(given, 1), []facts.Print{print(0, 9), print(1, 1)}, []int{1}},
		{"a claim that waits holds all", bill, pends(given), bill, []int{1, 2}},
		{"a denied claim holds nothing", bill, denies(given), nil, nil},
		{"twins within the claim hold once", []facts.Print{print(1, 1), print(2, 1)}, pends(given), []facts.Print{print(1, 1)}, []int{1, 2}},
		{"what another holds stays with it", []facts.Print{print(1, 7), print(2, 2)}, pends(given), []facts.Print{print(2, 2)}, []int{1, 2}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := facts.NewRecords()
			r.Holders[facts.Fingerprint{7}] = facts.Holder{Claim: third, Line: 1}
			a := facts.NewAssembler(r, &reference.Set{})
			s := subjectOf(given)
			s.Prints = c.prints
			held, history := a.Apply(s, c.d)
			if diff := cmp.Diff(c.held, held); diff != "" {
				t.Errorf("held (-want +got):\n%s", diff)
			}
			for _, p := range c.held {
				if holder := a.Records().Holders[p.Value]; holder.Claim != claimID || holder.Pended != (c.d.Outcome == claim.Pend) {
					t.Errorf("line %d: holder is %+v", p.Line, holder)
				}
			}
			if holder := a.Records().Holders[facts.Fingerprint{7}]; holder.Claim != third {
				t.Errorf("another claim's fingerprint went to %s", holder.Claim)
			}
			var lines []int
			for _, l := range history {
				lines = append(lines, l.Line)
				if l.Pended != (c.d.Outcome == claim.Pend) {
					t.Errorf("line %d is marked pended: %v", l.Line, l.Pended)
				}
			}
			if diff := cmp.Diff(c.history, lines); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(history, a.Records().History[memberID], cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("what later claims see (-want +got):\n%s", diff)
			}
		})
	}
}

// A copy that follows its original in the chunk is found without the database.
func TestACopyInTheSameChunkIsADuplicate(t *testing.T) {
	a := facts.NewAssembler(facts.NewRecords(), &reference.Set{})
	first, second := subjectOf(newClaim("A1000")), subjectOf(newClaim("A1000"))
	second.ID = otherID
	first.Prints, second.Prints = []facts.Print{print(1, 1)}, []facts.Print{print(1, 1)}
	a.Apply(first, pays(first.Claim, 1))
	f := a.Facts(second)
	want := []claim.Duplicate{{Line: 1, Where: claim.Finalised, OtherClaim: claimID, OtherLine: 1}}
	if diff := cmp.Diff(want, f.Duplicates); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
