package contract_test

test_pass_aut_198[tc.note] if {
	some tc in [
		{"note": "the last unit", "given": authorized(service_row, [granted])},
		{"note": "none fits", "given": authorized(service_row, [object.union(granted, {"procedure": "D0001"})])},
	]
	hits("AUT-198", tc.given) == set()
}

test_fail_aut_198[tc.note] if {
	some tc in [
		{"note": "one too many", "given": authorized(object.union(service_row, {"units": 2000}), [granted])},
		{
			"note": "a line before used it",
			"given": authorized(object.union(service_row, {"before": 1000}), [granted]),
		},
	]
	hits("AUT-198", tc.given) == {2}
}

test_absent_aut_198_units_not_said if {
	given := authorized(object.remove(service_row, ["units"]), [granted])
	hits("AUT-198", given) == {2}
}

# What is left of what fits, and never less than nothing.
test_fail_aut_198_units[tc.note] if {
	some tc in [
		{"note": "one unit is left", "row": {"units": 2000}, "own": [granted], "want": {1000}},
		{"note": "a thousandth is left", "row": {"units": 2000, "before": 999}, "own": [granted], "want": {1}},
		{"note": "nothing is left", "row": {"before": 1000}, "own": [granted], "want": {0}},
		{"note": "overdrawn", "row": {"before": 9000}, "own": [granted], "want": {0}},
		{
			"note": "what does not fit gives nothing",
			"row": {"units": 2000},
			"own": [granted, object.union(granted, {"procedure": "D0001"})],
			"want": {1000},
		},
	]
	says("AUT-198", "units", authorized(object.union(service_row, tc.row), tc.own)) == tc.want
}
