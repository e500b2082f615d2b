package contract_test

test_pass_bir_14[tc.note] if {
	some tc in [
		{"note": "born before", "given": on(day, {})},
		{"note": "born that day", "given": on(day, {"claim": {"member_birth": 20240215}})},
	]
	hits("BIR-14", tc.given) == set()
}

test_fail_bir_14_born_the_day_after if hits("BIR-14", on(day, {"claim": {"member_birth": 20240216}})) == {0}

test_absent_bir_14[tc.note] if {
	some tc in [
		{
			"note": "birth date not on file",
			"given": json.remove(on(day, {}), ["claim/member_birth"]),
			"want": {0},
		},
		{"note": "no member", "given": nobody(on(day, {})), "want": set()},
	]
	hits("BIR-14", tc.given) == tc.want
}

test_pass_bir_14_the_source_does_not_speak if {
	hits("BIR-14", silent("member", on(day, {"claim": {"member_birth": 20240216}}))) == set()
}
