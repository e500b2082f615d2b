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

# A claim with one row listed, of which the input says so.
told(list, row) := object.union(listed({list: [row]}), {"claim": {"listed": 1}})

test_pass_plain_pend_edges[tc.note] if {
	some tc in [
		{"note": "every row holds for that day only", "given": object.union(clean, {"claim": {"plain_from": 20240215, "plain_through": 20240215}})},
		{
			"note": "every row holds for that day only, and one is listed",
			"given": object.union(told("mue", {}), {"claim": {"plain_from": 20240215, "plain_through": 20240215}}),
		},
		{"note": "nobody is covered, which is listed", "given": nobody(told("dates", day))},
	]
	hits("PLAIN-PEND", tc.given) == set()
}

# These lists show what is not plainly there, or for which dates.
test_pass_plain_pend_accounted[list] if {
	some list in ["benefits", "dates", "diagnoses", "parties", "procedures"]
	hits("PLAIN-PEND", object.union(told(list, {}), {"claim": {"rows": 10, "plain_from": 20240216}})) == set()
}

test_fail_plain_pend_listed[tc.note] if {
	some tc in [
		{"note": "service before the window", "given": object.union(clean, {"claim": {"plain_from": 20240216}})},
		{"note": "a row is missing, and others are listed", "given": object.union(told("mue", {}), {"claim": {"rows": 10}})},
		{
			"note": "service before the window, and rows of something else listed",
			"given": object.union(told("mue", {}), {"claim": {"plain_from": 20240216}}),
		},
		{
			"note": "service after the window, and rows of something else listed",
			"given": object.union(told("mue", {}), {"claim": {"plain_through": 20240214}}),
		},
		{"note": "a list that is not named", "given": object.union(told("dates", day), {"lists": ["mue"]})},
		{"note": "nobody is covered, and nothing is listed", "given": nobody(clean)},
		{"note": "a member on file of whom nothing is said", "given": object.union(nobody(told("dates", day)), {"claim": {"member": true}})},
	]
	hits("PLAIN-PEND", tc.given) == {0}
}

test_absent_plain_pend_listed[field] if {
	some field in ["charge", "member_death", "received", "type"]
	hits("PLAIN-PEND", json.remove(told("dates", day), [concat("/", ["claim", field])])) == {0}
}

test_absent_plain_pend_nobody[field] if {
	some field in ["charge", "received", "type"]
	hits("PLAIN-PEND", json.remove(nobody(told("dates", day)), [concat("/", ["claim", field])])) == {0}
}
