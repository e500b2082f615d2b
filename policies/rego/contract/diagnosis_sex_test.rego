package contract_test

test_pass_sex_10_same if hits("SEX-10", listed({"diagnosis_sexes": [{"sex": "F"}]})) == set()

test_fail_sex_10_other if hits("SEX-10", listed({"diagnosis_sexes": [{"sex": "M"}]})) == {0}

test_absent_sex_10_no_member if {
	given := nobody(listed({"diagnosis_sexes": [{"sex": "F"}]}))
	hits("SEX-10", given) == {0}
}
