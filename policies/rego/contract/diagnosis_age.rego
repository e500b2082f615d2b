package contract

# METADATA
# title: Diagnosis not for the patient's age
# description: |
#   The diagnosis is for another age, in completed years on the first day of the service.
# custom:
#   code: AGE-9
#   citation: X12 CARC 9; Medicare Code Editor (age conflict)
#   needs: [diagnoses, member]
edits contains {
	"rule": "AGE-9",
	"line": 0,
	"outcome": "deny",
	"group": "CO",
	"carc": "9",
	"rarc": "",
} if {
	"diagnosis_ages" in input.lists
	some row in input.x.diagnosis_ages
	not age_9_fits(row)
}

# Dates are numbers yyyymmdd: so many times 10000 later is the birthday so many years later.
age_9_fits(row) if {
	input.claim.member_birth + (row.min * 10000) <= input.claim.first
	input.claim.first < input.claim.member_birth + ((row.max + 1) * 10000)
}
