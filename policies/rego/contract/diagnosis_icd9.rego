package contract

# METADATA
# title: Diagnosis of ICD-9-CM judged by ICD-10-CM
# description: |
#   A code of the time of ICD-9-CM was looked up, though the tables hold ICD-10-CM. Whatever was found is of another
#   code set: the claim waits. Mostly no look-up is made at all, and the gate says that the table is not loaded. A
#   table that is assumed to speak for years that are not its own lets the code pass, and the decision says so.
# custom:
#   code: DGN-PEND
#   citation: 45 CFR 162.1002(b)(1); 79 FR 45128 (compliance date 1 October 2015)
#   needs: [diagnoses]
edits contains {
	"rule": "DGN-PEND",
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "133",
	"rarc": "",
} if {
	"diagnoses" in input.lists
	looked_speaks("diagnoses")
	not looked_assumed("diagnoses")
	some row in input.x.diagnoses
	dgn_146_icd9(row)
}
