package simulate

import (
	"github.com/assize/assize/internal/claim"
)

// catalogue is the code lists of the demonstration with their names resolved to positions, so that drawing a claim
// looks nothing up by text.
type catalogue struct {
	procedures  []procedure
	position    map[string]int // of a code in procedures
	specialties []specialty
	encounters  []plannedEncounter
	menus       [3]menu              // by setting
	bySpecialty [specialtyCount]menu // office encounters
	conditions  map[condition][]string
	parts       map[int][]int // positions of the codes that a code may have billed beside it, with a modifier
	// The codes of visits by level, lowest first; the position of a visit code gives its list.
	levels map[int][]int
}

type plannedEncounter struct {
	encounter
	needs  int // position of the procedure with the authorisation; -1: none
	levels []plannedItem
	grades []int // weights of levels
	items  []plannedItem
}

type plannedItem struct {
	item
	procedure int
}

// menu draws among encounters by weight.
type menu struct {
	encounters []int
	weights    []int
}

func newCatalogue() *catalogue {
	c := &catalogue{
		procedures: procedures(), position: map[string]int{}, specialties: specialties(), conditions: conditions(),
		parts: map[int][]int{}, levels: map[int][]int{},
	}
	for i, p := range c.procedures {
		c.position[p.code] = i
	}
	for i, e := range encounters() {
		c.encounters = append(c.encounters, c.plan(e))
		c.menus[e.setting].add(i, e.weight)
		if e.setting == office {
			c.bySpecialty[e.specialty].add(i, e.weight)
		}
	}
	for _, b := range bundles() {
		c.addParts(b)
	}
	for _, codes := range [][]string{newPatientVisits(), establishedVisits(), emergencyVisits()} {
		positions := c.positions(codes)
		for _, p := range positions {
			c.levels[p] = positions
		}
	}
	return c
}

func (m *menu) add(encounter, weight int) {
	m.encounters = append(m.encounters, encounter)
	m.weights = append(m.weights, weight)
}

func (c *catalogue) plan(e encounter) plannedEncounter {
	planned := plannedEncounter{encounter: e, needs: -1}
	if e.authorized != "" {
		planned.needs = c.position[e.authorized]
	}
	for _, level := range e.levels {
		planned.levels = append(planned.levels, plannedItem{level, c.position[level.code]})
		planned.grades = append(planned.grades, level.chance)
	}
	for _, each := range e.items {
		planned.items = append(planned.items, plannedItem{each, c.position[each.code]})
	}
	return planned
}

// addParts keeps the pairs that a modifier opens and that are not visits beside procedures: those are what unbundling uses.
func (c *catalogue) addParts(b bundle) {
	if b.indicator != 1 {
		return
	}
	for _, whole := range c.positions(b.wholes) {
		for _, part := range c.positions(b.parts) {
			if p := c.procedures[part]; p.minutes <= 15 || p.revenue == "0750" {
				if p.revenue != "0510" {
					c.parts[whole] = append(c.parts[whole], part)
				}
			}
		}
	}
}

func (c *catalogue) positions(codes []string) []int {
	found := make([]int, len(codes))
	for i, code := range codes {
		found[i] = c.position[code]
	}
	return found
}

// tables lists the catalogue as reference tables, valid from a date on.
func (c *catalogue) tables(from claim.Date) Tables {
	t := Tables{Diagnoses: diagnosisRows(from)}
	for _, p := range c.procedures {
		if p.isRevenue() {
			continue
		}
		through := claim.EndOfTime
		if p.ended.Known() {
			through = p.ended
		}
		t.Procedures = append(t.Procedures, claim.ProcedureRow{
			Code: p.code, Sex: p.sex, AgeMin: p.ageMin, AgeMax: p.ageMax, From: from, Through: through,
		})
		if p.limit > 0 {
			t.MUE = append(t.MUE, claim.MUERow{
				Procedure: p.code, Limit: claim.Quantity(p.limit) * claim.One, Indicator: p.indicator, From: from, Through: claim.EndOfTime,
			})
		}
	}
	for _, b := range bundles() {
		for _, whole := range b.wholes {
			for _, part := range b.parts {
				t.PTP = append(t.PTP, claim.PTPRow{
					ColumnOne: whole, ColumnTwo: part, Indicator: b.indicator, From: from, Through: claim.EndOfTime,
				})
			}
		}
	}
	return t
}

// isRevenue tells revenue codes, which have four digits, from HCPCS codes, which have five characters.
func (p *procedure) isRevenue() bool { return len(p.code) == 4 }
