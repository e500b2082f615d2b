package contract_test

test_pass_dgn_16_billable if hits("DGN-16", listed({"diagnoses": [diagnosis_row]})) == set()

test_fail_dgn_16_a_category if hits("DGN-16", changed("diagnoses", diagnosis_row, {"billable": false})) == {0}

test_absent_dgn_16_not_said if hits("DGN-16", lacking("diagnoses", diagnosis_row, ["billable"])) == {0}

test_pass_dgn_16[tc.note] if {
	some tc in [
		{
			"note": "not in the code set is DGN-146",
			"given": listed({"diagnoses": [object.remove(object.union(diagnosis_row, {"known": false}), ["billable"])]}),
		},
		{"note": "the source does not speak", "given": silent("diagnoses", changed("diagnoses", diagnosis_row, {"billable": false}))},
	]
	hits("DGN-16", tc.given) == set()
}
