package claim_test

import (
	"encoding/json"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// FuzzAmounts: an amount that is read is within bounds, and what it is shown as reads as the same amount.
func FuzzAmounts(f *testing.F) {
	for _, seed := range []string{"0", "-.50", "+1", "100.5", "00012.3400", "9999999999.99", "10000000000", "1e3", ".", "-", "१", "1.005"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := claim.ParseCents(text); err == nil {
			again, err := claim.ParseCents(c.String())
			if err != nil || again != c || c > claim.MaxCents || c < -claim.MaxCents {
				t.Errorf("%q is %s, which reads as %s, %v", text, c, again, err)
			}
			if one := c.MulRate(1, 1); one != c {
				t.Errorf("%s at a rate of one is %s", c, one)
			}
		}
		if q, err := claim.ParseQuantity(text); err == nil {
			if again, err := claim.ParseQuantity(q.String()); err != nil || again != q {
				t.Errorf("%q is %s, which reads as %s, %v", text, q, again, err)
			}
		}
	})
}

// FuzzDate: a date that is read exists, is shown as what reads as itself, and days are counted both ways.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{"20240229", "20230229", "2025-01-31", "00010101", "99991231", "0000-01-01", "2025-1-31", "２０２５0101"} {
		f.Add(seed, 1)
	}
	f.Fuzz(func(t *testing.T, text string, days int) {
		d, err := claim.ParseDate(text)
		if err != nil {
			return
		}
		if again, err := claim.ParseDate(d.String()); err != nil || again != d || claim.DateOf(d.Time()) != d {
			t.Errorf("%q is %s, which reads as %s, %v", text, d, again, err)
		}
		encoded, err := json.Marshal(d)
		var decoded claim.Date
		if err == nil {
			err = json.Unmarshal(encoded, &decoded)
		}
		if err != nil || decoded != d {
			t.Errorf("%s is %s in JSON, which reads as %s, %v", d, encoded, decoded, err)
		}
		if days %= 36500; d.Year() > 200 && d.Year() < 9800 {
			if later := d.AddDays(days); d.DaysUntil(later) != days || later.AddDays(-days) != d {
				t.Errorf("%s and %d days are %s, %d days away", d, days, later, d.DaysUntil(later))
			}
		}
	})
}

// FuzzDateJSON: whatever JSON is taken for a date is one that exists, or none.
func FuzzDateJSON(f *testing.F) {
	for _, seed := range []string{`"2025-02-30"`, `""`, `null`, `20250101`, `-1`, `"20250101"`, `1e7`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var d claim.Date
		if json.Unmarshal(text, &d) != nil || !d.Known() {
			return
		}
		if again, err := claim.ParseDate(d.String()); err != nil || again != d {
			t.Errorf("%s is taken for %d, which reads as %s, %v", text, int32(d), again, err)
		}
	})
}
