package policies

import (
	"math"

	"github.com/assize/assize/internal/claim"
)

// The lines of a claim use up limits and authorisations one after the other. What each will use is reckoned here as
// the answers to the second question cut it, so that no line is told that another took what it did not.

// use is what one line uses of its benefit group in its year: of units and of money only what its own benefit limits,
// for nothing else is counted from claim to claim either.
type use struct {
	group string
	year  int
	units claim.Quantity
	cents claim.Cents
}

// useOf is the use of a line that is paid for these units and cents. The benefit year is the calendar year of its first day.
func useOf(j *joined, paid *LineAmount) use {
	own := use{group: j.benefit.Group, year: j.line.From.Year()}
	if j.benefit.LimitUnits != 0 {
		own.units = paid.Units
	}
	if j.benefit.LimitAmount != 0 {
		own.cents = min(paid.Allowed, paid.worth(j.line.Quantity))
	}
	return own
}

// before sums up what the lines before one use of its group in its year.
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

// within is what is left of a line when it asked for more than there is: nothing once nothing is left of one kind, as
// LIM-119 and AUT-198 deny it then.
func (a LineAmount) within(asked *LineAmount, units claim.Quantity, cents claim.Cents) LineAmount {
	if over := asked.Units > units || asked.Allowed > cents; over && (units <= 0 || cents <= 0) {
		return LineAmount{Line: a.Line}
	}
	a.Units, a.Allowed = min(a.Units, units), min(a.Allowed, cents)
	return a
}

// worth is the part of the priced amount that falls to the units, of all that the line has.
func (a *LineAmount) worth(all claim.Quantity) claim.Cents {
	if a.Units == all || all <= 0 {
		return a.Priced
	}
	return a.Priced.MulRate(int64(a.Units), int64(all))
}

// draw is what one line takes of an authorisation.
type draw struct {
	number string
	units  claim.Quantity
}

// granted is what authorisations have left after the lines before. One that is overdrawn takes nothing from the others.
func (in *inputs) granted(own []*claim.Authorization) claim.Quantity {
	var sum claim.Quantity
	for _, a := range own {
		sum += in.leftOf(a)
	}
	return sum
}

func (in *inputs) leftOf(a *claim.Authorization) claim.Quantity {
	left := a.Approved - a.Used
	for i := range in.drawn {
		if in.drawn[i].number == a.Number {
			left -= in.drawn[i].units
		}
	}
	return max(0, left)
}

// draw takes a line's units from its authorisations in their order, as they will be counted when it is paid.
func (in *inputs) draw(own []*claim.Authorization, units claim.Quantity) {
	for _, a := range own {
		take := min(units, in.leftOf(a))
		in.drawn = append(in.drawn, draw{a.Number, take})
		units -= take
	}
}
