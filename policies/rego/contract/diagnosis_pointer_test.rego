package contract_test

test_pass_ptr_16_points if {
	given := listed({"pointers": [{"line": 2, "low": 1, "high": 2, "diagnoses": 2}]})
	hits("PTR-16", given) == set()
}

test_fail_ptr_16[tc.note] if {
	some tc in [
		{
			"note": "past the end",
			"given": listed({"pointers": [{"line": 2, "low": 3, "high": 3, "diagnoses": 2}]}),
		},
		{"note": "zero", "given": listed({"pointers": [{"line": 2, "low": 0, "high": 1, "diagnoses": 2}]})},
	]
	hits("PTR-16", tc.given) == {2}
}

test_absent_ptr_16[tc.note] if {
	some tc in [
		{"note": "no pointer", "given": listed({"pointers": [{"line": 2, "diagnoses": 2}]})},
		{"note": "no diagnoses", "given": listed({"pointers": [{"line": 2, "low": 1, "high": 1}]})},
	]
	hits("PTR-16", tc.given) == {2}
}
