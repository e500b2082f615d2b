package reference

import (
	"bytes"
	"compress/gzip"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// load reads files of testdata, and fails the test when one has a problem.
func load(t *testing.T, o Options, names ...string) (Set, []Loaded) {
	t.Helper()
	var sources []Source
	for _, name := range names {
		sources = append(sources, FileSource(filepath.Join("testdata", name)))
	}
	set, loaded, err := Load(sources, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range loaded {
		for _, p := range l.Problems {
			t.Errorf("unexpected problem: %s", p)
		}
	}
	return set, loaded
}

// text is a source that holds text under a name.
func text(name, content string) Source {
	return Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
}

func q(year, quarter int) Span { return quarterly.period(year, 0, 0).quarter(quarter) }

// quarter cuts a year to one quarter.
func (s Span) quarter(n int) Span {
	from := claim.Date(s.From.Year()*10000 + (n*3-2)*100 + 1)
	return Span{from, claim.DateOf(from.Time().AddDate(0, 3, -1))}
}

func TestOwnFormatsOfEveryKind(t *testing.T) {
	set, loaded := load(t, Options{}, "own_diagnoses.csv", "own_procedures.csv", "own_ptp.csv", "own_mue.csv",
		"own_fees.csv", "own_benefits.csv", "own_exclusions.csv")
	for _, l := range loaded {
		if len(l.Kinds) != 1 || l.Left != "" || l.Skipped != 0 {
			t.Errorf("%s: became %v, left: %q, skipped %d", l.File, l.Kinds, l.Left, l.Skipped)
		}
	}
	const p, i = claim.Professional, claim.Institutional
	for _, tc := range []struct {
		name      string
		got, want any
	}{
		{"a header code is not billable", set.Diagnoses.Find(nil, "ZZ1"),
			[]claim.DiagnosisRow{{Code: "ZZ1", From: 20200101, Through: claim.EndOfTime}}},
		{"a diagnosis loses its point", set.Diagnoses.Find(nil, "ZZ10"),
			[]claim.DiagnosisRow{{Code: "ZZ10", Billable: true, Sex: "F", AgeMin: 9, AgeMax: 64, From: 20200101, Through: 20241231}}},
		{"ages 0 to 0 are newborns", set.Diagnoses.Find(nil, "ZZ11"),
			[]claim.DiagnosisRow{{Code: "ZZ11", Billable: true, AgeMin: NewbornAgeMin, From: 20200101, Through: claim.EndOfTime}}},
		{"all periods of a procedure come back", set.Procedures.Find(nil, "Z0002"), []claim.ProcedureRow{
			{Code: "Z0002", Sex: "M", AgeMin: 18, AgeMax: 124, From: 20200101, Through: 20210630},
			{Code: "Z0002", Sex: "M", AgeMin: 21, AgeMax: 124, From: 20210701, Through: claim.EndOfTime}}},
		{"all periods of a pair come back", set.PTP.Find(nil, p, "Z0001", "Z0002"), []claim.PTPRow{
			{ColumnOne: "Z0001", ColumnTwo: "Z0002", Indicator: 1, From: 20240101, Through: 20240331},
			{ColumnOne: "Z0001", ColumnTwo: "Z0002", Indicator: 0, From: 20240401, Through: claim.EndOfTime}}},
		{"hospitals have pairs of their own", set.PTP.Find(nil, i, "Z0001", "Z0003"), []claim.PTPRow{
			{ColumnOne: "Z0001", ColumnTwo: "Z0003", Indicator: 9, From: 20240101, Through: claim.EndOfTime}}},
		{"and not those of practitioners", len(set.PTP.Find(nil, i, "Z0001", "Z0002")), 0},
		{"a pair has a direction", len(set.PTP.Find(nil, p, "Z0002", "Z0001")), 0},
		{"practitioners' units", set.MUE.Find(nil, Practitioner, "Z0001"),
			[]claim.MUERow{{Procedure: "Z0001", Limit: 2000, Indicator: 2, From: 20240101, Through: claim.EndOfTime}}},
		{"hospitals' units", set.MUE.Find(nil, Outpatient, "Z0001"),
			[]claim.MUERow{{Procedure: "Z0001", Limit: 4500, Indicator: 3, From: 20240101, Through: claim.EndOfTime}}},
		{"suppliers' units", set.MUE.Find(nil, Supplier, "Z0001"),
			[]claim.MUERow{{Procedure: "Z0001", Limit: 0, Indicator: 3, From: 20240101, Through: claim.EndOfTime}}},
		{"an exclusion that ended", set.Exclusions.Find(nil, "1245319599"),
			[]claim.Exclusion{{NPI: "1245319599", Excluded: 20100101, Reinstated: 20150101}}},
		{"nothing of a code that is not there", set.Diagnoses.Find(nil, "ZZ99"), []claim.DiagnosisRow(nil)},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestPublicFilesWithTheirOwnDates(t *testing.T) {
	set, loaded := load(t, Options{}, "ncci_ptp_prac_2024q3_active.csv", "ncci_ptp_prac_2024q3_deleted.csv",
		"ncci_ptp_out_2024q3_active.csv", "ncci_mue_2024q3.csv", "icd10cm_fy2024.csv", "icd10cm-order-Jan-2021.txt",
		"mce_v41.1.csv", "hcpcs_2025q4.csv", "hcpcs_level_2.csv", "pprrvu2025_oct.csv", "leie_npi_2026-06.csv")
	q3, fall := q(2024, 3), q(2025, 4)
	const p, i = claim.Professional, claim.Institutional
	for _, tc := range []struct {
		name      string
		got, want any
	}{
		{"active pairs hold in their quarter", set.PTP.Find(nil, p, "Z0001", "Z0002"),
			[]claim.PTPRow{{ColumnOne: "Z0001", ColumnTwo: "Z0002", Indicator: 1, From: q3.From, Through: q3.Through}}},
		{"a pair deleted within it holds till then", set.PTP.Find(nil, p, "Z0006", "Z0001"),
			[]claim.PTPRow{{ColumnOne: "Z0006", ColumnTwo: "Z0001", Indicator: 1, From: q3.From, Through: 20240815}}},
		{"a pair deleted before is none", len(set.PTP.Find(nil, p, "Z0005", "Z0001")), 0},
		{"hospital pairs", set.PTP.Find(nil, i, "Z0001", "Z0002"),
			[]claim.PTPRow{{ColumnOne: "Z0001", ColumnTwo: "Z0002", From: q3.From, Through: q3.Through}}},
		{"unit limits hold in their quarter", set.MUE.Find(nil, Outpatient, "Z0001"),
			[]claim.MUERow{{Procedure: "Z0001", Limit: 3000, Indicator: 3, From: q3.From, Through: q3.Through}}},
		{"each year of a diagnosis, with the conflicts of its year", set.Diagnoses.Find(nil, "ZZ10"), []claim.DiagnosisRow{
			{Code: "ZZ10", Billable: true, From: 20210101, Through: 20210930},
			{Code: "ZZ10", Billable: true, Sex: "F", AgeMin: 9, AgeMax: 64, From: 20231001, Through: 20240930}}},
		{"newborns only", set.Diagnoses.Find(nil, "ZZ11"),
			[]claim.DiagnosisRow{{Code: "ZZ11", Billable: true, AgeMin: NewbornAgeMin, From: 20231001, Through: 20240930}}},
		{"no price without one", len(set.Fees.Find(nil, "90003", false, nil, 20251001)) + len(set.Fees.Find(nil, "90004", false, nil, 20251001)), 0},
		{"a procedure in force", set.Procedures.Find(nil, "Z0001"),
			[]claim.ProcedureRow{{Code: "Z0001", From: fall.From, Through: fall.Through}}},
		{"a procedure that had ended, or is yet to come", len(set.Procedures.Find(nil, "Z0002")) + len(set.Procedures.Find(nil, "Z0003")), 0},
		{"a list without dates is no source of them", len(set.Procedures.Find(nil, "Z0007")), 0},
		{"an exclusion is known for the month of its list", set.Exclusions.Find(nil, "1234567893"),
			[]claim.Exclusion{{NPI: "1234567893", Excluded: 20260601}}},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
	for _, table := range set.Tables() {
		if table.Header().Assumed {
			t.Errorf("%s says its dates are assumed", table.Header().Kind)
		}
	}
	if left := loaded[8].Left; left != "nothing says which dates it was published for" {
		t.Errorf("the list without dates was left out because: %q", left)
	}
}

func TestAssumedDatesFillTheGapsBetweenFiles(t *testing.T) {
	set, _ := load(t, Options{AssumeValid: true}, "ncci_ptp_prac_2024q3_active.csv", "ncci_ptp_prac_2024q3_deleted.csv",
		"icd10cm_fy2024.csv", "icd10cm-order-Jan-2021.txt", "mce_v41.1.csv", "hcpcs_2025q4.csv", "hcpcs_level_2.csv",
		"pprrvu2025_oct.csv", "leie_npi_2026-06.csv")
	const p, start, end = claim.Professional, StartOfTime, claim.EndOfTime
	for _, tc := range []struct {
		name      string
		got, want any
	}{
		{"an active pair holds always", set.PTP.Find(nil, p, "Z0001", "Z0002"),
			[]claim.PTPRow{{ColumnOne: "Z0001", ColumnTwo: "Z0002", Indicator: 1, From: start, Through: end}}},
		{"a pair deleted before the quarter holds never", len(set.PTP.Find(nil, p, "Z0005", "Z0001")), 0},
		{"one deleted within it holds till then", set.PTP.Find(nil, p, "Z0006", "Z0001"),
			[]claim.PTPRow{{ColumnOne: "Z0006", ColumnTwo: "Z0001", Indicator: 1, From: start, Through: 20240815}}},
		{"a code set holds until the next", set.Diagnoses.Find(nil, "ZZ19"),
			[]claim.DiagnosisRow{{Code: "ZZ19", Billable: true, From: start, Through: 20230930}}},
		{"and the last for ever", set.Diagnoses.Find(nil, "ZZ12"),
			[]claim.DiagnosisRow{{Code: "ZZ12", Billable: true, From: 20231001, Through: end}}},
		{"dates that a row states are kept", set.Procedures.Find(nil, "Z0002"),
			[]claim.ProcedureRow{{Code: "Z0002", From: 20100101, Through: 20161231}}},
		{"also against a list that has the code without dates", set.Procedures.Find(nil, "Z0001"),
			[]claim.ProcedureRow{{Code: "Z0001", From: 19850101, Through: end}}},
		{"a listed code", set.Procedures.Find(nil, "Z0007"), []claim.ProcedureRow{{Code: "Z0007", From: start, Through: end}}},
		{"a code that only a deleted pair names", set.Procedures.Find(nil, "Z0005"), []claim.ProcedureRow{{Code: "Z0005", From: start, Through: end}}},
		{"an exclusion", set.Exclusions.Find(nil, "1234567893"), []claim.Exclusion{{NPI: "1234567893", Excluded: start}}},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
	for _, table := range set.Tables() {
		if !table.Header().Assumed {
			t.Errorf("%s does not say that its dates are assumed", table.Header().Kind)
		}
		if _, ok := table.Speaks(Practitioner, 19990101, 19990101); !ok {
			t.Errorf("%s does not speak for 1999", table.Header().Kind)
		}
	}
}

// TestFeesAreExact checks prices computed by hand. 99213's values at the 2025 factor give the published $88.95.
func TestFeesAreExact(t *testing.T) {
	national, _ := load(t, Options{}, "pprrvu2025_oct.csv", "gpci2025.csv")
	local, _ := load(t, Options{Locality: "00001-00"}, "pprrvu2025_oct.csv", "gpci2025.csv")
	for _, tc := range []struct {
		name      string
		set       Set
		procedure string
		facility  bool
		modifiers []string
		want      []claim.Cents
	}{
		{"office: 2.75 × 32.3465 = 88.952875", national, "90001", false, nil, []claim.Cents{8895}},
		{"hospital: 1.97 × 32.3465 = 63.722605", national, "90001", true, nil, []claim.Cents{6372}},
		{"local office: (1.95 + 1.45935 + .0592) × 32.3465 = 112.195…", local, "90001", false, nil, []claim.Cents{11220}},
		{"status T, paid only beside nothing else: no price", national, "90005", false, nil, nil},
		{"status R, restricted: 1.05 × 32.3465 = 33.963825", national, "90006", false, nil, []claim.Cents{3396}},
		{"not priced in a hospital", national, "90002", true, nil, nil},
		{"a modifier the line does not have: 2.05 × 32.3465", national, "90002", false, []string{"LT"}, []claim.Cents{6631}},
		{"a modifier it has comes beside: .72 × 32.3465", national, "90002", false, []string{"LT", "26"}, []claim.Cents{6631, 2329}},
	} {
		var got []claim.Cents
		for _, row := range tc.set.Fees.Find(nil, tc.procedure, tc.facility, tc.modifiers, 20251001) {
			if row.Network {
				got = append(got, row.Unit)
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
	_, loaded, err := Load([]Source{FileSource("testdata/pprrvu2025_oct.csv")}, Options{Locality: "nowhere", Only: claim.KindFees})
	if err != nil || loaded[0].Left != "fees: no geographic indices of that locality were given" {
		t.Errorf("a locality without indices: %v, %q", err, loaded[0].Left)
	}
}

// TestFeesAreThoseOfTheDay: the file is the one of October 2025, and its prices hold to the end of that year.
func TestFeesAreThoseOfTheDay(t *testing.T) {
	set, _ := load(t, Options{}, "pprrvu2025_oct.csv")
	for day, want := range map[claim.Date]int{0: 0, 20250930: 0, 20251001: 2, 20251231: 2, 20260101: 0} {
		if got := set.Fees.Find(nil, "90001", false, nil, day); len(got) != want {
			t.Errorf("on %s: %d prices, want %d", day, len(got), want)
		}
	}
}

func TestLEIEKeepsNothingButNPIAndDates(t *testing.T) {
	set, loaded := load(t, Options{}, "leie_2026-06.csv")
	want := []claim.Exclusion{{NPI: "1234567893", Excluded: 20190520}}
	if diff := cmp.Diff(want, set.Exclusions.Find(nil, "1234567893")); diff != "" {
		t.Error(diff)
	}
	if loaded[0].Skipped != 1 {
		t.Errorf("skipped %d rows, want the one without an NPI", loaded[0].Skipped)
	}
	if packed := set.Exclusions.Pack(); bytes.Contains(packed, []byte("DOE")) || bytes.Contains(packed, []byte("JANE")) {
		t.Error("a name is in the packed table")
	}
}

func TestZippedFilesAreTheSameTable(t *testing.T) {
	const content = "npi,excluded,reinstated\r\n1234567893,2019-05-20,\r\n"
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write([]byte("\ufeff" + content))
	w.Close()
	plain, _, _ := Load([]Source{text("a.csv", content)}, Options{})
	gz, _, _ := Load([]Source{text("a.csv.gz", zipped.String())}, Options{})
	if plain.Exclusions == nil || gz.Exclusions == nil || plain.Exclusions.Header() != gz.Exclusions.Header() {
		t.Errorf("plain %+v, zipped %+v", plain.Exclusions, gz.Exclusions)
	}
	cut, loaded, _ := Load([]Source{text("a.csv.gz", zipped.String()[:zipped.Len()-9])}, Options{})
	if cut.Exclusions != nil || loaded[0].Errors == 0 {
		t.Errorf("a damaged file was taken: %+v", loaded[0])
	}
}

func TestProceduresNeedBothHalvesOfHCPCS(t *testing.T) {
	for _, names := range [][]string{{"pprrvu2025_oct.csv"}, {"hcpcs_2025q4.csv"}} {
		for _, assume := range []bool{false, true} {
			if set, loaded := load(t, Options{AssumeValid: assume}, names...); set.Procedures != nil {
				t.Errorf("%s alone made a table of procedures: %+v", names, loaded)
			}
		}
	}
}

func TestOnlyOneKind(t *testing.T) {
	set, loaded := load(t, Options{Only: claim.KindFees}, "pprrvu2025_oct.csv", "hcpcs_2025q4.csv")
	if set.Fees == nil || set.Procedures != nil || loaded[1].Left != "a table of another kind" {
		t.Errorf("got %+v, %+v", set, loaded)
	}
	if _, _, err := Load(nil, Options{Only: claim.KindHistory}); claim.KindOf(err) != claim.Invalid {
		t.Errorf("a kind that is no table: %v", err)
	}
}

// A file that breaks off before its first row is damaged, and not merely no table: whoever loads a folder is told.
func TestAFileThatCannotBeReadIsAnError(t *testing.T) {
	set, loaded, err := Load([]Source{text("codes.csv.gz", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xffbroken")}, Options{})
	if err != nil || len(set.Tables()) > 0 {
		t.Fatalf("%d tables, %v", len(set.Tables()), err)
	}
	if l := loaded[0]; l.Errors != 1 || len(l.Problems) != 1 || l.Problems[0].Code != "READ" || !strings.Contains(l.Left, "damaged") {
		t.Errorf("%+v", l)
	}
}
