package contract_test

# A pair that wants a modifier and has none.
pair_row := {
	"line": 2, "indicator": 1, "modifiers": [], "paid": false, "pended": false, "date": 20240215, "last": 20240215,
	"from": 20240101, "through": 20240331, "spread": false,
}

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
		{"note": "paid before is PTP-PEND", "given": changed("ptp", pair_row, {"paid": true})},
		{"note": "column 1 waits is PTP-PEND", "given": changed("ptp", pair_row, {"pended": true})},
		{"note": "days that are not the same are PTP-PEND", "given": changed("ptp", pair_row, {"spread": true})},
		{
			"note": "in force on the last of several days alone is PTP-PEND",
			"given": changed("ptp", pair_row, {"last": 20240217, "from": 20240217}),
		},
		{
			"note": "in force on the first of several days alone is PTP-PEND",
			"given": changed("ptp", pair_row, {"last": 20240217, "through": 20240215}),
		},
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
		{"note": "on the first day of the pair", "given": changed("ptp", pair_row, {"from": 20240215})},
		{"note": "on its last day", "given": changed("ptp", pair_row, {"through": 20240215})},
		{
			"note": "the same days, first and last of the quarter among them",
			"given": changed("ptp", pair_row, {"date": 20240101, "last": 20240331}),
		},
	]
	hits("PTP-236", tc.given) == {2}
}

test_absent_ptp_236[tc.note] if {
	some tc in [
		{"note": "no indicator", "given": lacking("ptp", pair_row, ["indicator"])},
		{"note": "no dates", "given": lacking("ptp", pair_row, ["from", "through", "date", "last", "spread"])},
		{"note": "nothing of the other line", "given": lacking("ptp", pair_row, ["paid", "pended"])},
		{"note": "no modifiers", "given": lacking("ptp", pair_row, ["modifiers"])},
	]
	hits("PTP-236", tc.given) == {2}
}

# NCCI Policy Manual ch. I, E: anatomic, global surgery, and other modifiers.
test_pass_ptp_236_modifier[modifier] if {
	some modifier in array.concat(split("E1 E2 E3 E4 FA F1 F2 F3 F4 F5 F6 F7 F8 F9 TA T1 T2 T3 T4 T5 T6 T7 T8 T9 LT RT LC LD RC LM RI", " "), split("24 25 57 58 78 79 27 59 91 XE XS XP XU", " "))
	hits("PTP-236", changed("ptp", pair_row, {"modifiers": [modifier]})) == set()
}
