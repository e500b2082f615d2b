package contract

# METADATA
# title: Authorised units exceeded
# description: |
#   More units than the fitting authorisations have left, after what the lines before it will use of them. What is left
#   is paid: the edit carries it as units. A line that another check denies uses nothing up, so this is asked last.
# custom:
#   code: AUT-198
#   citation: X12 CARC 198
#   needs: [benefits, authorizations]
limits contains {
	"rule": "AUT-198",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "198",
	"rarc": "",
	"units": object.get(row, "left", 0),
} if {
	"authorized" in input.lists
	some row in input.x.authorized
	not aut_198_enough(row)
}

aut_198_enough(row) if row.units <= row.left
