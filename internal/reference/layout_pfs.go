package reference

import (
	"slices"

	"github.com/assize/assize/internal/claim"
)

// pfsLayouts are the Medicare physician fee schedule: relative values with the conversion factor, which also list the
// codes of HCPCS level I, and the geographic indices.
func pfsLayouts() []layout {
	return []layout{
		{
			name:  "physician fee schedule relative values",
			kinds: []claim.FactKind{claim.KindFees, claim.KindProcedures}, series: levelOne, cycle: calendar,
			read: readRelativeValues,
			columns: []string{"hcpcs", "mod", "status_code", "work_rvu", "nonfac_pe_rvu", "nonfac_na_ind", "fac_pe_rvu",
				"fac_na_ind", "mp_rvu", "conv_factor"},
		},
		{
			name: "geographic practice cost indices", kinds: []claim.FactKind{claim.KindFees}, series: "gpci",
			cycle: calendar, read: readIndices, columns: []string{"state", "locality_number", "locality_name"},
		},
	}
}

// relativeValue is one row of the schedule, exact: relative values in hundredths, the factor in ten-thousandths.
type relativeValue struct {
	procedure, modifier  string
	work, liability      int64
	office, hospital     int64 // practice expense
	inOffice, inHospital bool  // priced there at all
	factor               int64
	effective            Span
}

// gpci is the indices of one locality in thousandths, and when they hold.
type gpci struct {
	work, expense, liability int64
	in                       Span
}

// readRelativeValues takes the codes, and the values of those Medicare prices by them: status A (active) and R
// (restricted). Every other status has no price here, which is a pend and not a zero: T too, which is paid only when the
// same provider is paid for nothing else that day, and that no schedule can tell. So has a place marked NA, where the
// service is rarely or never performed (CMS, RVU file record layout; Medicare Claims Processing Manual ch. 23 §30.2.2).
func readRelativeValues(g *gathering, f *file) {
	code, modifier, status := f.column("hcpcs"), f.column("mod"), f.column("status_code")
	work, liability, factor := f.column("work_rvu"), f.column("mp_rvu"), f.column("conv_factor")
	office, hospital := f.column("nonfac_pe_rvu"), f.column("fac_pe_rvu")
	notOffice, notHospital := f.column("nonfac_na_ind"), f.column("fac_na_ind")
	for f.next() {
		v := relativeValue{
			procedure: f.code(code), modifier: f.cell(modifier), effective: f.effective,
			work: f.decimal(work, 2), liability: f.decimal(liability, 2), factor: f.decimal(factor, 4),
			office: f.decimal(office, 2), hospital: f.decimal(hospital, 2),
			inOffice: oneOf(f, notOffice, "", "NA") == "", inHospital: oneOf(f, notHospital, "", "NA") == "",
		}
		if f.bad {
			continue
		}
		g.know(f, v.procedure)
		if slices.Contains([]string{"A", "R"}, f.cell(status)) {
			g.values = append(g.values, v)
		}
	}
	g.speaks(f, claim.KindFees, AnySetting)
	g.speaks(f, claim.KindProcedures, AnySetting)
}

// readIndices reads the indices of each locality. Their columns are headed with the year; notes follow the rows.
func readIndices(g *gathering, f *file) {
	carrier, locality := column(0), f.column("locality_number")
	work, expense, liability := f.columnWith("pw_gpci"), f.columnWith("pe_gpci"), f.columnWith("mp_gpci")
	if min(work, expense, liability) < 0 {
		f.problem(-1, "HEADER", "columns headed PW GPCI, PE GPCI and MP GPCI are needed")
		return
	}
	for f.next() {
		if f.cell(work) == "" {
			f.told.Skipped++
			continue
		}
		index := gpci{f.decimal(work, 3), f.decimal(expense, 3), f.decimal(liability, 3), f.effective}
		if !f.bad {
			f.took(f.effective)
			g.indices[f.cell(carrier)+"-"+f.cell(locality)] = index
		}
	}
}

// priceValues makes fees of the relative values at the locality that was asked for.
func (g *gathering) priceValues() error {
	index := gpci{1000, 1000, 1000, AllTime()}
	if g.options.Locality != "" && len(g.values) > 0 {
		var known bool
		if index, known = g.indices[g.options.Locality]; !known {
			return claim.Errorf(claim.Invalid, "no geographic indices of that locality were given")
		}
	}
	for i := range g.values {
		v := &g.values[i]
		if !index.in.overlaps(v.effective) {
			return claim.Errorf(claim.Invalid, "the geographic indices and the relative values are of different years")
		}
		if v.inOffice {
			g.price(v, NonFacility, v.office, index)
		}
		if v.inHospital {
			g.price(v, Facility, v.hospital, index)
		}
	}
	return nil
}

// price adds [(work × index) + (expense × index) + (liability × index)] × factor (42 CFR 414.20 ff.), rounded once to
// a cent. Medicare knows no networks, so the price holds in and out of one.
func (g *gathering) price(v *relativeValue, site Site, expense int64, index gpci) {
	units := v.work*index.work + expense*index.expense + v.liability*index.liability // 10⁻⁵
	cents := claim.Cents(units).MulRate(v.factor, 10_000_000)                        // 10⁻⁵ × 10⁻⁴ dollars
	if cents <= 0 {
		return
	}
	for _, network := range []bool{true, false} {
		g.fees = append(g.fees, Fee{Site: site, FeeRow: claim.FeeRow{
			Procedure: v.procedure, Modifier: v.modifier, Network: network, Unit: cents,
			From: v.effective.From, Through: v.effective.Through,
		}})
	}
}
