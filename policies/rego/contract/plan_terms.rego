package contract

# METADATA
# title: No single plan's terms cover the service
# description: |
#   Each service must lie within one coverage span and within the period of that span's plan terms:
#   the claim is priced by one plan. A claim that spans two plans, or whose coverage or plan has no dates, waits.
# custom:
#   code: COV-PLAN
#   citation: 45 CFR 147.104; Medicare Claims Processing Manual ch. 1 §50 (split bills)
#   needs: [coverage, plan]
edits contains {
	"rule": "COV-PLAN",
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "133",
	"rarc": "",
} if {
	"dates" in input.lists
	input.claim.member == true
	some day in input.x.dates
	not cov_plan_terms(day)
}

cov_plan_terms(day) if {
	input.plan.from <= day.from
	day.through <= input.plan.through
	some span in input.coverages
	span.plan == input.plan.code
	span.from <= day.from
	day.through <= span.through
}
