package contract

# METADATA
# title: Filed after the time limit
# description: |
#   The plan gives a number of days, or else one calendar year: received by the same date of the next year, and by
#   28 February for services of 29 February. The limit runs from a line's first day on professional claims and from
#   the statement's last day on institutional ones. The denial is no initial determination: no appeal (N211).
# custom:
#   code: FIL-29
#   citation: 42 CFR 424.44; Medicare Claims Processing Manual ch. 1 §70
#   needs: [plan]
edits contains {
	"rule": "FIL-29",
	"line": line,
	"outcome": "deny",
	"group": "CO",
	"carc": "29",
	"rarc": "N211",
} if {
	"dates" in input.lists
	input.received
	input.plan
	looked_speaks("plan")
	some day in input.x.dates
	day.from
	not fil_29_timely(day)
	some line in listed_lines(day)
}

fil_29_timely(day) if {
	input.received.day - day.filing_day <= input.plan.filing_days
}

# Dates are numbers yyyymmdd, so that adding 10000 gives the same day of the next year. From 29 February that is a
# day between 28 February and 1 March, which lets the 28th pass and not the 1st.
fil_29_timely(day) if {
	input.plan.filing_days == 0
	input.received.date <= day.filing + 10000
}
