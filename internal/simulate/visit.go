package simulate

import "time"

// visit is what happened, or is said to have happened, between one patient and one provider; a claim is its account.
// It holds positions, not names.
type visit struct {
	position     int // of the claim among those of the payer, from 0; names its streams
	attempt      int // which draw of that position was taken
	member       int
	group        int
	practitioner int // position in market.practitioners; -1: the group itself
	encounter    int
	day, through int // in the calendar
	defect       Defect
	scheme       *SchemeOptions // nil: honest
	grant        *grant         // nil: none needed, or none there
}

// maxGuesses is how often patient and day are drawn freely before patients are gone through one by one.
const maxGuesses = 64

// honest draws the visit of a position. The draw depends on position and attempt alone, so that it can be repeated;
// whether it can be had is for accept to say. It reports false when the draw does not fit.
func (g *generator) honest(position, attempt int) (visit, bool) {
	v := visit{position: position, attempt: attempt, practitioner: -1}
	kind := g.stream("kind", position, 0)
	return g.draw(v, g.setting(&kind), &kind)
}

// draw draws patient, date, encounter and provider of a visit in a setting.
func (g *generator) draw(v visit, setting setting, kind *stream) (visit, bool) {
	position, attempt := v.position, v.attempt
	who := g.stream("patient", position, attempt)
	v.member = g.patient(&who)
	phantom := setting == office && !g.w.Options.Clean && kind.chance(g.w.market.phantomShare)
	if attempt >= maxGuesses {
		first := g.stream("patient", position, maxGuesses)
		v.member = (first.below(len(g.p.Members)) + attempt) % len(g.p.Members)
	}
	g.date(&v)
	which := g.stream("encounter", position, attempt)
	if phantom {
		v.group = g.w.market.phantoms.draw(&which)
		v.scheme = g.w.market.groups[v.group].scheme
		menu := &g.w.codes.bySpecialty[g.w.market.groups[v.group].specialty]
		if !g.choose(&v, &which, menu) {
			return v, false
		}
	} else {
		if !g.choose(&v, &which, &g.w.codes.menus[setting]) {
			return v, false
		}
		v.group = g.near(&which, v.member, g.w.codes.encounters[v.encounter].specialty)
		g.tempt(&v)
	}
	g.staff(&v, &which)
	g.schedule(&v)
	return v, true
}

// patient draws a member; one member in five is ill more often.
func (g *generator) patient(s *stream) int {
	n := s.below(len(g.p.Members))
	if s.permille(350) {
		n -= n % 5
	}
	return n
}

func (g *generator) setting(s *stream) setting {
	institutional, stay := s.chance(g.w.Options.Institutional), s.chance(g.w.Options.Inpatient)
	switch {
	case institutional && stay:
		return inpatient
	case institutional:
		return outpatient
	}
	return office
}

// choose draws an encounter that suits the patient's age and sex, and for one that needs an authorisation the patient
// who has it.
func (g *generator) choose(v *visit, s *stream, m *menu) bool {
	for range 8 {
		v.encounter = m.encounters[s.weighted(m.weights)]
		e := &g.w.codes.encounters[v.encounter]
		if e.needs >= 0 {
			if v.attempt > 6 || !g.authorised(v, s, e.needs) {
				continue
			}
		}
		if g.suits(e, v.member, v.day) {
			return true
		}
		v.grant = nil
	}
	return false
}

// authorised draws one authorisation for a procedure, good in the period, and makes its member the patient.
func (g *generator) authorised(v *visit, s *stream, procedure int) bool {
	grants := g.p.enrolment.grants[procedure]
	if len(grants) == 0 {
		return false
	}
	// Grants come in pairs: the earlier period's, then the later one's.
	at := s.below(len(grants)) &^ 1
	if !g.history {
		at++
	}
	v.grant = &grants[at]
	v.member = v.grant.member
	return true
}

// suits tells whether an encounter is for this patient on this day, so that honest claims have no conflict of age or sex.
func (g *generator) suits(e *plannedEncounter, member, day int) bool {
	m := &g.p.Members[member]
	if e.patient.sex != "" && e.patient.sex != m.Sex {
		return false
	}
	date := g.w.calendar.dates[day]
	if date < m.BirthDate {
		return false
	}
	age := m.BirthDate.YearsUntil(date)
	return age >= e.patient.ageMin && (e.patient.ageMax == 0 || age <= e.patient.ageMax)
}

