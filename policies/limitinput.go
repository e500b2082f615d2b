package policies

import (
	"math"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// limits builds the input of the second question, or nil when no line of the claim has a benefit with a limit or needs
// an authorisation. Lines use both up in the order of their numbers.
func (in *inputs) limits(ev *claim.Evidence, lines []LineAmount) part {
	if !limited(ev.Facts.Benefits) {
		return nil
	}
	in.begin(ev)
	in.uses, in.drawn = in.uses[:0], in.drawn[:0]
	for i := range lines {
		if j := in.sheet.joinedLine(lines[i].Line); j != nil && j.benefit != nil {
			in.listLimits(&lines[i], j)
		}
	}
	if in.lists.count == 0 {
		return nil
	}
	o := in.object()
	in.lists.put(&o)
	return o.part()
}

func limited(rows []claim.BenefitRow) bool {
	for i := range rows {
		if hasLimit(&rows[i]) || rows[i].Authorization {
			return true
		}
	}
	return false
}

func hasLimit(b *claim.BenefitRow) bool { return b.LimitUnits != 0 || b.LimitAmount != 0 }

// listLimits lists what limits a line, and counts what that leaves it for the lines after it.
func (in *inputs) listLimits(amount *LineAmount, j *joined) {
	before, rest := in.before(j), *amount
	if hasLimit(j.benefit) {
		in.lists.add(listLimits, in.limitRow(amount, j, before))
		units, cents := in.left(j, before)
		rest = rest.within(amount, units, cents)
	}
	var own []*claim.Authorization
	if j.benefit.Authorization {
		own = in.sheet.ev.AuthorizationsFor(j.line)
	}
	if len(own) > 0 { // none is for AUT-197 and AUT-16 to say
		left := in.granted(own)
		in.lists.add(listAuthorized, in.authorizedRow(amount, left))
		rest = rest.within(amount, left, math.MaxInt64)
	}
	in.uses = append(in.uses, useOf(j, &rest))
	in.draw(own, rest.Units)
}

func (in *inputs) limitRow(amount *LineAmount, j *joined, before use) part {
	o := in.object()
	o.number(keyLine, int64(amount.Line))
	o.number(keyUnits, int64(amount.Units))
	o.number(keyAllowed, int64(amount.Allowed))
	if j.benefit.LimitUnits != 0 {
		o.number(keyLimitUnits, int64(j.benefit.LimitUnits))
		o.number(keyUsedUnits, in.used(claim.BenefitUnitsUsed, j))
		o.number(keyBefore, int64(before.units))
	}
	if j.benefit.LimitAmount != 0 {
		o.number(keyLimitCents, int64(j.benefit.LimitAmount))
		o.number(keyUsedCents, in.used(claim.BenefitCentsUsed, j))
		o.number(keyBeforeCents, int64(before.cents))
	}
	return o.part()
}

func (in *inputs) authorizedRow(amount *LineAmount, left claim.Quantity) part {
	o := in.object()
	o.number(keyLine, int64(amount.Line))
	o.number(keyUnits, int64(amount.Units))
	o.number(keyLeft, int64(left))
	return o.part()
}

// used is what the patient used of a benefit group in the line's year before this claim.
func (in *inputs) used(kind claim.AccumulatorKind, j *joined) int64 {
	facts, total := &in.sheet.ev.Facts, int64(0)
	for i := range facts.Accumulators {
		a := &facts.Accumulators[i]
		mine := a.Member != uuid.Nil && facts.Member != nil && a.Member == facts.Member.ID
		if mine && a.Kind == kind && a.Group == j.benefit.Group && a.Year == j.line.From.Year() {
			total += a.Amount
		}
	}
	return total
}
