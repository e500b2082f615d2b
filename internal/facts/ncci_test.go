package facts_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/reference"
)

// settings has NCCI tables of every setting: A1000 takes in A2000, in hospitals as elsewhere, and one unit of A1000 a day.
func settings(t *testing.T) *reference.Set {
	t.Helper()
	year := reference.Validity{Spans: []reference.Span{{From: 20240101, Through: 20241231}}}
	pair := []claim.PTPRow{{ColumnOne: "A1000", ColumnTwo: "A2000", From: 20240101, Through: claim.EndOfTime}}
	pairs, err := reference.BuildPTP(map[reference.Setting][]claim.PTPRow{reference.Practitioner: pair, reference.Outpatient: pair}, year)
	if err != nil {
		t.Fatal(err)
	}
	limit := []claim.MUERow{{Procedure: "A1000", Limit: claim.One, Indicator: 2, From: 20240101, Through: claim.EndOfTime}}
	units, err := reference.BuildMUE(map[reference.Setting][]claim.MUERow{reference.Practitioner: limit, reference.Outpatient: limit}, year)
	if err != nil {
		t.Fatal(err)
	}
	return &reference.Set{PTP: pairs, MUE: units}
}

// hospital makes an outpatient hospital's claim of it, whose lines other practitioners rendered.
func hospital(c *claim.Claim, rendering ...string) *claim.Claim {
	c.Type, c.PlaceOfService = claim.Institutional, "13"
	for i, npi := range rendering {
		c.Lines[i].Providers = []claim.Provider{{Role: claim.Rendering, NPI: npi}}
	}
	return c
}

// dayUnits are the units of the day by line.
func dayUnits(f *claim.Facts) map[int]claim.Quantity {
	units := map[int]claim.Quantity{}
	for _, row := range f.MUE {
		units[row.Line] = row.DayUnits
	}
	return units
}

// A hospital is one provider, whoever works there (NCCI Policy Manual ch. I E and V).
func TestPractitionersOfAHospitalAreOneProvider(t *testing.T) {
	a := facts.NewAssembler(facts.NewRecords(), settings(t))
	f := a.Facts(subjectOf(hospital(newClaim("A1000", "A2000", "A1000"), billing, another)))
	want := []pairOf{{Line: 2, OtherLine: 1, One: "A1000", Two: "A2000"}, {Line: 2, OtherLine: 3, One: "A1000", Two: "A2000"}}
	if diff := cmp.Diff(want, pairsOf(&f)); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[int]claim.Quantity{1: 2 * claim.One, 3: 2 * claim.One}, dayUnits(&f)); diff != "" {
		t.Errorf("units of the day (-want +got):\n%s", diff)
	}
}

// What a hospital was paid stands in history under its own NPI: it counts with the hospital's next claim, and not with
// that of the surgeon whom both name.
func TestAHospitalsHistoryIsItsOwn(t *testing.T) {
	const surgeon, group = "1245319599", "1999999984"
	a := facts.NewAssembler(facts.NewRecords(), settings(t))
	first := subjectOf(hospital(newClaim("A1000"), surgeon))
	a.Apply(first, pays(first.Claim, 1))
	next := subjectOf(hospital(newClaim("A1000"), another))
	next.ID = otherID
	f := a.Facts(next)
	if diff := cmp.Diff(map[int]claim.Quantity{1: 2 * claim.One}, dayUnits(&f)); diff != "" {
		t.Errorf("the hospital's next claim: units of the day (-want +got):\n%s", diff)
	}
	next = subjectOf(newClaim("A1000", "A2000"))
	next.ID, next.Claim.Lines = otherID, next.Claim.Lines[1:]
	next.Claim.Providers = []claim.Provider{{Role: claim.Billing, NPI: group}, {Role: claim.Rendering, NPI: surgeon}}
	f = a.Facts(next)
	if diff := cmp.Diff([]pairOf(nil), pairsOf(&f)); diff != "" {
		t.Errorf("the surgeon's claim: pairs (-want +got):\n%s", diff)
	}
}

