package contract_test

test_pass_dth_13[tc.note] if {
	some tc in [
		{"note": "alive", "given": on(day, {})},
		{"note": "on the day of death", "given": on(day, {"member": {"death": 20240215}})},
	]
	hits("DTH-13", tc.given) == set()
}

test_fail_dth_13_day_after if hits("DTH-13", on(day, {"member": {"death": 20240214}})) == {0}

test_absent_dth_13_no_date_of_death if hits("DTH-13", on(day, {"member": {"sex": "F"}})) == set()
