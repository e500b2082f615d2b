package contract

# METADATA
# title: Diagnosis not valid on the date of service
# description: |
#   A code that the code set does not have, or not on that date. Institutional claims use the codes of the day of
#   discharge. Rows of a table without dates count as valid.
# custom:
#   code: DGN-146
#   citation: 45 CFR 162.1002(c)(2); ICD-10-CM Official Guidelines; Medicare Claims Processing Manual ch. 23 §10
#   needs: [diagnoses]
edits contains {
	"rule": "DGN-146",
	"line": 0,
	"outcome": "deny",
	"group": "CO",
	"carc": "146",
	"rarc": "",
} if {
	input.x.diagnoses
	looked_speaks("diagnoses")
	some row in input.x.diagnoses
	not dgn_146_valid(row)
}

dgn_146_valid(row) if {
	row.known == true
	row.from <= row.first
	row.last <= row.through
}

dgn_146_valid(row) if {
	row.known == true
	looked_assumed("diagnoses")
}
