package scoring

import (
	"math"

	"github.com/assize/assize/internal/claim"
)

// distinct counts different texts without allocating. It stops telling them apart after the first 64, so that a
// claim of 999 lines costs no more than 64 comparisons a line.
type distinct struct {
	seen    [64]string
	n       int
	repeats int
}

func (d *distinct) add(text string) {
	if text == "" {
		return
	}
	for i := range d.n {
		if d.seen[i] == text {
			d.repeats++
			return
		}
	}
	if d.n < len(d.seen) {
		d.seen[d.n] = text
		d.n++
	}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func dollars(c claim.Cents) float64 { return float64(c) / 100 }

func unitCount(q claim.Quantity) float64 { return float64(q) / float64(claim.One) }

// share is part ÷ whole, missing when there is no whole.
func share(part, whole int) float64 { return ratio(int64(part), int64(whole)) }

// ratio is a ÷ b, missing unless b is positive.
func ratio(a, b int64) float64 {
	if b <= 0 {
		return math.NaN()
	}
	return float64(a) / float64(b)
}

// excess is (own − peers) of two shares in millionths. The subtraction is of integers and so exact.
func excess(own, peers int64) float64 { return float64(own-peers) / 1e6 }

// lineDate is the first service date of a line, or the claim's when the line has none.
func lineDate(c *claim.Claim, line *claim.Line) claim.Date {
	if line.From.Known() {
		return line.From
	}
	return c.From
}

// dayNumber counts days since 1970-01-01 as claim.Date.DayNumber does, in integers only: history is walked for every
// claim. The method is Hinnant's days_from_civil. Requires d.Known().
func dayNumber(d claim.Date) int {
	year, month, day := int(d)/10000, int(d)/100%100, int(d)%100
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	yearOfEra := year - era*400
	dayOfYear := (153*(month-3)+2)/5 + day - 1
	dayOfEra := yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + dayOfYear
	return era*146097 + dayOfEra - 719468
}

// isWeekend tells Saturday and Sunday; day 0 was a Thursday. Requires d.Known() and d after 1970.
func isWeekend(d claim.Date) bool {
	weekday := ((dayNumber(d)+4)%7 + 7) % 7
	return weekday == 0 || weekday == 6
}

// sharedDigits counts the leading digits, up to 5, in which two ZIP codes agree. It says near or far and nothing about
// which region: where somebody lives is no evidence of fraud, and regions carry bias.
func sharedDigits(a, b string) float64 {
	if len(a) < 5 || len(b) < 5 {
		return math.NaN()
	}
	n := 0
	for n < 5 && a[n] == b[n] {
		n++
	}
	return float64(n)
}
