package scoring

import (
	"github.com/assize/assize/internal/claim"
)

// historyFeatures looks at the patient's other claims. They are missing, not zero, when history was not looked up.
func historyFeatures(row []float64, c *claim.Claim, f *claim.Facts) {
	if f.LookedFor(claim.KindHistory) == nil {
		return
	}
	var all, sameDay past
	billing := c.NPIOf(claim.Billing)
	lastSeen := claim.Date(0)
	for i := range f.History {
		h := &f.History[i]
		all.add(h, billing)
		if overlaps(c, h) {
			sameDay.add(h, billing)
		}
		if h.BillingNPI == billing && billing != "" && h.From < c.From {
			lastSeen = max(lastSeen, h.From)
		}
	}
	row[historyLines] = float64(len(f.History))
	row[historyDollars] = dollars(all.charge)
	row[historyProviders] = float64(all.providers.n)
	row[historySameProvider] = float64(all.same)
	row[historySameDay] = float64(sameDay.lines)
	row[historySameDayOthers] = float64(sameDay.lines - sameDay.same)
	if lastSeen.Known() && c.From.Known() {
		row[daysSinceProvider] = float64(dayNumber(c.From) - dayNumber(lastSeen))
	}
	lineHistory(row, c, f.History, lastSeen.Known())
}

// past adds up lines of history.
type past struct {
	lines, same int
	charge      claim.Cents
	providers   distinct
}

func (p *past) add(h *claim.HistoryLine, billing string) {
	p.lines++
	p.charge += h.Charge
	p.same += count(h.BillingNPI == billing)
	p.providers.add(h.BillingNPI)
}

// overlaps tells whether the history line shares a day with the claim.
func overlaps(c *claim.Claim, h *claim.HistoryLine) bool {
	return c.From.Known() && h.From.Known() && h.From <= max(c.Through, c.From) && max(h.Through, h.From) >= c.From
}

// lineHistory compares each line with history. The work is lines × history, so only the first 50 lines are compared:
// an 837P cannot have more (005010X222A1, loop 2400), and a longer institutional claim shows its habits by then.
func lineHistory(row []float64, c *claim.Claim, history []claim.HistoryLine, known bool) {
	sameDay, within30, newVisit := 0, 0, 0
	for i := range c.Lines[:min(len(c.Lines), 50)] {
		line := &c.Lines[i]
		newVisit += count(known && isNewPatientVisit(line.Procedure))
		date := lineDate(c, line)
		if line.Procedure == "" || !date.Known() {
			continue
		}
		day, recent := seenBefore(history, line.Procedure, date)
		sameDay += count(day)
		within30 += count(recent)
	}
	row[historySameDayCode] = float64(sameDay)
	row[historyRepeats30] = share(within30, len(c.Lines))
	row[newVisitButKnown] = float64(newVisit)
}

// seenBefore tells whether a code stands in history on the same day, and in the 30 days before.
func seenBefore(history []claim.HistoryLine, procedure string, date claim.Date) (day, recent bool) {
	since := date.AddDays(-30)
	for i := range history {
		h := &history[i]
		if h.Procedure != procedure {
			continue
		}
		day = day || h.From == date
		recent = recent || h.From >= since && h.From < date
	}
	return day, recent
}
