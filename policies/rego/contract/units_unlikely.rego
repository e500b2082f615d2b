package contract

# METADATA
# title: More units than medically likely
# description: |
#   Adjudication indicator 1 compares the units of the line, 2 and 3 those of the whole day with the value. Units of
#   several days are divided by the days. Over the value all units are denied, not cut. Indicator 3 may be paid on
#   appeal with records, which a claim does not carry.
# custom:
#   code: MUE-151
#   citation: NCCI Policy Manual ch. I V; CMS MUE FAQ; Medicare Claims Processing Manual ch. 23 §20.9.3
#   needs: [mue, history]
edits contains {
	"rule": "MUE-151",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "151",
	"rarc": mue_151_remark(row),
} if {
	"mue" in input.lists
	some row in input.x.mue
	not mue_151_within(row)
	not mue_151_spread(row)
}

mue_151_within(row) if {
	row.indicator == 1
	row.units <= row.limit
}

mue_151_within(row) if {
	row.indicator in {2, 3}
	row.units <= row.limit
	row.day_units <= row.limit
}

mue_151_within(row) if {
	row.last < row.from
}

mue_151_within(row) if {
	row.through < row.date
}

# Nobody knows how many units were on one of the days, or the value is not in force on all of them (MUE-PEND).
mue_151_spread(row) if row.spread == true

mue_151_spread(row) if {
	row.date < row.from
}

mue_151_spread(row) if {
	row.through < row.last
}

mue_151_remark(row) := "N362" if {
	row.indicator == 1
} else := "N640"