// near draws a group of a specialty, in the patient's region nineteen times of twenty when there is one.
func (g *generator) near(s *stream, member, specialty int) int {
	m := g.w.market
	local := &m.local[specialty][g.p.enrolment.region[member]]
	if len(local.groups) > 0 && !s.permille(50) {
		return local.draw(s)
	}
	return m.everywhere[specialty].draw(s)
}

// staff draws who of the group saw the patient. Institutions bill in their own name.
func (g *generator) staff(v *visit, s *stream) {
	if list := g.w.market.groups[v.group].practitioners; len(list) > 0 {
		v.practitioner = list[s.below(len(list))]
	}
}

// date draws the service date: some days before receipt, mostly few.
func (g *generator) date(v *visit) {
	s := g.stream("date", v.position, v.attempt)
	last := min(g.received(v.position)-2, g.through)
	back := min(last-g.from, 45)
	v.day = last - min(s.below(back+1), s.below(back+1))
	v.through = v.day
}

// schedule moves the date to a day on which such a visit happens: a stay reaches back some nights, and practices
// other than emergency rooms and laboratories are closed at weekends.
func (g *generator) schedule(v *visit) {
	e := &g.w.codes.encounters[v.encounter]
	switch {
	case v.scheme != nil && v.scheme.Scheme == ImpossibleDay:
		v.day = g.crowdedDay(v)
	case v.scheme != nil && v.scheme.Scheme == OutOfPattern:
		v.day = g.weekendDay(v)
	case e.setting == inpatient:
		s := g.stream("stay", v.position, v.attempt)
		v.day = max(g.from, v.day-s.between(1, 5))
		return
	case e.setting == office && e.specialty != emergency && e.specialty != laboratories && !g.w.market.groups[v.group].habit.weekends:
		v.day = g.workingDay(v)
	}
	v.through = v.day
}

// workingDay moves a visit from the weekend to the Friday before, unless that lies before the period.
func (g *generator) workingDay(v *visit) int {
	shift := 0
	switch g.w.calendar.weekday(v.day) {
	case time.Saturday:
		shift = 1
	case time.Sunday:
		shift = 2
	}
	if v.day-shift < g.from {
		return v.day
	}
	return v.day - shift
}

func (g *generator) weekendDay(v *visit) int {
	shift := (int(g.w.calendar.weekday(v.day)) + 1) % 7 // days since Saturday
	if shift <= 1 || v.day-shift < g.from {
		return v.day
	}
	return v.day - shift + v.position%2 // Saturday or Sunday
}

// crowdedDay is the last of the group's few busy days before the date.
func (g *generator) crowdedDay(v *visit) int {
	stride := g.stride(v)
	offset := v.group % stride
	day := v.day - (v.day-g.from-offset+stride)%stride
	return max(day, g.from)
}

// stride is the number of days between busy days: as many as it takes to make each hold more hours than a day has.
func (g *generator) stride(v *visit) int {
	const minutesAVisit, minutesADay = 55, 24 * 60
	days := float64(g.through - g.from + 1)
	m := g.w.market
	grp := &m.groups[v.group]
	peers := m.everywhere[grp.specialty].upTo
	share := g.officeShare * g.claimShares[grp.specialty] * grp.size / peers[len(peers)-1] * v.scheme.Share
	perDay := share * float64(g.allPayers) / days
	wanted := minutesADay * (1 + v.scheme.Intensity)
	return max(1, min(int(days), int(wanted/(minutesAVisit*max(perDay, 0.01)))))
}

// tempt decides whether a group's scheme governs this claim. Phantom patients are drawn apart.
func (g *generator) tempt(v *visit) {
	scheme := g.w.market.groups[v.group].scheme
	if scheme == nil || scheme.Scheme == Phantom {
		return
	}
	s := g.stream("scheme", v.position, v.attempt)
	if s.chance(scheme.Share) && g.w.codes.encounters[v.encounter].lends(scheme.Scheme, g.w.codes) {
		v.scheme = scheme
	}
}

// lends tells whether an encounter gives a scheme something to work with.
func (e *plannedEncounter) lends(scheme Scheme, c *catalogue) bool {
	switch scheme {
	case Upcoding:
		return len(e.levels) > 1
	case MaximumUnits:
		for _, each := range e.items {
			if each.high > 0 && c.procedures[each.procedure].limit > each.high && e.needs != each.procedure {
				return true
			}
		}
		return false
	case Unbundling:
		for _, each := range e.items {
			if len(c.parts[each.procedure]) > 0 {
				return true
			}
		}
		return false
	case ImpossibleDay:
		return len(e.levels) > 0 || e.specialty == therapy
	}
	return e.needs < 0
}
