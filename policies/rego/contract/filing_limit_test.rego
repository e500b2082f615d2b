package contract_test

test_pass_fil_29[tc.note] if {
	some tc in [
		{"note": "on the last of 90 days", "given": on(day, {"received": {"date": 20240515, "day": 19858}})},
		{
			"note": "same day next year",
			"given": on(day, {"received": {"date": 20250215, "day": 20134}, "plan": {"filing_days": 0}}),
		},
		{
			"note": "29 February, by 28 February",
			"given": on(object.union(day, {"filing": 20240229}), {"received": {"date": 20250228, "day": 20147}, "plan": {"filing_days": 0}}),
		},
		{
			"note": "a limit of one day",
			"given": on(day, {"received": {"date": 20240216, "day": 19769}, "plan": {"filing_days": 1}}),
		},
		{
			"note": "the source does not speak",
			"given": silent("plan", on(day, {"received": {"date": 20240516, "day": 19859}})),
		},
	]
	hits("FIL-29", tc.given) == set()
}

test_fail_fil_29[tc.note] if {
	some tc in [
		{"note": "a day late", "given": on(day, {"received": {"date": 20240516, "day": 19859}})},
		{
			"note": "a day after the year",
			"given": on(day, {"received": {"date": 20250216, "day": 20135}, "plan": {"filing_days": 0}}),
		},
		{
			"note": "29 February, on 1 March",
			"given": on(object.union(day, {"filing": 20240229}), {"received": {"date": 20250301, "day": 20148}, "plan": {"filing_days": 0}}),
		},
		{
			"note": "a limit that makes no sense",
			"given": on(day, {"received": {"date": 20240215, "day": 19768}, "plan": {"filing_days": -1}}),
		},
	]
	hits("FIL-29", tc.given) == {0}
}

test_absent_fil_29[tc.note] if {
	some tc in [
		{"note": "no filing date", "given": on(object.remove(day, ["filing", "filing_day"]), {}), "want": {0}},
		{
			"note": "limit not said",
			"given": object.union(object.remove(on(day, {}), ["plan"]), {"plan": {"code": "GOLD"}}),
			"want": {0},
		},
		{"note": "no plan", "given": object.remove(on(day, {}), ["plan"]), "want": set()},
		{"note": "no date of service", "given": on(object.remove(day, ["from", "filing"]), {"plan": {"filing_days": 0}}), "want": set()},
		{"note": "not said when it was received", "given": object.remove(on(day, {}), ["received"]), "want": set()},
	]
	hits("FIL-29", tc.given) == tc.want
}
