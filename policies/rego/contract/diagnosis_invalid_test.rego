package contract_test

# A diagnosis that is valid on the day.
diagnosis_row := {"number": 1, "known": true, "billable": true, "first": 20240215, "last": 20240215, "from": 20231001, "through": 20240930}

test_pass_dgn_146[tc.note] if {
	some tc in [
		{"note": "valid", "given": listed({"diagnoses": [diagnosis_row]})},
		{
			"note": "assumed valid",
			"given": object.union(changed("diagnoses", diagnosis_row, {"through": 20231231}), {"looked": {"diagnoses": {"assumed": true}}}),
		},
		{
			"note": "the table is of another year",
			"given": object.union(changed("diagnoses", diagnosis_row, {"known": false}), {"looked": {"diagnoses": {"from": 20250101}}}),
		},
	]
	hits("DGN-146", tc.given) == set()
}

test_fail_dgn_146[tc.note] if {
	some tc in [
		{"note": "ended", "given": changed("diagnoses", diagnosis_row, {"through": 20240214})},
		{
			"note": "not in the code set",
			"given": listed({"diagnoses": [object.remove(object.union(diagnosis_row, {"known": false}), ["from", "through"])]}),
		},
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
