package contract_test

# Two units of a code that may be had twice a day.
units_row := {
	"line": 2, "indicator": 2, "limit": 2000, "units": 2000, "day_units": 2000, "date": 20240215, "last": 20240215,
	"from": 20240101, "through": 20240331, "spread": false,
}

test_pass_mue_151[tc.note] if {
	some tc in [
		{"note": "at the value", "given": listed({"mue": [units_row]})},
		{
			"note": "1: other lines do not count",
			"given": changed("mue", units_row, {"indicator": 1, "day_units": 9000}),
		},
		{
			"note": "of another quarter, in a table that is assumed valid",
			"given": object.union(changed("mue", units_row, {"units": 9000, "through": 20240214}), {"looked": {"mue": {"assumed": true}}}),
		},
		{"note": "not in force", "given": changed("mue", units_row, {"units": 9000, "through": 20240214})},
		{"note": "3: at the value", "given": changed("mue", units_row, {"indicator": 3})},
		{"note": "not in force yet", "given": changed("mue", units_row, {"units": 9000, "from": 20240216})},
		{"note": "units of unknown days are MUE-PEND", "given": changed("mue", units_row, {"units": 9000, "spread": true})},
		{
			"note": "in force on the last of several days alone is MUE-PEND",
			"given": changed("mue", units_row, {"units": 9000, "last": 20240217, "from": 20240217}),
		},
		{
			"note": "in force on the first of several days alone is MUE-PEND",
			"given": changed("mue", units_row, {"units": 9000, "last": 20240217, "through": 20240215}),
		},
	]
	hits("MUE-151", tc.given) == set()
}

test_fail_mue_151[tc.note] if {
	some tc in [
		{"note": "1: line over", "given": changed("mue", units_row, {"indicator": 1, "units": 2001})},
		{"note": "2: day over", "given": changed("mue", units_row, {"day_units": 2001})},
		{"note": "3: day over", "given": changed("mue", units_row, {"indicator": 3, "day_units": 2001})},
		{"note": "on the first day of the quarter", "given": changed("mue", units_row, {"units": 9000, "from": 20240215})},
		{"note": "on its last day", "given": changed("mue", units_row, {"units": 9000, "through": 20240215})},
		{
			"note": "several days, first and last of the quarter among them",
			"given": changed("mue", units_row, {"units": 9000, "date": 20240101, "last": 20240331}),
		},
	]
	hits("MUE-151", tc.given) == {2}
}

test_absent_mue_151[tc.note] if {
	some tc in [
		{"note": "no indicator", "given": lacking("mue", units_row, ["indicator"])},
		{"note": "no limit", "given": lacking("mue", units_row, ["limit"])},
		{"note": "no units", "given": lacking("mue", units_row, ["units"])},
		{"note": "no day_units", "given": lacking("mue", units_row, ["day_units"])},
		{"note": "no days", "given": listed({"mue": [object.remove(object.union(units_row, {"units": 9000}), ["date", "last", "spread"])]})},
	]
	hits("MUE-151", tc.given) == {2}
}

test_fail_mue_151_remark[indicator] if {
	some indicator, rarc in {1: "N362", 2: "N640", 3: "N640"}
	says("MUE-151", "rarc", changed("mue", units_row, {"indicator": indicator, "units": 9000})) == {rarc}
}

test_absent_mue_151_remark if says("MUE-151", "rarc", lacking("mue", units_row, ["indicator"])) == {"N640"}
