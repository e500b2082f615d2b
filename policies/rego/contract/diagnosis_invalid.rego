package contract

# METADATA
# title: Diagnosis not valid on the date of service
# description: |
#   A code that the code set does not have, or on none of the dates of service; one that is valid on some of them waits
#   (DGN-SPAN). An inpatient stay and a home health claim use the codes of their last day. Before 1 October 2015 the
#   code set was ICD-9-CM and no code of ICD-10-CM was valid; from that day on it is the other way round. The table
#   holds ICD-10-CM, so of an older ICD-9-CM code it says nothing.
# custom:
#   code: DGN-146
#   citation: 45 CFR 162.1002(b) and (c); ICD-10-CM Official Guidelines; Medicare Claims Processing Manual ch. 23 §10
#   needs: [diagnoses]
edits contains {
	"rule": "DGN-146",
	"line": 0,
	"outcome": "deny",
	"group": "CO",
	"carc": "146",
	"rarc": "",
} if {
	"diagnoses" in input.lists
	looked_speaks("diagnoses")
	some row in input.x.diagnoses
	not dgn_span_partly(row)
	not dgn_146_icd9(row)
}

dgn_146_icd10 := 20151001

# Coded in ICD-9-CM when that was the code set.
dgn_146_icd9(row) if {
	row.icd9 == true
	row.last < dgn_146_icd10
}
