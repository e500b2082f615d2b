package contract_test

# The patient as submitted, the same as the member.
patient_row := {"birth": 19800304, "sex": "F", "named": true}

test_pass_pat_140[tc.note] if {
	some tc in [
		{"note": "same", "given": listed({"patient": [patient_row]})},
		{"note": "sex unknown to the provider", "given": changed("patient", patient_row, {"sex": "U"})},
		{"note": "same, of a man", "given": object.union(changed("patient", patient_row, {"sex": "M"}), {"claim": {"member_sex": "M"}})},
	]
	hits("PAT-140", tc.given) == set()
}

test_fail_pat_140[tc.note] if {
	some tc in [
		{"note": "other birth date", "given": changed("patient", patient_row, {"birth": 19800403})},
		{"note": "other name", "given": changed("patient", patient_row, {"named": false})},
		{"note": "other sex", "given": changed("patient", patient_row, {"sex": "M"})},
		{
			"note": "sex unknown to both",
			"given": object.union(changed("patient", patient_row, {"sex": "U"}), {"claim": {"member_sex": "U"}}),
		},
	]
	hits("PAT-140", tc.given) == {0}
}

test_absent_pat_140[tc.note] if {
	some tc in [
		{"note": "no birth date", "given": lacking("patient", patient_row, ["birth"])},
		{"note": "no sex", "given": lacking("patient", patient_row, ["sex"])},
		{"note": "names not compared", "given": lacking("patient", patient_row, ["named"])},
		{
			"note": "member without sex",
			"given": json.remove(lacking("patient", patient_row, ["sex"]), ["claim/member_sex"]),
		},
	]
	hits("PAT-140", tc.given) == {0}
}
