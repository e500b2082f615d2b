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
	not dgn_146_held
	looked_speaks("diagnoses")
	dgn_146_found
}

# A claim without any diagnosis lacks information (FRM-16); its diagnoses are not invalid.
dgn_146_held if input.diagnoses.lines == 0

dgn_146_held if {
	input.diagnoses.rows == input.diagnoses.lines
	dgn_146_dated(input.diagnoses)
}

dgn_146_dated(row) if {
	row.from <= input.diagnoses.first
	input.diagnoses.last <= row.through
}

dgn_146_dated(_) if looked_assumed("diagnoses")

dgn_146_found if {
	some row in input.x.diagnoses
	not dgn_146_valid(row)
}

dgn_146_found if not input.x.diagnoses

dgn_146_valid(row) if {
	row.known == true
	dgn_146_dated(row)
}
