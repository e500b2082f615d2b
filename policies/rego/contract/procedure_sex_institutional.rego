package contract

# METADATA
# title: Procedure not for the patient's sex, of an institution
# description: |
#   The code is for the other sex. Condition code 45 would say that the provider knows and means it, and condition codes
#   are not read: a person looks.
# custom:
#   code: SEX-7-PEND
#   citation: X12 CARC 7; Medicare Claims Processing Manual ch. 32 §240 (CR 6638)
#   needs: [procedures, member]
edits contains {
	"rule": "SEX-7-PEND",
	"line": listed_line(row),
	"outcome": "pend",
	"group": "OA",
	"carc": "7",
	"rarc": "",
} if {
	"procedure_sexes" in input.lists
	sex_7_institutional
	some row in input.x.procedure_sexes
	not sex_7_fits(row)
}
