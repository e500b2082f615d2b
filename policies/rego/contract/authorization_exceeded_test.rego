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
