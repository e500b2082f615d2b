package contract

# METADATA
# title: NCCI pair for a person to look at
# description: |
#   This claim holds column 1 of a pair whose column 2 was paid, or is being processed, on another claim: the other
#   payment may have to be taken back, which a person decides. Or column 1 waits on another claim, and may be denied
#   there. Or a line of the pair is of several days, and the claim does not say whether both services were on one.
# custom:
#   code: PTP-PEND
#   citation: NCCI Policy Manual ch. I E; 42 CFR 405.980
#   needs: [ptp, history]
edits contains {
	"rule": "PTP-PEND",
	"line": listed_line(row),
	"outcome": "pend",
	"group": "OA",
	"carc": "236",
	"rarc": "",
} if {
	"ptp" in input.lists
	some row in input.x.ptp
	ptp_236_reviewed(row)
	not ptp_236_clear(row)
}
