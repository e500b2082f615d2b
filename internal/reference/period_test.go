package reference

import "testing"

func TestThePeriodOfAFileIsInItsName(t *testing.T) {
	for _, tc := range []struct {
		name  string
		cycle cycle
		want  Span
	}{
		{"ncci_ptp_prac_2024q3_active.csv.gz", quarterly, Span{20240701, 20240930}},
		{"MUE-2024-Q1.csv", quarterly, Span{20240101, 20240331}},
		{"hcpcs_lvl2_indicators_2024-06.csv", quarterly, Span{20240401, 20240630}},
		{"hcpcs_level_2.csv", quarterly, Span{}},
		{"icd10cm_fy2024_order.csv.gz", fiscalYear, Span{20231001, 20240930}},
		{"icd10cm-order-2024.txt", fiscalYear, Span{20231001, 20240930}},
		{"icd10cm-order-Jan-2021.txt.gz", fiscalYear, Span{20210101, 20210930}},
		{"icd10cm-order-April-2025.txt", fiscalYear, Span{20250401, 20250930}},
		{"icd10cm-order-Oct-2024.txt", fiscalYear, Span{20231001, 20240930}},
		{"mce_v41.1_code_edits.csv", mceVersions, Span{20231001, 20240930}},
		{"mce_v37.csv", mceVersions, Span{20191001, 20200930}},
		{"PPRRVU2025_Oct_nodesc.csv", calendar, Span{20251001, 20251231}},
		{"GPCI2025.csv", calendar, Span{20250101, 20251231}},
		{"/a/2023q1/leie_npi_2026-02.csv", monthly, Span{20260201, 20260228}},
		{"leie_2024-13.csv", monthly, Span{20240101, 20241231}},
		{"own_2024q3.csv", unstated, Span{}},
		{"x20240701.csv", quarterly, Span{}},
	} {
		if got := periodOf(tc.name, tc.cycle); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}
