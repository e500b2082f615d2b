package contract

# METADATA
# title: Total charge is not the sum of the lines
# description: |
#   CLM02 must equal the sum of the line charges.
# custom:
#   code: CHG-16
#   citation: 005010X222A1 2300 CLM02; 005010X223A3 2300 CLM02
#   needs: []
edits contains {
	"rule": "CHG-16",
	"line": 0,
	"outcome": "deny",
	"group": "CO",
	"carc": "16",
	"rarc": "M54",
} if {
	input.claim.charge != input.claim.charge_lines
}
