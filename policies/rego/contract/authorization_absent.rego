package contract

# METADATA
# title: Prior authorisation absent
# description: |
#   The plan wants prior authorisation for the service, the claim names none, and none on file fits: same code, the
#   dates within its window, and made out to who bills or renders, or to anybody.
# custom:
#   code: AUT-197
#   citation: X12 CARC 197; 45 CFR 156.122; 42 CFR 422.568
#   needs: [benefits, authorizations]
edits contains {
	"rule": "AUT-197",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "197",
	"rarc": "",
} if {
	"authorizations" in input.lists
	looked_speaks("authorizations")
	some row in input.x.authorizations
	not aut_197_named(row)
	not aut_197_found(row)
}

aut_197_named(row) if row.number != ""

aut_197_found(row) if {
	some authorization in input.authorizations
	aut_197_fits(row, authorization)
}

aut_197_fits(row, authorization) if {
	authorization.procedure == row.procedure
	authorization.from <= row.first
	row.last <= authorization.through
	aut_197_holder(row, authorization)
	aut_197_asked(row, authorization)
}

aut_197_holder(_, authorization) if authorization.npi == ""

aut_197_holder(row, authorization) if authorization.npi in row.npis

aut_197_asked(row, _) if row.number == ""

aut_197_asked(row, authorization) if row.number == authorization.number
