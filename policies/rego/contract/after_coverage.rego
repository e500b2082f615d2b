package contract

# METADATA
# title: Service after coverage ended
# description: |
#   Coverage had begun, and no span holds the first day of the service, or none holds the last.
# custom:
#   code: COV-27
#   citation: X12 CARC 27; 45 CFR 155.430 (termination dates)
#   needs: [coverage]
edits contains {
	"rule": "COV-27",
	"line": line,
	"outcome": "deny",
	"group": "PR",
	"carc": "27",
	"rarc": "",
} if {
	"dates" in input.lists
	looked_speaks("coverage")
	some day in input.x.dates
	not cov_27_within(day)
	cov_26_begun(day)
	some line in listed_lines(day)
}

# A service that begins in one span and ends in the next is covered on both days; COV-PLAN has it looked at.
cov_27_within(day) if {
	cov_27_on(day.from)
	cov_27_on(day.through)
}

cov_27_on(date) if {
	some span in input.coverages
	span.from <= date
	date <= span.through
}
