package contract_test

test_pass_plain_pend[tc.note] if {
	some tc in [
		{"note": "plain", "given": clean},
		{
			"note": "dates listed",
			"given": object.union(on(day, {}), {"claim": {"listed": 1, "plain_through": 20240101}}),
		},
	]
	hits("PLAIN-PEND", tc.given) == set()
}

test_fail_plain_pend[tc.note] if {
	some tc in [
		{"note": "a row is missing and none is listed", "given": object.union(clean, {"claim": {"rows": 10}})},
		{"note": "service after the window", "given": object.union(clean, {"claim": {"plain_through": 20240214}})},
		{"note": "a listed row was lost", "given": object.union(clean, {"claim": {"listed": 1}})},
		{"note": "more is listed than was said", "given": listed({"ptp": [pair_row]})},
	]
	hits("PLAIN-PEND", tc.given) == {0}
}

test_absent_plain_pend[tc.note] if {
	some tc in [
		{"note": "no charge", "given": json.remove(clean, ["claim/charge"])},
		{"note": "no first", "given": json.remove(clean, ["claim/first"])},
		{"note": "no last", "given": json.remove(clean, ["claim/last"])},
		{"note": "no listed", "given": json.remove(clean, ["claim/listed"])},
		{"note": "no plain_from", "given": json.remove(clean, ["claim/plain_from"])},
		{"note": "no plain_through", "given": json.remove(clean, ["claim/plain_through"])},
		{"note": "no received", "given": json.remove(clean, ["claim/received"])},
		{"note": "no rows", "given": json.remove(clean, ["claim/rows"])},
		{"note": "no type", "given": json.remove(clean, ["claim/type"])},
		{"note": "no wanted", "given": json.remove(clean, ["claim/wanted"])},
		{"note": "no frequency", "given": json.remove(clean, ["claim/frequency"])},
		{"note": "no member", "given": json.remove(clean, ["claim/member"])},
		{"note": "nothing of the member", "given": json.remove(clean, ["claim/member_birth", "claim/member_death", "claim/member_sex"])},
		{"note": "no birth date", "given": json.remove(clean, ["claim/member_birth"])},
		{"note": "nothing at all", "given": {}},
	]
	hits("PLAIN-PEND", tc.given) == {0}
}
