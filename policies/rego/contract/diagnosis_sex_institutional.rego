package contract

# METADATA
# title: Diagnosis not for the patient's sex, of an institution
# description: |
#   The diagnosis is for the other sex. Condition code 45 would say that the provider knows and means it, and condition
#   codes are not read: a person looks.
# custom:
#   code: SEX-10-PEND
#   citation: X12 CARC 10; Medicare Claims Processing Manual ch. 32 §240 (CR 6638)
#   needs: [diagnoses, member]
edits contains {
	"rule": "SEX-10-PEND",
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "10",
	"rarc": "",
} if {
	"diagnosis_sexes" in input.lists
	sex_7_institutional
	some row in input.x.diagnosis_sexes
	not sex_10_fits(row)
}
