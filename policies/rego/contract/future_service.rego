package contract

# METADATA
# title: Billed before the service
# description: |
#   The claim was received before the service ended.
# custom:
#   code: DAT-110
#   citation: X12 CARC 110; Medicare Claims Processing Manual ch. 1 §80.3
#   needs: []
edits contains {
	"rule": "DAT-110",
	"line": line,
	"outcome": "deny",
	"group": "CO",
	"carc": "110",
	"rarc": "",
} if {
	"dates" in input.lists
	some day in input.x.dates
	not dat_110_past(day)
	some line in listed_lines(day)
}

dat_110_past(day) if day.through <= input.received.date
