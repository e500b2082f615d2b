package contract_test

# A diagnosis up to 43 years; the patient is 43.
diagnosis_age_row := {"min": 0, "max": 43}

test_pass_age_9_last_year if hits("AGE-9", listed({"diagnosis_ages": [diagnosis_age_row]})) == set()

test_fail_age_9[tc.note] if {
	some tc in [
		{"note": "too old", "given": listed({"diagnosis_ages": [{"min": 0, "max": 42}]})},
		{"note": "too young", "given": listed({"diagnosis_ages": [{"min": 44, "max": 999}]})},
	]
	hits("AGE-9", tc.given) == {0}
}

test_absent_age_9[tc.note] if {
	some tc in [
		{
			"note": "no birth date",
			"given": object.remove(listed({"diagnosis_ages": [diagnosis_age_row]}), ["member"]),
		},
		{"note": "no lower age", "given": listed({"diagnosis_ages": [{"max": 43}]})},
		{"note": "no upper age", "given": listed({"diagnosis_ages": [{"min": 15}]})},
	]
	hits("AGE-9", tc.given) == {0}
}