// Pairs and limits of outpatient hospitals are not for stays. Nothing is missing then: the look-ups count as made.
func TestInpatientBillsHaveNoPairsAndNoUnitLimits(t *testing.T) {
	for facility, inpatient := range map[string]bool{"11": true, "18": true, "21": true, "41": true, "12": false, "13": false, "22": false, "85": false} {
		given := hospital(newClaim("A1000", "A2000", "A1000"))
		given.PlaceOfService = facility
		f := facts.NewAssembler(facts.NewRecords(), settings(t)).Facts(subjectOf(given))
		if none := len(f.PTP) == 0 && len(f.MUE) == 0; none != inpatient {
			t.Errorf("bill type %sx: pairs %+v, unit limits %+v", facility, pairsOf(&f), f.MUE)
		}
		for _, kind := range []claim.FactKind{claim.KindPTP, claim.KindMUE} {
			looked := f.LookedFor(kind)
			if looked == nil || !day.Within(looked.From, looked.Through) || (looked.Source == "facts") != inpatient {
				t.Errorf("bill type %sx: %s looked up: %+v", facility, kind, looked)
			}
		}
	}
	given := newClaim("A1000", "A2000") // place of service 11 is an office
	if f := facts.NewAssembler(facts.NewRecords(), settings(t)).Facts(subjectOf(given)); len(f.PTP) != 1 {
		t.Errorf("a professional claim: pairs %+v", pairsOf(&f))
	}
}

// Unit limits count services: an hour of anaesthesia is one of them, in the claim and in history.
func TestAnaesthesiaInMinutesIsOneService(t *testing.T) {
	tables := settings(t)
	limit := []claim.MUERow{{Procedure: "00142", Limit: claim.One, Indicator: 2, From: 20240101, Through: claim.EndOfTime}}
	units, err := reference.BuildMUE(map[reference.Setting][]claim.MUERow{reference.Practitioner: limit}, reference.Validity{})
	if err != nil {
		t.Fatal(err)
	}
	tables.MUE = units
	a := facts.NewAssembler(facts.NewRecords(), tables)
	first := subjectOf(newClaim("00142"))
	first.Claim.Lines[0].Unit, first.Claim.Lines[0].Quantity = claim.Minutes, 61*claim.One
	f := a.Facts(first)
	if len(f.MUE) != 1 || f.MUE[0].LineUnits != claim.One || f.MUE[0].DayUnits != claim.One {
		t.Errorf("61 minutes: %+v, want one service", f.MUE)
	}
	a.Apply(first, pays(first.Claim, 1))
	next := subjectOf(newClaim("00142"))
	next.ID = otherID
	f = a.Facts(next)
	if diff := cmp.Diff(map[int]claim.Quantity{1: 2 * claim.One}, dayUnits(&f)); diff != "" {
		t.Errorf("after 61 minutes: units of the day (-want +got):\n%s", diff)
	}
}

// Practitioners may have none of what suppliers deliver; a supplier is held to the suppliers' limits, and waits where
// their table is not loaded.
func TestSuppliersHaveUnitLimitsOfTheirOwn(t *testing.T) {
	limit := func(units claim.Quantity) []claim.MUERow {
		return []claim.MUERow{{Procedure: "E0143", Limit: units, Indicator: 2, From: 20240101, Through: claim.EndOfTime}}
	}
	two := map[reference.Setting][]claim.MUERow{reference.Practitioner: limit(0), reference.Outpatient: limit(0)}
	three := map[reference.Setting][]claim.MUERow{reference.Practitioner: limit(0), reference.Supplier: limit(claim.One)}
	for _, tc := range []struct {
		name, taxonomy string
		rows           map[reference.Setting][]claim.MUERow
		limits         []claim.Quantity
		speaks         bool
	}{
		{"a supplier", "332B00000X", three, []claim.Quantity{claim.One}, true},
		{"a practitioner", "207Q00000X", three, []claim.Quantity{0}, true},
		{"nobody on file", "", three, []claim.Quantity{0}, true},
		{"a supplier without a table of suppliers", "332B00000X", two, nil, false},
	} {
		table, err := reference.BuildMUE(tc.rows, reference.Validity{})
		if err != nil {
			t.Fatal(err)
		}
		r := facts.NewRecords()
		r.Providers[another] = claim.ProviderFact{NPI: another, Specialty: "332B00000X"} // who renders does not bill
		if tc.taxonomy != "" {
			r.Providers[billing] = claim.ProviderFact{NPI: billing, Specialty: tc.taxonomy}
		}
		given := newClaim("E0143")
		given.Providers = append(given.Providers, claim.Provider{Role: claim.Rendering, NPI: another})
		f := facts.NewAssembler(r, &reference.Set{MUE: table}).Facts(subjectOf(given))
		var limits []claim.Quantity
		for _, row := range f.MUE {
			limits = append(limits, row.Limit)
		}
		looked := f.LookedFor(claim.KindMUE)
		if diff := cmp.Diff(tc.limits, limits); diff != "" || looked == nil || day.Within(looked.From, looked.Through) != tc.speaks {
			t.Errorf("%s: looked up %+v; limits (-want +got):\n%s", tc.name, looked, diff)
		}
	}
}

