package contract

# METADATA
# title: Patient differs from the member on file
# description: |
#   Birth date, sex or name on the claim are not those on file, or one of them is not known. The wrong person may have
#   been found, such as a twin who is not enrolled. U (unknown) on the claim agrees with either sex. A first name agrees
#   when one begins with the other; last names count where a first name is not known.
# custom:
#   code: PAT-140
#   citation: X12 CARC 140; 005010X222A1 2010BA and 2010CA NM1, DMG
#   needs: [member]
edits contains {
	"rule": "PAT-140",
	"line": 0,
	"outcome": "pend",
	"group": "OA",
	"carc": "140",
	"rarc": "",
} if {
	"patient" in input.lists
	some person in input.x.patient
	not pat_140_same(person)
}

pat_140_same(person) if {
	person.birth == input.claim.member_birth
	person.named == true
	input.claim.member_sex in {"F", "M"}
	pat_140_sex(person)
}

pat_140_sex(person) if person.sex == input.claim.member_sex

pat_140_sex(person) if person.sex == "U"
