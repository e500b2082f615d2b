package contract

# METADATA
# title: Provider excluded from federal programmes
# description: |
#   No payment is made for anything furnished, ordered or prescribed by an excluded person, from the effective date
#   until reinstatement. A row without an effective date counts as in force. Who renders the claim is not listed for the
#   lines that name another one.
# custom:
#   code: EXC-B7
#   citation: 42 CFR 1001.1901(b); 42 CFR 1001.3002 (reinstatement)
#   needs: [exclusions]
edits contains {
	"rule": "EXC-B7",
	"line": listed_line(row),
	"outcome": "deny",
	"group": "CO",
	"carc": exc_b7_reason(row),
	"rarc": "",
} if {
	"exclusions" in input.lists
	some row in input.x.exclusions
	not exc_b7_clear(row)
}

exc_b7_clear(row) if row.last < row.excluded

exc_b7_clear(row) if row.reinstated <= row.first

exc_b7_reasons := {
	"attending": "185",
	"operating": "185",
	"ordering": "184",
	"otherOperating": "185",
	"referring": "183",
	"rendering": "185",
	"supervising": "185",
}

exc_b7_reason(row) := carc if {
	carc := exc_b7_reasons[row.role]
} else := "B7"
