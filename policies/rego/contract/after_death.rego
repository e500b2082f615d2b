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
	input.x.dates
	looked_speaks("member")
	some day in input.x.dates
	day.through > input.member.death
	some line in day.lines
}
