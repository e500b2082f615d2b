package contract_test

# A line that was paid before.
twin_row := {"line": 2, "where": "finalised", "own": false}

test_pass_dup_18[tc.note] if {
	some tc in [
		{"note": "no twin", "given": clean},
		{
			"note": "the claim it replaces",
			"given": object.union(changed("duplicates", twin_row, {"own": true}), {"claim": {"frequency": "7"}}),
		},
		{
			"note": "the claim it voids",
			"given": object.union(changed("duplicates", twin_row, {"own": true}), {"claim": {"frequency": "8"}}),
		},
	]
	hits("DUP-18", tc.given) == set()
}

test_fail_dup_18[tc.note] if {
	some tc in [
		{"note": "sameClaim", "given": changed("duplicates", twin_row, {"where": "sameClaim"})},
		{"note": "inProcess", "given": changed("duplicates", twin_row, {"where": "inProcess"})},
		{"note": "finalised", "given": changed("duplicates", twin_row, {"where": "finalised"})},
		{"note": "own, but an original", "given": changed("duplicates", twin_row, {"own": true})},
	]
	hits("DUP-18", tc.given) == {2}
}

test_absent_dup_18_nothing_but_the_line if hits("DUP-18", listed({"duplicates": [{"line": 2}]})) == {2}
