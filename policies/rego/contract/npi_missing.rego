package contract

# METADATA
# title: National provider identifier missing
# description: |
#   Who bills, renders, attends or operates is named by an NPI. Other roles may come without one. An institutional
#   claim names who attended, unless all it bills is transport.
# custom:
#   code: NPI-206
#   citation: 45 CFR 162.410; 005010X222A1 2010AA NM109; 005010X223A3 2310A
#   needs: []
edits contains {
	"rule": "NPI-206",
	"line": listed_line(p),
	"outcome": "deny",
	"group": "CO",
	"carc": "206",
	"rarc": npi_206_remark(p),
} if {
	"npi" in input.lists
	some p in input.x.npi
	p.sent == false
	not npi_206_optional(p)
}

npi_206_optional(p) if {
	p.role in {"facility", "ordering", "otherOperating", "payTo", "purchased", "referring", "supervising"}
}

npi_206_remarks := {
	"attending": "N253",
	"operating": "N262",
	"rendering": "N290",
}

npi_206_remark(p) := rarc if {
	rarc := npi_206_remarks[p.role]
} else := "N257"
