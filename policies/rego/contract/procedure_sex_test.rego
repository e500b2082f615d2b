package contract_test

# A code for men.
sex_row := {"line": 2, "sex": "M", "modifiers": []}

test_pass_sex_7[tc.note] if {
	some tc in [
		{"note": "same", "given": changed("procedure_sexes", sex_row, {"sex": "F"})},
		{"note": "KX", "given": changed("procedure_sexes", sex_row, {"modifiers": ["KX"]})},
	]
	hits("SEX-7", tc.given) == set()
}

test_pass_sex_7_institutional if hits("SEX-7", of_institution(listed({"procedure_sexes": [sex_row]}))) == set()

test_fail_sex_7_other if hits("SEX-7", listed({"procedure_sexes": [sex_row]})) == {2}

test_fail_sex_7_other_modifier if hits("SEX-7", changed("procedure_sexes", sex_row, {"modifiers": ["59"]})) == {2}

test_absent_sex_7[tc.note] if {
	some tc in [
		{"note": "no member", "given": nobody(listed({"procedure_sexes": [sex_row]}))},
		{"note": "no sex", "given": lacking("procedure_sexes", sex_row, ["sex"])},
		{
			"note": "type of claim not said, though KX",
			"given": json.remove(changed("procedure_sexes", sex_row, {"modifiers": ["KX"]}), ["claim/type"]),
		},
	]
	hits("SEX-7", tc.given) == {2}
}
