package contract_test

# The claim to replace was found.
found_predecessor := {"predecessor": {"same_payee": true, "same_member": true, "superseded": false}}

test_pass_frq_16[tc.note] if {
	some tc in [
		{"note": "original", "given": clean},
		{"note": "found", "given": frequency("7", found_predecessor)},
	]
	hits("FRQ-16", tc.given) == set()
}

test_fail_frq_16[tc.note] if {
	some tc in [
		{"note": "not found", "given": frequency("7", {})},
		{
			"note": "void of another payee's",
			"given": frequency("8", {"predecessor": {"same_payee": false, "same_member": true, "superseded": false}}),
		},
		{
			"note": "replaced before",
			"given": frequency("7", {"predecessor": {"same_payee": true, "same_member": true, "superseded": true}}),
		},
		{
			"note": "another member's",
			"given": frequency("7", {"predecessor": {"same_payee": true, "same_member": false, "superseded": false}}),
		},
	]
	hits("FRQ-16", tc.given) == {0}
}

test_absent_frq_16[tc.note] if {
	some tc in [
		{
			"note": "not said whether superseded",
			"given": frequency("7", {"predecessor": {"same_payee": true, "same_member": true}}),
			"want": {0},
		},
		{"note": "not looked up", "given": object.remove(frequency("7", {}), ["looked"]), "want": set()},
	]
	hits("FRQ-16", tc.given) == tc.want
}
