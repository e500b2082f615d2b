package contract_test

test_pass_fct_pend_nothing_listed if hits("FCT-PEND", clean) == set()

test_fail_fct_pend_a_kind_listed if hits("FCT-PEND", listed({"facts": ["mue"]})) == {0}

test_absent_fct_pend_an_empty_list if hits("FCT-PEND", listed({"facts": []})) == set()
