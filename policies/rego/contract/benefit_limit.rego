package contract

# METADATA
# title: Benefit limit reached
# description: |
#   A benefit group has a limit of units or dollars a year. What earlier claims and earlier lines left over is paid: the
#   edit carries it as units or amount. When nothing is left the line is denied.
# custom:
#   code: LIM-119
#   citation: X12 CARC 119; 45 CFR 147.126 (limits on essential benefits are not for dollars)
#   needs: [accumulators, benefits]
limits contains {
	"rule": "LIM-119",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "PR",
	"carc": "119",
	"rarc": "",
	"units": lim_119_units(row),
	"amount": lim_119_amount(row),
} if {
	"limits" in input.lists
	some row in input.x.limits
	not lim_119_within(row)
}

lim_119_within(row) if {
	lim_119_units_within(row)
	lim_119_amount_within(row)
}

lim_119_units_within(row) if not row.limit_units

lim_119_units_within(row) if row.units <= lim_119_units_left(row)

lim_119_amount_within(row) if not row.limit_cents

lim_119_amount_within(row) if row.allowed <= lim_119_amount_left(row)

lim_119_units_left(row) := (row.limit_units - row.used_units) - row.before

lim_119_amount_left(row) := (row.limit_cents - row.used_cents) - row.before_cents

# What the edit leaves of the line. Nothing of one is nothing of the line; 0 in an edit that cuts means "not limited".
lim_119_exhausted(row) if lim_119_units_left(row) <= 0

lim_119_exhausted(row) if lim_119_amount_left(row) <= 0

lim_119_units(row) := lim_119_units_left(row) if {
	not lim_119_exhausted(row)
	not lim_119_units_within(row)
} else := 0

lim_119_amount(row) := lim_119_amount_left(row) if {
	not lim_119_exhausted(row)
	not lim_119_amount_within(row)
} else := 0
