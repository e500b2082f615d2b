package contract_test

test_pass_cob_22_primary if {
	given := listed({"coordination": [{"responsibility": "P", "prior_payers": 0}]})
	hits("COB-22", given) == set()
}

test_fail_cob_22[tc.note] if {
	some tc in [
		{"note": "secondary", "given": listed({"coordination": [{"responsibility": "S", "prior_payers": 0}]})},
		{"note": "another paid", "given": listed({"coordination": [{"responsibility": "P", "prior_payers": 1}]})},
	]
	hits("COB-22", tc.given) == {0}
}

test_absent_cob_22[tc.note] if {
	some tc in [
		{"note": "not said", "given": listed({"coordination": [{"prior_payers": 0}]})},
		{"note": "others not counted", "given": listed({"coordination": [{"responsibility": "P"}]})},
	]
	hits("COB-22", tc.given) == {0}
}
