package facts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/reference"
)

func daysOf(lines []claim.HistoryLine) (days []claim.Date) {
	for i := range lines {
		days = append(days, lines[i].From)
	}
	return days
}

func TestHistoryIsTheMonthBeforeAndTheSameDays(t *testing.T) {
	spanning := past("A1000", day.AddDays(-40))
	spanning.Through = day
	own := past("A1000", day)
	own.Claim = claimID
	r := facts.NewRecords()
	r.History[memberID] = []claim.HistoryLine{
		past("A1000", day.AddDays(-31)), past("A1000", day.AddDays(-30)), past("A1000", day.AddDays(-1)), spanning, own,
		past("A1000", day), past("A1000", day.AddDays(1)),
	}
	f := facts.NewAssembler(r, &reference.Set{}).Facts(subjectOf(newClaim("A1000")))
	want := []claim.Date{day.AddDays(-30), day.AddDays(-1), day.AddDays(-40), day}
	if diff := cmp.Diff(want, daysOf(f.History)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHistoryIsCappedByDateAndNeverOnTheSameDay(t *testing.T) {
	const many = 60
	r := facts.NewRecords()
	for range many {
		r.History[memberID] = append(r.History[memberID], past("A1000", day))
	}
	// As a chunk leaves them: older claims recorded after newer ones.
	for i := range many {
		r.History[memberID] = append(r.History[memberID], past("A1000", day.AddDays(-1-i%20)))
	}
	f := facts.NewAssembler(r, &reference.Set{}).Facts(subjectOf(newClaim("A1000")))
	same, older := 0, map[claim.Date]int{}
	for _, d := range daysOf(f.History) {
		if d == day {
			same++
		} else {
			older[d]++
		}
	}
	if same != many {
		t.Errorf("got %d lines of the day, want all %d", same, many)
	}
	// 48 of 60: the 16 newest days in full.
	if older[day.AddDays(-1)] != 3 || older[day.AddDays(-16)] != 3 || older[day.AddDays(-17)] != 0 {
		t.Errorf("older lines kept by day: %v, want the newest", older)
	}
}

// So many lines of a few days nobody has, but somebody who sends them: what is not listed must be missed.
func TestLinesOfTheDayBeyondTheCapAreCountedAndNotListed(t *testing.T) {
	for _, many := range []int{4096, 4097, 6000} {
		r := facts.NewRecords()
		for range many {
			r.History[memberID] = append(r.History[memberID], past("A1000", day))
		}
		assembler := facts.NewAssembler(r, &reference.Set{})
		f := assembler.Facts(subjectOf(newClaim("A1000")))
		if looked := f.LookedFor(claim.KindHistory); len(f.History) != min(many, 4096) || looked.Rows != many {
			t.Errorf("of %d lines %d are listed and %d found", many, len(f.History), looked.Rows)
		}
		r.History[memberID] = nil // nothing of it is left for the next claim
		f = assembler.Facts(subjectOf(newClaim("A1000")))
		if looked := f.LookedFor(claim.KindHistory); len(f.History) != 0 || looked.Rows != 0 {
			t.Errorf("of no lines %d are listed and %d found", len(f.History), looked.Rows)
		}
	}
}

func print(line int, value byte) facts.Print {
	return facts.Print{Line: line, Value: facts.Fingerprint{value}}
}

func TestDuplicates(t *testing.T) {
	const control = 42
	third := uuid.MustParse("01900000-0000-7000-8000-0000000000c3")
	replacement := func(frequency claim.Frequency, reference string) *claim.Claim {
		c := newClaim("A1000")
		c.Frequency, c.OriginalReference = frequency, reference
		return c
	}
	named := claim.ControlNumber(control)
	cases := []struct {
		name   string
		claim  *claim.Claim
		prints []facts.Print
		holder facts.Holder // of value 1
		want   []claim.Duplicate
	}{
		{"nobody holds it", newClaim("A1000"), []facts.Print{print(1, 1)}, facts.Holder{}, nil},
		{
			"a line of the same claim", newClaim("A1000", "A1000"), []facts.Print{print(1, 1), print(2, 1)}, facts.Holder{},
			[]claim.Duplicate{{Line: 2, Where: claim.SameClaim, OtherLine: 1}},
		},
		{
			"a third is a duplicate of the first", newClaim("A1000", "A1000", "A1000"), []facts.Print{print(1, 1), print(2, 1), print(3, 1)}, facts.Holder{},
			[]claim.Duplicate{{Line: 2, Where: claim.SameClaim, OtherLine: 1}, {Line: 3, Where: claim.SameClaim, OtherLine: 1}},
		},
		{
			"a claim that was paid", newClaim("A1000"), []facts.Print{print(1, 1)}, facts.Holder{Claim: otherID, Line: 4},
			[]claim.Duplicate{{Line: 1, Where: claim.Finalised, OtherClaim: otherID, OtherLine: 4}},
		},
		{
			"a claim that waits", newClaim("A1000"), []facts.Print{print(1, 1)}, facts.Holder{Claim: otherID, Line: 4, Pended: true},
			[]claim.Duplicate{{Line: 1, Where: claim.InProcess, OtherClaim: otherID, OtherLine: 4}},
		},
		{
			"the whole bill", newClaim("A1000"), []facts.Print{print(0, 1), print(1, 2)}, facts.Holder{Claim: otherID},
			[]claim.Duplicate{{Line: 0, Where: claim.Finalised, OtherClaim: otherID}},
		},
		{"what it holds itself", newClaim("A1000"), []facts.Print{print(1, 1)}, facts.Holder{Claim: claimID, Line: 1}, nil},
		{"the claim that it replaces", replacement(claim.Replacement, named), []facts.Print{print(1, 1)}, facts.Holder{Claim: otherID, Line: 1}, nil},
		{"the claim that it voids, its number typed", replacement(claim.Void, " "+named[:4]+"-"+named[4:]), []facts.Print{print(1, 1)}, facts.Holder{Claim: otherID, Line: 1}, nil},
		{
			"not the one it replaces", replacement(claim.Replacement, named), []facts.Print{print(1, 1)}, facts.Holder{Claim: third, Line: 1},
			[]claim.Duplicate{{Line: 1, Where: claim.Finalised, OtherClaim: third, OtherLine: 1}},
		},
		{
			"an original that names a claim", replacement(claim.Original, named), []facts.Print{print(1, 1)}, facts.Holder{Claim: otherID, Line: 1},
			[]claim.Duplicate{{Line: 1, Where: claim.Finalised, OtherClaim: otherID, OtherLine: 1}},
		},
		{
			"a replacement of an unknown claim", replacement(claim.Replacement, claim.ControlNumber(control+1)), []facts.Print{print(1, 1)}, facts.Holder{Claim: otherID, Line: 1},
			[]claim.Duplicate{{Line: 1, Where: claim.Finalised, OtherClaim: otherID, OtherLine: 1}},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := facts.NewRecords()
			r.Predecessors[named] = facts.Predecessor{Claim: otherID, Beneficiary: memberID, BillingNPI: billing}
			if c.holder.Claim != uuid.Nil {
				r.Holders[facts.Fingerprint{1}] = c.holder
			}
			s := subjectOf(c.claim)
			s.Prints = c.prints
			f := facts.NewAssembler(r, &reference.Set{}).Facts(s)
			if diff := cmp.Diff(c.want, f.Duplicates); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPredecessorSaysWhoseItWas(t *testing.T) {
	named := claim.ControlNumber(7)
	good := facts.Predecessor{Claim: otherID, Beneficiary: memberID, BillingNPI: billing, Outcome: claim.Pay, Paid: 80_00}
	change := func(f func(*facts.Predecessor)) facts.Predecessor { p := good; f(&p); return p }
	cases := []struct {
		name      string
		found     facts.Predecessor
		reference string
		want      *claim.Predecessor
	}{
		{"as it was", good, named, &claim.Predecessor{Claim: otherID, Outcome: claim.Pay, Paid: 80_00, SamePayee: true, SameMember: true}},
		{"of another member", change(func(p *facts.Predecessor) { p.Beneficiary = spouseID }), named, &claim.Predecessor{Claim: otherID, Outcome: claim.Pay, Paid: 80_00, SamePayee: true}},
		{"of another payee", change(func(p *facts.Predecessor) { p.BillingNPI = another }), named, &claim.Predecessor{Claim: otherID, Outcome: claim.Pay, Paid: 80_00, SameMember: true}},
		{"replaced before", change(func(p *facts.Predecessor) { p.Superseded = true }), named, &claim.Predecessor{Claim: otherID, Outcome: claim.Pay, Paid: 80_00, SamePayee: true, SameMember: true, Superseded: true}},
		{"one digit wrong", good, named[:8] + "0", nil},
		{"no number of ours", good, "TPA-2024-17", nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := facts.NewRecords()
			r.Predecessors[named] = c.found
			given := newClaim("A1000")
			given.Frequency, given.OriginalReference = claim.Replacement, c.reference
			f := facts.NewAssembler(r, &reference.Set{}).Facts(subjectOf(given))
			if diff := cmp.Diff(c.want, f.Predecessor); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestLinesOfTheReplacedClaimAreNoHistory(t *testing.T) {
	named := claim.ControlNumber(7)
	r := facts.NewRecords()
	r.Predecessors[named] = facts.Predecessor{Claim: otherID, Beneficiary: memberID, BillingNPI: billing}
	r.History[memberID] = []claim.HistoryLine{past("A1000", day)}
	given := newClaim("A1000")
	given.Frequency, given.OriginalReference = claim.Replacement, named
	f := facts.NewAssembler(r, tables(t)).Facts(subjectOf(given))
	if len(f.History) != 0 || f.MUE[0].DayUnits != claim.One {
		t.Errorf("history %+v, day units %s: what is replaced is taken back", f.History, f.MUE[0].DayUnits)
	}
}
