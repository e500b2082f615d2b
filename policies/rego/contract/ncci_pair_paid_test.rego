package contract_test

test_pass_ptp_pend[tc.note] if {
	some tc in [
		{"note": "column 2 is here", "given": listed({"ptp": [pair_row]})},
		{"note": "modifier 59", "given": changed("ptp", pair_row, {"paid": true, "line": 0, "modifiers": ["59"]})},
		{"note": "in force on none of the days", "given": changed("ptp", pair_row, {"spread": true, "through": 20240214})},
		{"note": "in force on none of the days yet", "given": changed("ptp", pair_row, {"last": 20240217, "from": 20240218})},
		{"note": "modifier 59 on other days", "given": changed("ptp", pair_row, {"spread": true, "modifiers": ["59"]})},
	]
	hits("PTP-PEND", tc.given) == set()
}

test_fail_ptp_pend_column_2_was_paid if hits("PTP-PEND", changed("ptp", pair_row, {"paid": true, "line": 0})) == {0}

test_fail_ptp_pend[tc.note] if {
	some tc in [
		{"note": "column 1 waits", "given": changed("ptp", pair_row, {"pended": true})},
		{"note": "days that are not the same", "given": changed("ptp", pair_row, {"spread": true})},
		{"note": "in force from the last day", "given": changed("ptp", pair_row, {"last": 20240217, "from": 20240217})},
		{"note": "in force up to the first day", "given": changed("ptp", pair_row, {"last": 20240217, "through": 20240215})},
	]
	hits("PTP-PEND", tc.given) == {2}
}

test_absent_ptp_pend_no_indicator if {
	given := listed({"ptp": [object.remove(object.union(pair_row, {"paid": true, "line": 0}), ["indicator"])]})
	hits("PTP-PEND", given) == {0}
}
