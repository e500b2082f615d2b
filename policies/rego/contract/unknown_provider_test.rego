package contract_test

test_pass_enr_pend_on_file if hits("ENR-PEND", listed({"parties": [party_row]})) == set()

test_fail_enr_pend_not_on_file if hits("ENR-PEND", changed("parties", party_row, {"known": false})) == {0}

test_absent_enr_pend_not_said if hits("ENR-PEND", lacking("parties", party_row, ["known"])) == {0}
