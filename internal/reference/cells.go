package reference

import (
	"slices"
	"strconv"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// column is a place in the header, from 0; -1 when the file does not have it.
type column int

// column finds a column by its name, in lower case and with _ for blanks.
func (f *file) column(name string) column { return column(slices.Index(f.header, name)) }

// columnWith finds the first column whose name contains text.
func (f *file) columnWith(text string) column {
	return column(slices.IndexFunc(f.header, func(name string) bool { return strings.Contains(name, text) }))
}

// cell returns the trimmed text of a column, "" when the file does not have it.
func (f *file) cell(at column) string {
	if at < 0 {
		return ""
	}
	return strings.TrimSpace(f.cells[at])
}

// code returns a cell that must hold a code, in upper case.
func (f *file) code(at column) string {
	code := strings.ToUpper(f.cell(at))
	if fault := codeFault(code); fault != "" {
		f.problem(at, "CODE", fault)
	}
	return code
}

// icd10 returns a cell that must hold an ICD-10-CM code, without its decimal point.
func (f *file) icd10(at column) string {
	code := strings.ToUpper(strings.Replace(f.cell(at), ".", "", 1))
	if len(code) < 3 || len(code) > 7 || codeFault(code) != "" {
		f.problem(at, "CODE", "an ICD-10-CM code has three to seven characters")
	}
	return code
}

// date returns a date, absent for an empty cell or one of zeros.
func (f *file) date(at column) claim.Date {
	text := f.cell(at)
	if text == "" || text == "00000000" {
		return 0
	}
	d, err := claim.ParseDate(text)
	if err != nil {
		f.problem(at, "DATE", "a date is CCYY-MM-DD or CCYYMMDD and exists")
	}
	return d
}

// number returns a whole number from 0 to most.
func (f *file) number(at column, most int) int {
	n, err := strconv.Atoi(f.cell(at))
	if err != nil || n < 0 || n > most {
		f.problem(at, "NUMBER", "a whole number from 0 to "+strconv.Itoa(most)+" is needed")
		return 0
	}
	return n
}

// decimal returns a number that is not negative, times 10^places, exactly.
func (f *file) decimal(at column, places int) int64 {
	whole, fraction, _ := strings.Cut(f.cell(at), ".")
	if whole == "" {
		whole = "0"
	}
	if digits(whole) && len(whole) <= 7 && len(fraction) <= places && (fraction == "" || digits(fraction)) {
		n, _ := strconv.ParseInt(whole+fraction+strings.Repeat("0", places-len(fraction)), 10, 64)
		return n
	}
	f.problem(at, "NUMBER", "a decimal number with at most "+strconv.Itoa(places)+" places is needed")
	return 0
}

// flag returns a cell that must say true or false, 1 or 0.
func (f *file) flag(at column) bool {
	switch strings.ToLower(f.cell(at)) {
	case "1", "true":
		return true
	case "0", "false":
		return false
	}
	f.problem(at, "FLAG", "true or false is needed")
	return false
}

// oneOf returns a cell that must be one of the values.
func oneOf[T ~string](f *file, at column, values ...T) T {
	value := T(f.cell(at))
	if !slices.Contains(values, value) {
		f.problem(at, "VALUE", "a value that is none of those allowed")
	}
	return value
}

// ages returns the limits of two cells; both empty is no limit, and 0 to 0 is newborns only.
func (f *file) ages(low, high column) (ageFrom, ageThrough int) {
	if f.cell(low) == "" && f.cell(high) == "" {
		return 0, 0
	}
	ageFrom, ageThrough = f.number(low, ageMax), f.number(high, ageMax)
	if ageFrom > ageThrough {
		f.problem(low, "AGE", "the lower age is above the upper one")
	}
	if ageThrough == 0 {
		return NewbornAgeMin, 0
	}
	return ageFrom, ageThrough
}

// span returns the dates a row is in force: those it states, filled up from those the file is taken as valid for and
// cut to them. It tells false for a row that is never in force then, and for one without a date that is needed.
func (f *file) span(from, through claim.Date, at column) (Span, bool) {
	s := Span{from, through}
	if f.effective == (Span{}) {
		if !s.Through.Known() {
			s.Through = claim.EndOfTime
		}
		if !s.From.Known() {
			if f.cell(at) != "" {
				return s, false // a date that does not exist, which has been noted
			}
			f.problem(at, "DATE", "a first date is needed, since nothing says which dates the file is for")
			return s, false
		}
	} else {
		s.From = max(s.From, f.effective.From) // an absent date is before every other
		if !s.Through.Known() || s.Through > f.effective.Through {
			s.Through = f.effective.Through
		}
	}
	if from.Known() && through.Known() && through < from {
		f.problem(at, "DATE", "the last date is before the first")
		return s, false
	}
	return s, s.From <= s.Through
}

// indicator returns a modifier indicator of a pair.
func (f *file) indicator(at column) int {
	switch f.cell(at) {
	case "0":
		return 0
	case "1":
		return 1
	case "9":
		return 9
	}
	f.problem(at, "INDICATOR", "the modifier indicator is 0, 1 or 9")
	return 0
}

// units returns a number of units that is not negative; an empty cell is none.
func (f *file) units(at column) claim.Quantity {
	if f.cell(at) == "" {
		return 0
	}
	return claim.Quantity(f.decimal(at, 3))
}

// must notes a fault of the whole row at one of its columns, unless the row is known to be bad.
func (f *file) must(fault string, at column) {
	if fault != "" && !f.bad {
		f.problem(at, "VALUE", fault)
	}
}
