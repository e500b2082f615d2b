package contract

# METADATA
# title: Units of several days, perhaps more than likely on one
# description: |
#   The units counted are over the value, and the claim does not say on which of several days they were: the days do not
#   divide them, other lines share some of the days only, or the value is not in force on all. A person finds out.
# custom:
#   code: MUE-PEND
#   citation: NCCI Policy Manual ch. I V; CMS MUE FAQ
#   needs: [mue, history]
edits contains {
	"rule": "MUE-PEND",
	"line": listed_line(row),
	"outcome": "pend",
	"group": "OA",
	"carc": "151",
	"rarc": "",
} if {
	"mue" in input.lists
	some row in input.x.mue
	mue_151_spread(row)
	not mue_151_within(row)
}
