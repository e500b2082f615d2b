package claim

import "fmt"

// Quantity is a count of service units in thousandths: real 837 files carry 99.99 and 1.00.
type Quantity int64

// One is one unit.
const One Quantity = 1000

// Unit is the X12 unit of a quantity (SV103, SV204).
type Unit string

// The units the guides allow on a service line.
const (
	Units   Unit = "UN"
	Minutes Unit = "MJ"
	Days    Unit = "DA"
)

// ParseQuantity reads an X12 decimal exactly, to a thousandth. Errors as ParseCents.
func ParseQuantity(text string) (Quantity, error) {
	n, err := parseDecimal(text, 3)
	return Quantity(n), err
}

// String shows the quantity without needless zeros: "1", "99.99".
func (q Quantity) String() string {
	if q%One == 0 {
		return fmt.Sprint(int64(q / One))
	}
	sign, n := "", int64(q)
	if n < 0 {
		sign, n = "-", -n
	}
	text := fmt.Sprintf("%s%d.%03d", sign, n/1000, n%1000)
	for text[len(text)-1] == '0' {
		text = text[:len(text)-1]
	}
	return text
}
