package reference

import "github.com/assize/assize/internal/claim"

// ownLayouts are the CSV formats of this project, one a kind. The header has exactly these columns, in any order:
//
//	diagnoses   code,billable,sex,age_min,age_max,from,through
//	procedures  code,sex,age_min,age_max,from,through
//	ptp         setting,column_one,column_two,indicator,from,through
//	mue         setting,procedure,limit,indicator,from,through
//	fees        procedure,modifier,network,site,price,from,through
//	benefits    plan,procedure,covered,preventive,authorization,group,limit_units,limit_amount,from,through
//	exclusions  npi,excluded,reinstated
//
// Dates are CCYY-MM-DD; an empty through is open. billable, network, covered, preventive and authorization are true
// or false. Sex is F, M or empty; empty ages are no limit, 0 to 0 is newborns only. setting is practitioner,
// outpatient or supplier; site is facility, nonfacility or empty for both. Prices and amounts are dollars, limits
// units; an empty limit is none. The procedure * of a plan is every procedure it does not name.
func ownLayouts() []layout {
	own := func(kind claim.FactKind, read func(*gathering, *file), columns ...string) layout {
		return layout{
			name: "assize " + string(kind), kinds: []claim.FactKind{kind}, series: string(kind),
			columns: columns, exact: true, cycle: unstated, dated: true, read: read,
		}
	}
	return []layout{
		own(claim.KindDiagnoses, readDiagnoses, "code", "billable", "sex", "age_min", "age_max", "from", "through"),
		own(claim.KindProcedures, readProcedures, "code", "sex", "age_min", "age_max", "from", "through"),
		own(claim.KindPTP, readPTP, "setting", "column_one", "column_two", "indicator", "from", "through"),
		own(claim.KindMUE, readMUE, "setting", "procedure", "limit", "indicator", "from", "through"),
		own(claim.KindFees, readFees, "procedure", "modifier", "network", "site", "price", "from", "through"),
		own(claim.KindBenefits, readBenefits, "plan", "procedure", "covered", "preventive", "authorization", "group",
			"limit_units", "limit_amount", "from", "through"),
		own(claim.KindExclusions, readExclusions, "npi", "excluded", "reinstated"),
	}
}

// rows reads a file record by record: row is called for each, and keep for those without fault that are in force at
// some time. from and through are the columns of dates, -1 when there are none.
func (f *file) rows(from, through column, row func(), keep func(Span)) {
	for f.next() {
		row()
		span, inForce := f.span(f.date(from), f.date(through), from)
		switch {
		case f.bad:
		case !inForce:
			f.told.Skipped++
		default:
			f.took(span)
			keep(span)
		}
	}
}

func readDiagnoses(g *gathering, f *file) {
	code, billable, sex := f.column("code"), f.column("billable"), f.column("sex")
	low, high := f.column("age_min"), f.column("age_max")
	var r claim.DiagnosisRow
	f.rows(f.column("from"), f.column("through"), func() {
		r = claim.DiagnosisRow{Code: f.icd10(code), Billable: f.flag(billable), Sex: oneOf(f, sex, "", "F", "M")}
		r.AgeMin, r.AgeMax = f.ages(low, high)
	}, func(s Span) {
		r.From, r.Through = s.From, s.Through
		g.diagnoses = append(g.diagnoses, r)
	})
	g.speaks(f, claim.KindDiagnoses, AnySetting)
}

func readProcedures(g *gathering, f *file) {
	code, sex, low, high := f.column("code"), f.column("sex"), f.column("age_min"), f.column("age_max")
	var r claim.ProcedureRow
	f.rows(f.column("from"), f.column("through"), func() {
		r = claim.ProcedureRow{Code: f.code(code), Sex: oneOf(f, sex, "", "F", "M")}
		r.AgeMin, r.AgeMax = f.ages(low, high)
	}, func(s Span) {
		r.From, r.Through = s.From, s.Through
		g.procedures = append(g.procedures, r)
	})
	g.speaks(f, claim.KindProcedures, AnySetting)
}

func readPTP(g *gathering, f *file) {
	setting, indicator := f.column("setting"), f.column("indicator")
	columnOne, columnTwo := f.column("column_one"), f.column("column_two")
	var s Setting
	var one, two string
	var modifier int
	given := map[Setting]bool{}
	f.rows(f.column("from"), f.column("through"), func() {
		s = oneOf(f, setting, Practitioner, Outpatient)
		one, two, modifier = f.code(columnOne), f.code(columnTwo), f.indicator(indicator)
	}, func(span Span) {
		given[s] = true
		if fault := g.ptp.add(s.ordinal()-1, one, two, modifier, span); fault != "" {
			f.problem(-1, "PAIR", fault)
		}
	})
	g.speaksIn(f, claim.KindPTP, given)
}

func readMUE(g *gathering, f *file) {
	setting, procedure := f.column("setting"), f.column("procedure")
	limit, indicator := f.column("limit"), f.column("indicator")
	var r mueRow
	given := map[Setting]bool{}
	f.rows(f.column("from"), f.column("through"), func() {
		r = mueRow{setting: oneOf(f, setting, settings[:]...)}
		r.Procedure, r.Limit, r.Indicator = f.code(procedure), f.units(limit), f.number(indicator, 3)
		f.must(checkMUE(&r), indicator)
	}, func(s Span) {
		given[r.setting] = true
		r.From, r.Through = s.From, s.Through
		g.mue = append(g.mue, r)
	})
	g.speaksIn(f, claim.KindMUE, given)
}

func readFees(g *gathering, f *file) {
	procedure, modifier, network := f.column("procedure"), f.column("modifier"), f.column("network")
	site, price := f.column("site"), f.column("price")
	var r Fee
	f.rows(f.column("from"), f.column("through"), func() {
		r = Fee{Site: oneOf(f, site, AnySite, Facility, NonFacility)}
		r.Procedure, r.Modifier, r.Network = f.code(procedure), f.cell(modifier), f.flag(network)
		r.Unit = claim.Cents(f.decimal(price, 2))
		f.must(checkFee(&r), price)
	}, func(s Span) {
		r.From, r.Through = s.From, s.Through
		g.fees = append(g.fees, r)
	})
	g.speaks(f, claim.KindFees, AnySetting)
}

func readBenefits(g *gathering, f *file) {
	plan, procedure, group := f.column("plan"), f.column("procedure"), f.column("group")
	covered, preventive, authorization := f.column("covered"), f.column("preventive"), f.column("authorization")
	units, amount := f.column("limit_units"), f.column("limit_amount")
	var r PlanBenefit
	f.rows(f.column("from"), f.column("through"), func() {
		r = PlanBenefit{Plan: f.cell(plan)}
		r.Procedure, r.Group = f.code(procedure), f.cell(group)
		r.Covered, r.Preventive, r.Authorization = f.flag(covered), f.flag(preventive), f.flag(authorization)
		r.LimitUnits, r.LimitAmount = f.units(units), claim.Cents(f.decimal(amount, 2))
		f.must(checkBenefit(&r), plan)
	}, func(s Span) {
		r.From, r.Through = s.From, s.Through
		g.benefits = append(g.benefits, r)
	})
	g.speaks(f, claim.KindBenefits, AnySetting)
}

func readExclusions(g *gathering, f *file) {
	g.exclude(f, f.column("npi"), f.column("excluded"), f.column("reinstated"))
}

// speaksIn notes that a file is complete for its dates in each setting it has rows of.
func (g *gathering) speaksIn(f *file, kind claim.FactKind, given map[Setting]bool) {
	for _, s := range settings {
		if given[s] {
			g.speaks(f, kind, s)
		}
	}
}
