package contract_test

test_pass_ptr_16_points if {
	given := listed({"pointers": [{"line": 2, "pointers": [2, 1], "diagnoses": 2}]})
	hits("PTR-16", given) == set()
}

test_fail_ptr_16[tc.note] if {
	some tc in [
		{"note": "past the end", "given": listed({"pointers": [{"line": 2, "pointers": [3], "diagnoses": 2}]})},
		{"note": "zero", "given": listed({"pointers": [{"line": 2, "pointers": [0], "diagnoses": 2}]})},
		{"note": "none", "given": listed({"pointers": [{"line": 2, "pointers": [], "diagnoses": 2}]})},
	]
	hits("PTR-16", tc.given) == {2}
}

test_absent_ptr_16[tc.note] if {
	some tc in [
		{"note": "no list", "given": listed({"pointers": [{"line": 2, "diagnoses": 2}]})},
		{"note": "no diagnoses", "given": listed({"pointers": [{"line": 2, "pointers": [1]}]})},
	]
	hits("PTR-16", tc.given) == {2}
}
