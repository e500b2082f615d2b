package claim

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Cents is an amount of money in US cents. It is the only money type: no float ever holds an amount.
type Cents int64

// MaxCents bounds any single amount the engine accepts: $9,999,999,999.99, under the 18 characters X12 allows
// and small enough that summing a thousand lines cannot overflow.
const MaxCents Cents = 999_999_999_999

// Errors that ParseCents and ParseQuantity wrap.
var (
	ErrAmountFormat = errors.New("not a decimal amount")
	ErrAmountRange  = errors.New("amount out of range")
)

// ParseCents reads an X12 decimal (R) such as "100", "100.5", "-.50" or "100.00" exactly.
// It returns ErrAmountFormat or ErrAmountRange; a fraction of a cent is refused unless it is zero.
func ParseCents(text string) (Cents, error) {
	n, err := parseDecimal(text, 2)
	return Cents(n), err
}

// String shows the amount in dollars with two decimals: "-12.05".
func (c Cents) String() string {
	sign, n := "", int64(c)
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// MulRate returns c × numerator ÷ denominator, rounded half away from zero to a cent. This is the one rounding
// of the engine: rates are exact rationals until here. Requires denominator > 0.
func (c Cents) MulRate(numerator, denominator int64) Cents {
	return Cents(roundedQuotient(int64(c), numerator, denominator))
}

// roundedQuotient computes a×b÷d half away from zero, in big integers when a×b would overflow.
func roundedQuotient(a, b, d int64) int64 {
	const safe = 1 << 31
	if a < safe && a > -safe && b < safe && b > -safe {
		return divideHalfAway(a*b, d)
	}
	product := new(big.Int).Mul(big.NewInt(a), big.NewInt(b))
	twice := product.Lsh(product, 1)
	if product.Sign() >= 0 {
		twice.Add(twice, big.NewInt(d))
	} else {
		twice.Sub(twice, big.NewInt(d))
	}
	return twice.Quo(twice, big.NewInt(0).Lsh(big.NewInt(d), 1)).Int64()
}

func divideHalfAway(n, d int64) int64 {
	quotient, remainder := n/d, n%d
	if remainder < 0 {
		remainder = -remainder
	}
	if remainder >= d-remainder {
		if n < 0 {
			return quotient - 1
		}
		return quotient + 1
	}
	return quotient
}

// parseDecimal reads text as a decimal scaled by 10^places. Digits past places must be zero.
func parseDecimal(text string, places int) (int64, error) {
	digits, negative := text, false
	if strings.HasPrefix(digits, "-") || strings.HasPrefix(digits, "+") {
		negative, digits = digits[0] == '-', digits[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole == "" && fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return 0, ErrAmountFormat
	}
	for len(fraction) > places {
		if fraction[len(fraction)-1] != '0' {
			return 0, ErrAmountFormat
		}
		fraction = fraction[:len(fraction)-1]
	}
	whole = strings.TrimLeft(whole, "0")
	n, err := strconv.ParseInt("0"+whole+fraction+"000"[:places-len(fraction)], 10, 64)
	if err != nil || n > int64(MaxCents) {
		return 0, ErrAmountRange
	}
	if negative {
		n = -n
	}
	return n, nil
}

func allDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
