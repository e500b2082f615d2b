package simulate

import (
	"container/heap"
	"iter"

	"github.com/assize/assize/internal/claim"
)

// Claims yields the claims sent to one payer, by date of receipt. It can be walked again, with the same result, and
// keeps memory in the size of the membership, whatever the number of claims. An unknown payer has none.
func (w *World) Claims(payer claim.PayerID) iter.Seq[*SimClaim] {
	return w.claims(payer, false)
}

// History yields the claims of the period before Options.From, as Claims does. They stand apart from the later ones:
// no duplicate, limit or authorisation reaches from one period into the other.
func (w *World) History(payer claim.PayerID) iter.Seq[*SimClaim] {
	return w.claims(payer, true)
}

func (w *World) claims(payer claim.PayerID, history bool) iter.Seq[*SimClaim] {
	return func(yield func(*SimClaim) bool) {
		p := w.Payer(payer)
		if p == nil {
			return
		}
		g := newGenerator(w, p, history)
		for at := range g.total {
			if !yield(g.next(at)) {
				return
			}
		}
	}
}

// generator walks the claims of one payer in one period. What it remembers keeps claims apart: one claim a member and day.
type generator struct {
	w             *World
	p             *PayerWorld
	history       bool
	prefix        byte // of control numbers
	total         int
	allPayers     int // claims of all payers in the period
	from, through int // days of service
	claimShares   []float64
	officeShare   float64
	defects       []defectRate
	accompanying  []string
	misfits       []misfit

	busy     bitset // member × day
	examined bitset // member had the yearly examination
	late     bitset // member had a claim filed late
	used     []int  // units taken, by authorisation
	exams    []visit
	copies   copyQueue
	sets     int // duplicate sets so far
}

func newGenerator(w *World, p *PayerWorld, history bool) *generator {
	o := &w.Options
	g := &generator{w: w, p: p, history: history, prefix: 'C', allPayers: o.Claims, accompanying: accompanying(), misfits: misfits()}
	from, through := o.From, o.Through
	if history {
		g.prefix, g.allPayers = 'H', o.HistoryClaims
		from, through = w.historyFrom(), o.From.AddDays(-1)
	}
	g.from, g.through = w.calendar.day(from), w.calendar.day(through)
	g.total = g.allPayers / o.Payers
	if int(p.ID) <= g.allPayers%o.Payers {
		g.total++
	}
	g.claimShares, g.officeShare = w.codes.claimShares(), 1-o.Institutional
	if !o.Clean {
		g.defects = o.Rates.list()
	}
	g.busy = newBitset(len(p.Members) * (g.through - g.from + 1))
	g.examined, g.late = newBitset(len(p.Members)), newBitset(len(p.Members))
	g.used = make([]int, p.enrolment.authorizations)
	return g
}

// received is the day on which the claim at a position comes in; positions are in order of receipt.
func (g *generator) received(position int) int {
	return g.from + 3 + position*(g.through-g.from+daysOfReceipt-3)/max(g.total, 1)
}

// stream opens the stream of a purpose for one claim of this payer and period.
func (g *generator) stream(purpose string, position, attempt int) stream {
	period := 0
	if g.history {
		period = 1
	}
	return newStream(g.w.Options.Seed, purpose, int(g.p.ID), period, position, attempt)
}

// next returns the claim at a position: a copy that is due, or a new claim.
func (g *generator) next(at int) *SimClaim {
	left := g.total - at
	if len(g.copies) > 0 && (g.copies[0].due <= at || len(g.copies) >= left) {
		return g.copyAt(at, heap.Pop(&g.copies).(pendingCopy))
	}
	v := g.visit(at)
	sim := g.build(&v)
	if v.defect == "" {
		g.plantCopies(sim, &v, left-1)
	}
	return sim
}

// visit settles what happens at a position: the defect drawn for it when that can be had, else a good claim.
func (g *generator) visit(at int) visit {
	s := g.stream("defect", at, 0)
	u := s.unit()
	for i := range g.defects {
		if u -= g.defects[i].rate; u < 0 {
			if v, ok := g.defective(at, g.defects[i].defect); ok {
				return v
			}
			break
		}
	}
	for attempt := 0; ; attempt++ {
		if v, ok := g.honest(at, attempt); ok && g.accept(&v) {
			return v
		}
	}
}

// accept takes a visit when patient, day, yearly limit and authorisation allow it, and remembers that it was taken.
// Validate leaves three free member days for every claim, so that some attempt is always accepted.
func (g *generator) accept(v *visit) bool {
	if !g.covered(v) || !g.free(v) {
		return false
	}
	e := &g.w.codes.encounters[v.encounter]
	if g.yearly(e) {
		// A yearly limit must not reach from one period into the other: even members are examined in the earlier one.
		if g.examined.has(v.member) || (v.member%2 == 0) != g.history {
			return false
		}
		g.examined.set(v.member)
		g.noteExamination(v)
	}
	if v.grant != nil {
		units := g.unitsOf(v, e.needs)
		if g.used[v.grant.number]+units > v.grant.approved {
			return false
		}
		g.used[v.grant.number] += units
	}
	g.occupy(v)
	return true
}

func (g *generator) yearly(e *plannedEncounter) bool {
	return len(e.levels) > 0 && g.w.codes.procedures[e.levels[0].procedure].group == yearlyGroup
}

// noteExamination keeps a few recent yearly examinations, for a second one to be tried on.
func (g *generator) noteExamination(v *visit) {
	const kept = 64
	if len(g.exams) < kept {
		g.exams = append(g.exams, *v)
		return
	}
	g.exams[v.position%kept] = *v
}

// covered tells whether one span holds the whole visit and the patient is alive.
func (g *generator) covered(v *visit) bool {
	m := &g.p.Members[v.member]
	from, through := g.w.calendar.dates[v.day], g.w.calendar.dates[v.through]
	if from < m.BirthDate || m.DeathDate.Known() && through > m.DeathDate {
		return false
	}
	for _, span := range g.p.enrolment.spans[v.member] {
		if span.From <= from && through <= span.Through {
			return true
		}
	}
	return false
}

func (g *generator) free(v *visit) bool {
	for day := v.day; day <= v.through; day++ {
		if g.busy.has(g.memberDay(v.member, day)) {
			return false
		}
	}
	return true
}

func (g *generator) occupy(v *visit) {
	for day := v.day; day <= v.through; day++ {
		g.busy.set(g.memberDay(v.member, day))
	}
}

func (g *generator) memberDay(member, day int) int {
	return member*(g.through-g.from+1) + day - g.from
}

// bitset is a set of small integers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, n/64+1) }

func (b bitset) has(n int) bool { return b[n/64]>>(n%64)&1 == 1 }

func (b bitset) set(n int) { b[n/64] |= 1 << (n % 64) }
