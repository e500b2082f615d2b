package contract_test

test_pass_cov_plan[tc.note] if {
	some tc in [
		{"note": "inside", "given": on(day, {})},
		{
			"note": "terms and coverage for that day only",
			"given": on(day, {
				"plan": {"from": 20240215, "through": 20240215},
				"coverages": [{"plan": "GOLD", "from": 20240215, "through": 20240215}],
			}),
		},
		{"note": "nobody is covered: MEM-31", "given": nobody(object.remove(on(day, {}), ["plan", "coverages"]))},
	]
	hits("COV-PLAN", tc.given) == set()
}

test_fail_cov_plan[tc.note] if {
	some tc in [
		{"note": "plan terms end before", "given": on(day, {"plan": {"through": 20240214}})},
		{
			"note": "coverage is of another plan",
			"given": on(day, {"coverages": [{"plan": "SILVER", "from": 20230101, "through": 20241231}]}),
		},
		{
			"note": "begins in one span and ends in the next",
			"given": on(object.union(day, {"through": 20240216}), {"coverages": [{"plan": "GOLD", "from": 20230101, "through": 20240215}, {"plan": "GOLD", "from": 20240216, "through": 20241231}]}),
		},
		{"note": "plan terms begin after", "given": on(day, {"plan": {"from": 20240216}})},
		{"note": "coverage begins after", "given": on(day, {"coverages": [{"plan": "GOLD", "from": 20240216, "through": 20241231}]})},
		{"note": "coverage ended", "given": on(day, {"coverages": [{"plan": "GOLD", "from": 20230101, "through": 20240214}]})},
	]
	hits("COV-PLAN", tc.given) == {0}
}

test_absent_cov_plan[tc.note] if {
	some tc in [
		{"note": "no plan", "given": object.remove(on(day, {}), ["plan"])},
		{"note": "no coverage", "given": on(day, {"coverages": []})},
		{"note": "no date", "given": on(object.remove(day, ["from"]), {})},
	]
	hits("COV-PLAN", tc.given) == {0}
}
