package contract

# METADATA
# title: Provider not on file
# description: |
#   Who bills or renders is not on file. Enrolment may be under way, so that a person looks.
# custom:
#   code: ENR-PEND
#   citation: 42 CFR 424.510; X12 CARC 208
#   needs: [provider]
edits contains {
	"rule": "ENR-PEND",
	"line": listed_line(row),
	"outcome": "pend",
	"group": "OA",
	"carc": "208",
	"rarc": "",
} if {
	"parties" in input.lists
	some row in input.x.parties
	not enr_pend_known(row)
}

enr_pend_known(row) if row.known == true
