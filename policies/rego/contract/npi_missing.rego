package contract

# METADATA
# title: National provider identifier missing
# description: |
#   Who bills, renders, attends or operates is named by an NPI. Other roles may come without one.
# custom:
#   code: NPI-206
#   citation: 45 CFR 162.410; 005010X222A1 2010AA NM109
#   needs: []
edits contains {
	"rule": "NPI-206",
	"line": p.line,
	"outcome": "deny",
	"group": "CO",
	"carc": "206",
	"rarc": npi_206_remarks[p.role],
} if {
	input.x.npi
	some p in input.x.npi
	p.sent == false
}

npi_206_remarks := {
	"attending": "N253",
	"billing": "N257",
	"operating": "N270",
	"rendering": "N290",
}
