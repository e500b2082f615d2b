package contract

# METADATA
# title: Diagnosis valid on some dates of service only
# description: |
#   The claim has services on both sides of the day on which the code began or ended, mostly 1 October. Such services
#   are billed apart, and which of them the code is for is not said: a person decides.
# custom:
#   code: DGN-SPAN
#   citation: 45 CFR 162.1002(b) and (c); Medicare Claims Processing Manual ch. 23 §10; CMS CR 7492
#   needs: [diagnoses]
edits contains {
	"rule": "DGN-SPAN",
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "146",
	"rarc": "",
} if {
	"diagnoses" in input.lists
	looked_speaks("diagnoses")
	some row in input.x.diagnoses
	dgn_span_partly(row)
	not dgn_span_wholly(row)
}

# Some date of service lies within the code's life, and in the time of its code set.
dgn_span_partly(row) if {
	row.known == true
	row.from <= row.last
	row.first <= row.through
	dgn_146_icd10 <= row.last
}

dgn_span_partly(row) if {
	row.icd9 == true
	row.first < dgn_146_icd10
	dgn_146_icd10 <= row.last
}

dgn_span_wholly(row) if {
	row.from <= row.first
	row.last <= row.through
	dgn_146_icd10 <= row.first
}
