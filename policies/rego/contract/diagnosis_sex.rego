package contract

# METADATA
# title: Diagnosis not for the patient's sex
# description: |
#   The diagnosis is for the other sex.
# custom:
#   code: SEX-10
#   citation: X12 CARC 10; Medicare Code Editor (sex conflict)
#   needs: [diagnoses, member]
edits contains {
	"rule": "SEX-10",
	"line": 0,
	"outcome": "deny",
	"group": "CO",
	"carc": "10",
	"rarc": "",
} if {
	"diagnosis_sexes" in input.lists
	some row in input.x.diagnosis_sexes
	not sex_10_fits(row)
}

sex_10_fits(row) if row.sex == input.claim.member_sex
