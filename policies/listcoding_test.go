package policies

import (
	"fmt"
	"strings"
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

// Nobody knows on which day units were that the days do not divide, or that others of the same days are among.
func TestUnitsAreSpreadOverDaysNobodySays(t *testing.T) {
	const one, before, after = claim.One, serviceDate - 1, serviceDate + 2
	line := func(change func(*claim.Line)) func(*claim.Evidence) {
		return func(ev *claim.Evidence) {
			l := &ev.Claim.Lines[1]
			l.Procedure, l.From, l.Through, l.Quantity = ev.Claim.Lines[0].Procedure, serviceDate, after, 3*one
			change(l)
		}
	}
	past := func(change func(*claim.HistoryLine)) func(*claim.Evidence) {
		return func(ev *claim.Evidence) {
			l := claim.HistoryLine{NPI: renderingNPI, Procedure: "D0001", From: serviceDate, Through: after, Quantity: 3 * one}
			change(&l)
			ev.Facts.History = []claim.HistoryLine{l}
		}
	}
	for _, tc := range []struct {
		name    string
		through claim.Date // of line 1
		units   claim.Quantity
		beside  func(*claim.Evidence)
		want    bool
	}{
		{"one day", serviceDate, 4 * one, func(*claim.Evidence) {}, false},
		{"days that divide them", after, 6 * one, func(*claim.Evidence) {}, false},
		{"days that do not", after, 4 * one, func(*claim.Evidence) {}, true},
		{"another line of the same days", after, 3 * one, line(func(*claim.Line) {}), false},
		{"another line of the same days, which do not divide its units", after, 3 * one, line(func(l *claim.Line) { l.Quantity = one }), true},
		{"another line of one of the days", after, 3 * one, line(func(l *claim.Line) { l.Through = serviceDate }), true},
		{"another line of these and other days", serviceDate, one, line(func(*claim.Line) {}), true},
		{"another line of other days", serviceDate, one, line(func(l *claim.Line) { l.From = serviceDate + 1 }), false},
		{"another code", serviceDate, one, line(func(l *claim.Line) { l.Procedure = "D0002" }), false},
		{"another provider", serviceDate, one, line(func(l *claim.Line) {
			l.Providers = []claim.Provider{{Role: claim.Rendering, NPI: billingNPI}}
		}), false},
		{"history of the same days", after, 3 * one, past(func(*claim.HistoryLine) {}), false},
		{"history of the same days, which do not divide its units", after, 3 * one, past(func(l *claim.HistoryLine) { l.Quantity = one }), true},
		{"history of these and other days", serviceDate, one, past(func(l *claim.HistoryLine) { l.From = before }), true},
		{"history of other days", serviceDate, one, past(func(l *claim.HistoryLine) { l.From, l.Through = before, before }), false},
		{"history of another code", serviceDate, one, past(func(l *claim.HistoryLine) { l.Procedure = "D0002" }), false},
		{"history of another provider", serviceDate, one, past(func(l *claim.HistoryLine) { l.NPI = billingNPI }), false},
	} {
		ev, e := cleanEvidence(2), embeddedContract(t).NewEvaluator()
		ev.Claim.Lines[0].Through, ev.Claim.Lines[0].Quantity = tc.through, tc.units
		tc.beside(ev)
		e.in.edits(ev)
		if got := e.in.spread(&ev.Facts, &ev.Claim.Lines[0]); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// A pair is denied where both lines are of the same days, and looked at where they only share some. It counts while it is
// in force on a day that both have.
func TestPairsOfSeveralDays(t *testing.T) {
	const day, next, last = serviceDate, serviceDate + 1, serviceDate + 2
	days := func(from, through claim.Date) claim.DaySpan { return claim.DaySpan{First: from, Last: through} }
	embedded := embeddedContract(t).NewEvaluator()
	for _, tc := range []struct {
		name         string
		one, two     claim.DaySpan
		pair         claim.DaySpan // when it is in force
		past, second bool          // column 1, or 2, stands in history
		want         string
	}{
		{"one day", days(day, day), days(day, day), days(20240101, 20241231), false, false, "PTP-236 2"},
		{"the same days", days(day, last), days(day, last), days(20240101, 20241231), false, false, "PTP-236 2"},
		{"column 2 within column 1", days(day, last), days(next, next), days(20240101, 20241231), false, false, "PTP-PEND 2"},
		{"column 1 within column 2", days(next, next), days(day, last), days(20240101, 20241231), false, false, "PTP-PEND 2"},
		{"the same days, in force on the last", days(day, last), days(day, last), days(last, 20241231), false, false, "PTP-PEND 2"},
		{"ended before their common day", days(next, next), days(day, last), days(20240101, day), false, false, ""},
		{"begins after their common day", days(day, day), days(day, last), days(next, 20241231), false, false, ""},
		{"column 1 in history, one day", days(day, day), days(day, day), days(20240101, 20241231), true, false, "PTP-236 2"},
		{"column 1 in history, more days", days(day-1, last), days(day, day), days(20240101, 20241231), true, false, "PTP-PEND 2"},
		{"column 2 in history, in force on its day", days(day, last), days(next, next), days(next, next), false, true, "PTP-PEND 0"},
		{"column 2 in history, not in force on its day", days(day, last), days(next, next), days(day, day), false, true, ""},
	} {
		ev := cleanEvidence(2)
		c, f := &ev.Claim, &ev.Facts
		row := claim.PTPRow{Line: 2, OtherLine: 1, ColumnOne: "D0001", ColumnTwo: "D0002", From: tc.pair.First, Through: tc.pair.Last}
		place := func(line int, of claim.DaySpan) { c.Lines[line].From, c.Lines[line].Through = of.First, of.Last }
		past := claim.HistoryLine{Claim: id(9), Line: 1}
		switch {
		case tc.past:
			place(1, tc.two)
			past.From, past.Through, row.OtherClaim = tc.one.First, tc.one.Last, past.Claim
		case tc.second:
			place(0, tc.one)
			past.From, past.Through, row.OtherClaim = tc.two.First, tc.two.Last, past.Claim
			row.Line, row.ColumnTwoPaid = 0, true
		default:
			place(0, tc.one)
			place(1, tc.two)
		}
		f.PTP, f.History = []claim.PTPRow{row}, []claim.HistoryLine{{Claim: id(9), Line: 2}, {Claim: id(8), Line: 1}, past}
		edits, err := embedded.Edits(t.Context(), ev)
		got := ""
		for _, edit := range edits {
			if strings.HasPrefix(edit.Rule, "PTP-") {
				got += fmt.Sprintf("%s %d", edit.Rule, edit.Line)
			}
		}
		if err != nil || got != tc.want {
			t.Errorf("%s: %q, %v, want %q", tc.name, got, err, tc.want)
		}
	}
}
