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

test_pass_npi_206_optional[role] if {
	some role in ["facility", "ordering", "otherOperating", "payTo", "purchased", "referring", "supervising"]
	hits("NPI-206", listed({"npi": [{"role": role, "line": 0, "sent": false}]})) == set()
}

test_fail_npi_206_remark[role] if {
	some role, rarc in {"attending": "N253", "billing": "N257", "operating": "N262", "rendering": "N290"}
	says("NPI-206", "rarc", listed({"npi": [{"role": role, "line": 0, "sent": false}]})) == {rarc}
}

test_absent_npi_206_remark if says("NPI-206", "rarc", listed({"npi": [{"line": 0, "sent": false}]})) == {"N257"}
