package contract_test

test_pass_frm_16_nothing_listed if hits("FRM-16", clean) == set()

test_fail_frm_16[tc.note] if {
	some tc in [
		{"note": "units", "given": listed({"faults": [{"line": 2, "field": "quantity"}]}), "want": {2}},
		{
			"note": "a field without remark of its own",
			"given": listed({"faults": [{"line": 0, "field": "type"}]}),
			"want": {0},
		},
	]
	hits("FRM-16", tc.given) == tc.want
}

test_absent_frm_16_field_not_said if hits("FRM-16", listed({"faults": [{"line": 1}]})) == {1}

test_fail_frm_16_remark[field] if {
	some field, rarc in {
		"admission": "MA40", "admissionType": "MA41", "birthDate": "N329", "charge": "M79", "diagnoses": "M76",
		"from": "M52", "lines": "M79", "memberId": "N382", "patientName": "MA36", "patientStatus": "MA43",
		"placeOfService": "M77", "principal": "MA63", "procedure": "M20", "qualifier": "M20", "quantity": "M53",
		"revenue": "M50", "sex": "MA39", "through": "M59", "type": "N34", "unit": "M53",
	}
	says("FRM-16", "rarc", listed({"faults": [{"line": 2, "field": field}]})) == {rarc}
}

test_absent_frm_16_remark if says("FRM-16", "rarc", listed({"faults": [{"line": 2}]})) == {"N34"}
