package contract

# METADATA
# title: Diagnosis lacks detail
# description: |
#   Every diagnosis is coded to the highest number of characters that its category has.
# custom:
#   code: DGN-16
#   citation: ICD-10-CM Official Guidelines I.B.2; 45 CFR 162.1002
#   needs: [diagnoses]
edits contains {
	"rule": "DGN-16",
	"line": 0,
	"outcome": "deny",
	"group": "CO",
	"carc": "16",
	"rarc": "M76",
} if {
	"diagnoses" in input.lists
	looked_speaks("diagnoses")
	some row in input.x.diagnoses
	row.known == true
	not dgn_16_billable(row)
}

dgn_16_billable(row) if row.billable == true
