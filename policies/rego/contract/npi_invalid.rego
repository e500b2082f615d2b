package contract

# METADATA
# title: National provider identifier invalid
# description: |
#   An NPI has ten digits, begins with 1 or 2, and ends in a check digit (ISO 7812-1 over 80840 and the number). One
#   that is on file as assumed was enrolled by a trial as it was sent, which no payer's enrolment does; the decision
#   says that it was assumed.
# custom:
#   code: NPI-207
#   citation: 45 CFR 162.406; CMS, Requirements for NPI check digit
#   needs: []
edits contains {
	"rule": "NPI-207",
	"line": listed_line(p),
	"outcome": "deny",
	"group": "CO",
	"carc": "207",
	"rarc": "",
} if {
	"npi" in input.lists
	some p in input.x.npi
	not npi_207_missing(p)
	not npi_207_assumed(p)
}

npi_207_missing(p) if p.sent == false

npi_207_assumed(p) if p.assumed == true
