package reference

import (
	"path/filepath"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// ncciLayouts are the quarterly NCCI files of CMS as plain tables: active pairs, deleted pairs, and units of service.
// Active pairs state no dates and deleted ones their last, so both are read as of the quarter in the file's name.
func ncciLayouts() []layout {
	ptp := []claim.FactKind{claim.KindPTP}
	return []layout{
		{
			name: "NCCI deleted pairs", kinds: ptp, series: "ncci deleted", cycle: quarterly, period: true,
			read:    readDeletedPairs,
			columns: []string{"column1", "column2", "deletion_date", "modifier_indicator"},
		},
		{
			name: "NCCI active pairs", kinds: ptp, series: "ncci active", cycle: quarterly, read: readActivePairs,
			columns: []string{"column1", "column2", "modifier_indicator"},
		},
		{
			name: "NCCI medically unlikely edits", kinds: []claim.FactKind{claim.KindMUE}, series: "ncci mue",
			cycle: quarterly, read: readUnlikelyEdits,
			columns: []string{"hcpcs_code", "mue_units", "mue_mai", "mue_service"},
		},
	}
}

// pairSetting tells from a file's name whose pairs it holds; the rows do not say.
func pairSetting(f *file) (Setting, bool) {
	name := strings.ToLower(filepath.Base(f.source.Name))
	practitioner := strings.Contains(name, "prac") || strings.Contains(name, "ccipra")
	outpatient := strings.Contains(name, "_out") || strings.Contains(name, "outpatient") ||
		strings.Contains(name, "hosp") || strings.Contains(name, "ccioph")
	if practitioner == outpatient {
		f.problem(-1, "SETTING", "the name must say whether the pairs are for practitioners (prac) or hospitals (outpatient)")
		return AnySetting, false
	}
	if practitioner {
		return Practitioner, true
	}
	return Outpatient, true
}

// readActivePairs reads the pairs in force in a quarter. They are all there are, so the file speaks for its quarter and setting.
func readActivePairs(g *gathering, f *file) {
	setting, ok := pairSetting(f)
	if !ok {
		return
	}
	one, two, indicator := f.column("column1"), f.column("column2"), f.column("modifier_indicator")
	for f.next() {
		first, second, modifier := f.code(one), f.code(two), f.indicator(indicator)
		if f.bad {
			continue
		}
		if fault := g.ptp.add(setting.ordinal()-1, first, second, modifier, f.effective); fault != "" {
			f.problem(-1, "PAIR", fault)
			continue
		}
		f.took(f.effective)
	}
	g.speaks(f, claim.KindPTP, setting)
}

// readDeletedPairs reads pairs that ended; the deletion date is the last day a pair was in force, the first is not
// stated. Those that ended before the quarter are no pairs of it, also where the quarter is assumed to hold for other
// dates. Deleted pairs alone are not the whole truth of any date, so the file speaks for none.
func readDeletedPairs(g *gathering, f *file) {
	setting, ok := pairSetting(f)
	if !ok {
		return
	}
	one, two := f.column("column1"), f.column("column2")
	indicator, deletion := f.column("modifier_indicator"), f.column("deletion_date")
	for f.next() {
		first, second, modifier, last := f.code(one), f.code(two), f.indicator(indicator), f.date(deletion)
		if !last.Known() && f.cell(deletion) == "" {
			f.problem(deletion, "DATE", "a deleted pair needs its deletion date")
		}
		switch {
		case f.bad:
		case last < f.told.Period.From:
			f.told.Skipped++
			g.name(f, first)
			g.name(f, second)
		default:
			span := Span{f.effective.From, min(last, f.effective.Through)}
			f.must(g.ptp.add(setting.ordinal()-1, first, second, modifier, span), -1)
			f.took(span)
		}
	}
}

// name remembers a code that a pair once used, see namedByNCCI.
func (g *gathering) name(f *file, code string) {
	if _, fault := g.ptp.code(code); fault != "" {
		f.problem(-1, "PAIR", fault)
	}
}

// readUnlikelyEdits reads the limits of a quarter, for each setting that it names: a file of practitioners' says nothing of hospitals.
func readUnlikelyEdits(g *gathering, f *file) {
	procedure, units := f.column("hcpcs_code"), f.column("mue_units")
	indicator, service := f.column("mue_mai"), f.column("mue_service")
	var r mueRow
	given := map[Setting]bool{}
	f.rows(-1, -1, func() {
		r = mueRow{setting: f.service(service)}
		r.Procedure, r.Limit, r.Indicator = f.code(procedure), f.units(units), f.number(indicator, 3)
		if !f.bad {
			f.must(checkMUE(&r), indicator)
		}
	}, func(s Span) {
		given[r.setting] = true
		r.From, r.Through = s.From, s.Through
		g.mue = append(g.mue, r)
	})
	g.speaksIn(f, claim.KindMUE, given)
}

// service reads whose limits a row of CMS is.
func (f *file) service(at column) Setting {
	switch f.cell(at) {
	case "Practitioner":
		return Practitioner
	case "Outpatient Hospital":
		return Outpatient
	case "DME Supplier":
		return Supplier
	}
	f.problem(at, "VALUE", "the service is Practitioner, Outpatient Hospital or DME Supplier")
	return AnySetting
}
