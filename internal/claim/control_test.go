package claim_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// digits are those a control number is written in.
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXY"

func TestEveryMistypedControlNumberIsFound(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	numbers := []int64{0, 1, 30, 31, claim.MaxControl}
	for range 300 {
		numbers = append(numbers, random.Int64N(claim.MaxControl+1))
	}
	for _, n := range numbers {
		text := claim.ControlNumber(n)
		for i := range len(text) {
			for _, digit := range digits {
				wrong := text[:i] + string(digit) + text[i+1:]
				if _, ok := claim.ParseControlNumber(wrong); ok && wrong != text {
					t.Fatalf("%s is taken for a number, it is %s with character %d changed", wrong, text, i+1)
				}
			}
		}
		for i := 1; i < len(text); i++ {
			wrong := text[:i-1] + text[i:i+1] + text[i-1:i] + text[i+1:]
			if _, ok := claim.ParseControlNumber(wrong); ok && wrong != text {
				t.Fatalf("%s is taken for a number, it is %s with characters %d and %d exchanged", wrong, text, i, i+1)
			}
		}
	}
}

func TestControlNumbersAreReadAsPeopleTypeThem(t *testing.T) {
	const n = 123_456_789
	text := claim.ControlNumber(n)
	typed := " " + strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(text[:4])) + "-" + text[4:] + " "
	if got, ok := claim.ParseControlNumber(typed); !ok || got != n {
		t.Errorf("%q: got %d, %v, want %d", typed, got, ok, n)
	}
	for _, bad := range []string{"", text[:8], text + "0", text[:8] + "Z", "????????" + text[8:], text[:8] + "é"} {
		if _, ok := claim.ParseControlNumber(bad); ok {
			t.Errorf("%q is taken for a number", bad)
		}
	}
}

// Numbers that went out on remittances are read for ever: their spelling is fixed.
func TestControlNumbersAreSpeltAsEver(t *testing.T) {
	for n, want := range map[int64]string{0: "000000000", 1: "000000019", 30: "0000000YP", 31: "000000108", claim.MaxControl: "YYYYYYYYJ"} {
		if got := claim.ControlNumber(n); got != want {
			t.Errorf("%d is written %s, want %s", n, got, want)
		}
	}
}

// Whoever types a number may write any letter small, and the letters that look like digits.
func TestEveryLetterIsForgiven(t *testing.T) {
	for n := range int64(2000) {
		text := claim.ControlNumber(n * 426_000_001)
		for _, typed := range []string{
			strings.ToLower(text), strings.ReplaceAll(text, "0", "O"), strings.ReplaceAll(text, "0", "o"), strings.ReplaceAll(text, "1", "I"),
			strings.ReplaceAll(text, "1", "i"), strings.ReplaceAll(text, "1", "L"), strings.ReplaceAll(text, "1", "l"), text[:3] + " " + text[3:] + "-",
		} {
			if got, ok := claim.ParseControlNumber(typed); !ok || got != n*426_000_001 {
				t.Fatalf("%q: got %d, %v, want %d", typed, got, ok, n*426_000_001)
			}
		}
	}
	for _, bad := range []string{"{00000019", "`00000019", "u00000019", "00000001z", "000000_19"} {
		if _, ok := claim.ParseControlNumber(bad); ok {
			t.Errorf("%q is taken for a number", bad)
		}
	}
}

func FuzzControlNumber(f *testing.F) {
	f.Add(int64(0), "0000002S7")
	f.Add(claim.MaxControl, "YYYYYYYY0")
	f.Fuzz(func(t *testing.T, n int64, text string) {
		if n >= 0 && n <= claim.MaxControl {
			if got, ok := claim.ParseControlNumber(claim.ControlNumber(n)); !ok || got != n {
				t.Errorf("%d: read back %d, %v", n, got, ok)
			}
		}
		if n, ok := claim.ParseControlNumber(text); ok {
			if again, _ := claim.ParseControlNumber(claim.ControlNumber(n)); again != n {
				t.Errorf("%q: %d reads back as %d", text, n, again)
			}
		}
	})
}
