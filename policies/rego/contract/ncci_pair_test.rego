package contract_test

# A pair that wants a modifier and has none.
pair_row := {"line": 2, "indicator": 1, "modifiers": [], "paid": false, "date": 20240215, "from": 20240101, "through": 20240331}

test_pass_ptp_236[tc.note] if {
	some tc in [
		{"note": "modifier 59", "given": changed("ptp", pair_row, {"modifiers": ["59"]})},
		{"note": "indicator 9", "given": changed("ptp", pair_row, {"indicator": 9})},
		{"note": "pair ended before", "given": changed("ptp", pair_row, {"through": 20240214})},
		{
			"note": "pair ended before, in a table that is assumed valid",
			"given": object.union(changed("ptp", pair_row, {"through": 20240214}), {"looked": {"ptp": {"assumed": true}}}),
		},
		{"note": "pair begins after", "given": changed("ptp", pair_row, {"from": 20240216})},
	]
	hits("PTP-236", tc.given) == set()
}

test_fail_ptp_236[tc.note] if {
	some tc in [
		{"note": "no modifier", "given": listed({"ptp": [pair_row]})},
		{"note": "a modifier that is none of NCCI", "given": changed("ptp", pair_row, {"modifiers": ["26"]})},
		{
			"note": "indicator 0 with a modifier",
			"given": changed("ptp", pair_row, {"indicator": 0, "modifiers": ["59"]}),
		},
	]
	hits("PTP-236", tc.given) == {2}
}

test_absent_ptp_236[tc.note] if {
	some tc in [
		{"note": "no indicator", "given": lacking("ptp", pair_row, ["indicator"])},
		{"note": "no dates", "given": lacking("ptp", pair_row, ["from", "through", "date"])},
		{"note": "no modifiers", "given": lacking("ptp", pair_row, ["modifiers"])},
	]
	hits("PTP-236", tc.given) == {2}
}
