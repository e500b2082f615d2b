package x12

import "strings"

// Kind tells what a transaction set is, by its implementation guide.
type Kind string

// Kinds. A transaction set other than 837 has its three digits as its kind.
const (
	KindUnknown                       Kind = ""
	KindProfessional                  Kind = "837P"    // 005010X222, A1, A2
	KindInstitutional                 Kind = "837I"    // 005010X223, A1, A2, A3
	KindDental                        Kind = "837D"    // 005010X224
	KindPredeterminationProfessional  Kind = "837P-PD" // 005010X291
	KindPredeterminationInstitutional Kind = "837I-PD" // 005010X292
	KindPredeterminationDental        Kind = "837D-PD" // 005010X293
	KindPostAdjudicated               Kind = "PACDR"   // 005010X298, X299, X300
	Kind837                           Kind = "837"     // 837 of a version that is not known, or 4010
	KindTA1                           Kind = "TA1"
)

// kindOf returns the kind of an 837 by its version (ST03 or GS08) and why that kind is not adjudicated, if it is not.
func kindOf(version string) (Kind, Code) {
	switch version {
	case "005010X222", "005010X222A1", "005010X222A2":
		return KindProfessional, ""
	case "005010X223", "005010X223A1", "005010X223A2", "005010X223A3":
		return KindInstitutional, ""
	}
	if strings.HasPrefix(version, "004010") {
		return Kind837, RefusalVersion4010
	}
	guide := version
	if len(guide) > 10 {
		guide = guide[:10]
	}
	switch guide {
	case "005010X224":
		return KindDental, RefusalDental
	case "005010X291":
		return KindPredeterminationProfessional, RefusalPredetermination
	case "005010X292":
		return KindPredeterminationInstitutional, RefusalPredetermination
	case "005010X293":
		return KindPredeterminationDental, RefusalPredetermination
	case "005010X298", "005010X299", "005010X300":
		return KindPostAdjudicated, RefusalPostAdjudicated
	}
	return Kind837, RefusalVersion
}

// encounterRefusal judges BHT06 (Claim or Encounter Identifier): only CH, chargeable, is adjudicated.
func encounterRefusal(identifier string) Code {
	switch identifier {
	case "CH":
		return ""
	case "RP":
		return RefusalEncounter
	case "31":
		return RefusalSubrogation
	}
	return RefusalBHT06
}
