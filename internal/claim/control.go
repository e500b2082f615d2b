package claim

import "strings"

// controlAlphabet is Crockford's base 32 without Z: no I, L, O or U, so that a number read over the telephone survives,
// and 31 digits, a prime, so that the check finds every single wrong digit and every exchange of two (ISO 7064 style).
const controlAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXY"

// controlDigits is the width of a control number without its check character; 31⁸ numbers a payer.
const controlDigits = 8

// MaxControl is the largest number that ControlNumber can write.
const MaxControl int64 = 852_891_037_440

// ControlNumber writes a payer claim control number (REF*1K, CLP07) as providers see it: eight characters and a check
// character, such as "000001GTW". Requires 0 <= n <= MaxControl.
func ControlNumber(n int64) string {
	const base = int64(len(controlAlphabet))
	var text [controlDigits + 1]byte
	for i := controlDigits - 1; i >= 0; i-- {
		text[i] = controlAlphabet[n%base]
		n /= base
	}
	text[controlDigits] = controlAlphabet[controlCheck(text[:controlDigits])]
	return string(text[:])
}

// Replaces returns the control number that a replacement or void names (REF*F8); false when the claim is neither, or names
// what is no control number of ours.
func (c *Claim) Replaces() (int64, bool) {
	if c.Frequency != Replacement && c.Frequency != Void {
		return 0, false
	}
	return ParseControlNumber(c.OriginalReference)
}

// ParseControlNumber reads a control number as people type it: small letters, spaces and dashes are forgiven, O is
// 0, I and L are 1. It returns false when the length, an alphabet or the check character is wrong.
func ParseControlNumber(text string) (int64, bool) {
	text = strings.Map(controlRune, text)
	if len(text) != controlDigits+1 {
		return 0, false
	}
	var n int64
	for i := range controlDigits {
		digit := strings.IndexByte(controlAlphabet, text[i])
		if digit < 0 {
			return 0, false
		}
		n = n*int64(len(controlAlphabet)) + int64(digit)
	}
	return n, text[controlDigits] == controlAlphabet[controlCheck([]byte(text[:controlDigits]))]
}

func controlRune(r rune) rune {
	switch {
	case r == ' ' || r == '-':
		return -1
	case r == 'o' || r == 'O':
		return '0'
	case r == 'i' || r == 'I' || r == 'l' || r == 'L':
		return '1'
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	}
	return r
}

// controlCheck is the sum of the digits weighted 2, 3, 4… modulo 31.
func controlCheck(digits []byte) int {
	sum := 0
	for i, c := range digits {
		sum += (i + 2) * strings.IndexByte(controlAlphabet, c)
	}
	return sum % len(controlAlphabet)
}
