package simulate

import "github.com/assize/assize/internal/claim"

// service is one line to be.
type service struct {
	procedure int
	units     int
	modifiers []string // shared with the catalogue: copied, never changed
}

// visitServices returns the services of a visit, with what its scheme makes of them. It depends on the visit alone.
func (g *generator) visitServices(v *visit) []service {
	e := &g.w.codes.encounters[v.encounter]
	grp := &g.w.market.groups[v.group]
	s := g.stream("services", v.position, v.attempt)
	if v.follows(Cloned) && s.chance(v.scheme.Intensity) {
		// The same draws for every patient of the practice: the same codes, units and, with its price list, charges.
		s = newStream(g.w.Options.Seed, "clone", v.group, v.encounter)
	}
	if v.scheme == nil && grp.habit.protocol > 0 && s.chance(grp.habit.protocol) {
		s = newStream(g.w.Options.Seed, "protocol", v.group, v.encounter, v.position%protocols)
	}
	list := make([]service, 0, 8)
	if len(e.levels) > 0 {
		list = append(list, g.level(&s, e, grp))
	}
	for i := range e.items {
		each := &e.items[i]
		taken := s.below(1000) < each.chance && (each.chance >= 1000 || s.unit() < grp.extras)
		units := s.between(max(each.low, 1), max(each.high, 1))
		if taken {
			list = append(list, service{each.procedure, units, each.modifiers})
		}
	}
	if len(list) == 0 {
		list = append(list, service{e.items[0].procedure, 1, e.items[0].modifiers})
	}
	if v.scheme != nil {
		return g.falsify(v, e, list)
	}
	if h := &grp.habit; h.parts > 0 || h.units > 0 {
		own := g.stream("habit", v.position, v.attempt)
		list = g.unbundle(&own, list, h.parts)
		g.maximise(&own, e, list, h.units)
	}
	return list
}

// protocols is how many ways a practice with protocols has for one kind of visit.
const protocols = 6

// level draws how a visit is graded: by the encounter's weights, and then up or down by the practice's habit.
func (g *generator) level(s *stream, e *plannedEncounter, grp *group) service {
	at := s.weighted(e.grades)
	habit := s.unit()
	if len(e.levels) > 2 && habit < max(grp.coding, -grp.coding) {
		if grp.coding > 0 {
			at = min(at+1, len(e.levels)-1)
		} else {
			at = max(at-1, 0)
		}
	}
	return service{e.levels[at].procedure, 1, e.levels[at].modifiers}
}

// unitsOf counts the units of one procedure that a visit will bill, as its authorisation sees them.
func (g *generator) unitsOf(v *visit, procedure int) int {
	units := 0
	for _, each := range g.visitServices(v) {
		if each.procedure == procedure {
			units += each.units
		}
	}
	return units
}

func (v *visit) follows(scheme Scheme) bool { return v.scheme != nil && v.scheme.Scheme == scheme }

// falsify changes honest services into what the scheme bills. The result still passes the edits: a scheme that trips
// them needs no score.
func (g *generator) falsify(v *visit, e *plannedEncounter, list []service) []service {
	s := g.stream("falsify", v.position, v.attempt)
	intensity := v.scheme.Intensity
	switch v.scheme.Scheme {
	case Upcoding:
		g.raise(&s, list, intensity)
	case Unbundling:
		return g.unbundle(&s, list, intensity)
	case Phantom:
		return g.embellish(&s, e, list, 1+int(3*intensity))
	case ImpossibleDay:
		g.raise(&s, list, 1)
		g.maximise(&s, e, list, intensity)
	case MaximumUnits:
		g.maximise(&s, e, list, intensity)
	case OutOfPattern:
		foreign := g.w.codes.positions([]string{"93306", "76700", "95886"})
		count := 1 + s.below(1+int(2*intensity))
		for i := range count {
			list = appendNew(list, service{foreign[(s.below(3)+i)%3], 1, nil})
		}
	}
	return list
}

// raise grades visits at one of the two top levels, mostly the top one.
func (g *generator) raise(s *stream, list []service, intensity float64) {
	for i := range list {
		levels := g.w.codes.levels[list[i].procedure]
		if len(levels) == 0 || !s.chance(intensity) {
			continue
		}
		top := len(levels) - 1
		if s.permille(350) {
			top--
		}
		if levels[top] > list[i].procedure {
			list[i].procedure = levels[top]
		}
	}
}

// unbundle bills components beside their whole, with the modifier that says they were separate.
func (g *generator) unbundle(s *stream, list []service, intensity float64) []service {
	for i := range len(list) {
		for _, part := range g.w.codes.parts[list[i].procedure] {
			if s.chance(intensity) {
				list = appendNew(list, service{part, 1, []string{"59"}})
			}
		}
	}
	return list
}

// embellish adds services that need no patient to be seen by anybody else.
func (g *generator) embellish(s *stream, e *plannedEncounter, list []service, count int) []service {
	additions := []string{"95910", "95886", "76700", "93306"}
	switch e.specialty {
	case laboratories:
		additions = []string{"82607", "82728", "83540", "82306", "84443"}
	case equipment:
		additions = []string{"E0260", "E0143", "A7030", "A7037"}
	case therapy:
		additions = []string{"97530", "97112", "97035", "97140"}
	}
	start := s.below(len(additions))
	for i := range count {
		p := g.w.codes.position[additions[(start+i)%len(additions)]]
		list = appendNew(list, service{p, max(1, g.w.codes.procedures[p].limit/2), nil})
	}
	return list
}

// maximise sets units at the day's limit, where there is room and no authorisation counts them.
func (g *generator) maximise(s *stream, e *plannedEncounter, list []service, intensity float64) {
	for i := range list {
		p := &g.w.codes.procedures[list[i].procedure]
		if list[i].units < p.limit && p.limit > 1 && !p.authorization && g.countable(e, list[i].procedure) && s.chance(intensity) {
			list[i].units = p.limit
		}
	}
}

// countable tells whether an encounter bills a procedure in varying units at all.
func (g *generator) countable(e *plannedEncounter, procedure int) bool {
	for i := range e.items {
		if e.items[i].procedure == procedure {
			return e.items[i].high > 0
		}
	}
	return false
}

// appendNew adds a service unless its code is there already: two equal lines would be duplicates of each other.
func appendNew(list []service, added service) []service {
	for i := range list {
		if list[i].procedure == added.procedure {
			return list
		}
	}
	return append(list, added)
}

// unitCharge is what a practice asks for one unit: its own price list, in whole dollars above twenty.
func (g *generator) unitCharge(v *visit, each *service) claim.Cents {
	p := &g.w.codes.procedures[each.procedure]
	grp := &g.w.market.groups[v.group]
	fee := p.fee
	if fee == 0 {
		fee = 85_00
	}
	if p.modifier == "26" && len(each.modifiers) > 0 && each.modifiers[0] == "26" {
		fee = fee * 2 / 5
	}
	charge := claim.Cents(float64(fee) * grp.markup)
	if charge > 20_00 {
		charge = charge / 100 * 100
	}
	return max(charge, 1)
}
