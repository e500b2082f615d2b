package contract_test

# A diagnosis up to 43 years; the patient is 43.
diagnosis_age_row := {"min": 0, "max": 43}

test_pass_age_9_last_year if hits("AGE-9", listed({"diagnosis_ages": [diagnosis_age_row]})) == set()

# Newborns only: the least age is below birth, so that 0 is the greatest.
test_pass_age_9_newborn if {
	given := object.union(listed({"diagnosis_ages": [{"min": -1, "max": 0}]}), {"claim": {"member_birth": 20230216}})
	hits("AGE-9", given) == set()
}

test_fail_age_9_first_birthday if {
	given := object.union(listed({"diagnosis_ages": [{"min": -1, "max": 0}]}), {"claim": {"member_birth": 20230215}})
	hits("AGE-9", given) == {0}
}

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
			"given": json.remove(listed({"diagnosis_ages": [diagnosis_age_row]}), ["claim/member_birth"]),
		},
		{"note": "no lower age", "given": listed({"diagnosis_ages": [{"max": 43}]})},
		{"note": "no upper age", "given": listed({"diagnosis_ages": [{"min": 15}]})},
	]
	hits("AGE-9", tc.given) == {0}
}

test_pass_age_9_birthday_of_the_least_age if {
	given := object.union(listed({"diagnosis_ages": [{"min": 18, "max": 43}]}), {"claim": {"member_birth": 20060215}})
	hits("AGE-9", given) == set()
}
