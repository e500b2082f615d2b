package x12

import (
	"errors"

	"github.com/assize/assize/internal/claim"
)

// amount reads a decimal amount; absent is zero. Errors are reported at the element.
func (d *document) amount(element int) claim.Cents {
	text := d.seg.element(element)
	if text == "" {
		return 0
	}
	cents, err := claim.ParseCents(text)
	switch {
	case errors.Is(err, claim.ErrAmountRange):
		d.problem(CodeAmountRange, element)
	case err != nil:
		d.problem(CodeAmount, element)
	}
	return cents
}

// charge reads an amount that may not be negative.
func (d *document) charge(element int) claim.Cents {
	cents := d.amount(element)
	if cents < 0 {
		d.problem(CodeAmountNegative, element)
	}
	return cents
}

// quantity reads a quantity that may not be negative; absent is zero.
func (d *document) quantity(element int) claim.Quantity {
	text := d.seg.element(element)
	if text == "" {
		return 0
	}
	q, err := claim.ParseQuantity(text)
	if err != nil || q < 0 {
		d.problem(CodeQuantity, element)
	}
	return q
}

// date reads one date whose format stands in another element: D8, or DT of which the time is left out.
func (d *document) date(format, element int) claim.Date {
	text := d.seg.element(element)
	if text == "" {
		return 0
	}
	if d.seg.element(format) == "DT" && (len(text) == 12 || len(text) == 14) {
		text = text[:8]
	}
	date, err := claim.ParseDate(text)
	if err != nil || len(text) != 8 {
		d.problem(CodeDate, element)
		return 0
	}
	return date
}

// period reads DTP03: one date (D8, DT) or two (RD8).
func (d *document) period() (from, through claim.Date) {
	text := d.seg.element(3)
	if d.seg.element(2) != "RD8" {
		if text == "" {
			d.problem(CodeDate, 3)
		}
		date := d.date(2, 3)
		return date, date
	}
	if len(text) != 17 || text[8] != '-' {
		d.problem(CodeDate, 3)
		return 0, 0
	}
	from, err := claim.ParseDate(text[:8])
	if err == nil {
		through, err = claim.ParseDate(text[9:])
	}
	if err != nil {
		d.problem(CodeDate, 3)
		return 0, 0
	}
	if through < from {
		d.problem(CodeDateRange, 3)
	}
	return from, through
}
