package policies

import (
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// listDuplicates lists every twin. Own marks the claim that this one replaces or voids, which is no duplicate.
func (in *inputs) listDuplicates(facts *claim.Facts) {
	for i := range facts.Duplicates {
		d, o := &facts.Duplicates[i], in.object()
		own := facts.Predecessor != nil && d.OtherClaim != uuid.Nil && d.OtherClaim == facts.Predecessor.Claim
		o.number(keyLine, int64(d.Line))
		o.code(keyWhere, string(d.Where))
		o.flag(keyOwn, own)
		in.lists.add(listDuplicates, o.part())
	}
}

// listPairs lists every NCCI pair, with the days that its two lines have in common. Spread: they are not of the same days,
// so that nobody knows whether both services were on one. Pended: the other line is of a claim that waits.
func (in *inputs) listPairs(facts *claim.Facts) {
	for i := range facts.PTP {
		row, o := &facts.PTP[i], in.object()
		own := claim.DaySpan{First: in.sheet.first, Last: in.sheet.last} // any line may be column 1 of what was paid
		if j := in.sheet.joinedLine(row.Line); j != nil {
			own = j.line.Days()
		}
		other, pended, found := in.otherLine(facts, row)
		if !found || !own.Meets(other) {
			other = own
		}
		common := own.Common(other)
		o.number(keyLine, int64(row.Line))
		o.number(keyIndicator, int64(row.Indicator))
		o.put(keyModifiers, in.codes(row.Modifiers))
		o.flag(keyPaid, row.ColumnTwoPaid)
		o.flag(keyPended, pended)
		o.date(keyFrom, row.From)
		o.date(keyThrough, row.Through)
		o.date(keyDate, common.First)
		o.date(keyLast, common.Last)
		o.flag(keySpread, own != other)
		in.lists.add(listPTP, o.part())
	}
}

// otherLine finds the line that a pair stands with, of this claim or in history: its days, and whether it waits there.
func (in *inputs) otherLine(facts *claim.Facts, row *claim.PTPRow) (days claim.DaySpan, pended, found bool) {
	if row.OtherClaim == uuid.Nil {
		if j := in.sheet.joinedLine(row.OtherLine); j != nil {
			return j.line.Days(), false, true
		}
		return claim.DaySpan{}, false, false
	}
	for i := range facts.History {
		if past := &facts.History[i]; past.Claim == row.OtherClaim && past.Line == row.OtherLine {
			return past.Days(), past.Pended, true
		}
	}
	return claim.DaySpan{}, false, false
}

// listUnits lists the medically unlikely edits that could bite: more units on line or day than the value, or a value below
// one. One line in a hundred has such units; which of both counts is the rule's to say.
func (in *inputs) listUnits(facts *claim.Facts) {
	for i := range facts.MUE {
		row := &facts.MUE[i]
		if row.LineUnits <= row.Limit && row.DayUnits <= row.Limit && row.Limit >= claim.One {
			continue
		}
		o := in.object()
		o.number(keyLine, int64(row.Line))
		o.number(keyLimit, int64(row.Limit))
		o.number(keyIndicator, int64(row.Indicator))
		o.positive(keyUnits, int64(row.LineUnits))
		o.positive(keyDayUnits, int64(row.DayUnits))
		o.date(keyFrom, row.From)
		o.date(keyThrough, row.Through)
		if j := in.sheet.joinedLine(row.Line); j != nil {
			days := j.line.Days()
			o.date(keyDate, days.First)
			o.date(keyLast, days.Last)
			o.flag(keySpread, in.spread(facts, j.line))
		}
		in.lists.add(listMUE, o.part())
	}
}

// spread tells whether nobody knows how many units of a line's code were on one of its days: units of several days that
// the days do not divide, or of other days beside its own, are among those that count.
func (in *inputs) spread(facts *claim.Facts, line *claim.Line) bool {
	c, days := &in.sheet.ev.Claim, line.Days()
	npi := c.ServiceNPI(line)
	unknown := func(of claim.DaySpan, units claim.Quantity) bool {
		_, known := of.PerDay(units)
		return of.Meets(days) && (of != days || !known)
	}
	for i := range c.Lines {
		other := &c.Lines[i]
		if other.Procedure == line.Procedure && c.ServiceNPI(other) == npi && unknown(other.Days(), other.Services()) {
			return true
		}
	}
	for i := range facts.History {
		past := &facts.History[i]
		if past.Procedure == line.Procedure && past.NPI == npi && unknown(past.Days(), past.Quantity) {
			return true
		}
	}
	return false
}
