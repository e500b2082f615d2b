package policies

import (
	"math"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// limits builds the input of the second question, or nil when no line of the claim has a benefit with a limit.
// Lines use up a limit in the order of their numbers.
func (in *inputs) limits(ev *claim.Evidence, lines []LineAmount) part {
	if !limited(ev.Facts.Benefits) {
		return nil
	}
	in.begin(ev)
	in.uses = in.uses[:0]
	for i := range lines {
		j := in.sheet.joinedLine(lines[i].Line)
		if j == nil || j.benefit == nil || j.benefit.LimitUnits == 0 && j.benefit.LimitAmount == 0 {
			continue
		}
		before := in.before(j)
		in.lists.add(listLimits, in.limitRow(&lines[i], j, before))
		in.uses = append(in.uses, in.use(&lines[i], j, before))
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
		if rows[i].LimitUnits != 0 || rows[i].LimitAmount != 0 {
			return true
		}
	}
	return false
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

// use is what one line uses of its benefit group in its year: of units and of money only what its own benefit limits,
// for nothing else is counted from claim to claim either.
type use struct {
	group string
	year  int
	units claim.Quantity
	cents claim.Cents
}

// before sums up what the lines before one use of its group in its year. The benefit year is the calendar year of a
// line's first day.
func (in *inputs) before(j *joined) use {
	sum := use{group: j.benefit.Group, year: j.line.From.Year()}
	for i := range in.uses {
		if u := &in.uses[i]; u.group == sum.group && u.year == sum.year {
			sum.units += u.units
			sum.cents += u.cents
		}
	}
	return sum
}

// use is what a line will use: what it asks for, or what LIM-119 leaves of that, which is nothing once nothing is left.
func (in *inputs) use(amount *LineAmount, j *joined, before use) use {
	own := use{group: before.group, year: before.year}
	units, cents := in.left(j, before)
	if over := amount.Units > units || amount.Allowed > cents; over && (units <= 0 || cents <= 0) {
		return own
	}
	units, cents = min(amount.Units, units), min(amount.Allowed, cents)
	if j.benefit.LimitUnits != 0 {
		own.units = units
	}
	if j.benefit.LimitAmount != 0 {
		own.cents = min(cents, amount.worth(units, j.line.Quantity))
	}
	return own
}

// left is what a line's limits leave for it; any amount where there is no limit.
func (in *inputs) left(j *joined, before use) (units claim.Quantity, cents claim.Cents) {
	units, cents = math.MaxInt64, math.MaxInt64
	if limit := j.benefit.LimitUnits; limit != 0 {
		units = limit - claim.Quantity(in.used(claim.BenefitUnitsUsed, j)) - before.units
	}
	if limit := j.benefit.LimitAmount; limit != 0 {
		cents = limit - claim.Cents(in.used(claim.BenefitCentsUsed, j)) - before.cents
	}
	return units, cents
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
