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
		{"note": "one line pays", "given": object.union(payable, {"claim": {"paying": 1}})},
		{"note": "all that was charged", "given": object.union(payable, {"claim": {"paid": 20000}})},
		{"note": "unscored and waived", "given": object.union(payable, {"score": {"scored": false, "waived": true}})},
		{"note": "every source speaks for that day", "given": that_day(payable)},
		{"note": "every source speaks for that day, and something is listed", "given": that_day(against({"frequency": "1"}))},
		{"note": "what is required, where every source speaks", "given": against({"required": ["mue"]})},
		{"note": "a source that speaks for that day only", "given": sourced({"from": 20240215, "through": 20240215})},
		{"note": "a source that speaks, beside the window of others", "given": object.union(sourced({}), {"claim": {"plain_from": 20240216}})},
		{
			"note": "percent of charges needs no fees of that day either",
			"given": against({
				"sources": [{"kinds": {"fees"}, "from": 20200101, "through": 20201231, "assumed": false}],
				"required": ["fees"], "pricing": "percentOfCharges",
			}),
		},
	]
	verdict_of(tc.given) == {"outcome": "pay", "pends": set()}
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
	verdict_of(tc.given) == {"outcome": "deny", "pends": set()}
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

that_day(given) := object.union(given, {"claim": {"plain_from": 20240215, "plain_through": 20240215}})

# The payable claim with one source that is required.
sourced(own) := against({
	"sources": [object.union({"kinds": {"mue"}, "from": 20240101, "through": 20240331, "assumed": false}, own)],
	"required": ["mue"],
})

pending := object.union(finding, {"outcome": "pend", "rule": "ENR-PEND"})

# Denials that need nothing else stand over a pend; others, and parts of lines, do not.
test_fail_gate_first[carc] if {
	some carc in ["13", "18", "26", "27", "29", "31"]
	verdict_of(edited([object.union(finding, {"line": 0, "carc": carc}), pending], set())).outcome == "deny"
}

test_fail_gate_stands_not[tc.note] if {
	some tc in [
		{"note": "a line of the claim", "first": object.union(finding, {"carc": "27"})},
		{"note": "part of a line", "first": object.union(finding, {"line": 0, "carc": "27", "partial": true})},
		{"note": "not a denial", "first": object.union(finding, {"line": 0, "carc": "27", "outcome": "inform"})},
		{"note": "a review that denied nothing", "first": object.union(finding, {"line": 0, "outcome": "inform", "review": true})},
	]
	verdict_of(edited([tc.first, pending], {1, 2})).outcome == "pend"
}

# What is not shown to be right is not decided, for a denial as for a payment.
test_fail_gate_undecided[tc.note] if {
	some tc in [
		{"note": "no lines", "given": object.union(payable, {"claim": {"lines": 0, "decided": 0, "paying": 0}})},
		{"note": "all lines denied, and something listed was lost", "given": object.union(
			edited([object.union(finding, {"line": 0})], set()),
			{"claim": {"listed": 3}},
		)},
		{"note": "something is there that was not listed", "given": object.union(payable, {"x": {"frequency": "1"}})},
		{"note": "before the window", "given": object.union(payable, {"claim": {"plain_from": 20240216}})},
		{"note": "after the window", "given": object.union(payable, {"claim": {"plain_through": 20240214}})},
		{"note": "before the window, and something is listed", "given": object.union(
			against({"frequency": "1"}),
			{"claim": {"plain_from": 20240216}},
		)},
		{"note": "after the window, and something is listed", "given": object.union(
			against({"frequency": "1"}),
			{"claim": {"plain_through": 20240214}},
		)},
	]
	pends_of(tc.given) == {["gate", "undecided"]}
}

test_fail_gate_not_covered[tc.note] if {
	some tc in [
		{"note": "begins after", "given": sourced({"from": 20240216})},
		{"note": "ended before", "given": sourced({"through": 20240214})},
		{"note": "ends between two service dates", "given": object.union(sourced({"through": 20240215}), {"claim": {"last": 20240216}})},
	]
	pends_of(tc.given) == {["notCovered", "mue"]}
}

# What was not looked up at all has no source that could speak.
test_fail_gate_not_loaded_is_said_once if {
	given := against({
		"missing": ["ptp"], "required": ["mue", "ptp"],
		"sources": [{"kinds": {"mue"}, "from": 20240101, "through": 20240331, "assumed": false}],
	})
	pends_of(given) == {["notLoaded", "ptp"]}
}

test_absent_gate_listed_claim[field] if {
	some field in ["plain_from", "plain_through"]
	outcome_of(json.remove(sourced({}), [concat("/", ["claim", field])])) == "pend"
}

test_absent_gate_listed_score[field] if {
	some field, _ in payable.score
	outcome_of(json.remove(sourced({}), [concat("/", ["score", field])])) == "pend"
}
