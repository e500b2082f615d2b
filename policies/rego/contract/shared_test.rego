package contract_test

import data.contract

# An original claim of two lines that nothing is wrong with, as the first question sees it.
clean := {
	"claim": {
		"charge": 20000, "charge_lines": 20000, "first": 20240215, "frequency": "1", "last": 20240215, "lines": 2,
		"listed": 0, "member": true, "member_birth": 19800304, "member_death": 99991231, "member_sex": "F",
		"plain_from": 20240101, "plain_through": 20240301, "received": 20240301, "rows": 11, "type": "professional",
		"wanted": 11,
	},
	"looked": {kind: everywhere | some kind in kinds},
}

kinds := {
	"accumulators", "authorizations", "benefits", "coverage", "diagnoses", "duplicates", "exclusions", "fees", "history",
	"member", "mue", "plan", "predecessor", "procedures", "provider", "ptp",
}

everywhere := {"from": 19000101, "through": 99991231, "assumed": false}

# What service dates are compared with.
terms := {
	"received": {"date": 20240301, "day": 19783},
	"coverages": [{"plan": "GOLD", "from": 20230101, "through": 20241231}],
	"plan": {"code": "GOLD", "from": 20240101, "through": 20241231, "filing_days": 90},
}

day := {"from": 20240215, "through": 20240215, "filing": 20240215, "filing_day": 19768, "lines": [0]}

# The clean claim with rows listed.
listed(rows) := object.union(clean, {"lists": [list | some list, _ in rows], "x": rows})

# The claim of a patient that is not found.
nobody(given) := object.union(
	json.remove(given, ["claim/member_birth", "claim/member_death", "claim/member_sex"]),
	{"claim": {"member": false}},
)

# The clean claim with one row listed, which differs from another, or lacks fields that it has.
changed(list, row, change) := listed({list: [object.union(row, change)]})

lacking(list, row, fields) := listed({list: [object.remove(row, fields)]})

# The clean claim with one service day, and with terms of its own.
on(service, own) := object.union_n([listed({"dates": [service]}), terms, own])

# The clean claim with a line that needs an authorisation, and those on file.
authorized(row, authorizations) := object.union(listed({"authorizations": [row]}), {"authorizations": authorizations})

# The clean claim with another frequency code, and what was found for its reference.
frequency(code, found) := object.union_n([clean, {"claim": {"frequency": code}}, found])

# The lines that a rule finds fault with.
hits(code, given) := {edit.line |
	some edit in contract.edits with input as given
	edit.rule == code
}

# The same input, looked up in a source that ends the day before the service.
silent(kind, given) := object.union(given, {"looked": {kind: {"through": 20240214}}})

# What a rule says in one field of its edits.
says(code, field, given) := {edit[field] |
	some edit in contract.edits with input as given
	edit.rule == code
}
