package contract

# METADATA
# title: Procedure not for the patient's sex
# description: |
#   The code is for the other sex. Modifier KX says that the provider knows and means it.
# custom:
#   code: SEX-7
#   citation: X12 CARC 7; Medicare Claims Processing Manual ch. 32 §240
#   needs: [procedures, member]
edits contains {
	"rule": "SEX-7",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "7",
	"rarc": "",
} if {
	"procedure_sexes" in input.lists
	some row in input.x.procedure_sexes
	not sex_7_fits(row)
}

sex_7_fits(row) if row.sex == input.claim.member_sex

sex_7_fits(row) if "KX" in row.modifiers
