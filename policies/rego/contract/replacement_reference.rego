package contract

# METADATA
# title: Replaced or voided claim not found
# description: |
#   A replacement (7) or void (8) names the claim that it replaces by this payer's control number. It must be a claim of
#   the same payee for the same patient that was not replaced or voided before.
# custom:
#   code: FRQ-16
#   citation: 005010X222A1 2300 CLM05-3 and REF*F8; X12 RFI 1538, 2173
#   needs: [predecessor]
edits contains {
	"rule": "FRQ-16",
	"line": 0,
	"outcome": "deny",
	"group": "CO",
	"carc": "16",
	"rarc": "M47",
} if {
	input.claim.frequency in {"7", "8"}
	not frq_16_named
	looked_speaks("predecessor")
}

frq_16_named if {
	input.predecessor.same_payee == true
	input.predecessor.same_member == true
	input.predecessor.superseded == false
}
