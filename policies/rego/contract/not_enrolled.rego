package contract

# METADATA
# title: Provider not enrolled on the date of service
# description: |
#   Who bills or renders is on file, and was not enrolled on every day of the service.
# custom:
#   code: ENR-B7
#   citation: 42 CFR 424.505; 42 CFR 424.520 (effective date of billing privileges)
#   needs: [provider]
edits contains {
	"rule": "ENR-B7",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": "B7",
	"rarc": "",
} if {
	"parties" in input.lists
	looked_speaks("provider")
	some row in input.x.parties
	row.known == true
	not enr_b7_enrolled(row)
}

enr_b7_enrolled(row) if {
	row.from <= row.first
	row.last <= row.through
}
