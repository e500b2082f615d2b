package reference

import "fmt"

// codeFault returns what is wrong with a code, or "". Codes are kept as the claim has them: upper case, no blanks.
func codeFault(code string) string {
	if code == "" {
		return "a code is needed"
	}
	if len(code) > textBytesMax {
		return fmt.Sprintf("a code has at most %d characters", textBytesMax)
	}
	for i := range len(code) {
		if c := code[i]; c <= ' ' || c > '~' || 'a' <= c && c <= 'z' {
			return "a code is upper case letters, digits and marks, without blanks"
		}
	}
	return ""
}

// checkDemographics returns what is wrong with a code and its age and sex limits, or "".
func checkDemographics(code, sex string, ageFrom, ageThrough int) string {
	if fault := codeFault(code); fault != "" {
		return fault
	}
	if sex != "" && sex != "F" && sex != "M" {
		return "the sex must be F, M or empty"
	}
	if ageFrom == NewbornAgeMin && ageThrough == 0 || ageFrom == 0 && ageThrough == 0 {
		return ""
	}
	if ageFrom < 0 || ageThrough > ageMax || ageFrom > ageThrough {
		return fmt.Sprintf("the ages must be in order and at most %d", ageMax)
	}
	return ""
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}
