package contract

# METADATA
# title: Procedure not for the patient's age
# description: |
#   The code is for another age, in completed years on the day of the service.
# custom:
#   code: AGE-6
#   citation: X12 CARC 6; Medicare Integrated OCE edit 2
#   needs: [procedures, member]
edits contains {
	"rule": "AGE-6",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "6",
	"rarc": "N129",
} if {
	"procedure_ages" in input.lists
	some row in input.x.procedure_ages
	not age_6_fits(row)
}

# Dates are numbers yyyymmdd: so many times 10000 later is the birthday so many years later.
age_6_fits(row) if {
	input.claim.member_birth + (row.min * 10000) <= row.first
	row.first < input.claim.member_birth + ((row.max + 1) * 10000)
}
