package contract_test

test_pass_npi_206[tc.note] if {
	some tc in [
		{"note": "sent", "given": listed({"npi": [{"role": "billing", "line": 0, "sent": true}]})},
		{
			"note": "a referrer may come without",
			"given": listed({"npi": [{"role": "referring", "line": 0, "sent": false}]}),
		},
	]
	hits("NPI-206", tc.given) == set()
}

test_fail_npi_206[tc.note] if {
	some tc in [
		{
			"note": "billing",
			"given": listed({"npi": [{"role": "billing", "line": 0, "sent": false}]}),
			"want": {0},
		},
		{
			"note": "rendering a line",
			"given": listed({"npi": [{"role": "rendering", "line": 2, "sent": false}]}),
			"want": {2},
		},
	]
	hits("NPI-206", tc.given) == tc.want
}

# Who is not named at all cannot have been enrolled.
test_fail_npi_206_assumed if {
	given := listed({"npi": [{"role": "billing", "line": 0, "sent": false, "assumed": true}]})
	hits("NPI-206", given) == {0}
}

test_absent_npi_206[tc.note] if {
	some tc in [
		{"note": "role not said", "given": listed({"npi": [{"line": 0, "sent": false}]}), "want": {0}},
		{
			"note": "not said whether sent: NPI-207 denies",
			"given": listed({"npi": [{"role": "billing", "line": 0}]}),
			"want": set(),
		},
	]
	hits("NPI-206", tc.given) == tc.want
}
