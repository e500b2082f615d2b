package contract_test

# A HIPPS code, of which the table says nothing.
hipps_row := {"line": 2, "hcpcs": false, "known": false, "first": 20240215, "last": 20240215}

test_pass_prc_pend_hcpcs if {
	hits("PRC-PEND", listed({"procedures": [procedure_row]})) == set()
	hits("PRC-PEND", changed("procedures", hipps_row, {"hcpcs": true})) == set()
}

test_fail_prc_pend if {
	hits("PRC-PEND", listed({"procedures": [hipps_row]})) == {2}
	hits("PRC-181", listed({"procedures": [hipps_row]})) == set()
}

test_fail_prc_pend_not_looked_up if {
	given := object.remove(listed({"procedures": [hipps_row]}), ["looked"])
	hits("PRC-PEND", given) == {2}
}

test_absent_prc_pend[tc.note] if {
	some tc in [
		{"note": "no line", "given": lacking("procedures", hipps_row, ["line"]), "pends": {0}, "denies": set()},
		{"note": "code set not said: no code of HCPCS", "given": lacking("procedures", hipps_row, ["hcpcs"]), "pends": set(), "denies": {2}},
	]
	hits("PRC-PEND", tc.given) == tc.pends
	hits("PRC-181", tc.given) == tc.denies
}
