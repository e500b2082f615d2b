package simulate

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// enrolment is what the generator remembers of a payer's members, by position in PayerWorld.Members.
type enrolment struct {
	region         []uint8
	spans          [][]claim.Coverage
	family         []int // position in addresses
	addresses      []claim.Address
	starters       []int // coverage begins within the period of the claims
	leavers        []int // coverage ends within it
	deceased       []int
	families       int
	grants         map[int][]grant // by procedure: authorisations that are good for claims
	small          []grant         // authorisations that a claim overruns
	authorizations int             // how many there are
}

// grant is one authorisation as the generator uses it.
type grant struct {
	number   int // position among the payer's authorisations
	member   int
	code     string // authorisation number
	approved int    // units
	history  bool   // good in the earlier period, not in the later
}

// enrol fills the payer's families, member by member, until there are enough.
func (w *World) enrol(p *PayerWorld) {
	p.enrolment.grants = map[int][]grant{}
	for len(p.Members) < w.Options.Members {
		n := p.enrolment.families
		p.enrolment.families++
		s := newStream(w.Options.Seed, "family", int(p.ID), n)
		size := min(1+s.weighted(w.Options.FamilySizes), w.Options.Members-len(p.Members))
		w.addFamily(p, &s, n, size)
	}
}

func (w *World) addFamily(p *PayerWorld, s *stream, n, size int) {
	region := s.below(w.market.regions)
	last, number := one(s, lastNames()), subscriberNumber(p.ID, n)
	spans := w.spans(p, s)
	familyID := newID(s, w.calendar.first)
	home := address(s, region, false)
	p.Addresses[familyID] = home
	p.enrolment.addresses = append(p.enrolment.addresses, home)
	parentAge := s.between(26, 52)
	if size <= 2 {
		parentAge = s.between(22, 84)
	}
	for k := range size {
		m := claim.Member{ID: familyID, Family: familyID, SubscriberNumber: number, Relationship: "18", Last: last, Sex: one(s, []string{"F", "M"})}
		age := parentAge
		switch {
		case k == 1:
			m.ID, m.Relationship, age = newID(s, w.calendar.first), "01", max(20, parentAge+s.between(-5, 5))
		case k > 1:
			m.ID, m.Relationship, age = newID(s, w.calendar.first), "19", s.between(0, min(22, parentAge-20))
		}
		m.First = one(s, firstNames(m.Sex))
		// No two of a family are born on one day, by the rest modulo 8: payers tell its members apart by that.
		m.BirthDate = w.Options.From.AddDays(-360*age - 8*s.below(45) - k - 1)
		p.addMember(m, spans, region)
	}
	w.markFate(p, s, spans, size)
}

// addMember keeps one member; nobody is covered before birth.
func (p *PayerWorld) addMember(m claim.Member, spans []claim.Coverage, region int) {
	own := make([]claim.Coverage, 0, len(spans))
	for _, span := range spans {
		if span.Through < m.BirthDate {
			continue
		}
		span.From = max(span.From, m.BirthDate)
		own = append(own, span)
	}
	p.Members = append(p.Members, m)
	p.Coverages[m.ID] = own
	p.enrolment.spans = append(p.enrolment.spans, own)
	p.enrolment.region = append(p.enrolment.region, uint8(region))
	p.enrolment.family = append(p.enrolment.family, p.enrolment.families-1)
}

// spans returns a family's coverage. Most are covered all along; some change plan, begin or leave within the period.
func (w *World) spans(p *PayerWorld, s *stream) []claim.Coverage {
	plan, other := one(s, p.Plans).Code, one(s, p.Plans).Code
	days := w.Options.From.DaysUntil(w.Options.Through)
	within := w.Options.From.AddDays(days/4 + s.below(days/2+1))
	whole := claim.Coverage{PlanCode: plan, From: w.calendar.first, Through: claim.EndOfTime}
	switch u := s.below(1000); {
	case u < 25: // begins
		whole.From = within
	case u < 50: // leaves
		whole.Through = within
	case u < 90: // changes plan without a gap
		before := whole
		before.Through, whole.From, whole.PlanCode = within.AddDays(-1), within, other
		return []claim.Coverage{before, whole}
	}
	return []claim.Coverage{whole}
}

// markFate notes which members serve for eligibility defects, and lets one in two hundred die within the period.
// Their coverage stays open, as it does until the payer learns of the death.
func (w *World) markFate(p *PayerWorld, s *stream, spans []claim.Coverage, size int) {
	first := len(p.Members) - size
	for i := first; i < len(p.Members); i++ {
		switch span := spans[len(spans)-1]; {
		case len(spans) == 1 && span.Through != claim.EndOfTime:
			p.enrolment.leavers = append(p.enrolment.leavers, i)
		case len(spans) == 1 && span.From > w.Options.From && p.Members[i].BirthDate < w.Options.From:
			p.enrolment.starters = append(p.enrolment.starters, i)
		case s.permille(5):
			days := w.Options.From.DaysUntil(w.Options.Through)
			p.Members[i].DeathDate = w.Options.From.AddDays(s.below(days/2 + 1))
			p.enrolment.deceased = append(p.enrolment.deceased, i)
		}
	}
}

// authorize gives one adult in five prior authorisations: for the earlier period and for the later one, each its own,
// and one in a hundred an authorisation too small for what will be billed.
func (w *World) authorize(p *PayerWorld) {
	codes := w.authorizedProcedures()
	number := 0
	add := func(member, procedure, approved int, history bool) grant {
		g := grant{number: number, member: member, code: fmt.Sprintf("A%02d%07d", p.ID%100, number+1), approved: approved, history: history}
		number++
		from, through := w.Options.From.AddDays(-10), w.Options.Through.AddDays(60)
		if history {
			from, through = w.historyFrom().AddDays(-10), w.Options.From.AddDays(-1)
		}
		id := p.Members[member].ID
		p.Authorizations[id] = append(p.Authorizations[id], claim.Authorization{
			Number: g.code, Procedure: w.codes.procedures[procedure].code, From: from, Through: through,
			Approved: claim.Quantity(approved) * claim.One,
		})
		return g
	}
	for i := range p.Members {
		if p.Members[i].BirthDate.YearsUntil(w.Options.From) < 19 {
			continue
		}
		s := newStream(w.Options.Seed, "authorization", int(p.ID), i)
		if i%100 == 7 {
			p.enrolment.small = append(p.enrolment.small, add(i, w.codes.position["J1745"], 5, false))
			continue
		}
		if !s.permille(200) {
			continue
		}
		procedure := one(&s, codes)
		approved := approvedUnits(w.codes.procedures[procedure].code)
		for _, history := range []bool{true, false} {
			p.enrolment.grants[procedure] = append(p.enrolment.grants[procedure], add(i, procedure, approved, history))
		}
	}
	p.enrolment.authorizations = number
}

// approvedUnits are this world's: units of a drug for a course, months of rent, two images, and one of everything else.
func approvedUnits(code string) int {
	switch code {
	case "J1745":
		return 240
	case "E0601":
		return 6
	case "70551", "72148", "73721":
		return 2
	}
	return 1
}

// authorizedProcedures lists, each once, the procedures that encounters need an authorisation for.
func (w *World) authorizedProcedures() []int {
	var list []int
	seen := map[int]bool{}
	for _, e := range w.codes.encounters {
		if e.needs >= 0 && !seen[e.needs] {
			seen[e.needs] = true
			list = append(list, e.needs)
		}
	}
	return list
}
