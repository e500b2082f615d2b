package contract

# METADATA
# title: Another payer comes first
# description: |
#   The claim is sent to us as secondary or later, or another payer on it is primary, has paid or has decided.
#   Benefits are coordinated by a person.
# custom:
#   code: COB-22
#   citation: NAIC Model 120; 42 CFR 411.32; 005010X222A1 2000B SBR01
#   needs: []
edits contains {
	"rule": "COB-22",
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "22",
	"rarc": "",
} if {
	"coordination" in input.lists
	some row in input.x.coordination
	not cob_22_primary(row)
}

cob_22_primary(row) if {
	row.responsibility == "P"
	row.prior_payers == 0
}
