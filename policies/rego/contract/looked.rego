package contract

# METADATA
# scope: document
# title: Does a source speak for the service dates?
# description: |
#   A check that finds nothing says so only when its source covers every service date. Otherwise
#   the check is silent, and the gate pends for the look-up.
looked_speaks(kind) if {
	source := input.looked[kind]
	source.from <= input.claim.first
	input.claim.last <= source.through
}

looked_speaks(kind) if looked_assumed(kind)

# METADATA
# title: Is a source taken to speak for every date?
# description: |
#   So it is for a table that states no dates, or others, and was taken as valid all the same. Each of its rows still
#   has the dates that it was taken as valid for, and rules compare them: of two quarters one applies. The decision
#   says that it was assumed.
looked_assumed(kind) if input.looked[kind].assumed == true
