package contract

# METADATA
# title: Authorisation number does not fit
# description: |
#   The claim names an authorisation that is not on file, or is for another code, other dates or another provider.
#   (CARC 15 said this until May 2018.)
# custom:
#   code: AUT-16
#   citation: X12 CARC 16 with RARC M62; 005010X222A1 2300 REF*G1
#   needs: [benefits, authorizations]
edits contains {
	"rule": "AUT-16",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "16",
	"rarc": "M62",
} if {
	"authorizations" in input.lists
	looked_speaks("authorizations")
	some row in input.x.authorizations
	aut_197_named(row)
	not aut_197_found(row)
}
