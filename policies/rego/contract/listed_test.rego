package contract_test

import data.contract

test_pass_listed_line if contract.listed_line({"line": 2}) == 2

test_pass_listed_lines if contract.listed_lines({"lines": [1, 2]}) == [1, 2]

test_fail_listed_claim if contract.listed_line({"line": 0}) == 0

test_absent_listed_line if contract.listed_line({}) == 0

test_absent_listed_lines[note] if {
	some note, day in {"no list": {}, "an empty list": {"lines": []}}
	contract.listed_lines(day) == [0]
}

test_pass_listed_lines_one if contract.listed_lines({"lines": [2]}) == [2]
