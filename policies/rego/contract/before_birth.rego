package contract

# METADATA
# title: Service before the date of birth
# description: |
#   The service began before the patient was born.
# custom:
#   code: BIR-14
#   citation: X12 CARC 14
#   needs: [member]
edits contains {
	"rule": "BIR-14",
	"line": line,
	"outcome": "deny",
	"group": "CO",
	"carc": "14",
	"rarc": "",
} if {
	"dates" in input.lists
	input.claim.member == true
	looked_speaks("member")
	some day in input.x.dates
	not bir_14_born(day)
	some line in listed_lines(day)
}

bir_14_born(day) if input.claim.member_birth <= day.from
