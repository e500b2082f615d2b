package reference

import (
	"errors"

	"github.com/assize/assize/internal/claim"
)

// Series that list the procedures between them: neither alone is all of HCPCS.
const (
	levelOne = "hcpcs level 1" // CPT, as the physician fee schedule lists it
	levelTwo = "hcpcs level 2"
)

// hcpcsLayouts are the lists of HCPCS level II codes: with the dates each was added and ended, and without.
func hcpcsLayouts() []layout {
	kinds := []claim.FactKind{claim.KindProcedures}
	return []layout{
		{
			name: "HCPCS level II with dates", kinds: kinds, series: levelTwo, cycle: quarterly, read: readHCPCS,
			columns: []string{"hcpcs_code", "date_added", "date_term"},
		},
		{
			name: "HCPCS level II", kinds: kinds, series: levelTwo + " list", cycle: quarterly, read: readHCPCSList,
			columns: []string{"hcpcs", "seqnum", "recid"},
		},
	}
}

// readHCPCS reads codes with the dates they were added and ended. It is the whole of level II, so its silence means "no such code".
func readHCPCS(g *gathering, f *file) {
	code := f.column("hcpcs_code")
	var r claim.ProcedureRow
	f.rows(f.column("date_added"), f.column("date_term"), func() {
		r = claim.ProcedureRow{Code: f.code(code)}
	}, func(s Span) {
		r.From, r.Through = s.From, s.Through
		g.procedures = append(g.procedures, r)
	})
	g.speaks(f, claim.KindProcedures, AnySetting)
}

// readHCPCSList reads codes without dates. Modifiers stand in the same list, with two characters.
func readHCPCSList(g *gathering, f *file) {
	code := f.column("hcpcs")
	for f.next() {
		switch c := f.code(code); {
		case f.bad:
		case len(c) != 5:
			f.told.Skipped++
		default:
			g.know(f, c)
		}
	}
}

// know takes a code that is merely listed, for the dates of its file.
func (g *gathering) know(f *file, code string) {
	f.took(f.effective)
	g.known = append(g.known, claim.ProcedureRow{Code: code, From: f.effective.From, Through: f.effective.Through})
}

var errHalf = errors.New("the procedures of HCPCS level I and level II are listed for no common date")

// buildProcedures joins the lists. A list that dates its codes is believed over one that only names them.
func (g *gathering) buildProcedures() (Table, error) {
	said, err := g.saidOfProcedures()
	if err != nil {
		return nil, err
	}
	rows, listed := g.procedures, map[string]bool{}
	for i := range rows {
		listed[rows[i].Code] = true
	}
	for _, r := range g.known {
		if !listed[r.Code] {
			rows = append(rows, r)
		}
	}
	if g.options.AssumeValid {
		rows = append(rows, g.namedByNCCI(rows)...)
	}
	return proceduresOf(buildSettings(procedureCodec, rows, said))
}

// saidOfProcedures is the dates a complete list speaks for, and those for which both halves of one do.
func (g *gathering) saidOfProcedures() (said, error) {
	var whole, one, two []Span
	for _, c := range g.complete {
		switch {
		case c.kind != claim.KindProcedures:
		case c.series == levelOne:
			one = append(one, c.spans...)
		case c.series == levelTwo:
			two = append(two, c.spans...)
		default:
			whole = append(whole, c.spans...)
		}
	}
	for _, a := range union(one) {
		for _, b := range union(two) {
			if a.overlaps(b) {
				whole = append(whole, Span{max(a.From, b.From), min(a.Through, b.Through)})
			}
		}
	}
	if len(whole) == 0 {
		return said{}, errHalf
	}
	return said{[]spoken{{AnySetting, whole}}, g.options.AssumeValid}, nil
}

// namedByNCCI returns the codes that pairs and unit limits name and no list has. They were valid once, most of them
// before the lists at hand were made, so they are taken as valid where dates are assumed, and nowhere else.
func (g *gathering) namedByNCCI(rows []claim.ProcedureRow) []claim.ProcedureRow {
	have := map[string]bool{}
	for i := range rows {
		have[rows[i].Code] = true
	}
	var named []claim.ProcedureRow
	name := func(code string) {
		if !have[code] {
			have[code] = true
			named = append(named, claim.ProcedureRow{Code: code, From: StartOfTime, Through: claim.EndOfTime})
		}
	}
	for _, code := range g.ptp.codes {
		name(code)
	}
	for i := range g.mue {
		name(g.mue[i].Procedure)
	}
	return named
}
