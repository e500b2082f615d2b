package reference

import (
	"cmp"
	"errors"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// spoken is the dates a table is complete for in one setting. A table whose rows do not differ by setting has one
// entry, under AnySetting.
type spoken struct {
	setting Setting
	spans   []Span
}

// said is what a table is built to say about its completeness.
type said struct {
	spoken  []spoken
	assumed bool
}

var (
	errNoDates = errors.New("nothing says which dates the table speaks for")
	errSpan    = errors.New("a span of dates must be known and in order")
	errSetting = errors.New("a setting is missing, twice there, or out of place")
)

func (s Span) sound() bool {
	return s.From.Known() && s.Through.Known() && s.From <= s.Through
}

func (s Span) overlaps(o Span) bool { return s.From <= o.Through && o.From <= s.Through }

// holds tells whether all of from..through lies in s. Nothing holds an absent date.
func (s Span) holds(from, through claim.Date) bool {
	return from.Within(s.From, s.Through) && through.Within(s.From, s.Through)
}

// union returns the spans sorted, with those that touch or overlap made one.
func union(spans []Span) []Span {
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, compareSpans)
	var merged []Span
	for _, s := range sorted {
		if n := len(merged); n > 0 && touches(merged[n-1], s) {
			merged[n-1].Through = max(merged[n-1].Through, s.Through)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// touches tells whether later, which does not begin before earlier, begins at the latest on the day after it ends.
func touches(earlier, later Span) bool {
	return earlier.Through == claim.EndOfTime || later.From <= earlier.Through.AddDays(1)
}

// envelope returns the one span from the first date of any row to the last, or none when there is no row.
func envelope[R any](rows []R, span func(*R) Span) []Span {
	if len(rows) == 0 {
		return nil
	}
	all := span(&rows[0])
	for i := range rows {
		s := span(&rows[i])
		all.From, all.Through = min(all.From, s.From), max(all.Through, s.Through)
	}
	return []Span{all}
}

// normalSpoken sorts by setting and unites the spans. It refuses a table that would speak for nothing, and settings
// where there are none or the other way round.
func normalSpoken(list []spoken, bySetting bool) ([]spoken, error) {
	var normal []spoken
	for _, s := range list {
		if len(s.spans) == 0 {
			return nil, errNoDates
		}
		if bySetting == (s.setting == AnySetting) {
			return nil, errSetting
		}
		for _, span := range s.spans {
			if !span.sound() {
				return nil, errSpan
			}
		}
		normal = append(normal, spoken{s.setting, union(s.spans)})
	}
	if len(normal) == 0 {
		return nil, errNoDates
	}
	slices.SortFunc(normal, func(a, b spoken) int { return cmp.Compare(a.setting.ordinal(), b.setting.ordinal()) })
	for i := range normal[1:] {
		if normal[i].setting == normal[i+1].setting {
			return nil, errSetting
		}
	}
	return normal, nil
}

func sameSpoken(a, b []spoken) bool {
	return slices.EqualFunc(a, b, func(x, y spoken) bool { return x.setting == y.setting && slices.Equal(x.spans, y.spans) })
}

func compareSpans(a, b Span) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Through, b.Through))
}

// speaks finds the span, of a setting, within which the whole service lies. Spans that meet are one by now:
// normalSpoken unites them.
func speaks(list []spoken, setting Setting, from, through claim.Date) (Span, bool) {
	for _, s := range list {
		if s.setting != AnySetting && s.setting != setting {
			continue
		}
		for _, span := range s.spans {
			if span.holds(from, through) {
				return span, true
			}
		}
	}
	return Span{}, false
}

func headerOf(kind claim.FactKind, list []spoken, assumed bool, rows int) Header {
	h := Header{Kind: kind, Assumed: assumed, Rows: rows, From: claim.EndOfTime, Through: StartOfTime}
	for _, s := range list {
		h.From = min(h.From, s.spans[0].From)
		h.Through = max(h.Through, s.spans[len(s.spans)-1].Through)
	}
	return h
}

// settings lists the NCCI settings in the order of their packed numbers.
var settings = [...]Setting{Practitioner, Outpatient, Supplier}

// ordinal is the packed number of a setting, 0 for AnySetting.
func (s Setting) ordinal() int { return slices.Index(settings[:], s) + 1 }

// spokenIn gives every setting that has an entry the dates of v, or those of all rows together.
func spokenIn[R any](rows map[Setting][]R, v Validity, span func(*R) Span) said {
	spans := v.Spans
	if len(spans) == 0 {
		var all []Span
		for _, s := range settings {
			all = append(all, envelope(rows[s], span)...)
		}
		spans = envelope(all, func(s *Span) Span { return *s })
	}
	told := said{assumed: v.Assumed}
	for _, s := range settings {
		if _, given := rows[s]; given {
			told.spoken = append(told.spoken, spoken{s, spans})
		}
	}
	return told
}
