package contract_test

# A diagnosis of men.
diagnosis_sex_row := {"sex": "M", "modifiers": []}

test_pass_sex_10[tc.note] if {
	some tc in [
		{"note": "same", "given": changed("diagnosis_sexes", diagnosis_sex_row, {"sex": "F"})},
		{"note": "KX", "given": changed("diagnosis_sexes", diagnosis_sex_row, {"modifiers": ["59", "KX"]})},
		{"note": "of an institution", "given": of_institution(listed({"diagnosis_sexes": [diagnosis_sex_row]}))},
	]
	hits("SEX-10", tc.given) == set()
}

test_fail_sex_10[tc.note] if {
	some tc in [
		{"note": "other", "given": listed({"diagnosis_sexes": [diagnosis_sex_row]})},
		{"note": "other modifier", "given": changed("diagnosis_sexes", diagnosis_sex_row, {"modifiers": ["59"]})},
	]
	hits("SEX-10", tc.given) == {0}
}

test_absent_sex_10[tc.note] if {
	some tc in [
		{"note": "no member", "given": nobody(changed("diagnosis_sexes", diagnosis_sex_row, {"sex": "F"}))},
		{"note": "no modifiers", "given": lacking("diagnosis_sexes", diagnosis_sex_row, ["modifiers"])},
		{
			"note": "type of claim not said, though KX",
			"given": json.remove(changed("diagnosis_sexes", diagnosis_sex_row, {"modifiers": ["KX"]}), ["claim/type"]),
		},
	]
	hits("SEX-10", tc.given) == {0}
}
