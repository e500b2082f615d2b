package contract

# METADATA
# title: Authorised units exceeded
# description: |
#   More units than the fitting authorisations have left, after the lines before it. What is left is paid: the edit
#   carries it as units.
# custom:
#   code: AUT-198
#   citation: X12 CARC 198
#   needs: [benefits, authorizations]
edits contains {
	"rule": "AUT-198",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "198",
	"rarc": "",
	"units": aut_198_rest(row),
} if {
	"authorizations" in input.lists
	some row in input.x.authorizations
	aut_197_found(row)
	not aut_198_enough(row)
}

aut_198_enough(row) if row.units <= aut_198_left(row)

aut_198_left(row) := sum(aut_198_granted(row)) - row.before

aut_198_granted(row) := [left |
	some authorization in input.authorizations
	aut_197_fits(row, authorization)
	left := authorization.approved - authorization.used
]

aut_198_rest(row) := aut_198_left(row) if {
	aut_198_left(row) > 0
} else := 0
