package reference

import (
	"cmp"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/assize/assize/internal/claim"
)

// cycle is how often the files of a layout are published, and so what a date in a file's name means.
type cycle int

const (
	unstated    cycle = iota // the name says nothing
	monthly                  // LEIE: the list as it stood in that month
	quarterly                // NCCI, MUE, HCPCS
	fiscalYear               // ICD-10-CM: 1 October before to 30 September, or from the month named to that day
	calendar                 // physician fee schedule: the year, or from the month named to its end
	mceVersions              // Medicare Code Editor: version 41 is fiscal year 2024
)

var (
	nameQuarter = regexp.MustCompile(`(?:^|\D)(20\d\d)[-_]?q([1-4])(?:\D|$)`)
	nameMonth   = regexp.MustCompile(`(?:^|\D)(20\d\d)[-_](0[1-9]|1[0-2])(?:\D|$)`)
	nameWord    = regexp.MustCompile(`(jan|apr|jul|oct)[a-z]*[-_]?(20\d\d)(?:\D|$)|(?:^|\D)(20\d\d)[-_](jan|apr|jul|oct)`)
	nameYear    = regexp.MustCompile(`(?:^|\D)(20\d\d)(?:\D|$)`)
	nameMCE     = regexp.MustCompile(`(?:^|[^a-z])v(\d\d)(?:\.\d)?(?:\D|$)`)
)

// periodOf reads from a file's name which dates it was published for; zero when the name does not say.
func periodOf(name string, c cycle) Span {
	base := strings.ToLower(filepath.Base(name))
	if c == unstated {
		return Span{}
	}
	if c == mceVersions {
		if m := nameMCE.FindStringSubmatch(base); m != nil {
			return fiscal(number(m[1])+1983, time.October)
		}
		return Span{}
	}
	if m := nameQuarter.FindStringSubmatch(base); m != nil {
		return c.period(number(m[1]), time.Month(number(m[2])*3-2), 3)
	}
	if m := nameMonth.FindStringSubmatch(base); m != nil {
		return c.period(number(m[1]), time.Month(number(m[2])), 1)
	}
	if m := nameWord.FindStringSubmatch(base); m != nil {
		return c.period(number(m[2]+m[3]), monthNamed(m[1]+m[4]), 3)
	}
	if m := nameYear.FindStringSubmatch(base); m != nil {
		return c.period(number(m[1]), 0, 12)
	}
	return Span{}
}

// period is the dates of a publication of that year, from that month when one is named, that covers so many months.
func (c cycle) period(year int, month time.Month, months int) Span {
	switch {
	case c == fiscalYear && month == 0:
		return fiscal(year, time.October)
	case c == fiscalYear:
		return fiscal(year, month)
	case month == 0:
		return Span{claim.NewDate(year, time.January, 1), claim.NewDate(year, time.December, 31)}
	case c == calendar:
		return Span{claim.NewDate(year, month, 1), claim.NewDate(year, time.December, 31)}
	case c == quarterly:
		month, months = (month-1)/3*3+1, 3
	}
	return Span{claim.NewDate(year, month, 1), claim.NewDate(year, month+time.Month(months), 0)}
}

// fiscal is the federal fiscal year from a month of it on. A month before October lies in the year's own number.
func fiscal(year int, month time.Month) Span {
	first := claim.NewDate(year, month, 1)
	if month >= time.October {
		first = claim.NewDate(year-1, month, 1)
	}
	return Span{first, claim.NewDate(year, time.September, 30)}
}

func monthNamed(short string) time.Month {
	return map[string]time.Month{"jan": time.January, "apr": time.April, "jul": time.July, "oct": time.October}[short]
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// stretch decides which dates each file is taken as valid for. Without assuming, those it was published for. When
// validity is assumed, the files of a series divide all of time: each holds from its own first day until the next
// one's, as code sets do, and the earliest holds before its own first day too.
func stretch(files []*file, assume bool) {
	series := map[string][]Span{}
	for _, f := range files {
		f.effective = f.told.Period
		if f.effective != (Span{}) {
			series[f.layout.series] = append(series[f.layout.series], f.effective)
		}
	}
	if !assume {
		return
	}
	for _, f := range files {
		f.told.Assumed = true
		f.effective = stretched(f.told.Period, series[f.layout.series])
	}
}

// stretched is one period of a series made long enough to leave no gap; all of time for a file that states none.
func stretched(period Span, all []Span) Span {
	if period == (Span{}) {
		return AllTime()
	}
	distinct := slices.Clone(all)
	slices.SortFunc(distinct, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	distinct = slices.CompactFunc(distinct, func(a, b Span) bool { return a.From == b.From })
	i := slices.IndexFunc(distinct, func(s Span) bool { return s.From == period.From })
	whole := AllTime()
	if i > 0 {
		whole.From = period.From
	}
	if i+1 < len(distinct) {
		whole.Through = distinct[i+1].From.AddDays(-1)
	}
	return whole
}
