package pages

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// ChartWidth is the width of every bar in the units of its view box.
const ChartWidth = 1000

// Share is one part of the bar of outcomes.
type Share struct {
	Class   string // paid, denied, pended
	Name    string
	Count   int
	Percent string
	X       int // in units of ChartWidth
	Width   int
}

// Reason is one row of the bars of reasons.
type Reason struct {
	CARC   string
	Claims int
	Width  int // of ChartWidth, the most frequent filling it
}

// Shares cuts the bar in proportion. Parts that are not zero are at least one unit wide, so that nothing that is there
// vanishes, and the parts fill the bar exactly.
func Shares(paid, denied, pended int) []Share {
	shares := []Share{{Class: "paid", Name: "paid", Count: paid}, {Class: "denied", Name: "denied", Count: denied}, {Class: "pended", Name: "waiting", Count: pended}}
	total := paid + denied + pended
	x, sum := 0, 0
	for i := range shares {
		s := &shares[i]
		s.Percent = Percent(s.Count, total)
		if s.Count == 0 {
			s.X = x
			continue
		}
		sum += s.Count
		rest := 0 // units that the parts after this one need
		for _, after := range shares[i+1:] {
			rest += min(after.Count, 1)
		}
		end := min(max(sum*ChartWidth/total, x+1), ChartWidth-rest)
		s.X, s.Width = x, end-x
		x = end
	}
	return shares
}

// Reasons makes bars of counts, the largest filling its bar, at most so many of them.
func Reasons(carcs []string, claims []int, most int) []Reason {
	largest := 1
	for _, n := range claims {
		largest = max(largest, n)
	}
	list := make([]Reason, 0, most)
	for i := range min(len(carcs), most) {
		list = append(list, Reason{CARC: carcs[i], Claims: claims[i], Width: max(1, claims[i]*ChartWidth/largest)})
	}
	return list
}

// Percent shows part of whole with one decimal; "–" of nothing.
func Percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	tenths := claim.Cents(part).MulRate(1000, int64(whole))
	return fmt.Sprintf("%d.%d %%", tenths/10, tenths%10)
}
