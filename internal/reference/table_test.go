package reference

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// built is a table of each kind from the rows of a seed, in an order that another seed chooses.
func built(t testing.TB, rowSeed, orderSeed uint64) []Table {
	t.Helper()
	r, order := rand.New(rand.NewPCG(rowSeed, 1)), rand.New(rand.NewPCG(orderSeed, 2))
	span := func() (from, through claim.Date) {
		from = claim.NewDate(2000+r.IntN(25), 1, 1+r.IntN(400))
		return from, from.AddDays(r.IntN(300))
	}
	v := Validity{Spans: []Span{{20000101, 20101231}, {20110101 + claim.Date(r.IntN(2)), 20301231}}, Assumed: r.IntN(2) == 0}
	sex := func() string { return []string{"", "F", "M"}[r.IntN(3)] }
	count := 1 + r.IntN(60)

	var diagnoses []claim.DiagnosisRow
	var procedures []claim.ProcedureRow
	var fees []Fee
	var benefits []PlanBenefit
	var exclusions []claim.Exclusion
	ptp, mue := map[Setting][]claim.PTPRow{Practitioner: nil}, map[Setting][]claim.MUERow{Supplier: nil}
	for n := range count {
		code := fmt.Sprintf("Z%04d", n)
		from, through := span()
		diagnoses = append(diagnoses, claim.DiagnosisRow{Index: n, Code: code, Billable: n%2 == 0, Sex: sex(), AgeMin: r.IntN(9), AgeMax: 9 + r.IntN(99), From: from, Through: through})
		procedures = append(procedures, claim.ProcedureRow{Line: n, Code: code, Sex: sex(), From: from, Through: through})
		fees = append(fees, Fee{[]Site{AnySite, Facility, NonFacility}[r.IntN(3)], claim.FeeRow{Line: n, Procedure: code, Modifier: []string{"", "26"}[r.IntN(2)], Network: r.IntN(2) == 0, Unit: 1 + claim.Cents(r.Int64N(1e6)), From: from, Through: through}})
		benefits = append(benefits, PlanBenefit{fmt.Sprint("PLAN ", r.IntN(3)), claim.BenefitRow{Line: n, Procedure: code, Covered: r.IntN(2) == 0, Preventive: r.IntN(2) == 0, Authorization: r.IntN(2) == 0, Group: "g", LimitUnits: claim.Quantity(r.Int64N(1e6)), LimitAmount: claim.Cents(r.Int64N(1e6)), From: from, Through: through}})
		exclusions = append(exclusions, claim.Exclusion{NPI: fmt.Sprint(1000000000 + n), Excluded: from, Reinstated: []claim.Date{0, through}[r.IntN(2)]})
		s := settings[r.IntN(2)]
		ptp[s] = append(ptp[s], claim.PTPRow{Line: n, ColumnOne: fmt.Sprintf("Z%04d", n/4), ColumnTwo: code, Indicator: indicators[r.IntN(3)], From: from, Through: through})
		mue[s] = append(mue[s], claim.MUERow{Line: n, Procedure: code, Limit: claim.Quantity(r.Int64N(1e6)), Indicator: 1 + r.IntN(3), From: from, Through: through})
	}
	shuffle(order, diagnoses)
	shuffle(order, procedures)
	shuffle(order, fees)
	shuffle(order, benefits)
	shuffle(order, exclusions)
	for _, s := range settings {
		shuffle(order, ptp[s])
		shuffle(order, mue[s])
	}
	list := []Table{
		must(BuildDiagnoses(diagnoses, v))(t), must(BuildProcedures(procedures, v))(t), must(BuildPTP(ptp, v))(t),
		must(BuildMUE(mue, v))(t), must(BuildFees(fees, v))(t), must(BuildBenefits(benefits, v))(t), must(BuildExclusions(exclusions, v))(t),
	}
	return list
}

