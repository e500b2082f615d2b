package contract_test

test_pass_dat_110[tc.note] if {
	some tc in [
		{"note": "before receipt", "given": on(day, {})},
		{"note": "on the day of receipt", "given": on(object.union(day, {"through": 20240301}), {})},
	]
	hits("DAT-110", tc.given) == set()
}

test_fail_dat_110_after_receipt if hits("DAT-110", on(object.union(day, {"through": 20240302}), {})) == {0}

test_absent_dat_110[tc.note] if {
	some tc in [
		{"note": "no date of receipt", "given": object.remove(on(day, {}), ["received"])},
		{"note": "no date of service", "given": on(object.remove(day, ["through"]), {})},
	]
	hits("DAT-110", tc.given) == {0}
}
