package contract

# METADATA
# title: Exact duplicate
# description: |
#   The line, or the whole institutional claim, has the fingerprint of another line of this claim, of one that is being
#   processed or of one that was paid. Own is the claim that this one replaces or voids.
# custom:
#   code: DUP-18
#   citation: Medicare Claims Processing Manual ch. 1 §120; CR 8121
#   needs: [duplicates]
edits contains {
	"rule": "DUP-18",
	"line": listed_line(twin),
	"outcome": "deny",
	"group": "OA",
	"carc": "18",
	"rarc": "",
} if {
	"duplicates" in input.lists
	some twin in input.x.duplicates
	not dup_18_own(twin)
}

dup_18_own(twin) if {
	input.claim.frequency in {"7", "8"}
	twin.own == true
}
