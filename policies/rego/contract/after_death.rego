package contract

# METADATA
# title: Service after the date of death
# description: |
#   The service ended after the day on which the patient died. The day itself is covered.
# custom:
#   code: DTH-13
#   citation: X12 CARC 13; Medicare Claims Processing Manual ch. 1 §30
#   needs: [member]
edits contains {
	"rule": "DTH-13",
	"line": line,
	"outcome": "deny",
	"group": "CO",
	"carc": "13",
	"rarc": "",
} if {
	"dates" in input.lists
	input.claim.member == true
	looked_speaks("member")
	some day in input.x.dates
	not dth_13_alive(day)
	some line in listed_lines(day)
}

# The date of death of the living is the end of time.
dth_13_alive(day) if day.through <= input.claim.member_death
