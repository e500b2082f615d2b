package simulate

import (
	"fmt"
	"math"

	"github.com/assize/assize/internal/claim"
)

// group is one billing provider, the same for every payer.
type group struct {
	npi           string
	name          string
	taxID         string
	address       claim.Address
	specialty     int
	region        int
	size          float64 // claims it sends, relative to its peers
	markup        float64 // charge over base fee
	coding        float64 // leaning to higher visit levels, in levels; honest practices differ as well
	extras        float64 // leaning to further services
	practitioners []int   // positions in market.practitioners; empty: it renders itself
	barred        int     // position of an excluded practitioner; -1: none
	habit         habit
	scheme        *SchemeOptions
}

// habit is what makes an honest practice look, in one respect, like one that is not: reasons there are, and a score
// that does not know them accuses the wrong people.
type habit struct {
	weekends bool    // open every day
	wide     bool    // patients come from everywhere
	parts    float64 // chance that a component is billed beside its whole, rightly marked
	units    float64 // chance that units go to the day's limit: long sessions, chronic patients
	protocol float64 // chance that a visit follows one of the house's few protocols
}

type practitioner struct {
	npi, last, first string
	group            int
}

// market is the supply of care: groups, who works in them, and where they are.
type market struct {
	groups        []group
	practitioners []practitioner
	regions       int
	local         [][]roster // by specialty and region
	everywhere    []roster   // by specialty
	barred        []int      // groups with an excluded practitioner
	phantoms      roster     // groups that bill for patients who never came
	phantomShare  float64    // of all claims
	referrers     []int      // practitioners who send patients on
}

// roster draws among groups in proportion to their size.
type roster struct {
	groups []int
	upTo   []float64 // running sum of sizes
}

func (r *roster) add(g int, size float64) {
	if n := len(r.upTo); n > 0 {
		size += r.upTo[n-1]
	}
	r.groups, r.upTo = append(r.groups, g), append(r.upTo, size)
}

