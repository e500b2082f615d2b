package contract_test

# Services from the end of February 2024 to the beginning of March.
spanned_row := object.union(diagnosis_row, {"first": 20240228, "last": 20240302})

# ICD-9-CM, of services on both sides of the change of code sets.
spanned_icd9_row := {"number": 1, "icd9": true, "known": false, "first": 20150930, "last": 20151001}

test_pass_dgn_span[tc.note] if {
	some tc in [
		{"note": "valid on all", "given": changed("diagnoses", spanned_row, {"from": 20240228, "through": 20240302})},
		{"note": "valid on one day", "given": listed({"diagnoses": [diagnosis_row]})},
		{"note": "the first day of ICD-10-CM", "given": changed("diagnoses", diagnosis_row, {"from": 20151001, "first": 20151001})},
	]
	hits("DGN-SPAN", tc.given) == set()
	hits("DGN-146", tc.given) == set()
}

# On no day of service, which DGN-146 denies.
test_pass_dgn_span_none[tc.note] if {
	some tc in [
		{"note": "ended the day before", "given": changed("diagnoses", spanned_row, {"through": 20240227})},
		{"note": "began the day after", "given": changed("diagnoses", spanned_row, {"from": 20240303})},
		{"note": "not in the code set", "given": changed("diagnoses", spanned_row, {"known": false})},
		{
			"note": "ICD-10-CM, the last day before it",
			"given": changed("diagnoses", spanned_row, {"from": 10101, "first": 20150929, "last": 20150930}),
		},
		{"note": "in neither code set", "given": changed("diagnoses", spanned_icd9_row, {"icd9": false})},
		{"note": "ICD-9-CM, the first day after it", "given": changed("diagnoses", spanned_icd9_row, {"first": 20151001})},
	]
	hits("DGN-SPAN", tc.given) == set()
	hits("DGN-146", tc.given) == {0}
}

test_pass_dgn_span_icd9_in_its_time if {
	given := changed("diagnoses", spanned_icd9_row, {"first": 20150929, "last": 20150930})
	hits("DGN-SPAN", given) == set()
}

test_pass_dgn_span_not_looked_up if hits("DGN-SPAN", silent("diagnoses", changed("diagnoses", spanned_row, {"through": 20240229}))) == set()

test_fail_dgn_span[tc.note] if {
	some tc in [
		{"note": "ended between", "given": changed("diagnoses", spanned_row, {"through": 20240229})},
		{"note": "ended on the first day", "given": changed("diagnoses", spanned_row, {"through": 20240228})},
		{"note": "began between", "given": changed("diagnoses", spanned_row, {"from": 20240229})},
		{"note": "began on the last day", "given": changed("diagnoses", spanned_row, {"from": 20240302})},
		{
			"note": "ICD-10-CM from its first day on",
			"given": changed("diagnoses", spanned_row, {"from": 10101, "first": 20150930, "last": 20151001}),
		},
		{"note": "ICD-9-CM to its last day", "given": listed({"diagnoses": [spanned_icd9_row]})},
		{
			"note": "ICD-9-CM, in a table that is assumed valid",
			"given": object.union(listed({"diagnoses": [spanned_icd9_row]}), {"looked": {"diagnoses": {"assumed": true}}}),
		},
	]
	hits("DGN-SPAN", tc.given) == {0}
	hits("DGN-146", tc.given) == set()
}

# What is not said is not valid: DGN-146 denies.
test_absent_dgn_span[field] if {
	some field in ["known", "first", "last", "from", "through"]
	given := listed({"diagnoses": [object.remove(object.union(spanned_row, {"through": 20240229}), [field])]})
	hits("DGN-SPAN", given) == set()
	hits("DGN-146", given) == {0}
}
