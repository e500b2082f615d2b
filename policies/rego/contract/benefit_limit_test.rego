package contract_test

import data.contract

# A line of 3 units and 90.00 in a group of which 2 units and 50.00 were used before.
limit_row := {
	"line": 2, "units": 3000, "allowed": 9000,
	"limit_units": 5000, "used_units": 2000, "before": 0,
	"limit_cents": 20000, "used_cents": 5000, "before_cents": 0,
}

cut(row) := {[edit.line, edit.units, edit.amount] |
	some edit in contract.limits with input as {"lists": ["limits"], "x": {"limits": [row]}}
}

test_pass_lim_119[tc.note] if {
	some tc in [
		{"note": "the last unit", "row": limit_row},
		{"note": "no limit of units", "row": object.remove(object.union(limit_row, {"units": 9000}), ["limit_units"])},
		{"note": "no limit of money", "row": object.remove(object.union(limit_row, {"allowed": 99000}), ["limit_cents"])},
		{"note": "the last cent", "row": object.union(limit_row, {"allowed": 15000})},
	]
	cut(tc.row) == set()
}

test_fail_lim_119[tc.note] if {
	some tc in [
		{"note": "a unit over", "row": object.union(limit_row, {"units": 4000}), "want": {[2, 3000, 0]}},
		{"note": "a line before", "row": object.union(limit_row, {"before": 1000}), "want": {[2, 2000, 0]}},
		{"note": "a cent over", "row": object.union(limit_row, {"allowed": 15001}), "want": {[2, 0, 15000]}},
		{"note": "both", "row": object.union(limit_row, {"units": 4000, "allowed": 15001}), "want": {[2, 3000, 15000]}},
		{"note": "used up", "row": object.union(limit_row, {"used_units": 5000}), "want": {[2, 0, 0]}},
		{"note": "overdrawn", "row": object.union(limit_row, {"before_cents": 99000}), "want": {[2, 0, 0]}},
		{"note": "units left, money gone", "row": object.union(limit_row, {"units": 4000, "used_cents": 20000}), "want": {[2, 0, 0]}},
		{"note": "money left, units gone", "row": object.union(limit_row, {"used_units": 5000, "allowed": 15001}), "want": {[2, 0, 0]}},
		{"note": "a thousandth of a unit left", "row": object.union(limit_row, {"used_units": 4999}), "want": {[2, 1, 0]}},
		{"note": "a cent left", "row": object.union(limit_row, {"used_cents": 19999}), "want": {[2, 0, 1]}},
	]
	cut(tc.row) == tc.want
}

# What was used is not known: nothing is left.
test_absent_lim_119[tc.note] if {
	some tc in [
		{"note": "units used", "row": object.remove(limit_row, ["used_units"])},
		{"note": "units of lines before", "row": object.remove(limit_row, ["before"])},
		{"note": "money used", "row": object.remove(limit_row, ["used_cents"])},
	]
	cut(tc.row) == {[2, 0, 0]}
}

# How much the line asks for is not known: it gets what is left at most.
test_absent_lim_119_units if cut(object.remove(limit_row, ["units"])) == {[2, 3000, 0]}
