package contract_test

import data.contract

# A claim of two lines that pays, as the third question sees it.
payable := {
	"claim": {
		"charge": 20000, "charge_lines": 20000, "decided": 2, "first": 20240215, "last": 20240215, "lines": 2,
		"listed": 0, "low": 0, "paid": 16000, "paying": 2, "plain_from": 20240101, "plain_through": 20240331,
	},
	"score": {"bound": true, "flagged": false, "scored": true, "waived": false},
}

verdict_of(given) := answer if answer := contract.verdict with input as given

outcome_of(given) := verdict_of(given).outcome

# Why the claim waits, as [code, detail].
pends_of(given) := {[pend.code, pend.detail] | some pend in verdict_of(given).pends}

# The payable claim with something against paying.
against(x) := object.union(payable, {"x": x, "claim": {"listed": count(x)}})

finding := {"rule": "AGE-6", "line": 2, "outcome": "deny", "carc": "6", "partial": false, "review": false}

edited(edits, paid) := against({"edits": edits, "pay_lines": paid})

test_pass_gate[tc.note] if {
	some tc in [
		{"note": "clean", "given": payable},
		{"note": "one line denied", "given": edited([finding], {1})},
		{"note": "a line is cut", "given": edited([object.union(finding, {"partial": true})], {1, 2})},
		{"note": "no model", "given": object.union(payable, {"score": {"bound": false, "scored": false}})},
		{"note": "flagged and waived", "given": object.union(payable, {"score": {"flagged": true, "waived": true}})},
		{
			"note": "percent of charges needs no fees",
			"given": against({"missing": ["fees"], "frequency": "1", "pricing": "percentOfCharges"}),
		},
		{"note": "an original claim needs no predecessor", "given": against({"missing": ["predecessor"], "frequency": "1"})},
		{"note": "a source that is not required", "given": against({
			"sources": [{"kinds": {"mue"}, "from": 20200101, "through": 20201231, "assumed": false}],
			"required": [],
		})},
		{"note": "assumed valid", "given": against({
			"sources": [{"kinds": {"mue"}, "from": 20200101, "through": 20201231, "assumed": true}],
			"required": ["mue"],
		})},
	]
	outcome_of(tc.given) == "pay"
}

test_fail_gate_denies[tc.note] if {
	some tc in [
		{"note": "every line", "given": edited([object.union(finding, {"line": n}) | some n in [1, 2]], set())},
		{"note": "the claim", "given": edited([object.union(finding, {"line": 0})], set())},
		{"note": "27 stands over a pend", "given": edited(
			[
				object.union(finding, {"line": 0, "carc": "27"}),
				object.union(finding, {"outcome": "pend", "rule": "ENR-PEND"}),
			],
			set(),
		)},
		{"note": "each line a duplicate, and flagged", "given": object.union(
			edited([object.union(finding, {"line": n, "carc": "18"}) | some n in [1, 2]], set()),
			{"score": {"flagged": true}},
		)},
		{"note": "a reviewer", "given": object.union(
			edited([object.union(finding, {"line": 0, "carc": "50", "review": true})], set()),
			{"score": {"flagged": true}},
		)},
	]
	outcome_of(tc.given) == "deny"
}

test_fail_gate_pends[tc.note] if {
	some tc in [
		{"note": "an edit", "given": edited([object.union(finding, {"outcome": "pend"})], {1, 2}), "want": {["edit", "AGE-6"]}},
		{
			"note": "a denial of all lines beside a pend", "given": edited(
				[
					object.union(finding, {"line": 0}),
					object.union(finding, {"outcome": "pend", "rule": "ENR-PEND"}),
				],
				set(),
			),
			"want": {["edit", "ENR-PEND"]},
		},
		{"note": "flagged", "given": object.union(payable, {"score": {"flagged": true}}), "want": {["score", "flagged"]}},
		{"note": "unscored", "given": object.union(payable, {"score": {"scored": false}}), "want": {["score", "unscored"]}},
		{"note": "no fee", "given": against({"unpriced": [{"code": "price", "detail": "fee"}]}), "want": {["price", "fee"]}},
		{"note": "not loaded", "given": against({"missing": ["mue"]}), "want": {["notLoaded", "mue"]}},
		{"note": "diagnoses not loaded", "given": against({"missing": ["diagnoses"]}), "want": {["notLoaded", "diagnoses"]}},
		{"note": "ICD-9-CM not loaded", "given": against({"missing": ["diagnoses", "mue"], "icd9": true}), "want": {
			["notLoaded", "diagnosesICD9"],
			["notLoaded", "mue"],
		}},
		{"note": "fees not loaded", "given": against({"missing": ["fees"]}), "want": {["notLoaded", "fees"]}},
		{
			"note": "not covered", "given": against({
				"sources": [{"kinds": {"mue", "ptp"}, "from": 20240216, "through": 20240331, "assumed": false}],
				"required": ["mue", "ptp"],
			}),
			"want": {["notCovered", "mue"], ["notCovered", "ptp"]},
		},
		{"note": "rows lost", "given": against({"lost": ["ptp"]}), "want": {["gate", "ptp"]}},
		{"note": "a denied line pays", "given": edited([finding], {1, 2}), "want": {["gate", "money"]}},
		{"note": "negative", "given": object.union(payable, {"claim": {"low": -1}}), "want": {["gate", "money"]}},
		{"note": "more than charged", "given": object.union(payable, {"claim": {"paid": 20001}}), "want": {["gate", "money"]}},
		{"note": "charges differ", "given": object.union(payable, {"claim": {"charge": 20001}}), "want": {["gate", "money"]}},
		{"note": "a line undecided", "given": object.union(payable, {"claim": {"decided": 1}}), "want": {["gate", "money"]}},
		{"note": "nothing pays", "given": object.union(payable, {"claim": {"paying": 0}}), "want": {["gate", "undecided"]}},
	]
	verdict := verdict_of(tc.given)
	verdict.outcome == "pend"
	pends_of(tc.given) == tc.want
}

test_absent_gate_field[field] if {
	some field, _ in payable.claim
	outcome_of(json.remove(payable, [concat("/", ["claim", field])])) == "pend"
}

test_absent_gate_score[field] if {
	some field, _ in payable.score
	outcome_of(json.remove(payable, [concat("/", ["score", field])])) == "pend"
}

# Not known how it is priced, or that it is an original claim: nothing is excused.
test_absent_gate_excuse[kind] if {
	some kind in ["fees", "predecessor"]
	pends_of(against({"missing": [kind]})) == {["notLoaded", kind]}
}

test_absent_gate_everything if outcome_of({}) == "pend"

test_absent_gate_listed if {
	outcome_of(object.union(payable, {"claim": {"listed": 1}})) == "pend"
}

test_absent_gate_outcome if {
	outcome_of(edited([object.remove(finding, ["outcome"])], {1})) == "pend"
}

test_absent_gate_partial if {
	outcome_of(edited([object.remove(finding, ["partial"])], {1})) == "pend"
}
