package claim_test

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
)

func TestParseCents(t *testing.T) {
	for text, want := range map[string]claim.Cents{
		"0": 0, "100": 100_00, "100.5": 100_50, "100.05": 100_05, "100.00": 100_00, "-.50": -50, "+.5": 50, "-12.05": -12_05, "1.": 1_00, ".01": 1,
		"100.000": 100_00, "0.0100": 1, "00000000000000000007": 7_00, "9999999999.99": claim.MaxCents, "-9999999999.99": -claim.MaxCents,
	} {
		if got, err := claim.ParseCents(text); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", text, int64(got), err, int64(want))
		}
	}
	for text, want := range map[string]error{
		"": claim.ErrAmountFormat, ".": claim.ErrAmountFormat, "-": claim.ErrAmountFormat, "+.": claim.ErrAmountFormat, "--1": claim.ErrAmountFormat,
		"1,000": claim.ErrAmountFormat, "1.2.3": claim.ErrAmountFormat, "1e3": claim.ErrAmountFormat, " 1": claim.ErrAmountFormat, "1/": claim.ErrAmountFormat,
		"1:": claim.ErrAmountFormat, "$1": claim.ErrAmountFormat, "1.-5": claim.ErrAmountFormat, "0.001": claim.ErrAmountFormat, "0.0010": claim.ErrAmountFormat,
		"1.x": claim.ErrAmountFormat, "x.1": claim.ErrAmountFormat, "10000000000": claim.ErrAmountRange, "10000000000.00": claim.ErrAmountRange,
		"-10000000000": claim.ErrAmountRange, "99999999999999": claim.ErrAmountRange, strings.Repeat("9", 40): claim.ErrAmountRange,
	} {
		if got, err := claim.ParseCents(text); !errors.Is(err, want) || got != 0 {
			t.Errorf("%q: got %d, %v, want %v", text, int64(got), err, want)
		}
	}
}

func TestParseQuantity(t *testing.T) {
	for text, want := range map[string]claim.Quantity{"1": 1000, "99.99": 99_990, "0.001": 1, "1.5000": 1500, "-2": -2000, "999999999.999": 999_999_999_999} {
		if got, err := claim.ParseQuantity(text); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", text, int64(got), err, int64(want))
		}
	}
	for text, want := range map[string]error{"0.0001": claim.ErrAmountFormat, "one": claim.ErrAmountFormat, "1000000000": claim.ErrAmountRange} {
		if got, err := claim.ParseQuantity(text); !errors.Is(err, want) || got != 0 {
			t.Errorf("%q: got %d, %v, want %v", text, int64(got), err, want)
		}
	}
}

func TestAmountsAndQuantitiesAreShownExactly(t *testing.T) {
	for amount, want := range map[claim.Cents]string{0: "0.00", 5: "0.05", -5: "-0.05", 100: "1.00", -12_05: "-12.05", claim.MaxCents: "9999999999.99"} {
		if got := amount.String(); got != want {
			t.Errorf("%d cents: got %s, want %s", int64(amount), got, want)
		}
	}
	for quantity, want := range map[claim.Quantity]string{
		0: "0", 1000: "1", -2000: "-2", 99_990: "99.99", 1: "0.001", -1500: "-1.5", -1: "-0.001", 10_010: "10.01", 1_000_100: "1000.1",
	} {
		if got := quantity.String(); got != want {
			t.Errorf("%d thousandths: got %s, want %s", int64(quantity), got, want)
		}
	}
}

// MulRate is the one rounding of the engine: half away from zero, once, however large the factors are.
func TestMulRateRoundsHalfAwayFromZero(t *testing.T) {
	tests := []struct {
		amount                 claim.Cents
		numerator, denominator int64
		want                   claim.Cents
	}{
		{5, 500, 1000, 3}, {-5, 500, 1000, -3}, {5, 499, 1000, 2}, {-5, 499, 1000, -2}, {5, 501, 1000, 3},
		{1, 1, 2, 1}, {-1, 1, 2, -1}, {1, 1, 3, 0}, {2, 1, 3, 1}, {-1, 1, 3, 0}, {-2, 1, 3, -1}, {7, 1, 1, 7}, {0, 5, 7, 0}, {3, -1, 2, -2},
		{230_00, 333_330, 1_000_000, 76_67},
		// Above 31 bits.
		{claim.MaxCents, 1, 2, 500_000_000_000}, {-claim.MaxCents, 1, 2, -500_000_000_000}, {claim.MaxCents, 1_000_000, 1_000_000, claim.MaxCents},
		{1, 1 << 40, 1 << 41, 1}, {-1, 1 << 40, 1 << 41, -1}, {1, 1<<40 - 1, 1 << 41, 0}, {-1, 1<<40 - 1, 1 << 41, 0},
		{1 << 31, 1, 1 << 32, 1}, {1 << 31, 1 << 31, 1 << 31, 1 << 31}, {-1 << 31, 1 << 31, 1 << 31, -1 << 31}, {1 << 40, 1 << 40, 1 << 40, 1 << 40},
	}
	for _, test := range tests {
		if got := test.amount.MulRate(test.numerator, test.denominator); got != test.want {
			t.Errorf("%d × %d ÷ %d = %d, want %d", int64(test.amount), test.numerator, test.denominator, int64(got), int64(test.want))
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		amount := random.Int64N(int64(claim.MaxCents)) - int64(claim.MaxCents)/2
		denominator := 1 + random.Int64N(1<<uint(1+random.IntN(40)))
		numerator := random.Int64N(denominator + 1)
		exact := new(big.Rat).Mul(new(big.Rat).SetInt64(amount), big.NewRat(numerator, denominator))
		difference := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(int64(claim.Cents(amount).MulRate(numerator, denominator))))
		// Away from zero: half is never left over on the far side.
		if half := difference.Abs(difference).Cmp(big.NewRat(1, 2)); half > 0 {
			t.Fatalf("%d × %d ÷ %d is rounded by more than half a cent", amount, numerator, denominator)
		}
	}
}
