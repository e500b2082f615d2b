package contract

# METADATA
# title: Procedure not valid on the date of service
# description: |
#   A code that the code set does not have, or not on that date. Of a code of another code set than HCPCS the table
#   says nothing.
# custom:
#   code: PRC-181
#   citation: 45 CFR 162.1002(c)(1); Medicare Claims Processing Manual ch. 23 §20
#   needs: [procedures]
edits contains {
	"rule": "PRC-181",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "181",
	"rarc": "",
} if {
	"procedures" in input.lists
	looked_speaks("procedures")
	some row in input.x.procedures
	not prc_181_valid(row)
	not prc_181_other(row)
}

prc_181_valid(row) if {
	row.from <= row.first
	row.last <= row.through
}

prc_181_other(row) if row.hcpcs == false
