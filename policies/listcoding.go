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

// listPairs lists every NCCI pair.
func (in *inputs) listPairs(facts *claim.Facts) {
	for i := range facts.PTP {
		row, o := &facts.PTP[i], in.object()
		o.number(keyLine, int64(row.Line))
		o.number(keyIndicator, int64(row.Indicator))
		o.put(keyModifiers, in.codes(row.Modifiers))
		o.flag(keyPaid, row.ColumnTwoPaid)
		o.date(keyFrom, row.From)
		o.date(keyThrough, row.Through)
		date := in.sheet.first
		if j := in.sheet.joinedLine(row.Line); j != nil {
			date = j.line.From
		}
		o.date(keyDate, date)
		in.lists.add(listPTP, o.part())
	}
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
			o.date(keyDate, j.line.From)
		}
		in.lists.add(listMUE, o.part())
	}
}
