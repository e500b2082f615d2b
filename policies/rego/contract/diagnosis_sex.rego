package contract

# METADATA
# title: Diagnosis not for the patient's sex
# description: |
#   The diagnosis is for the other sex. On a professional claim modifier KX on a line that points to it says that the
#   provider knows and means it; an institutional claim says so with condition code 45, which is not read: it waits
#   (SEX-10-PEND).
# custom:
#   code: SEX-10
#   citation: X12 CARC 10; Medicare Code Editor (sex conflict); Medicare Claims Processing Manual ch. 32 §240 (CR 6638)
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
	not sex_7_institutional
	some row in input.x.diagnosis_sexes
	not sex_10_fits(row)
}

sex_10_fits(row) if row.sex == input.claim.member_sex

sex_10_fits(row) if {
	input.claim.type == "professional"
	"KX" in row.modifiers
}
