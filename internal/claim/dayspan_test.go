package claim_test

import (
	"testing"

	"github.com/assize/assize/internal/claim"
)

// Units of several days are divided by them (CMS MUE FAQ), where that leaves whole units.
func TestUnitsOfSeveralDaysAreDividedByThem(t *testing.T) {
	const one = claim.One
	for _, tc := range []struct {
		name        string
		first, last claim.Date
		units, each claim.Quantity
		known       bool
	}{
		{"one day", 20240515, 20240515, 3 * one, 3 * one, true},
		{"half a unit of one day", 20240515, 20240515, one / 2, one / 2, true},
		{"three days", 20240515, 20240517, 3 * one, one, true},
		{"over the end of a leap February", 20240228, 20240301, 6 * one, 2 * one, true},
		{"two units of three days", 20240515, 20240517, 2 * one, 2 * one, false},
		{"four units of three days", 20240515, 20240517, 4 * one, 4 * one, false},
		{"half a unit a day", 20240515, 20240517, one + one/2, one + one/2, false},
		{"no last day", 20240515, 0, 3 * one, 3 * one, true},
		{"the last day before the first", 20240515, 20240514, 3 * one, 3 * one, true},
		{"no day", 0, 20240515, 3 * one, 3 * one, true},
	} {
		line := claim.Line{From: tc.first, Through: tc.last}
		if each, known := line.Days().PerDay(tc.units); each != tc.each || known != tc.known {
			t.Errorf("%s: %s a day, known %v; want %s, %v", tc.name, each, known, tc.each, tc.known)
		}
	}
}

func TestSpansThatShareADayMeet(t *testing.T) {
	span := claim.DaySpan{First: 20240515, Last: 20240517}
	for _, tc := range []struct {
		first, last claim.Date
		want        bool
	}{
		{20240513, 20240514, false}, {20240514, 20240515, true}, {20240516, 20240516, true}, {20240517, 20240518, true}, {20240518, 20240519, false},
	} {
		past := claim.HistoryLine{From: tc.first, Through: tc.last}
		other := past.Days()
		if got := span.Meets(other); got != tc.want || other.Meets(span) != got {
			t.Errorf("%v and %v meet: %v", span, other, got)
		}
		common := claim.DaySpan{First: max(span.First, other.First), Last: min(span.Last, other.Last)}
		if tc.want && span.Common(other) != common {
			t.Errorf("%v and %v have %v in common", span, other, span.Common(other))
		}
	}
}
