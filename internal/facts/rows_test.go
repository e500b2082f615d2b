package facts_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/reference"
)

// pairOf is what counts of a pair: which line it denies, and beside what.
type pairOf struct {
	Line, OtherLine int
	OtherClaim      claim.ID
	One, Two        string
	Paid            bool
	Modifiers       []string
}

func pairsOf(f *claim.Facts) (list []pairOf) {
	for _, p := range f.PTP {
		list = append(list, pairOf{p.Line, p.OtherLine, p.OtherClaim, p.ColumnOne, p.ColumnTwo, p.ColumnTwoPaid, p.Modifiers})
	}
	return list
}

func TestPairsStandBetweenLinesOfOneProviderOnOneDay(t *testing.T) {
	cases := []struct {
		name    string
		claim   *claim.Claim
		change  func(c *claim.Claim)
		history []claim.HistoryLine
		want    []pairOf
	}{
		{name: "column one first", claim: newClaim("A1000", "A2000"), want: []pairOf{{Line: 2, OtherLine: 1, One: "A1000", Two: "A2000"}}},
		{name: "column two first", claim: newClaim("A2000", "A1000"), want: []pairOf{{Line: 1, OtherLine: 2, One: "A1000", Two: "A2000"}}},
		{name: "no pair", claim: newClaim("A2000", "A3000")},
		{name: "modifiers of both lines", claim: newClaim("A3000", "A1000"), change: func(c *claim.Claim) {
			c.Lines[0].Modifiers, c.Lines[1].Modifiers = []string{"25"}, []string{"59"}
		}, want: []pairOf{{Line: 2, OtherLine: 1, One: "A3000", Two: "A1000", Modifiers: []string{"25", "59"}}}},
		{name: "another day", claim: newClaim("A1000", "A2000"), change: func(c *claim.Claim) { c.Lines[1].From = day.AddDays(1) }},
		{name: "another provider", claim: newClaim("A1000", "A2000"), change: func(c *claim.Claim) {
			c.Lines[1].Providers = []claim.Provider{{Role: claim.Rendering, NPI: another}}
		}},
		{name: "institutional claims have a table of their own", claim: newClaim("A1000", "A2000"), change: func(c *claim.Claim) { c.Type = claim.Institutional }},
		{
			name: "column one in history denies this line", claim: newClaim("A2000"), history: []claim.HistoryLine{past("A1000", day)},
			want: []pairOf{{Line: 1, OtherLine: 1, OtherClaim: otherID, One: "A1000", Two: "A2000"}},
		},
		{
			name: "column two in history is reviewed", claim: newClaim("A1000"), history: []claim.HistoryLine{past("A2000", day)},
			want: []pairOf{{OtherLine: 1, OtherClaim: otherID, One: "A1000", Two: "A2000", Paid: true}},
		},
		{name: "history of another day", claim: newClaim("A2000"), history: []claim.HistoryLine{past("A1000", day.AddDays(-1))}},
		{
			name: "history of a line served outside the statement's dates", claim: newClaim("A2000"), change: func(c *claim.Claim) { c.From = day.AddDays(1); c.Through = c.From },
			history: []claim.HistoryLine{past("A1000", day)}, want: []pairOf{{Line: 1, OtherLine: 1, OtherClaim: otherID, One: "A1000", Two: "A2000"}},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.change != nil {
				c.change(c.claim)
			}
			r := facts.NewRecords()
			r.History[memberID] = c.history
			f := facts.NewAssembler(r, tables(t)).Facts(subjectOf(c.claim))
			if diff := cmp.Diff(c.want, pairsOf(&f)); diff != "" {
				t.Errorf("pairs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnitsOfADayCountTheClaimAndHistory(t *testing.T) {
	cases := []struct {
		name    string
		change  func(c *claim.Claim)
		history []claim.HistoryLine
		want    claim.Quantity
	}{
		{name: "two lines of one claim", want: 2 * claim.One},
		{name: "half units", change: func(c *claim.Claim) { c.Lines[1].Quantity = 500 }, want: 1500},
		{name: "paid earlier that day", history: []claim.HistoryLine{past("A1000", day)}, want: 3 * claim.One},
		{name: "paid the day before", history: []claim.HistoryLine{past("A1000", day.AddDays(-1))}, want: 2 * claim.One},
		{name: "another code that day", history: []claim.HistoryLine{past("A2000", day)}, want: 2 * claim.One},
		{name: "another provider that day", history: []claim.HistoryLine{{Claim: otherID, NPI: another, Procedure: "A1000", From: day, Through: day, Quantity: claim.One}}, want: 2 * claim.One},
		{name: "the second line on another day", change: func(c *claim.Claim) { c.Lines[1].From = day.AddDays(1) }, want: claim.One},
		{name: "the second line by another provider", change: func(c *claim.Claim) {
			c.Lines[1].Providers = []claim.Provider{{Role: claim.Rendering, NPI: another}}
		}, want: claim.One},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			given := newClaim("A1000", "A1000", "A2000")
			if c.change != nil {
				c.change(given)
			}
			r := facts.NewRecords()
			r.History[memberID] = c.history
			f := facts.NewAssembler(r, tables(t)).Facts(subjectOf(given))
			if len(f.MUE) != 2 {
				t.Fatalf("got %d rows, want one for each line of A1000", len(f.MUE))
			}
			if got := f.MUE[0]; got.Line != 1 || got.LineUnits != claim.One || got.DayUnits != c.want || got.Limit != 2*claim.One {
				t.Errorf("got %+v, want %s units of the day", got, c.want)
			}
		})
	}
}

func TestLookedSaysForWhichDaysASourceSpeaks(t *testing.T) {
	cases := []struct {
		name   string
		change func(c *claim.Claim)
		covers bool
	}{
		{"within the table", func(*claim.Claim) {}, true},
		{"one line after its end", func(c *claim.Claim) { c.Lines[1].From, c.Lines[1].Through = 20250101, 20250101 }, false},
		{"one line that ends after it", func(c *claim.Claim) { c.Lines[1].Through = 20250101 }, false},
		{"one line before it", func(c *claim.Claim) { c.Lines[0].From = 20231231 }, false},
		{"a statement that begins before it", func(c *claim.Claim) { c.From = 20231231 }, false},
		{"one line without a date", func(c *claim.Claim) { c.Lines[1].From = 0 }, false},
		{"one line without an end", func(c *claim.Claim) { c.Lines[1].Through = 0 }, false},
		{"a claim without dates", func(c *claim.Claim) { c.From, c.Through = 0, 0 }, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			given := newClaim("A1000", "A2000")
			c.change(given)
			f := facts.NewAssembler(facts.NewRecords(), tables(t)).Facts(subjectOf(given))
			looked := f.LookedFor(claim.KindPTP)
			if looked == nil {
				t.Fatal("the pairs were not looked up")
			}
			if covers := day.Within(looked.From, looked.Through); covers != c.covers {
				t.Errorf("covers %v (%s to %s), want %v", covers, looked.From, looked.Through, c.covers)
			}
		})
	}
}

func TestWhatIsNotLoadedIsNotLookedUp(t *testing.T) {
	s := subjectOf(newClaim("A1000"))
	f := facts.NewAssembler(facts.NewRecords(), &reference.Set{}).Facts(s)
	var got []claim.FactKind
	for _, l := range f.Looked {
		got = append(got, l.Kind)
	}
	want := []claim.FactKind{
		claim.KindMember, claim.KindCoverage, claim.KindPlan, claim.KindAccumulators, claim.KindProvider, claim.KindAuthorizations,
		claim.KindHistory, claim.KindDuplicates, claim.KindPredecessor,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kinds looked up without any table (-want +got):\n%s", diff)
	}
	s.Expired = true
	f = facts.NewAssembler(facts.NewRecords(), &reference.Set{}).Facts(s)
	if f.LookedFor(claim.KindDuplicates) != nil {
		t.Error("duplicates count as looked up although the key of the period is gone")
	}
}

func TestRowCountsOfLookedAreTheRowsFound(t *testing.T) {
	r := facts.NewRecords()
	r.History[memberID] = []claim.HistoryLine{past("A1000", day), past("A2000", day)}
	r.Coverages[memberID] = []claim.Coverage{{PlanCode: "P", From: 20240101, Through: claim.EndOfTime}}
	r.Plans["P"] = []claim.Plan{{Code: "P", From: 20240101, Through: 20241231}}
	r.Providers[billing] = claim.ProviderFact{NPI: billing}
	f := facts.NewAssembler(r, tables(t)).Facts(subjectOf(newClaim("A2000", "A1000")))
	want := map[claim.FactKind]int{
		claim.KindMember: 1, claim.KindCoverage: 1, claim.KindPlan: 1, claim.KindProvider: 1, claim.KindHistory: 2,
		claim.KindPTP: len(f.PTP), claim.KindMUE: 1,
	}
	for kind, rows := range want {
		if got := f.LookedFor(kind); got == nil || got.Rows != rows {
			t.Errorf("%s: got %+v, want %d rows", kind, got, rows)
		}
	}
	if len(f.PTP) != 3 { // within the claim, line 1 against history, line 2 against history
		t.Errorf("got %d pairs, want 3: %+v", len(f.PTP), pairsOf(&f))
	}
}

func TestAnUnknownPatientIsLookedUpAndNotFound(t *testing.T) {
	s := subjectOf(newClaim("A1000"))
	s.Member = nil
	f := facts.NewAssembler(facts.NewRecords(), &reference.Set{}).Facts(s)
	if f.Member != nil || f.Plan != nil || f.Coverages != nil {
		t.Errorf("found %+v, %+v, %+v", f.Member, f.Plan, f.Coverages)
	}
	if looked := f.LookedFor(claim.KindMember); looked == nil || looked.Rows != 0 {
		t.Errorf("member: got %+v, want looked up without rows", looked)
	}
	if s.Beneficiary() != familyID {
		t.Errorf("beneficiary is %s, want the opaque id of the submitted number", s.Beneficiary())
	}
	if uuid.Nil == familyID {
		t.Fatal("the test's family has no id")
	}
}

// A table that is assumed to speak for other years lets ICD-9-CM codes pass, and says that it was assumed.
func TestAssumedDiagnosesSpeakForTheTimeOfICD9(t *testing.T) {
	rows := []claim.DiagnosisRow{{Code: "V202", From: 20000101, Through: claim.EndOfTime}}
	always := reference.Validity{Spans: []reference.Span{reference.AllTime()}, Assumed: true}
	table, err := reference.BuildDiagnoses(rows, always)
	if err != nil {
		t.Fatal(err)
	}
	given := newClaim("A1000")
	given.From, given.Through, given.Diagnoses = 20150930, 20150930, []claim.Diagnosis{{Code: "V202", ICD9: true}}
	given.Lines[0].From, given.Lines[0].Through = 20150930, 20150930
	f := facts.NewAssembler(facts.NewRecords(), &reference.Set{Diagnoses: table}).Facts(subjectOf(given))
	looked := f.LookedFor(claim.KindDiagnoses)
	if looked == nil || !looked.Assumed || looked.Rows != 0 || len(f.Diagnoses) != 0 {
		t.Errorf("looked up: %+v, rows %+v; want assumed, and no row of the other code set", looked, f.Diagnoses)
	}
}

// ICD-9-CM was the code set up to 30 September 2015 (45 CFR 162.1002(b)); ICD-10-CM says nothing of its codes.
func TestDiagnosesOfTheTimeOfICD9AreNotLookedUpInICD10(t *testing.T) {
	rows := []claim.DiagnosisRow{
		{Code: "V202", From: 20000101, Through: claim.EndOfTime}, {Code: "I10", Billable: true, From: 20000101, Through: claim.EndOfTime},
	}
	table, err := reference.BuildDiagnoses(rows, reference.Validity{Spans: []reference.Span{reference.AllTime()}})
	if err != nil {
		t.Fatal(err)
	}
	last, first := claim.Date(20150930), claim.ICD10From
	cases := map[string]struct {
		of            claim.Type
		from, through claim.Date // of the service
		codes         []claim.Diagnosis
		looked        bool
		found         []string
	}{
		"on its last day":                       {claim.Professional, last, last, []claim.Diagnosis{{Code: "V202", ICD9: true}}, false, nil},
		"a mixed claim on its last day":         {claim.Professional, last, last, []claim.Diagnosis{{Code: "V202", ICD9: true}, {Code: "I10"}}, false, nil},
		"the day after: it is not valid":        {claim.Professional, first, first, []claim.Diagnosis{{Code: "V202", ICD9: true}, {Code: "I10"}}, true, []string{"I10"}},
		"served into the day after":             {claim.Professional, last, first, []claim.Diagnosis{{Code: "V202", ICD9: true}}, true, nil},
		"an institution counts by the last day": {claim.Institutional, last, first, []claim.Diagnosis{{Code: "V202", ICD9: true}}, true, nil},
		"ICD-10-CM before its time":             {claim.Professional, last, last, []claim.Diagnosis{{Code: "I10"}}, true, []string{"I10"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			given := newClaim("A1000")
			given.Type, given.From, given.Through, given.Diagnoses = c.of, c.from, c.through, c.codes
			given.Lines[0].From, given.Lines[0].Through = c.from, c.through
			f := facts.NewAssembler(facts.NewRecords(), &reference.Set{Diagnoses: table}).Facts(subjectOf(given))
			var found []string
			for _, row := range f.Diagnoses {
				found = append(found, row.Code)
			}
			if diff := cmp.Diff(c.found, found); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if looked := f.LookedFor(claim.KindDiagnoses); (looked != nil) != c.looked || looked != nil && looked.Rows != len(found) {
				t.Errorf("looked up: %+v", looked)
			}
		})
	}
}

// Half of a thousand lines paired with the other half is more than a record may hold: what is not listed must be missed.
func TestPairsBeyondTheCapAreCountedAndNotListed(t *testing.T) {
	var procedures []string
	for range 70 {
		procedures = append(procedures, "A1000", "A2000")
	}
	assembler := facts.NewAssembler(facts.NewRecords(), tables(t))
	for _, lines := range []int{2, 140, 2} { // and nothing of a large claim is left for the next
		f := assembler.Facts(subjectOf(newClaim(procedures[:lines]...)))
		found, listed := lines/2*(lines/2), min(lines/2*(lines/2), 4096)
		at := slices.IndexFunc(f.Looked, func(l claim.Looked) bool { return l.Kind == claim.KindPTP })
		if len(f.PTP) != listed || f.Looked[at].Rows != found {
			t.Errorf("%d lines: %d pairs listed and %d found, want %d and %d", lines, len(f.PTP), f.Looked[at].Rows, listed, found)
		}
	}
}
