package simulate

import "github.com/assize/assize/internal/claim"

// triesForDefect bounds the search for a patient, day and encounter that can have a defect. When it fails, as it may
// in a tiny world, the claim is a good one and the truth says so.
const triesForDefect = 200

// defective finds a visit for a defect. Unlike honest it may depend on what was sent before: such claims are never
// sent again, so nobody has to make them twice.
func (g *generator) defective(at int, defect Defect) (visit, bool) {
	for attempt := range triesForDefect {
		v, ok := g.attemptDefect(at, attempt, defect)
		if !ok {
			continue
		}
		v.defect, v.scheme = defect, nil
		if !g.within(v.day) { // filed late: the one defect whose date lies before the period
			if defect != LateFiling || g.late.has(v.member) {
				continue
			}
			g.late.set(v.member)
			return v, true
		}
		if g.free(&v) {
			g.occupy(&v)
			return v, true
		}
	}
	return visit{}, false
}

func (g *generator) within(day int) bool { return day >= g.from && day <= g.through }

// attemptDefect makes a visit with one defect and no other, or says that this attempt cannot: the truth names one answer, and a
// second defect would bring another.
func (g *generator) attemptDefect(at, attempt int, defect Defect) (visit, bool) {
	s := g.stream("defective", at, attempt)
	switch defect {
	case BeforeCoverage:
		return g.outsideCoverage(&s, at, attempt, g.p.enrolment.starters, func(m int) (int, int) {
			return g.from, g.dayOf(g.p.enrolment.spans[m][0].From) - 1
		})
	case AfterCoverage:
		return g.outsideCoverage(&s, at, attempt, g.p.enrolment.leavers, func(m int) (int, int) {
			spans := g.p.enrolment.spans[m]
			return g.dayOf(spans[len(spans)-1].Through) + 1, g.through
		})
	case AfterDeath:
		return g.outsideCoverage(&s, at, attempt, g.p.enrolment.deceased, func(m int) (int, int) {
			return g.dayOf(g.p.Members[m].DeathDate) + 1, g.through
		})
	case LateFiling:
		return g.tooLate(&s, at, attempt)
	case ExcludedProvider:
		return g.byExcluded(&s, at, attempt)
	case MissingAuthorization, ExceededAuthorization:
		return g.unauthorised(&s, at, attempt, defect)
	case AgeConflict:
		return g.unsuited(&s, at, attempt, "99393", func(m *claim.Member, age int) bool { return age >= 30 })
	case SexConflict:
		return g.unsuited(&s, at, attempt, "77067", func(m *claim.Member, age int) bool { return m.Sex == "M" && age >= 40 })
	case LimitReached:
		return g.secondExamination(&s, at, attempt)
	}
	return g.plain(at, attempt, defect)
}

// plain draws an ordinary visit, whose claim build then spoils. Some defects need a practitioner or an office claim.
func (g *generator) plain(at, attempt int, defect Defect) (visit, bool) {
	v := visit{position: at, attempt: attempt % maxGuesses, practitioner: -1}
	kind := g.stream("kind", at, 0)
	setting := g.setting(&kind)
	switch defect {
	case UnknownMember, InvalidDiagnosis, UnknownReference, Secondary:
	default:
		setting = office
	}
	v, ok := g.draw(v, setting, &kind)
	if !ok || v.grant != nil || !g.covered(&v) {
		return v, false
	}
	e := &g.w.codes.encounters[v.encounter]
	if g.yearly(e) {
		return v, false
	}
	switch defect {
	case InvalidNPI:
		return v, e.setting == office && v.practitioner >= 0
	case Unpriced:
		return v, e.setting == office && g.byFeeSchedule(&v)
	case InvalidProcedure, InvalidPointer, Bundled, ExcessUnits, NotCovered:
		return v, e.setting == office
	case UnknownReference, Secondary:
		return v, e.setting != inpatient
	}
	return v, true
}

// byFeeSchedule tells whether the plan that covers a visit pays by fee schedule.
func (g *generator) byFeeSchedule(v *visit) bool {
	date := g.w.calendar.dates[v.day]
	for _, span := range g.p.enrolment.spans[v.member] {
		for i := range g.p.Plans {
			if plan := &g.p.Plans[i]; date.Within(span.From, span.Through) && plan.Code == span.PlanCode {
				return plan.Pricing == claim.FeeSchedule
			}
		}
	}
	return false
}

// outsideCoverage puts an ordinary visit of one of the given members between two days.
func (g *generator) outsideCoverage(s *stream, at, attempt int, members []int, span func(member int) (int, int)) (visit, bool) {
	if len(members) == 0 {
		return visit{}, false
	}
	v := visit{position: at, attempt: attempt, practitioner: -1, member: one(s, members)}
	from, through := span(v.member)
	from, through = max(from, g.from), min(through, g.received(at)-2, g.through)
	if from > through {
		return v, false
	}
	v.day = s.between(from, through)
	return g.anyOffice(s, v)
}

