package contract

# METADATA
# title: Replacement or void waits for reversal
# description: |
#   A valid replacement or void takes back a decision. Reversal and new decision are made together, by a person.
# custom:
#   code: FRQ-PEND
#   citation: 005010X222A1 2300 CLM05-3; Medicare Claims Processing Manual ch. 34
#   needs: [predecessor]
edits contains {
	"rule": "FRQ-PEND",
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "133",
	"rarc": "",
} if {
	input.claim.frequency in {"7", "8"}
	frq_16_named
}
