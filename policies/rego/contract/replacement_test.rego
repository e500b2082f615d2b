package contract_test

test_pass_frq_pend[tc.note] if {
	some tc in [
		{"note": "original", "given": clean},
		{"note": "reference not found is FRQ-16", "given": frequency("7", {})},
		{"note": "original, whatever it refers to", "given": frequency("1", found_predecessor)},
	]
	hits("FRQ-PEND", tc.given) == set()
}

test_fail_frq_pend[tc.note] if {
	some tc in [
		{"note": "replacement", "given": frequency("7", found_predecessor)},
		{"note": "void", "given": frequency("8", found_predecessor)},
	]
	hits("FRQ-PEND", tc.given) == {0}
}

test_absent_frq_pend_not_said_whether_superseded_is_frq_16 if {
	given := frequency("7", {"predecessor": {"same_payee": true, "same_member": true}})
	hits("FRQ-PEND", given) == set()
}
