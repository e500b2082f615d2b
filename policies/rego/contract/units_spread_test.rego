package contract_test

# Four units in three days of a code that may be had twice a day.
spread_row := object.union(units_row, {"units": 4000, "day_units": 4000, "last": 20240217, "spread": true})

test_pass_mue_pend[tc.note] if {
	some tc in [
		{"note": "days that divide the units", "given": changed("mue", spread_row, {"spread": false})},
		{"note": "within the value on any day", "given": changed("mue", spread_row, {"units": 2000, "day_units": 2000})},
		{"note": "not in force on any day", "given": changed("mue", spread_row, {"through": 20240214})},
		{"note": "not in force yet on any day", "given": changed("mue", spread_row, {"from": 20240218})},
		{"note": "one day is MUE-151", "given": changed("mue", units_row, {"units": 4000})},
	]
	hits("MUE-PEND", tc.given) == set()
}

test_fail_mue_pend[tc.note] if {
	some tc in [
		{"note": "days that do not divide the units", "given": listed({"mue": [spread_row]})},
		{"note": "1: the line's", "given": changed("mue", spread_row, {"indicator": 1})},
		{"note": "in force from the last day", "given": changed("mue", spread_row, {"spread": false, "from": 20240217})},
		{"note": "in force up to the first day", "given": changed("mue", spread_row, {"spread": false, "through": 20240215})},
	]
	hits("MUE-PEND", tc.given) == {2}
	hits("MUE-151", tc.given) == set()
}

test_absent_mue_pend[tc.note] if {
	some tc in [
		{"note": "no indicator", "given": lacking("mue", spread_row, ["indicator"])},
		{"note": "no limit", "given": lacking("mue", spread_row, ["limit"])},
		{"note": "no units", "given": lacking("mue", spread_row, ["units"])},
		{"note": "no day_units", "given": lacking("mue", spread_row, ["day_units"])},
		{"note": "no days", "given": lacking("mue", spread_row, ["date", "last", "from", "through"])},
	]
	hits("MUE-PEND", tc.given) == {2}
}