// anyOffice completes a visit with an office encounter that suits the patient and needs no authorisation.
func (g *generator) anyOffice(s *stream, v visit) (visit, bool) {
	v.through = v.day
	menu := &g.w.codes.menus[office]
	for range 8 {
		v.encounter = menu.encounters[s.weighted(menu.weights)]
		e := &g.w.codes.encounters[v.encounter]
		if e.needs < 0 && !g.yearly(e) && g.suits(e, v.member, v.day) {
			v.group = g.near(s, v.member, e.specialty)
			g.staff(&v, s)
			return v, true
		}
	}
	return v, false
}

// tooLate puts the visit more than the filing limit before receipt, and before the earlier period, where no other claim is.
func (g *generator) tooLate(s *stream, at, attempt int) (visit, bool) {
	v := visit{position: at, attempt: attempt, practitioner: -1, member: g.patient(s)}
	limit := 366
	for _, plan := range g.p.Plans {
		limit = max(limit, plan.FilingDays)
	}
	v.day = min(g.received(at)-limit-5, g.dayOf(g.w.historyFrom())-1) - s.below(90)
	v, ok := g.anyOffice(s, v)
	return v, ok && g.covered(&v)
}

// byExcluded draws a visit to somebody on the exclusion list. What needs an authorisation or comes once a year is left out, as it
// could be denied for that.
func (g *generator) byExcluded(s *stream, at, attempt int) (visit, bool) {
	v := visit{position: at, attempt: attempt, member: g.patient(s), group: one(s, g.w.market.barred)}
	grp := &g.w.market.groups[v.group]
	v.practitioner = grp.barred
	menu := &g.w.codes.bySpecialty[grp.specialty]
	if len(menu.encounters) == 0 {
		return v, false
	}
	g.date(&v)
	v.encounter = menu.encounters[s.weighted(menu.weights)]
	e := &g.w.codes.encounters[v.encounter]
	return v, e.needs < 0 && !g.yearly(e) && g.suits(e, v.member, v.day) && g.covered(&v)
}

// unauthorised draws a visit that needs an authorisation, by a patient who has none for it or one that is too small.
func (g *generator) unauthorised(s *stream, at, attempt int, defect Defect) (visit, bool) {
	v := visit{position: at, attempt: attempt, practitioner: -1, member: g.patient(s)}
	g.date(&v)
	var fitting menu
	for i := range g.w.codes.encounters {
		e := &g.w.codes.encounters[i]
		if e.needs >= 0 && (defect == MissingAuthorization || e.authorized == "J1745") {
			fitting.add(i, e.weight)
		}
	}
	v.encounter = fitting.encounters[s.weighted(fitting.weights)]
	e := &g.w.codes.encounters[v.encounter]
	if defect == ExceededAuthorization {
		small := g.p.enrolment.small
		if len(small) == 0 || g.history {
			return v, false
		}
		v.grant = &small[s.below(len(small))]
		v.member = v.grant.member
	} else if len(g.p.Authorizations[g.p.Members[v.member].ID]) > 0 {
		return v, false
	}
	v.group = g.near(s, v.member, e.specialty)
	g.staff(&v, s)
	return v, g.suits(e, v.member, v.day) && g.covered(&v)
}

// unsuited draws the encounter in which a procedure occurs for a patient it is not for.
func (g *generator) unsuited(s *stream, at, attempt int, code string, wanted func(m *claim.Member, age int) bool) (visit, bool) {
	v := visit{position: at, attempt: attempt, practitioner: -1, member: g.patient(s)}
	g.date(&v)
	m := &g.p.Members[v.member]
	if !wanted(m, m.BirthDate.YearsUntil(g.w.calendar.dates[v.day])) || !g.covered(&v) {
		return v, false
	}
	for i := range g.w.codes.encounters {
		e := &g.w.codes.encounters[i]
		if e.setting == office && e.brings(code) {
			v.encounter = i
			v.group = g.near(s, v.member, e.specialty)
			g.staff(&v, s)
			return v, true
		}
	}
	return v, false
}

func (e *plannedEncounter) brings(code string) bool {
	for _, list := range [][]plannedItem{e.levels, e.items} {
		for _, each := range list {
			if each.code == code {
				return true
			}
		}
	}
	return false
}

// secondExamination repeats the yearly examination of somebody later in the same calendar year.
func (g *generator) secondExamination(s *stream, at, attempt int) (visit, bool) {
	if len(g.exams) == 0 {
		return visit{}, false
	}
	first := one(s, g.exams)
	v := visit{position: at, attempt: attempt, practitioner: -1, member: first.member, group: first.group, encounter: first.encounter}
	from, through := first.day+1, min(g.received(at)-2, g.through)
	if from > through {
		return v, false
	}
	v.day = s.between(from, through)
	v.through = v.day
	g.staff(&v, s)
	dates := g.w.calendar.dates
	return v, dates[v.day].Year() == dates[first.day].Year() && g.suits(&g.w.codes.encounters[v.encounter], v.member, v.day) && g.covered(&v)
}

// dayOf is the calendar's number of a date; dates after its end (coverage without one) count as its last day.
func (g *generator) dayOf(d claim.Date) int {
	c := &g.w.calendar
	return c.day(min(d, c.dates[len(c.dates)-1]))
}
