package contract_test

# An ICD-9-CM code on the last day of that code set.
icd9_row := {"number": 1, "icd9": true, "known": false, "first": 20150930, "last": 20150930}

test_pass_dgn_pend[tc.note] if {
	some tc in [
		{"note": "the day after", "given": changed("diagnoses", icd9_row, {"last": 20151001})},
		{"note": "ICD-10-CM", "given": changed("diagnoses", icd9_row, {"icd9": false})},
		{
			"note": "the table is assumed to speak for other years",
			"given": object.union(listed({"diagnoses": [icd9_row]}), {"looked": {"diagnoses": {"assumed": true}}}),
		},
		{
			"note": "not looked up: the gate pends",
			"given": json.remove(listed({"diagnoses": [icd9_row]}), ["looked/diagnoses"]),
		},
	]
	hits("DGN-PEND", tc.given) == set()
}

test_fail_dgn_pend if {
	given := listed({"diagnoses": [icd9_row]})
	hits("DGN-PEND", given) == {0}
	hits("DGN-146", given) == set()
}

test_absent_dgn_pend[tc.note] if {
	some tc in [
		{"note": "code set not said: no ICD-10-CM code is valid so early", "given": lacking("diagnoses", icd9_row, ["icd9"])},
		{"note": "no service date", "given": lacking("diagnoses", icd9_row, ["last"])},
	]
	hits("DGN-PEND", tc.given) == set()
	hits("DGN-146", tc.given) == {0}
}
