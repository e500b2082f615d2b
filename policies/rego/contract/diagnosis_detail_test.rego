package contract_test

test_pass_dgn_16_billable if hits("DGN-16", listed({"diagnoses": [diagnosis_row]})) == set()

test_fail_dgn_16_a_category if hits("DGN-16", changed("diagnoses", diagnosis_row, {"billable": false})) == {0}

test_absent_dgn_16_not_said if hits("DGN-16", lacking("diagnoses", diagnosis_row, ["billable"])) == {0}
