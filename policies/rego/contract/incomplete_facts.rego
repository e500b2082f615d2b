package contract

# METADATA
# title: Facts cannot be read
# description: |
#   Rows that were found name no line of the claim, lack what they are joined by, or contradict it. The fault is the
#   payer's: the claim waits, it is not denied.
# custom:
#   code: FCT-PEND
#   citation: 45 CFR 162.925 (a payer may not reject a standard transaction for its own faults)
#   needs: []
edits contains {
	"rule": "FCT-PEND",
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "133",
	"rarc": "",
} if {
	"facts" in input.lists
	some _ in input.x.facts
}
