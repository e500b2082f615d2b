package contract_test

test_pass_dth_13[tc.note] if {
	some tc in [
		{"note": "alive", "given": on(day, {})},
		{"note": "on the day of death", "given": on(day, {"claim": {"member_death": 20240215}})},
	]
	hits("DTH-13", tc.given) == set()
}

test_fail_dth_13_day_after if hits("DTH-13", on(day, {"claim": {"member_death": 20240214}})) == {0}

test_absent_dth_13[tc.note] if {
	some tc in [
		{"note": "date of death not said", "given": json.remove(on(day, {}), ["claim/member_death"]), "want": {0}},
		{"note": "no member", "given": nobody(on(day, {})), "want": set()},
	]
	hits("DTH-13", tc.given) == tc.want
}

test_pass_dth_13_the_source_does_not_speak if {
	hits("DTH-13", silent("member", on(day, {"claim": {"member_death": 20240214}}))) == set()
}