func must[T Table](table T, err error) func(testing.TB) Table {
	return func(t testing.TB) Table {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
}

func shuffle[R any](r *rand.Rand, rows []R) {
	r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
}

// rowsOf is every row of a table as Find returns it.
func rowsOf(t Table) (rows []any) {
	for n := range 60 {
		code := fmt.Sprintf("Z%04d", n)
		for _, of := range []claim.Type{claim.Professional, claim.Institutional} {
			switch t := t.(type) {
			case *Diagnoses:
				rows = append(rows, t.Find(nil, code))
			case *Procedures:
				rows = append(rows, t.Find(nil, code))
			case *PTP:
				rows = append(rows, t.Find(nil, of, fmt.Sprintf("Z%04d", n/4), code))
			case *MUE:
				rows = append(rows, t.Find(nil, SettingOf(of), code), t.Find(nil, Supplier, code))
			case *Fees:
				rows = append(rows, t.find(code)) // Find asks for a day
			case *Benefits:
				rows = append(rows, t.Find(nil, "PLAN 1", code))
			case *Exclusions:
				rows = append(rows, t.Find(nil, fmt.Sprint(1000000000+n)))
			}
		}
	}
	return rows
}

func TestPackedTablesComeBackEqual(t *testing.T) {
	for seed := range uint64(40) {
		for _, want := range built(t, seed, 0) {
			packed := want.Pack()
			if digestOf(packed) != want.Header().Digest {
				t.Fatalf("%s: the digest is not that of the packed bytes", want.Header().Kind)
			}
			got, err := Unpack(want.Header().Kind, packed)
			if err != nil {
				t.Fatal(err)
			}
			if want.Header() != got.Header() {
				t.Errorf("header: got %+v, want %+v", got.Header(), want.Header())
			}
			if diff := cmp.Diff(rowsOf(want), rowsOf(got)); diff != "" {
				t.Errorf("%s rows (-want +got):\n%s", want.Header().Kind, diff)
			}
			if !slices.Equal(got.Pack(), packed) {
				t.Errorf("%s packs to other bytes the second time", want.Header().Kind)
			}
			for _, day := range []claim.Date{0, 20000101, 20110101, 20110102, 20301231, 20310101} {
				a, aok := want.Speaks(Practitioner, day, day)
				b, bok := got.Speaks(Practitioner, day, day)
				if a != b || aok != bok {
					t.Errorf("%s on %s speaks for %v %v and then for %v %v", want.Header().Kind, day, a, aok, b, bok)
				}
			}
		}
	}
}

func TestTheDigestDoesNotDependOnTheOrderOfRows(t *testing.T) {
	for seed := range uint64(20) {
		first, second := built(t, seed, 1), built(t, seed, 2)
		for i := range first {
			if a, b := first[i].Header(), second[i].Header(); a != b {
				t.Errorf("%+v is not %+v", a, b)
			}
		}
	}
}

func TestFindNeverReturnsTheTablesOwnMemory(t *testing.T) {
	table, err := BuildDiagnoses([]claim.DiagnosisRow{{Code: "ZZ1", From: 20200101, Through: 20201231}}, Validity{})
	if err != nil {
		t.Fatal(err)
	}
	rows := table.Find(nil, "ZZ1")
	rows[0].Through = 0
	if got := table.Find(nil, "ZZ1")[0].Through; got != 20201231 {
		t.Errorf("a caller changed the table: through %s", got)
	}
}

func TestUnpackRefusesWhatIsNotCanonical(t *testing.T) {
	for _, table := range built(t, 7, 0) {
		kind, packed := table.Header().Kind, table.Pack()
		for n := range packed {
			if _, err := Unpack(kind, packed[:n]); claim.KindOf(err) != claim.Invalid {
				t.Fatalf("%s cut to %d bytes: %v", kind, n, err)
			}
		}
		if _, err := Unpack(kind, append(slices.Clone(packed), 0)); claim.KindOf(err) != claim.Invalid {
			t.Errorf("%s with a byte more: %v", kind, err)
		}
		for _, other := range append(Kinds(), claim.KindHistory) {
			if _, err := Unpack(other, packed); other != kind && claim.KindOf(err) != claim.Invalid {
				t.Errorf("%s unpacked as %s: %v", kind, other, err)
			}
		}
		for at := range packed {
			for bit := range 8 {
				damaged := slices.Clone(packed)
				damaged[at] ^= 1 << bit
				if got, err := Unpack(kind, damaged); err == nil && !slices.Equal(got.Pack(), damaged) {
					t.Fatalf("%s: bit %d of byte %d gives a table that packs otherwise", kind, bit, at)
				}
			}
		}
	}
}

func TestSpeaks(t *testing.T) {
	v := Validity{Spans: []Span{{20240701, 20240930}, {20240101, 20240331}, {20240401, 20240430}}}
	table, err := BuildMUE(map[Setting][]claim.MUERow{Practitioner: nil}, v)
	if err != nil {
		t.Fatal(err)
	}
	first, last := Span{20240101, 20240430}, Span{20240701, 20240930}
	for _, tc := range []struct {
		name          string
		of            Setting
		from, through claim.Date
		want          Span
	}{
		{"first day", Practitioner, 20240101, 20240101, first},
		{"across two quarters that meet", Practitioner, 20240331, 20240401, first},
		{"last day", Practitioner, 20240930, 20240930, last},
		{"in the gap", Practitioner, 20240515, 20240515, Span{}},
		{"across the gap", Practitioner, 20240430, 20240701, Span{}},
		{"the day after", Practitioner, 20241001, 20241001, Span{}},
		{"no date", Practitioner, 0, 0, Span{}},
		{"no last date", Practitioner, 20240101, 0, Span{}},
		{"a setting without a table", Outpatient, 20240101, 20240101, Span{}},
	} {
		got, ok := table.Speaks(tc.of, tc.from, tc.through)
		if got != tc.want || ok != (tc.want != Span{}) {
			t.Errorf("%s: %v %v, want %v", tc.name, got, ok, tc.want)
		}
		looked := Looked(table, tc.of, tc.from, tc.through, 3)
		if looked.From != tc.want.From || looked.Through != tc.want.Through || looked.Rows != 3 || len(looked.Source) != 64 {
			t.Errorf("%s: looked %+v", tc.name, looked)
		}
	}
	if h := table.Header(); h.From != 20240101 || h.Through != 20240930 || h.Rows != 0 {
		t.Errorf("header %+v", h)
	}
}

// An assumption about dates must not make up for a table that was never loaded: contracts let an assumed table speak
// for every date.
func TestNothingIsAssumedOfASettingThatIsNotThere(t *testing.T) {
	table, err := BuildPTP(map[Setting][]claim.PTPRow{Practitioner: nil}, Validity{Spans: []Span{AllTime()}, Assumed: true})
	if err != nil {
		t.Fatal(err)
	}
	if l := Looked(table, Practitioner, 20240101, 20240101, 0); !l.Assumed || !l.From.Known() {
		t.Errorf("the setting that is there: %+v", l)
	}
	if l := Looked(table, Outpatient, 20240101, 20240101, 0); l.Assumed || l.From.Known() || l.Through.Known() {
		t.Errorf("the setting that is not: %+v", l)
	}
}

func TestBuildRefuses(t *testing.T) {
	day := claim.Date(20240101)
	for name, build := range map[string]func() error{
		"no rows and no dates": func() error { _, err := BuildFees(nil, Validity{}); return err },
		"a span out of order":  func() error { _, err := BuildFees(nil, Validity{Spans: []Span{{20240102, 20240101}}}); return err },
		"no code": func() error {
			_, err := BuildDiagnoses([]claim.DiagnosisRow{{From: day, Through: day}}, Validity{})
			return err
		},
		"no dates": func() error { _, err := BuildDiagnoses([]claim.DiagnosisRow{{Code: "ZZ1"}}, Validity{}); return err },
		"a lower-case code": func() error {
			_, err := BuildProcedures([]claim.ProcedureRow{{Code: "z0001", From: day, Through: day}}, Validity{})
			return err
		},
		"a price of nothing": func() error {
			_, err := BuildFees([]Fee{{FeeRow: claim.FeeRow{Procedure: "Z0001", From: day, Through: day}}}, Validity{})
			return err
		},
		"a limit without a group": func() error {
			_, err := BuildBenefits([]PlanBenefit{{"P", claim.BenefitRow{Procedure: "*", LimitUnits: 1, From: day, Through: day}}}, Validity{})
			return err
		},
		"an indicator that is none": func() error {
			_, err := BuildPTP(map[Setting][]claim.PTPRow{Outpatient: {{ColumnOne: "A", ColumnTwo: "B", Indicator: 2, From: day, Through: day}}}, Validity{})
			return err
		},
		"pairs of suppliers": func() error {
			_, err := BuildPTP(map[Setting][]claim.PTPRow{Supplier: nil}, Validity{Spans: []Span{AllTime()}})
			return err
		},
		"unit limits of no setting": func() error { _, err := BuildMUE(nil, Validity{Spans: []Span{AllTime()}}); return err },
		"an exclusion without its date": func() error {
			_, err := BuildExclusions([]claim.Exclusion{{NPI: "1234567893"}}, Validity{})
			return err
		},
		"too many rows of a code": func() error {
			rows := make([]claim.ProcedureRow, keyRowsMax+1)
			for i := range rows {
				rows[i] = claim.ProcedureRow{Code: "Z0001", From: day.AddDays(i), Through: day.AddDays(i)}
			}
			_, err := BuildProcedures(rows, Validity{})
			return err
		},
	} {
		if err := build(); claim.KindOf(err) != claim.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBenefitsOfAPlan(t *testing.T) {
	row := func(plan, procedure string, covered bool) PlanBenefit {
		return PlanBenefit{plan, claim.BenefitRow{Procedure: procedure, Covered: covered, From: 20240101, Through: 20241231}}
	}
	table, err := BuildBenefits([]PlanBenefit{
		row("A", AnyProcedure, true), row("A", "Z0002", false), row("B", "Z0002", true),
	}, Validity{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, plan, procedure string
		want                  []claim.BenefitRow
	}{
		{"a named procedure is not undone by the general row", "A", "Z0002", []claim.BenefitRow{row("", "Z0002", false).BenefitRow}},
		{"another falls to the general row", "A", "Z0001", []claim.BenefitRow{row("", "Z0001", true).BenefitRow}},
		{"a plan without a general row", "B", "Z0001", nil},
		{"a plan that is not there", "C", "Z0002", nil},
	} {
		if diff := cmp.Diff(tc.want, table.Find(nil, tc.plan, tc.procedure)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestCodeTellsInWhichColumnsItStands(t *testing.T) {
	set, _ := load(t, Options{}, "own_ptp.csv")
	for _, tc := range []struct {
		code     string
		of       claim.Type
		one, two bool
	}{
		{"Z0001", claim.Professional, true, false},
		{"Z0002", claim.Professional, false, true},
		{"Z0003", claim.Professional, false, false},
		{"Z0003", claim.Institutional, false, true},
		{"Z9999", claim.Professional, false, false},
	} {
		columns := set.PTP.Code(tc.of, tc.code).columns
		if one, two := columns&columnOne != 0, columns&columnTwo != 0; one != tc.one || two != tc.two {
			t.Errorf("%s for %s: %v %v", tc.code, tc.of, one, two)
		}
	}
}

// DMEPOS suppliers have unit limits of their own, and their taxonomy tells them (NUCC: 332B and its specializations, 335E).
func TestUnitLimitsAreOfTheSettingOfWhoBills(t *testing.T) {
	for _, tc := range []struct {
		of       claim.Type
		taxonomy string
		want     Setting
	}{
		{claim.Professional, "207Q00000X", Practitioner}, {claim.Professional, "", Practitioner},
		{claim.Professional, "332B00000X", Supplier}, {claim.Professional, "332BX2000X", Supplier},
		{claim.Professional, "335E00000X", Supplier}, {claim.Professional, "335V00000X", Practitioner},
		{claim.Professional, "332H00000X", Practitioner}, {claim.Professional, "333600000X", Practitioner},
		{claim.Institutional, "282N00000X", Outpatient}, {claim.Institutional, "332B00000X", Outpatient},
	} {
		if got := UnitsSetting(tc.of, tc.taxonomy); got != tc.want {
			t.Errorf("%s of %q: %s, want %s", tc.of, tc.taxonomy, got, tc.want)
		}
	}
}

func TestSetHoldsOneTableAKind(t *testing.T) {
	var set Set
	for _, table := range built(t, 3, 0) {
		if set.Table(table.Header().Kind) != nil {
			t.Errorf("%s is there before it was loaded", table.Header().Kind)
		}
		set = set.With(table)
		if set.Table(table.Header().Kind) != table {
			t.Errorf("%s is not found again", table.Header().Kind)
		}
	}
	var kinds []claim.FactKind
	for _, table := range set.Tables() {
		kinds = append(kinds, table.Header().Kind)
	}
	if diff := cmp.Diff(Kinds(), kinds); diff != "" {
		t.Error(diff)
	}
}
