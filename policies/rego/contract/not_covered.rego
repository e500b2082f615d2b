package contract

# METADATA
# title: Service not covered by the plan
# description: |
#   The plan's benefits name the service as not covered. This is a term of the plan, not a judgement of need.
# custom:
#   code: BEN-96
#   citation: 45 CFR 147.200 (summary of benefits); X12 CARC 96
#   needs: [benefits]
edits contains {
	"rule": "BEN-96",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "PR",
	"carc": "96",
	"rarc": "N130",
} if {
	"benefits" in input.lists
	looked_speaks("benefits")
	some row in input.x.benefits
	row.covered == false
	ben_pend_told(row)
}
