package contract_test

test_pass_aut_16[tc.note] if {
	some tc in [
		{"note": "the number fits", "given": authorized(object.union(service_row, {"number": "A1"}), [granted])},
		{"note": "no number is AUT-197", "given": authorized(service_row, [granted])},
		{"note": "no number, and none fits, is AUT-197", "given": authorized(service_row, [])},
		{
			"note": "the source does not speak",
			"given": silent("authorizations", authorized(object.union(service_row, {"number": "Z"}), [])),
		},
	]
	hits("AUT-16", tc.given) == set()
}

test_fail_aut_16[tc.note] if {
	some tc in [
		{"note": "not on file", "given": authorized(object.union(service_row, {"number": "Z"}), [granted])},
		{
			"note": "ended",
			"given": authorized(object.union(service_row, {"number": "A1"}), [object.union(granted, {"through": 20240214})]),
		},
	]
	hits("AUT-16", tc.given) == {2}
}

test_absent_aut_16_no_window if {
	given := authorized(object.union(service_row, {"number": "A1"}), [object.remove(granted, ["from", "through"])])
	hits("AUT-16", given) == {2}
}
