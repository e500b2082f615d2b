package contract

# METADATA
# title: Patient not identified as our insured
# description: |
#   The member look-up was made and found nobody.
# custom:
#   code: MEM-31
#   citation: X12 CARC 31; 45 CFR 162.1202 (eligibility)
#   needs: [member]
edits contains {
	"rule": "MEM-31",
	"line": 0,
	"outcome": "deny",
	"group": "PR",
	"carc": "31",
	"rarc": "",
} if {
	input.claim.member == false
	looked_speaks("member")
}
