//go:build realfiles

package reference

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// codes is the folder of real files, beside the repository and not part of it. What is asked of them here, their counts and
// prices, is asked with the tag realfiles only. Their layouts are read everywhere, from files of the same form in testdata.
const codes = "../../../shared/data/codes"

// loadReal loads the real files.
func loadReal(t testing.TB, o Options) (Set, []Loaded) {
	t.Helper()
	set, loaded, err := LoadDir(codes, o)
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

// TestRealFiles: the counts are those of the files' own lines, counted apart.
func TestRealFiles(t *testing.T) {
	set, loaded := loadReal(t, Options{AssumeValid: true})
	type counted struct {
		Format        string
		Rows, Skipped int
	}
	want := map[string]counted{
		"/hcpcs/hcpcs_lvl2_indicators_2024-06.csv":  {"HCPCS level II with dates", 8033, 0},
		"/icd10/icd10cm-order-Jan-2021.txt.gz":      {"ICD-10-CM order file", 95358, 0},
		"/icd10/icd10cm_fy2024_order.csv.gz":        {"ICD-10-CM order file as CSV", 97296, 0},
		"/leie/leie_npi_2026-06.csv":                {"list of excluded NPIs", 8610, 0},
		"/mce_drg/mce_v41.1_code_edits.csv":         {"Medicare Code Editor", 7524, 422},
		"/ncci/ncci_mue_dme_2024q3.csv":             {"NCCI medically unlikely edits", 2928, 0},
		"/ncci/ncci_mue_out_2024q3.csv":             {"NCCI medically unlikely edits", 14628, 0},
		"/ncci/ncci_mue_prac_2024q3.csv":            {"NCCI medically unlikely edits", 14677, 0},
		"/ncci/ncci_ptp_out_2024q3_active.csv.gz":   {"NCCI active pairs", 1335857, 0},
		"/ncci/ncci_ptp_prac_2024q3_active.csv.gz":  {"NCCI active pairs", 1669820, 0},
		"/ncci/ncci_ptp_prac_2024q3_deleted.csv.gz": {"NCCI deleted pairs", 0, 876197},
		"/pfs/GPCI2025.csv":                         {"geographic practice cost indices", 109, 4},
		"/pfs/PPRRVU2025_Oct_nodesc.csv":            {"physician fee schedule relative values", 19090, 0},
		"/tuva/hcpcs_level_2.csv":                   {"HCPCS level II", 7126, 375},
	}
	got := map[string]counted{}
	for _, l := range loaded {
		if l.Left == "" {
			got[l.File[len(codes):]] = counted{l.Format, l.Rows, l.Skipped}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if tables := len(set.Tables()); tables != len(Kinds())-1 {
		t.Errorf("%d tables, want all but benefits", tables)
	}
	if price := set.Fees.Find(nil, "99213", false, nil, 20251001); len(price) != 2 || price[0].Unit != 8895 {
		t.Errorf("99213 in an office: %v, want 88.95 in and out of network", price)
	}
}

// TestRealFilesByTheirOwnDates: without assuming, a table speaks for what its files were published for and no more.
func TestRealFilesByTheirOwnDates(t *testing.T) {
	set, _ := loadReal(t, Options{})
	if set.Procedures != nil {
		t.Error("lists of different years made a table of procedures")
	}
	if rows := set.PTP.Header().Rows; rows != 1669820+1335857 {
		t.Errorf("%d pairs", rows)
	}
	for _, tc := range []struct {
		table Table
		day   claim.Date
		want  bool
	}{
		{set.PTP, 20240630, false}, {set.PTP, 20240701, true}, {set.PTP, 20240930, true}, {set.PTP, 20241001, false},
		{set.Diagnoses, 20210930, true}, {set.Diagnoses, 20220601, false}, {set.Diagnoses, 20231001, true},
		{set.Fees, 20251001, true}, {set.Fees, 20250930, false},
	} {
		if _, ok := tc.table.Speaks(Outpatient, tc.day, tc.day); ok != tc.want {
			t.Errorf("%s speaks for %s: %v", tc.table.Header().Kind, tc.day, ok)
		}
	}
}

func BenchmarkFindReal(b *testing.B) {
	set, _ := loadReal(b, Options{AssumeValid: true})
	lists := []struct {
		name string
		find func(n int) int
	}{
		{"diagnoses", findEach(codesOf(set.Diagnoses.rows, func(r *claim.DiagnosisRow) string { return r.Code }), set.Diagnoses.Find)},
		{"procedures", findEach(codesOf(set.Procedures.rows, func(r *claim.ProcedureRow) string { return r.Code }), set.Procedures.Find)},
		{"exclusions", findEach([]string{"1234567893", "1245319599"}, set.Exclusions.Find)},
		{"mue", findEach(set.PTP.codes, func(dst []claim.MUERow, code string) []claim.MUERow {
			return set.MUE.Find(dst, Practitioner, code)
		})},
		{"fees", findEach(set.PTP.codes, func(dst []claim.FeeRow, code string) []claim.FeeRow {
			return set.Fees.Find(dst, code, false, nil, 20251001)
		})},
	}
	for _, l := range lists {
		b.Run(l.name, func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				l.find(n)
			}
		})
	}
	b.Run("ptp", func(b *testing.B) { benchmarkPairs(b, set.PTP, set.PTP.codes) })
	b.Run("ptp unknown code", func(b *testing.B) { benchmarkPairs(b, set.PTP, []string{"X9999", "Y9999"}) })
}

func codesOf[R any](rows []R, code func(*R) string) (list []string) {
	for i := range rows {
		list = append(list, code(&rows[i*7919%len(rows)])) // in no order that a cache would like
	}
	return list
}

func findEach[R any](list []string, find func([]R, string) []R) func(int) int {
	dst := make([]R, 0, 64)
	return func(n int) int { return len(find(dst[:0], list[n%len(list)])) }
}

func benchmarkPairs(b *testing.B, t *PTP, list []string) {
	b.ReportAllocs()
	dst := make([]claim.PTPRow, 0, 64)
	hits := 0
	for n := 0; b.Loop(); n++ {
		one, two := list[n*7919%len(list)], list[n*104729%len(list)]
		hits += len(t.Find(dst[:0], claim.Professional, one, two))
	}
	b.ReportMetric(float64(hits)/float64(b.N), "rows/op")
}

func BenchmarkUnpackReal(b *testing.B) {
	set, _ := loadReal(b, Options{AssumeValid: true})
	for _, table := range set.Tables() {
		packed := table.Pack()
		b.Run(string(table.Header().Kind), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(packed)))
			for b.Loop() {
				if _, err := Unpack(table.Header().Kind, packed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoadReal(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		loadReal(b, Options{AssumeValid: true})
	}
}
