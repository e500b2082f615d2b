package reference

import "github.com/assize/assize/internal/claim"

// leieLayouts are the List of Excluded Individuals and Entities as the OIG publishes it, and as a bare list of NPIs.
// Nothing but the NPI and its dates is kept of either.
func leieLayouts() []layout {
	kinds := []claim.FactKind{claim.KindExclusions}
	return []layout{
		{
			name: "OIG LEIE", kinds: kinds, series: "leie", cycle: monthly, dated: true, read: readLEIE,
			columns: []string{"npi", "excltype", "excldate", "reindate"},
		},
		{
			name: "list of excluded NPIs", kinds: kinds, series: "leie", cycle: monthly, read: readExcludedNPIs,
			columns: []string{"npi", "source"}, exact: true,
		},
	}
}

func readLEIE(g *gathering, f *file) {
	g.exclude(f, f.column("npi"), f.column("excldate"), f.column("reindate"))
}

func readExcludedNPIs(g *gathering, f *file) { g.exclude(f, f.column("npi"), -1, -1) }

// exclude takes rows of an exclusion list. Where the first date is not stated, the provider is known to be excluded on
// the days the list is for, and on no earlier one. Rows of zeros are of people without an NPI.
func (g *gathering) exclude(f *file, npi, excluded, reinstated column) {
	for f.next() {
		r := claim.Exclusion{NPI: f.cell(npi), Excluded: f.date(excluded), Reinstated: f.date(reinstated)}
		if r.NPI == "" || r.NPI == "0000000000" {
			f.told.Skipped++
			continue
		}
		if !r.Excluded.Known() {
			r.Excluded = f.effective.From
		}
		if !r.Excluded.Known() && !f.bad {
			f.problem(excluded, "DATE", "an exclusion needs its first date")
		}
		f.must(checkExclusion(&r), npi)
		if !f.bad {
			f.took(Span{r.Excluded, claim.EndOfTime})
			g.exclusions = append(g.exclusions, r)
		}
	}
	g.speaks(f, claim.KindExclusions, AnySetting)
}
