package contract_test

test_pass_npi_207[tc.note] if {
	some tc in [
		{"note": "nothing listed", "given": clean},
		{"note": "missing", "given": listed({"npi": [{"role": "billing", "line": 0, "sent": false, "assumed": false}]})},
		{"note": "a trial enrolled it", "given": listed({"npi": [{"role": "billing", "line": 0, "sent": true, "assumed": true}]})},
	]
	hits("NPI-207", tc.given) == set()
}

test_fail_npi_207_bad_check_digit if {
	given := listed({"npi": [{"role": "billing", "line": 0, "sent": true, "assumed": false}]})
	hits("NPI-207", given) == {0}
}

test_absent_npi_207_not_said_whether_sent if {
	given := listed({"npi": [{"role": "billing", "line": 0, "assumed": false}]})
	hits("NPI-207", given) == {0}
}

test_absent_npi_207_not_said_whether_assumed if {
	given := listed({"npi": [{"role": "billing", "line": 0, "sent": true}]})
	hits("NPI-207", given) == {0}
}
