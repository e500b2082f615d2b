package contract_test

# A line that needs an authorisation.
service_row := {"line": 2, "first": 20240215, "last": 20240215, "procedure": "D0002", "number": "", "npis": ["1234567893"]}

# An authorisation that fits it.
granted := {"number": "A1", "procedure": "D0002", "npi": "", "from": 20240101, "through": 20240630}

test_pass_aut_197[tc.note] if {
	some tc in [
		{"note": "one fits", "given": authorized(service_row, [granted])},
		{
			"note": "made out to the biller",
			"given": authorized(service_row, [object.union(granted, {"npi": "1234567893"})]),
		},
		{
			"note": "a number that does not fit is AUT-16",
			"given": authorized(object.union(service_row, {"number": "Z"}), [granted]),
		},
		{
			"note": "for that day only",
			"given": authorized(service_row, [object.union(granted, {"from": 20240215, "through": 20240215})]),
		},
		{"note": "the source does not speak", "given": silent("authorizations", authorized(service_row, []))},
	]
	hits("AUT-197", tc.given) == set()
}

test_fail_aut_197[tc.note] if {
	some tc in [
		{"note": "none", "given": authorized(service_row, [])},
		{"note": "other code", "given": authorized(service_row, [object.union(granted, {"procedure": "D0001"})])},
		{"note": "ended", "given": authorized(service_row, [object.union(granted, {"through": 20240214})])},
		{
			"note": "other provider",
			"given": authorized(service_row, [object.union(granted, {"npi": "1245319599"})]),
		},
	]
	hits("AUT-197", tc.given) == {2}
}

test_absent_aut_197[tc.note] if {
	some tc in [
		{"note": "no npi", "given": authorized(service_row, [object.remove(granted, ["npi"])])},
		{"note": "no from", "given": authorized(service_row, [object.remove(granted, ["from"])])},
		{"note": "no procedure", "given": authorized(service_row, [object.remove(granted, ["procedure"])])},
		{
			"note": "not said whether one is named",
			"given": authorized(object.remove(service_row, ["number"]), [granted]),
		},
		{"note": "no list", "given": listed({"authorizations": [service_row]})},
	]
	hits("AUT-197", tc.given) == {2}
}
