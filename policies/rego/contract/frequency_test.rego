package contract_test

test_pass_frq_type[tc.note] if {
	some tc in [
		{"note": "original", "given": clean},
		{"note": "replacement", "given": frequency("7", {})},
		{"note": "void", "given": frequency("8", {})},
	]
	hits("FRQ-TYPE", tc.given) == set()
}

test_fail_frq_type[tc.note] if {
	some tc in [
		{"note": "interim", "given": frequency("2", {})},
		{"note": "late charges", "given": frequency("5", {})},
	]
	hits("FRQ-TYPE", tc.given) == {0}
}

test_absent_frq_type_no_frequency_plain_pend_holds_it if {
	given := object.union(object.remove(clean, ["claim"]), {"claim": {"lines": 1}})
	hits("FRQ-TYPE", given) == set()
}
