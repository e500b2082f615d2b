package claim

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Date is a civil date written as the integer yyyymmdd, so that integers compare as dates do, in Go and in Rego.
// Zero is "absent"; an absent date compares before every other, so test Known before comparing.
type Date int32

// Instant is a moment in UTC microseconds since 1970: what Postgres keeps, and what is hashed.
type Instant int64

// EndOfTime closes an interval that has no known end.
const EndOfTime Date = 99991231

// ErrDate is returned by ParseDate for text that is not a date that exists.
var ErrDate = errors.New("not a date that exists")

// NewDate returns the date, normalised like time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// DateOf returns the civil date of t in t's own location.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date(year*10000 + int(month)*100 + day)
}

// ParseDate reads CCYYMMDD (X12 D8) or CCYY-MM-DD. It returns ErrDate for anything else, 30 February included.
func ParseDate(text string) (Date, error) {
	if len(text) == 10 && text[4] == '-' && text[7] == '-' {
		text = text[:4] + text[5:7] + text[8:]
	}
	if len(text) != 8 || !allDigits(text) {
		return 0, ErrDate
	}
	var n int32
	for i := range len(text) {
		n = n*10 + int32(text[i]-'0')
	}
	if d := Date(n); d.exists() {
		return d, nil
	}
	return 0, ErrDate
}

var monthDays = [13]int32{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func (d Date) exists() bool {
	year, month, day := int32(d)/10000, int32(d)/100%100, int32(d)%100
	if year < 1 || month < 1 || month > 12 || day < 1 {
		return false
	}
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	return day <= monthDays[month] || leap && month == 2 && day == 29
}

// Known tells whether the date is present.
func (d Date) Known() bool { return d != 0 }

// Year returns the calendar year.
func (d Date) Year() int { return int(d) / 10000 }

// Time returns midnight UTC of the date. Requires d.Known().
func (d Date) Time() time.Time {
	return time.Date(int(d)/10000, time.Month(d/100%100), int(d%100), 0, 0, 0, 0, time.UTC)
}

// AddDays returns the date n days later. Requires d.Known().
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// DayNumber counts days since 1970-01-01. Requires d.Known().
func (d Date) DayNumber() int { return int(d.Time().Unix() / 86400) }

// DaysUntil returns the number of days from d to other; negative when other is earlier. Both must be known.
func (d Date) DaysUntil(other Date) int { return other.DayNumber() - d.DayNumber() }

// YearsUntil returns completed years from d to other, the way an age is counted.
func (d Date) YearsUntil(other Date) int { return (int(other) - int(d)) / 10000 }

// Within tells whether d lies in the closed interval [from, through]. An absent bound contains nothing.
func (d Date) Within(from, through Date) bool {
	return from.Known() && from <= d && d <= through // so that d and through are known too
}

// String shows CCYY-MM-DD, or "" when absent.
func (d Date) String() string {
	if !d.Known() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", int(d)/10000, int(d)/100%100, int(d)%100)
}

// MarshalJSON writes "CCYY-MM-DD" or null.
func (d Date) MarshalJSON() ([]byte, error) {
	if !d.Known() {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads "CCYY-MM-DD", "CCYYMMDD", "" or null. It returns ErrDate for any other text.
func (d *Date) UnmarshalJSON(b []byte) error {
	var text *string
	if err := json.Unmarshal(b, &text); err != nil {
		return ErrDate // what stands there may be somebody's date of birth
	}
	*d = 0
	if text == nil || *text == "" {
		return nil
	}
	parsed, err := ParseDate(*text)
	*d = parsed
	return err
}

// InstantOf truncates t to microseconds.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time returns the instant in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }
