package contract

# METADATA
# title: Diagnosis pointer points nowhere
# description: |
#   Each professional line points to at least one diagnosis of the claim, and to none that is not there.
# custom:
#   code: PTR-16
#   citation: 005010X222A1 2400 SV107
#   needs: []
edits contains {
	"rule": "PTR-16",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "16",
	"rarc": "M76",
} if {
	"pointers" in input.lists
	some row in input.x.pointers
	not ptr_16_sound(row)
}

ptr_16_sound(row) if {
	row.low >= 1
	row.high <= row.diagnoses
}
