package contract_test

# A benefit that covers the service.
benefit_row := {"line": 2, "covered": true, "first": 20240215, "last": 20240215, "from": 20240101, "through": 99991231}

test_pass_ben_pend[tc.note] if {
	some tc in [
		{"note": "covered", "given": listed({"benefits": [benefit_row]})},
		{"note": "not covered", "given": changed("benefits", benefit_row, {"covered": false})},
		{"note": "for that day only", "given": changed("benefits", benefit_row, {"from": 20240215, "through": 20240215})},
	]
	hits("BEN-PEND", tc.given) == set()
}

test_fail_ben_pend[tc.note] if {
	some tc in [
		{"note": "ended", "given": changed("benefits", benefit_row, {"through": 20240214})},
		{"note": "not begun", "given": changed("benefits", benefit_row, {"from": 20240216})},
	]
	hits("BEN-PEND", tc.given) == {2}
}

# A table that is assumed valid has rows with dates as any other.
test_fail_ben_pend_assumed if {
	given := object.union(changed("benefits", benefit_row, {"through": 20240214}), {"looked": {"benefits": {"assumed": true}}})
	hits("BEN-PEND", given) == {2}
}

test_absent_ben_pend[tc.note] if {
	some tc in [
		{"note": "no row", "given": lacking("benefits", benefit_row, ["covered", "from", "through"])},
		{"note": "no dates", "given": lacking("benefits", benefit_row, ["through"])},
		{"note": "not said whether it covers", "given": lacking("benefits", benefit_row, ["covered"])},
	]
	hits("BEN-PEND", tc.given) == {2}
}
