package contract_test

# The billing provider, excluded four years before the service.
exclusion_row := {"role": "billing", "line": 0, "first": 20240215, "last": 20240215, "excluded": 20200101}

test_pass_exc_b7[tc.note] if {
	some tc in [
		{"note": "excluded the day after", "given": changed("exclusions", exclusion_row, {"excluded": 20240216})},
		{"note": "reinstated that day", "given": changed("exclusions", exclusion_row, {"reinstated": 20240215})},
	]
	hits("EXC-B7", tc.given) == set()
}

test_fail_exc_b7[tc.note] if {
	some tc in [
		{"note": "excluded", "given": listed({"exclusions": [exclusion_row]})},
		{"note": "excluded that day", "given": changed("exclusions", exclusion_row, {"excluded": 20240215})},
		{
			"note": "reinstated the day after",
			"given": changed("exclusions", exclusion_row, {"reinstated": 20240216}),
		},
	]
	hits("EXC-B7", tc.given) == {0}
}

test_absent_exc_b7[tc.note] if {
	some tc in [
		{"note": "no date of exclusion", "given": lacking("exclusions", exclusion_row, ["excluded"])},
		{"note": "no date of service", "given": lacking("exclusions", exclusion_row, ["first", "last"])},
	]
	hits("EXC-B7", tc.given) == {0}
}

test_fail_exc_b7_reason[role] if {
	some role, carc in {
		"attending": "185", "billing": "B7", "facility": "B7", "operating": "185", "ordering": "184",
		"otherOperating": "185", "payTo": "B7", "referring": "183", "rendering": "185", "supervising": "185",
	}
	says("EXC-B7", "carc", changed("exclusions", exclusion_row, {"role": role})) == {carc}
}

test_absent_exc_b7_role if says("EXC-B7", "carc", lacking("exclusions", exclusion_row, ["role"])) == {"B7"}
