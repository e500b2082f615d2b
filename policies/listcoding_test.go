package policies

import (
	"fmt"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// A value is shown to rules when units of the line or of the day are above it, and when it is none: what is not shown
// cannot be denied.
func TestUnitsAreListedWhenTheyAreAboveTheirValue(t *testing.T) {
	const one = claim.One
	for _, tc := range []struct {
		line, day, limit claim.Quantity
		want             int64
	}{
		{one, one, one, 0}, {one, one, 3 * one, 0}, {3 * one, 3 * one, 3 * one, 0}, {one, 3 * one, 3 * one, 0},
		{3*one + 1, 3*one + 1, 3 * one, 1}, {one, 3*one + 1, 3 * one, 1}, {3*one + 1, one, 3 * one, 1}, {one, one, one - 1, 1},
		{0, 0, 0, 1}, {one, one, -one, 1}, {one - 1, one - 1, one - 1, 1},
	} {
		t.Run(fmt.Sprintf("%d and %d of %d", tc.line, tc.day, tc.limit), func(t *testing.T) {
			ev, e := cleanEvidence(1), embeddedContract(t).NewEvaluator()
			row := &ev.Facts.MUE[0]
			row.LineUnits, row.DayUnits, row.Limit = tc.line, tc.day, tc.limit
			if e.in.edits(ev); e.in.lists.counts[listMUE] != tc.want {
				t.Errorf("%d rows listed, want %d", e.in.lists.counts[listMUE], tc.want)
			}
		})
	}
}

// A unit limit of anaesthesia says of one service what the line says of minutes: they do not contradict each other.
func TestAnaesthesiaInMinutesIsOneService(t *testing.T) {
	for unit, bad := range map[claim.Unit]bool{claim.Minutes: false, claim.Units: true} {
		ev, e := cleanEvidence(1), embeddedContract(t).NewEvaluator()
		line, row := &ev.Claim.Lines[0], &ev.Facts.MUE[0]
		line.Procedure, line.Unit, line.Quantity, row.Procedure = "00142", unit, 61*claim.One, "00142"
		e.in.edits(ev)
		if got := e.in.badUnits(row); got != bad {
			t.Errorf("61 %s, and one service in the row of its limit: contradiction %v, want %v", unit, got, bad)
		}
	}
}