// A line that was sent twice is paid once: its copy is denied as a copy, and neither pairs nor limits count it again.
func TestCopiesTakeNothingFromOtherLines(t *testing.T) {
	a := facts.NewAssembler(facts.NewRecords(), settings(t))
	twice := subjectOf(newClaim("A1000", "A1000", "A2000"))
	twice.Prints = []facts.Print{print(1, 1), print(2, 1), print(3, 3)}
	f := a.Facts(twice)
	if diff := cmp.Diff(map[int]claim.Quantity{1: claim.One, 2: 2 * claim.One}, dayUnits(&f)); diff != "" {
		t.Errorf("within a claim: units of the day (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]pairOf{{Line: 3, OtherLine: 1, One: "A1000", Two: "A2000"}}, pairsOf(&f)); diff != "" {
		t.Errorf("within a claim: pairs (-want +got):\n%s", diff)
	}
	r := facts.NewRecords()
	r.History[memberID] = []claim.HistoryLine{past("A2000", day)}
	r.Holders[facts.Fingerprint{1}] = facts.Holder{Claim: otherID, Line: 2}
	again := subjectOf(newClaim("A1000", "A1000", "A2000"))
	again.Prints = []facts.Print{print(1, 1), print(2, 2), print(3, 3)}
	f = facts.NewAssembler(r, settings(t)).Facts(again)
	if diff := cmp.Diff(map[int]claim.Quantity{1: 2 * claim.One, 2: claim.One}, dayUnits(&f)); diff != "" {
		t.Errorf("a copy of another claim's line: units of the day (-want +got):\n%s", diff)
	}
	want := []pairOf{
		{OtherLine: 1, OtherClaim: otherID, One: "A1000", Two: "A2000", Paid: true}, {Line: 3, OtherLine: 2, One: "A1000", Two: "A2000"},
	}
	if diff := cmp.Diff(want, pairsOf(&f)); diff != "" {
		t.Errorf("a copy of another claim's line: pairs (-want +got):\n%s", diff)
	}
}

// Lines are of one day where their days meet, in the claim and in history; units of several days count by the day (CMS
// MUE FAQ).
func TestLinesOfSeveralDaysMeetOthers(t *testing.T) {
	const last = day + 2
	for _, tc := range []struct {
		name              string
		from, through     claim.Date // of the second line of A1000, and of A2000
		units             claim.Quantity
		first, second     claim.Quantity // of the day
		pairs, pairedPast int
	}{
		{"within", day + 1, day + 1, claim.One, 2 * claim.One, 2 * claim.One, 1, 1},
		{"the last day", last, last, claim.One, 2 * claim.One, 2 * claim.One, 1, 1},
		{"the same days", day, last, 6 * claim.One, 3 * claim.One, 3 * claim.One, 1, 1},
		{"days that do not divide the units", day, last, 4 * claim.One, 5 * claim.One, 5 * claim.One, 1, 1},
		{"the day after", last + 1, last + 1, claim.One, claim.One, claim.One, 0, 0},
	} {
		given := newClaim("A1000", "A1000", "A2000")
		given.Lines[0].Through, given.Lines[0].Quantity = last, 3*claim.One
		for i := range given.Lines[1:] {
			given.Lines[i+1].From, given.Lines[i+1].Through = tc.from, tc.through
		}
		given.Lines[1].Quantity = tc.units
		f := facts.NewAssembler(facts.NewRecords(), settings(t)).Facts(subjectOf(given))
		if diff := cmp.Diff(map[int]claim.Quantity{1: tc.first, 2: tc.second}, dayUnits(&f)); diff != "" {
			t.Errorf("%s: units of the day (-want +got):\n%s", tc.name, diff)
		}
		if got := len(f.PTP); got != tc.pairs+1 { // the second line of A1000 has the days of A2000
			t.Errorf("%s: pairs %+v", tc.name, pairsOf(&f))
		}
		past := past("A1000", day)
		past.Through, past.Quantity = last, 3*claim.One
		r := facts.NewRecords()
		r.History[memberID] = []claim.HistoryLine{past}
		given.Lines = given.Lines[1:]
		f = facts.NewAssembler(r, settings(t)).Facts(subjectOf(given))
		if diff := cmp.Diff(map[int]claim.Quantity{2: tc.second}, dayUnits(&f)); diff != "" {
			t.Errorf("%s, in history: units of the day (-want +got):\n%s", tc.name, diff)
		}
		if got := len(f.PTP); got != tc.pairedPast+1 {
			t.Errorf("%s, in history: pairs %+v", tc.name, pairsOf(&f))
		}
	}
}
