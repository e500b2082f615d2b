package contract_test

test_pass_sex_10_pend[tc.note] if {
	some tc in [
		{"note": "same", "given": of_institution(changed("diagnosis_sexes", diagnosis_sex_row, {"sex": "F"}))},
		{"note": "professional: SEX-10 denies", "given": listed({"diagnosis_sexes": [diagnosis_sex_row]})},
	]
	hits("SEX-10-PEND", tc.given) == set()
}

# Modifier KX is of professional claims.
test_fail_sex_10_pend[tc.note] if {
	some tc in [
		{"note": "other", "given": of_institution(listed({"diagnosis_sexes": [diagnosis_sex_row]}))},
		{"note": "KX", "given": of_institution(changed("diagnosis_sexes", diagnosis_sex_row, {"modifiers": ["KX"]}))},
	]
	hits("SEX-10-PEND", tc.given) == {0}
}

test_absent_sex_10_pend[tc.note] if {
	some tc in [
		{"note": "no member", "given": nobody(of_institution(listed({"diagnosis_sexes": [diagnosis_sex_row]})))},
		{"note": "no sex", "given": of_institution(lacking("diagnosis_sexes", diagnosis_sex_row, ["sex"]))},
	]
	hits("SEX-10-PEND", tc.given) == {0}
}
