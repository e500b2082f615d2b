package contract_test

test_pass_cov_26[tc.note] if {
	some tc in [
		{"note": "inside", "given": on(day, {})},
		{"note": "first day of coverage", "given": on(object.union(day, {"from": 20230101}), {})},
		{"note": "after it", "given": on(object.union(day, {"from": 20260101}), {})},
	]
	hits("COV-26", tc.given) == set()
}

test_fail_cov_26_day_before if hits("COV-26", on(object.union(day, {"from": 20221231, "lines": [2]}), {})) == {2}

test_absent_cov_26[tc.note] if {
	some tc in [
		{
			"note": "span without beginning",
			"given": on(day, {"coverages": [{"plan": "GOLD", "through": 20241231}]}),
			"want": {0},
		},
		{"note": "no span", "given": on(day, {"coverages": []}), "want": set()},
		{"note": "no date", "given": on(object.remove(day, ["from"]), {}), "want": set()},
	]
	hits("COV-26", tc.given) == tc.want
}

test_pass_cov_26_the_source_does_not_speak if {
	hits("COV-26", silent("coverage", on(object.union(day, {"from": 20221231}), {}))) == set()
}
