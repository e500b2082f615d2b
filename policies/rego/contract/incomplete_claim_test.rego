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
