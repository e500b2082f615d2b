package contract

# METADATA
# title: Claim lacks information
# description: |
#   Something that the implementation guide wants and adjudication needs is not on the claim, or cannot be.
# custom:
#   code: FRM-16
#   citation: 005010X222A1 and 005010X223A3; Medicare Claims Processing Manual ch. 1 §80.3.1 (unprocessable claims)
#   needs: []
edits contains {
	"rule": "FRM-16",
	"line": listed_line(fault),
	"outcome": "deny",
	"group": "CO",
	"carc": "16",
	"rarc": frm_16_remark(fault),
} if {
	"faults" in input.lists
	some fault in input.x.faults
}

frm_16_remarks := {
	"admission": "MA40",
	"admissionType": "MA41",
	"birthDate": "N329",
	"charge": "M79",
	"diagnoses": "M76",
	"from": "M52",
	"lines": "M79",
	"memberId": "N382",
	"patientName": "MA36",
	"patientStatus": "MA43",
	"placeOfService": "M77",
	"principal": "MA63",
	"procedure": "M20",
	"qualifier": "M20",
	"quantity": "M53",
	"revenue": "M50",
	"sex": "MA39",
	"through": "M59",
	"unit": "M53",
}

# N34: wrong form or format, for what has no remark of its own.
frm_16_remark(fault) := rarc if {
	rarc := frm_16_remarks[fault.field]
} else := "N34"
