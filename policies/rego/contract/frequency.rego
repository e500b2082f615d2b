package contract

# METADATA
# title: Interim, late-charge or unknown frequency
# description: |
#   Only original claims, replacements and voids are worked. Interim bills and late charges wait for a person.
# custom:
#   code: FRQ-TYPE
#   citation: NUBC type of bill, third digit; Medicare Claims Processing Manual ch. 25 §75.1
#   needs: []
edits contains {
	"rule": "FRQ-TYPE",
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "133",
	"rarc": "",
} if {
	input.claim.frequency != "1"
	not input.claim.frequency in {"7", "8"}
}
