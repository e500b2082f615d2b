package claim

// DaySpan is the days of one service line, both ends included.
type DaySpan struct{ First, Last Date }

// Days returns the days of the line. Without a last day, or with one before the first, it is the first day alone.
func (l *Line) Days() DaySpan { return DaySpan{l.From, max(l.From, l.Through)} }

// Days returns the days of the line, as for a line of a claim.
func (l *HistoryLine) Days() DaySpan { return DaySpan{l.From, max(l.From, l.Through)} }

// Meets tells whether the spans have a day in common.
func (s DaySpan) Meets(o DaySpan) bool { return s.First <= o.Last && o.First <= s.Last }

// Common returns the days that are in both spans. Requires s.Meets(o).
func (s DaySpan) Common(o DaySpan) DaySpan {
	return DaySpan{max(s.First, o.First), min(s.Last, o.Last)}
}

// PerDay returns how many units of a line stand against a limit of one day. Units of several days are divided by the days
// (CMS MUE FAQ). Where that leaves no whole units a day, nobody knows how they were spread: then all of them may stand on
// one day, and known is false.
func (s DaySpan) PerDay(units Quantity) (each Quantity, known bool) {
	if s.First == s.Last || !s.First.Known() {
		return units, true
	}
	days := Quantity(s.First.DaysUntil(s.Last) + 1)
	if units%(days*One) != 0 {
		return units, false
	}
	return units / days, true
}
