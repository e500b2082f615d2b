package policies

import (
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
	for i := range lines {
		j := in.sheet.joinedLine(lines[i].Line)
		if j == nil || j.benefit == nil || j.benefit.LimitUnits == 0 && j.benefit.LimitAmount == 0 {
			continue
		}
		in.lists.add(listLimits, in.limitRow(&lines[i], j, in.before(lines[:i], j)))
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

func (in *inputs) limitRow(amount *LineAmount, j *joined, before LineAmount) part {
	o := in.object()
	o.number(keyLine, int64(amount.Line))
	o.number(keyUnits, int64(amount.Units))
	o.number(keyAllowed, int64(amount.Allowed))
	if j.benefit.LimitUnits != 0 {
		o.number(keyLimitUnits, int64(j.benefit.LimitUnits))
		o.number(keyUsedUnits, in.used(claim.BenefitUnitsUsed, j))
		o.number(keyBefore, int64(before.Units))
	}
	if j.benefit.LimitAmount != 0 {
		o.number(keyLimitCents, int64(j.benefit.LimitAmount))
		o.number(keyUsedCents, in.used(claim.BenefitCentsUsed, j))
		o.number(keyBeforeCents, int64(before.Allowed))
	}
	return o.part()
}

// before sums up the lines before one that draw on the same limit in the same year. The benefit year is the calendar
// year of a line's first day.
func (in *inputs) before(lines []LineAmount, j *joined) LineAmount {
	var sum LineAmount
	for i := range lines {
		other := in.sheet.joinedLine(lines[i].Line)
		if other == nil || other.benefit == nil || other.benefit.Group != j.benefit.Group || other.line.From.Year() != j.line.From.Year() {
			continue
		}
		sum.Units += lines[i].Units
		sum.Allowed += lines[i].Allowed
	}
	return sum
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
