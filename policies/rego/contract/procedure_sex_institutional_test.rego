package contract_test

of_institution(given) := object.union(given, {"claim": {"type": "institutional"}})

test_pass_sex_7_pend[tc.note] if {
	some tc in [
		{"note": "same", "given": of_institution(changed("procedure_sexes", sex_row, {"sex": "F"}))},
		{"note": "professional: SEX-7 denies", "given": listed({"procedure_sexes": [sex_row]})},
	]
	hits("SEX-7-PEND", tc.given) == set()
}

# Modifier KX is of professional claims.
test_fail_sex_7_pend[tc.note] if {
	some tc in [
		{"note": "other", "given": of_institution(listed({"procedure_sexes": [sex_row]}))},
		{"note": "KX", "given": of_institution(changed("procedure_sexes", sex_row, {"modifiers": ["KX"]}))},
	]
	hits("SEX-7-PEND", tc.given) == {2}
}

test_absent_sex_7_pend[tc.note] if {
	some tc in [
		{"note": "no member", "given": nobody(of_institution(listed({"procedure_sexes": [sex_row]})))},
		{"note": "no sex", "given": of_institution(lacking("procedure_sexes", sex_row, ["sex"]))},
	]
	hits("SEX-7-PEND", tc.given) == {2}
}
