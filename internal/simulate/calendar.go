package simulate

import (
	"time"

	"github.com/assize/assize/internal/claim"
)

// calendar counts days from a first one, so that drawing dates is integer arithmetic.
type calendar struct {
	first claim.Date
	dates []claim.Date
	shift int // weekday of the first day
}

func newCalendar(first, last claim.Date) calendar {
	c := calendar{first: first, dates: make([]claim.Date, first.DaysUntil(last)+1), shift: int(first.Time().Weekday())}
	start := first.Time()
	for i := range c.dates {
		c.dates[i] = claim.DateOf(start.AddDate(0, 0, i))
	}
	return c
}

// day returns the number of a date. Requires a date of the calendar.
func (c *calendar) day(d claim.Date) int { return c.first.DaysUntil(d) }

func (c *calendar) weekday(day int) time.Weekday { return time.Weekday((day + c.shift) % 7) }
