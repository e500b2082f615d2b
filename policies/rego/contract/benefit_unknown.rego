package contract

# METADATA
# title: No benefit on file for the service
# description: |
#   The plan's benefits say nothing of a service, or nothing for its date. Silence is neither cover nor exclusion.
# custom:
#   code: BEN-PEND
#   citation: 45 CFR 147.200 (summary of benefits)
#   needs: [benefits]
edits contains {
	"rule": "BEN-PEND",
	"line": listed_line(row),
	"outcome": "pend",
	"group": "OA",
	"carc": "133",
	"rarc": "",
} if {
	"benefits" in input.lists
	some row in input.x.benefits
	not ben_pend_told(row)
}

ben_pend_told(row) if {
	row.covered in {true, false}
	row.from <= row.first
	row.last <= row.through
}
