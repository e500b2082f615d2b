package policies

import (
	"github.com/assize/assize/internal/claim"
)

// listDates lists the service dates, unless all plainly lie within coverage, plan terms, the patient's life, the
// filing limit and the day of receipt.
func (in *inputs) listDates() {
	s := &in.sheet
	if s.terms.plain(s.first, s.last) {
		return
	}
	for i := range s.days {
		d, o := &s.days[i], in.object()
		o.date(keyFrom, d.from)
		o.date(keyThrough, d.through)
		if d.filing.Known() {
			o.date(keyFiling, d.filing)
			o.number(keyFilingDay, int64(d.filing.DayNumber()))
		}
		lines := in.open(formList)
		for _, line := range d.lines {
			lines.number(0, int64(line))
		}
		o.put(keyLines, lines.part())
		in.lists.add(listDates, o.part())
	}
}

// listCoordination lists what the claim says of other payers, unless it is sent to us as primary and no other payer
// comes first, has paid or has decided.
func (in *inputs) listCoordination() {
	c := &in.sheet.ev.Claim
	prior := priorPayers(c)
	if c.Responsibility == "P" && prior == 0 {
		return
	}
	o := in.object()
	o.code(keyResponsibility, c.Responsibility)
	o.number(keyPriorPayers, prior)
	in.lists.add(listCoordination, o.part())
}

// priorPayers counts other payers that come before this one, or that paid or decided already.
func priorPayers(c *claim.Claim) int64 {
	n := 0
	for i := range c.OtherPayers {
		if p := &c.OtherPayers[i]; p.Responsibility == "P" || p.HasDecided() {
			n++
		}
	}
	for i := range c.Lines {
		n += len(c.Lines[i].OtherPayments)
	}
	return int64(n)
}
