package simulate

import (
	"container/heap"

	"github.com/assize/assize/internal/claim"
)

// pendingCopy is a further copy of an original, to be sent at a later position. It names the original by its draw;
// the claim itself is made again when due, so that waiting copies take no memory to speak of.
type pendingCopy struct {
	due      int
	original visit
	set      int // 0: a suspect duplicate
	number   int
}

// copyQueue is a heap by position.
type copyQueue []pendingCopy

func (q copyQueue) Len() int { return len(q) }
func (q copyQueue) Less(i, j int) bool {
	return q[i].due < q[j].due || q[i].due == q[j].due && q[i].number < q[j].number
}
func (q copyQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push adds a pendingCopy; called by container/heap.
func (q *copyQueue) Push(x any) { *q = append(*q, x.(pendingCopy)) }

// Pop removes the last element; called by container/heap.
func (q *copyQueue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

// plantCopies decides whether a good claim will be sent again, and when. room is the number of positions still to
// come: no more copies are planted than there are positions for.
func (g *generator) plantCopies(sim *SimClaim, v *visit, room int) {
	if g.w.Options.Clean {
		return
	}
	s := g.stream("copies", v.position, 0)
	rates := &g.w.Options.Rates
	u := s.unit()
	switch {
	case u < rates.ExactDuplicate:
		count := min(1+s.weighted([]int{80, 15, 5}), room-len(g.copies))
		if count <= 0 {
			return
		}
		g.sets++
		sim.Truth.DuplicateSet = g.sets
		for n := range count {
			heap.Push(&g.copies, pendingCopy{due: g.delay(&s, v.position), original: *v, set: g.sets, number: n + 1})
		}
	case u < rates.ExactDuplicate+rates.SuspectDuplicate && room > len(g.copies):
		heap.Push(&g.copies, pendingCopy{due: g.delay(&s, v.position), original: *v, number: 1})
	}
}

// delay draws when a copy is sent: mostly within the same file, sometimes weeks later.
func (g *generator) delay(s *stream, position int) int {
	switch u := s.below(10); {
	case u < 5:
		return position + s.between(1, 40)
	case u < 8:
		return position + s.between(40, 1000)
	}
	return position + s.between(1, max(1, g.total/5))
}

// copyAt sends the copy that is due at a position: word for word, half of the time under another control number, or,
// for a suspect duplicate, with one thing changed.
func (g *generator) copyAt(at int, c pendingCopy) *SimClaim {
	sim := g.build(&c.original)
	s := g.stream("copy", at, 0)
	original := sim.Claim.PatientControlNumber
	sim.Received = g.w.calendar.dates[g.received(at)]
	sim.Truth.Sequence = at + 1
	sim.Truth.DuplicateOf, sim.Truth.Copy = original, c.number
	if c.set == 0 || s.permille(500) {
		g.rename(sim, controlNumber(g.prefix, g.p.ID, at))
	}
	if c.set > 0 {
		sim.Truth.DuplicateSet, sim.Truth.Defect = c.set, ExactDuplicate
		sim.Truth.Expect = Expect{Outcome: claim.Deny, CARC: "18"}
		return sim
	}
	sim.Truth.Defect, sim.Truth.Expect = SuspectDuplicate, Expect{}
	g.vary(&s, sim)
	return sim
}

func (g *generator) rename(sim *SimClaim, number string) {
	sim.Claim.PatientControlNumber, sim.Truth.PatientControlNumber = number, number
}

// vary changes every line's charge, or the place and with it every line's.
func (g *generator) vary(s *stream, sim *SimClaim) {
	c := &sim.Claim
	if c.Type == claim.Professional && c.PlaceOfService == "11" && s.permille(300) {
		c.PlaceOfService = "22"
		for i := range c.Lines {
			c.Lines[i].PlaceOfService = "22"
		}
		return
	}
	c.Charge = 0
	for i := range c.Lines {
		c.Lines[i].Charge = c.Lines[i].Charge.MulRate(110, 100) + 1
		c.Charge += c.Lines[i].Charge
	}
}
