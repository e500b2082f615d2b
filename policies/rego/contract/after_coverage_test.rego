package contract_test

test_pass_cov_27[tc.note] if {
	some tc in [
		{"note": "inside", "given": on(day, {})},
		{
			"note": "last day of coverage",
			"given": on(object.union(day, {"from": 20241231, "through": 20241231}), {}),
		},
		{
			"note": "begins in one span and ends in the next",
			"given": on(object.union(day, {"through": 20240216}), {"coverages": [{"from": 20230101, "through": 20240215}, {"from": 20240216, "through": 20241231}]}),
		},
		{"note": "before it began is COV-26", "given": on(object.union(day, {"from": 20221231, "through": 20221231}), {})},
	]
	hits("COV-27", tc.given) == set()
}

test_fail_cov_27[tc.note] if {
	some tc in [
		{"note": "day after", "given": on(object.union(day, {"from": 20250101, "through": 20250101}), {})},
		{"note": "ends a day too late", "given": on(object.union(day, {"through": 20250101}), {})},
		{
			"note": "in a gap",
			"given": on(day, {"coverages": [{"from": 20230101, "through": 20231231}, {"from": 20240301, "through": 20241231}]}),
		},
		{
			"note": "begins in a gap and ends in the next span",
			"given": on(object.union(day, {"through": 20240216}), {"coverages": [{"from": 20230101, "through": 20240214}, {"from": 20240216, "through": 20241231}]}),
		},
	]
	hits("COV-27", tc.given) == {0}
}

test_absent_cov_27[tc.note] if {
	some tc in [
		{
			"note": "span without end",
			"given": on(day, {"coverages": [{"plan": "GOLD", "from": 20230101}]}),
			"want": {0},
		},
		{
			"note": "not looked up",
			"given": object.remove(on(object.union(day, {"from": 20250101, "through": 20250101}), {}), ["looked"]),
			"want": set(),
		},
	]
	hits("COV-27", tc.given) == tc.want
}
