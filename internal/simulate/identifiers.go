package simulate

import (
	"encoding/binary"
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// newID returns an opaque id laid out as UUIDv7 (RFC 9562, 5.7), its time part being the day given.
func newID(s *stream, day claim.Date) claim.ID {
	var id claim.ID
	binary.BigEndian.PutUint64(id[:8], uint64(day.Time().UnixMilli())<<16|s.pcg.Uint64()&0x0fff|0x7000)
	binary.BigEndian.PutUint64(id[8:], s.pcg.Uint64()&(1<<62-1)|1<<63)
	return id
}

// npi returns the n-th invented NPI. It begins with 2, which the standard allows and nobody has been given, and ends in
// the Luhn digit over 80840 and the rest (45 CFR 162.406). Requires 0 <= n < 10^8.
func npi(n int) string {
	stem := fmt.Sprintf("2%08d", scatter(n))
	return stem + string('0'+luhnDigit("80840"+stem))
}

// scatter spreads neighbouring numbers over 0 to 10^8-1 without two meeting: the factor has no divisor in common with 10^8.
func scatter(n int) int { return (n*48_271_349 + 12_345_679) % 100_000_000 }

// luhnDigit returns the check digit (0 to 9) that completes digits (ISO/IEC 7812-1, annex B).
func luhnDigit(digits string) rune {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return rune((10 - sum%10) % 10)
}

// spoiltNPI returns the NPI with another check digit.
func spoiltNPI(valid string) string {
	last := valid[9]
	return valid[:9] + string('0'+(last-'0'+1)%10)
}

// subscriberNumber returns the n-th invented member number of a payer.
func subscriberNumber(payer claim.PayerID, n int) string {
	return fmt.Sprintf("W%d%08d", payer%10, scatter(n))
}

// controlNumber returns CLM01 of the claim at a position: unique in the world, and saying nothing of the patient.
func controlNumber(prefix byte, payer claim.PayerID, position int) string {
	b := [16]byte{0: prefix}
	text := append(b[:1], byte('0'+payer/10%10), byte('0'+payer%10))
	for place := 100_000_000; place > 0; place /= 10 {
		text = append(text, byte('0'+position/place%10))
	}
	return string(text)
}
