package claim

// ValidNPI tells whether a national provider identifier has ten digits, begins with 1 or 2 and has the right check
// digit: Luhn over 80840 and the number (ISO/IEC 7812-1), in which the prefix adds 24 (45 CFR 162.406; CMS,
// Requirements for National Provider Identifier check digit).
func ValidNPI(npi string) bool {
	if len(npi) != 10 || npi[0] != '1' && npi[0] != '2' {
		return false
	}
	sum := 24
	for i := range len(npi) {
		digit := int(npi[i]) - '0'
		if digit < 0 || digit > 9 {
			return false
		}
		if i%2 == 0 { // every second digit from the right, beside the check digit
			digit *= 2
		}
		sum += digit/10 + digit%10
	}
	return sum%10 == 0
}
