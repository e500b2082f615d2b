package contract

# METADATA
# title: Procedure not for the patient's sex
# description: |
#   The code is for the other sex. On a professional claim modifier KX says that the provider knows and means it; an
#   institutional claim says so with condition code 45, which is not read: it waits (SEX-7-PEND).
# custom:
#   code: SEX-7
#   citation: X12 CARC 7; Medicare Claims Processing Manual ch. 32 §240 (CR 6638)
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
	not sex_7_institutional
	some row in input.x.procedure_sexes
	not sex_7_fits(row)
}

sex_7_fits(row) if row.sex == input.claim.member_sex

sex_7_fits(row) if {
	input.claim.type == "professional"
	"KX" in row.modifiers
}

sex_7_institutional if input.claim.type == "institutional"
