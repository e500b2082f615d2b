package contract

# METADATA
# title: NCCI pair not payable together
# description: |
#   The line is column 2 of a procedure-to-procedure pair with another line of the same provider and day. Indicator 0
#   never allows both, 1 does with an NCCI modifier on either line, 9 marks a pair that has ended. The patient may not
#   be charged. A pair counts only while it is in force on a day that both lines have.
# custom:
#   code: PTP-236
#   citation: NCCI Policy Manual ch. I E; Medicare Claims Processing Manual ch. 23 §20.9
#   needs: [ptp, history]
edits contains {
	"rule": "PTP-236",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "236",
	"rarc": "",
} if {
	"ptp" in input.lists
	some row in input.x.ptp
	not ptp_236_reviewed(row)
	not ptp_236_clear(row)
}

# Column 2 was paid on another claim: nothing of this claim can be denied for it (PTP-PEND).
ptp_236_reviewed(row) if row.paid == true

# Column 1 waits on another claim: it may yet be denied, and column 2 would have been payable (PTP-PEND).
ptp_236_reviewed(row) if row.pended == true

# Lines of several days that are not the same ones, or of which the pair is not in force on all: whether both services
# were on one day, a person finds out (PTP-PEND).
ptp_236_reviewed(row) if row.spread == true

ptp_236_reviewed(row) if {
	row.date < row.from
}

ptp_236_reviewed(row) if {
	row.through < row.last
}

ptp_236_clear(row) if row.indicator == 9

ptp_236_clear(row) if {
	row.indicator == 1
	some modifier in row.modifiers
	modifier in ptp_236_modifiers
}

ptp_236_clear(row) if {
	row.last < row.from
}

ptp_236_clear(row) if {
	row.through < row.date
}

# NCCI-associated modifiers: anatomic, global surgery, other.
ptp_236_modifiers := {
	"E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "TA", "T1", "T2", "T3", "T4",
	"T5", "T6", "T7", "T8", "T9", "LT", "RT", "LC", "LD", "RC", "LM", "RI",
	"24", "25", "57", "58", "78", "79",
	"27", "59", "91", "XE", "XS", "XP", "XU",
}
