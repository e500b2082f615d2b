package contract

# METADATA
# title: Procedure of a code set that is not kept
# description: |
#   The guides allow codes of other code sets than HCPCS: HIPPS (home health, skilled nursing and rehabilitation), home
#   infusion, advanced billing concepts, and what a state or contract names. No table here holds or prices them: the
#   claim waits.
# custom:
#   code: PRC-PEND
#   citation: 005010X222A1 SV101-1; 005010X223A3 SV202-1; Medicare Claims Processing Manual ch. 10 §40.2
#   needs: []
edits contains {
	"rule": "PRC-PEND",
	"line": listed_line(row),
	"outcome": "pend",
	"group": "OA",
	"carc": "133",
	"rarc": "",
} if {
	"procedures" in input.lists
	some row in input.x.procedures
	prc_181_other(row)
}
