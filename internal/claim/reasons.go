package claim

import "strings"

// IsCARC tells whether a text has the form of a claim adjustment reason code (X12 external code list 139): a number of up to three
// digits without a nought before it, or a letter and up to two digits. What looks like one and is none ("50 ", "050") would
// pass by every rule about the code it looks like.
func IsCARC(text string) bool {
	if text == "" || text[0] == '0' || len(text) > 3 {
		return false
	}
	if letter := text[0]; letter >= 'A' && letter <= 'Z' {
		text = text[1:]
	}
	return text != "" && allDigits(text)
}

// IsRARC tells whether a text has the form of a remittance advice remark code (X12 external code list 411): M, MA or N and up to
// three digits.
func IsRARC(text string) bool {
	for _, prefix := range [...]string{"MA", "M", "N"} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			return rest != "" && len(rest) <= 3 && allDigits(rest)
		}
	}
	return false
}

// IsReason tells whether a CARC and its remark have the form of their lists; a remark may be absent.
func IsReason(carc, rarc string) bool { return IsCARC(carc) && (rarc == "" || IsRARC(rarc)) }

// MedicalNecessity tells whether a CARC is a judgement of medical necessity, which only a licensed clinician makes: not
// necessary (50), experimental (55), not proven (56), and information that does not support level, length, dosage or supply
// (150, 152, 153, 154). 151 is left out: here it is the limit of a published table (MUE), not a judgement about the patient.
func MedicalNecessity(carc string) bool {
	switch carc {
	case "50", "55", "56", "150", "152", "153", "154":
		return true
	}
	return false
}
