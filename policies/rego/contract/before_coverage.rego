package contract

# METADATA
# title: Service before coverage began
# description: |
#   Every span of the patient's coverage begins after the service did.
# custom:
#   code: COV-26
#   citation: X12 CARC 26; 45 CFR 147.104 (effective dates)
#   needs: [coverage]
edits contains {
	"rule": "COV-26",
	"line": line,
	"outcome": "deny",
	"group": "PR",
	"carc": "26",
	"rarc": "",
} if {
	"dates" in input.lists
	count(input.coverages) > 0
	looked_speaks("coverage")
	some day in input.x.dates
	day.from
	not cov_26_begun(day)
	some line in listed_lines(day)
}

cov_26_begun(day) if {
	some span in input.coverages
	span.from <= day.from
}
