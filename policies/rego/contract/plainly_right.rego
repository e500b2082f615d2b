package contract

# METADATA
# title: Not plainly right, and nothing to look at
# description: |
#   The net under all checks. Rules look only at rows that are listed. So either every row is there and holds on all
#   service dates, or what does not is listed; what is listed must have arrived whole, and so must the claim.
# custom:
#   code: PLAIN-PEND
#   citation: 45 CFR 164.312(c)(1) (integrity)
#   needs: []
edits contains {
	"rule": "PLAIN-PEND",
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "133",
	"rarc": "",
} if {
	not plain_pend_held
}

# Nothing is listed, as of most claims.
plain_pend_held if {
	input.claim.listed == 0
	not input.x
	input.claim.member == true
	count(input.claim) == 14
	count(input.member) == 3
	input.claim.rows == input.claim.wanted
	input.claim.plain_from <= input.claim.first
	input.claim.last <= input.claim.plain_through
}

# Something is, or there is no member.
plain_pend_held if {
	input.claim.listed == sum([count(rows) | some rows in input.x])
	count(input.claim) == 14
	plain_pend_person
	plain_pend_accounted
}

plain_pend_person if input.claim.member == false

# Birth, death and sex.
plain_pend_person if {
	input.claim.member == true
	count(input.member) == 3
}

plain_pend_accounted if {
	input.claim.rows == input.claim.wanted
	input.claim.plain_from <= input.claim.first
	input.claim.last <= input.claim.plain_through
}

plain_pend_accounted if {
	some list in {"benefits", "dates", "diagnoses", "parties", "procedures"}
	input.x[list]
}
