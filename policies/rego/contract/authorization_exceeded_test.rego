package contract_test

import data.contract

# A line of two units that needs an authorisation, with two units left.
authorized_row := {"line": 2, "units": 2000, "left": 2000}

allows(row) := {[edit.line, edit.units] |
	some edit in contract.limits with input as {"lists": ["authorized"], "x": {"authorized": [row]}}
	edit.rule == "AUT-198"
}

test_pass_aut_198[tc.note] if {
	some tc in [
		{"note": "the last unit", "row": authorized_row},
		{"note": "more than it asks for", "row": object.union(authorized_row, {"left": 2001})},
	]
	allows(tc.row) == set()
}

test_fail_aut_198[tc.note] if {
	some tc in [
		{"note": "a thousandth too many", "row": object.union(authorized_row, {"units": 2001}), "want": {[2, 2000]}},
		{"note": "a thousandth is left", "row": object.union(authorized_row, {"left": 1}), "want": {[2, 1]}},
		{"note": "nothing is left", "row": object.union(authorized_row, {"left": 0}), "want": {[2, 0]}},
	]
	allows(tc.row) == tc.want
}

# How much the line asks for is not known: it gets what is left at most. What is left is not known: it gets nothing.
test_absent_aut_198[tc.note] if {
	some tc in [
		{"note": "units", "row": object.remove(authorized_row, ["units"]), "want": {[2, 2000]}},
		{"note": "what is left", "row": object.remove(authorized_row, ["left"]), "want": {[2, 0]}},
		{"note": "the line", "row": {"units": 2000, "left": 0}, "want": {[0, 0]}},
	]
	allows(tc.row) == tc.want
}
