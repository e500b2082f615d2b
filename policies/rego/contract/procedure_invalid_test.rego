package contract_test

# A procedure that is valid on the day.
procedure_row := {"line": 2, "hcpcs": true, "known": true, "first": 20240215, "last": 20240215, "from": 20200101, "through": 99991231}

test_pass_prc_181[tc.note] if {
	some tc in [
		{"note": "valid", "given": listed({"procedures": [procedure_row]})},
		{"note": "valid on that day alone", "given": changed("procedures", procedure_row, {"from": 20240215, "through": 20240215})},
	]
	hits("PRC-181", tc.given) == set()
}

test_fail_prc_181[tc.note] if {
	some tc in [
		{
			"note": "begins after, in a table that is assumed valid",
			"given": object.union(changed("procedures", procedure_row, {"from": 20240216}), {"looked": {"procedures": {"assumed": true}}}),
		},
		{"note": "ended", "given": changed("procedures", procedure_row, {"through": 20240214})},
		{
			"note": "not in the code set",
			"given": listed({"procedures": [object.remove(object.union(procedure_row, {"known": false}), ["from", "through"])]}),
		},
	]
	hits("PRC-181", tc.given) == {2}
}

test_absent_prc_181[tc.note] if {
	some tc in [
		{"note": "no dates", "given": lacking("procedures", procedure_row, ["through"]), "want": {2}},
		{
			"note": "not looked up",
			"given": object.remove(changed("procedures", procedure_row, {"through": 20240214}), ["looked"]),
			"want": set(),
		},
	]
	hits("PRC-181", tc.given) == tc.want
}
