package contract_test

# The billing provider, enrolled.
party_row := {"role": "billing", "line": 0, "known": true, "first": 20240215, "last": 20240215, "from": 20200101, "through": 99991231}

test_pass_enr_b7[tc.note] if {
	some tc in [
		{"note": "enrolled", "given": listed({"parties": [party_row]})},
		{"note": "not on file: a person looks", "given": changed("parties", party_row, {"known": false})},
		{"note": "for that day only", "given": changed("parties", party_row, {"from": 20240215, "through": 20240215})},
		{"note": "not on file, without dates", "given": listed({"parties": [object.remove(object.union(party_row, {"known": false}), ["from", "through"])]})},
		{"note": "the source does not speak", "given": silent("provider", changed("parties", party_row, {"through": 20240214}))},
	]
	hits("ENR-B7", tc.given) == set()
}

test_fail_enr_b7[tc.note] if {
	some tc in [
		{"note": "not yet", "given": changed("parties", party_row, {"from": 20240216})},
		{"note": "no more", "given": changed("parties", party_row, {"through": 20240214})},
	]
	hits("ENR-B7", tc.given) == {0}
}

test_absent_enr_b7_no_dates if hits("ENR-B7", lacking("parties", party_row, ["from", "through"])) == {0}
