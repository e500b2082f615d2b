package contract_test

# A code for 18 to 43 years.
age_row := {"line": 2, "first": 20240215, "min": 18, "max": 43}

test_pass_age_6[tc.note] if {
	some tc in [
		{"note": "last day of 43", "given": changed("procedure_ages", age_row, {"first": 20240303})},
		{"note": "18 today", "given": changed("procedure_ages", age_row, {"first": 19980304})},
	]
	hits("AGE-6", tc.given) == set()
}

test_fail_age_6[tc.note] if {
	some tc in [
		{"note": "44 today", "given": changed("procedure_ages", age_row, {"first": 20240304})},
		{"note": "17", "given": changed("procedure_ages", age_row, {"first": 19980303})},
	]
	hits("AGE-6", tc.given) == {2}
}

test_absent_age_6[tc.note] if {
	some tc in [
		{"note": "no birth date", "given": json.remove(listed({"procedure_ages": [age_row]}), ["claim/member_birth"])},
		{"note": "no lower age", "given": lacking("procedure_ages", age_row, ["min"])},
		{"note": "no upper age", "given": lacking("procedure_ages", age_row, ["max"])},
		{"note": "no service date", "given": lacking("procedure_ages", age_row, ["first"])},
	]
	hits("AGE-6", tc.given) == {2}
}
