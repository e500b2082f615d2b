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

# Nothing is listed, as of most claims: every row is there and holds on all service dates.
plain_pend_held if {
	input.claim.listed == 0
	not input.x
	count(input.claim) == 17
	input.claim.rows == input.claim.wanted
	input.claim.plain_from <= input.claim.first
	input.claim.last <= input.claim.plain_through
}

plain_pend_held if {
	input.x
	input.claim.listed == count([row | some list in input.lists; some row in input.x[list]])
	plain_pend_whole
	plain_pend_accounted
}

plain_pend_whole if count(input.claim) == 17

# Without the member's birth, death and sex: nobody was found.
plain_pend_whole if {
	input.claim.member == false
	count(input.claim) == 14
}

plain_pend_accounted if {
	input.claim.rows == input.claim.wanted
	input.claim.plain_from <= input.claim.first
	input.claim.last <= input.claim.plain_through
}

plain_pend_accounted if {
	some list in input.lists
	list in {"benefits", "dates", "diagnoses", "parties", "procedures"}
}