// draw returns a group; the roster may not be empty.
func (r *roster) draw(s *stream) int {
	target := s.unit() * r.upTo[len(r.upTo)-1]
	low, high := 0, len(r.upTo)-1
	for low < high {
		if middle := (low + high) / 2; r.upTo[middle] <= target {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return r.groups[low]
}

// newMarket makes providers first and hands out fraud after, so that the same seed has the same providers whatever the schemes.
func newMarket(o *Options, c *catalogue) *market {
	m := &market{regions: max(1, min(20, o.Providers/50))}
	for i := range o.Providers {
		m.groups = append(m.groups, newGroup(o, c, m.regions, i))
	}
	for i := range m.groups {
		m.staff(o, c, i)
	}
	m.assignSchemes(o, c)
	m.index(c)
	return m
}

// newGroup makes the i-th group. The first groups take each specialty once, so that none is missing.
func newGroup(o *Options, c *catalogue, regions, i int) group {
	s := newStream(o.Seed, "group", i)
	weights := make([]int, specialtyCount)
	for k, sp := range c.specialties {
		weights[k] = sp.weight
	}
	g := group{specialty: i, region: s.below(regions), barred: -1}
	if i >= specialtyCount {
		g.specialty = s.weighted(weights)
	}
	where := places(g.region)
	g.npi = npi(i * 16)
	g.name = fmt.Sprintf("%s %s %d", where.city, c.specialties[g.specialty].name, i+1)
	g.taxID = fmt.Sprintf("00%07d", scatter(i)%10_000_000) // no EIN begins with 00
	g.address = address(&s, g.region, true)
	g.size = math.Exp(0.7 * s.normal())
	g.markup = 1.4 + 1.4*s.unit()
	g.coding = 0.18 * s.normal()
	g.extras = 0.85 + 0.3*s.unit()
	g.habit = newHabit(o, i)
	if s.permille(50) { // patients who are worse than most
		g.coding += 0.5
	}
	return g
}

// newHabit gives three practices in ten something unusual.
func newHabit(o *Options, i int) (h habit) {
	s := newStream(o.Seed, "habit", i)
	strength := 0.2 + 0.4*s.unit()
	switch s.below(20) {
	case 0:
		h.weekends = true
	case 1:
		h.wide = true
	case 2:
		h.parts = strength / 2
	case 3, 4:
		h.units = strength
	case 5:
		h.protocol = strength
	}
	return h
}

// staff gives a group its practitioners, and one group in twenty somebody whom the OIG excluded.
func (m *market) staff(o *Options, c *catalogue, i int) {
	g := &m.groups[i]
	most := c.specialties[g.specialty].practitioners
	if most == 0 {
		return
	}
	s := newStream(o.Seed, "staff", i)
	for k := range s.between(1, most) {
		g.practitioners = append(g.practitioners, m.hire(&s, i, k+1))
	}
	if i%20 == 0 {
		g.barred = m.hire(&s, i, 15)
		m.barred = append(m.barred, i)
	}
}

func (m *market) hire(s *stream, group, number int) int {
	m.practitioners = append(m.practitioners, practitioner{
		npi: npi(group*16 + number), last: one(s, lastNames()), first: one(s, firstNames(one(s, []string{"F", "M"}))), group: group,
	})
	return len(m.practitioners) - 1
}

// assignSchemes picks, for each scheme in turn, its share of the groups that could run it and run none yet.
// A share above zero takes at least one.
func (m *market) assignSchemes(o *Options, c *catalogue) {
	if o.Clean {
		return
	}
	for k := range o.Schemes {
		scheme := &o.Schemes[k]
		able := m.able(c, scheme.Scheme)
		wanted := int(math.Ceil(scheme.Providers * float64(len(able))))
		s := newStream(o.Seed, "scheme "+string(scheme.Scheme), k)
		for n := 0; n < wanted && len(able) > 0; n++ {
			at := s.below(len(able))
			g := &m.groups[able[at]]
			g.scheme = scheme
			if scheme.Volume > 0 && scheme.Scheme != Phantom {
				g.size *= scheme.Volume
			}
			able = append(able[:at], able[at+1:]...)
		}
	}
}

// able lists who could run a scheme and runs none yet: a laboratory cannot upcode visits.
func (m *market) able(c *catalogue, scheme Scheme) []int {
	var able []int
	for i := range m.groups {
		if m.groups[i].scheme != nil {
			continue
		}
		for _, s := range c.specialties[m.groups[i].specialty].schemes {
			if s == scheme {
				able = append(able, i)
			}
		}
	}
	return able
}

// index files the groups by specialty and region, and works out how many claims the phantom groups add.
func (m *market) index(c *catalogue) {
	m.everywhere = make([]roster, specialtyCount)
	m.local = make([][]roster, specialtyCount)
	for k := range m.local {
		m.local[k] = make([]roster, m.regions)
	}
	for i := range m.groups {
		g := &m.groups[i]
		m.everywhere[g.specialty].add(i, g.size)
		if g.habit.wide {
			for region := range m.regions {
				m.local[g.specialty][region].add(i, g.size/float64(m.regions))
			}
		} else {
			m.local[g.specialty][g.region].add(i, g.size)
		}
		if g.specialty == family || g.specialty == internist {
			m.referrers = append(m.referrers, g.practitioners...)
		}
	}
	claims := c.claimShares()
	for i := range m.groups {
		g := &m.groups[i]
		if g.scheme == nil || g.scheme.Scheme != Phantom {
			continue
		}
		peers := m.everywhere[g.specialty].upTo
		honest := claims[g.specialty] * g.size / peers[len(peers)-1]
		invented := honest * max(g.scheme.Volume, 1) * g.scheme.Share / max(1-g.scheme.Share, 0.05)
		m.phantoms.add(i, invented)
		m.phantomShare += invented
	}
	m.phantomShare = min(m.phantomShare, 0.25)
}

// claimShares returns each specialty's share of the office encounters.
func (c *catalogue) claimShares() []float64 {
	shares, sum := make([]float64, specialtyCount), 0.0
	for _, e := range c.encounters {
		if e.setting == office {
			shares[e.specialty] += float64(e.weight)
			sum += float64(e.weight)
		}
	}
	for i := range shares {
		shares[i] /= sum
	}
	return shares
}

// enrolled lists every NPI as a payer has it on file; networks differ from payer to payer.
func (m *market) enrolled(o *Options, c *catalogue, payer claim.PayerID, from claim.Date) []Provider {
	var list []Provider
	fact := func(npi string, g *group, network bool) claim.ProviderFact {
		return claim.ProviderFact{NPI: npi, Specialty: c.specialties[g.specialty].taxonomy, Network: network, From: from, Through: claim.EndOfTime}
	}
	for i := range m.groups {
		g := &m.groups[i]
		s := newStream(o.Seed, "network", int(payer), i)
		network := !s.permille(80)
		list = append(list, Provider{
			ProviderFact: fact(g.npi, g, network), Group: g.npi, Organization: true, Last: g.name, TaxID: g.taxID, Address: g.address,
		})
		staff := g.practitioners
		if g.barred >= 0 {
			staff = append(staff[:len(staff):len(staff)], g.barred)
		}
		for _, k := range staff {
			p := &m.practitioners[k]
			list = append(list, Provider{
				ProviderFact: fact(p.npi, g, network), Group: g.npi, Last: p.last, First: p.first, TaxID: g.taxID, Address: g.address,
			})
		}
	}
	return list
}

// exclusions lists the excluded practitioners, and some who were reinstated long ago and may be paid again.
func (m *market) exclusions(from claim.Date) []claim.Exclusion {
	var list []claim.Exclusion
	for _, i := range m.barred {
		list = append(list, claim.Exclusion{NPI: m.practitioners[m.groups[i].barred].npi, Excluded: from.AddDays(-400 - i%300)})
		if i%40 == 0 && len(m.groups[i].practitioners) > 0 {
			list = append(list, claim.Exclusion{
				NPI: m.practitioners[m.groups[i].practitioners[0]].npi, Excluded: from.AddDays(-2500), Reinstated: from.AddDays(-600),
			})
		}
	}
	return list
}
