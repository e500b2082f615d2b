package contract_test

# A diagnosis that is valid on the day.
diagnosis_row := {"number": 1, "icd9": false, "known": true, "billable": true, "first": 20240215, "last": 20240215, "from": 20231001, "through": 20240930}

test_pass_dgn_146[tc.note] if {
	some tc in [
		{"note": "valid", "given": listed({"diagnoses": [diagnosis_row]})},
		{
			"note": "ICD-9-CM in its time, of which the table says nothing",
			"given": changed("diagnoses", diagnosis_row, {"icd9": true, "known": false, "first": 20150930, "last": 20150930}),
		},
		{
			"note": "the first day of ICD-10-CM",
			"given": changed("diagnoses", diagnosis_row, {"from": 20151001, "first": 20151001}),
		},
		{
			"note": "the table is of another year",
			"given": object.union(changed("diagnoses", diagnosis_row, {"known": false}), {"looked": {"diagnoses": {"from": 20250101}}}),
		},
		{
			"note": "partly before its time: DGN-SPAN",
			"given": changed("diagnoses", diagnosis_row, {"from": 10101, "first": 20150930}),
		},
		{"note": "the last day it is valid", "given": changed("diagnoses", diagnosis_row, {"through": 20240215})},
	]
	hits("DGN-146", tc.given) == set()
}

test_fail_dgn_146[tc.note] if {
	some tc in [
		{
			"note": "ended, in a table that is assumed valid: its rows have dates all the same",
			"given": object.union(changed("diagnoses", diagnosis_row, {"through": 20240214}), {"looked": {"diagnoses": {"assumed": true}}}),
		},
		{
			"note": "ICD-9-CM after its time",
			"given": changed("diagnoses", diagnosis_row, {"icd9": true, "known": false, "first": 20151001, "last": 20151001}),
		},
		{
			"note": "begins the day after",
			"given": changed("diagnoses", diagnosis_row, {"from": 20240216}),
		},
		{"note": "ended", "given": changed("diagnoses", diagnosis_row, {"through": 20240214})},
		{
			"note": "not in the code set",
			"given": listed({"diagnoses": [object.remove(object.union(diagnosis_row, {"known": false}), ["from", "through"])]}),
		},
		{
			"note": "ICD-10-CM, wholly before its time",
			"given": changed("diagnoses", diagnosis_row, {"from": 10101, "first": 20150930, "last": 20150930}),
		},
		{"note": "not known, whatever the dates beside it", "given": changed("diagnoses", diagnosis_row, {"known": false})},
	]
	hits("DGN-146", tc.given) == {0}
}

test_absent_dgn_146[tc.note] if {
	some tc in [
		{"note": "no dates", "given": lacking("diagnoses", diagnosis_row, ["from"])},
		{"note": "no service date", "given": lacking("diagnoses", diagnosis_row, ["last"])},
	]
	hits("DGN-146", tc.given) == {0}
}
