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
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "208",
	"rarc": "",
} if {
	not enr_pend_on_file
}

enr_pend_on_file if {
	input.parties.lines > 0
	input.parties.rows == input.parties.lines
}
