package scoring

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// Observation is what a snapshot takes from one decided claim, paid or denied. A pended claim is not decided yet and
// does not belong in one.
type Observation struct {
	NPI       string   // billing provider; an observation without one is left out
	Specialty string   // taxonomy code on file, "" when not on file
	Patient   claim.ID // member id
	From      claim.Date
	Charge    claim.Cents
	Denied    bool // as a whole
	Lines     []ObservedLine
}

// ObservedLine is one line of an observed claim.
type ObservedLine struct {
	Procedure string
	Modifiers []string
	Quantity  claim.Quantity
	Charge    claim.Cents
	From      claim.Date // zero: the claim's
}

// Observe makes the observation of a decided claim from its evidence. It shares the claim's memory.
func Observe(c *claim.Claim, f *claim.Facts, outcome claim.Outcome) Observation {
	o := Observation{NPI: c.NPIOf(claim.Billing), From: c.From, Charge: c.Charge, Denied: outcome == claim.Deny}
	for i := range f.Providers {
		if f.Providers[i].NPI == o.NPI {
			o.Specialty = f.Providers[i].Specialty
		}
	}
	if f.Member != nil {
		o.Patient = f.Member.ID
	}
	o.Lines = make([]ObservedLine, len(c.Lines))
	for i := range c.Lines {
		line := &c.Lines[i]
		o.Lines[i] = ObservedLine{line.Procedure, line.Modifiers, line.Quantity, line.Charge, line.From}
	}
	return o
}

// builder gathers observations by billing provider.
type builder struct {
	byNPI map[string]*habits
}

// habits is one provider's running totals. Every part is a sum, a set or an extreme, so order does not matter.
type habits struct {
	specialty        string
	first, last      claim.Date
	claims, denied   int64
	weekend          int64
	charge           claim.Cents
	lines, overrides int64
	units            claim.Quantity
	visits, top      int64
	patients         map[claim.ID]struct{}
	linesADay        map[claim.Date]int64
	claimsADay       map[claim.Date]int64
	services         map[uint64]struct{} // patient, code and calendar month of each line
	shapes           map[uint64]int64    // day and lines of each claim, whoever the patient
}

func newHabits() *habits {
	return &habits{
		patients: map[claim.ID]struct{}{}, linesADay: map[claim.Date]int64{}, claimsADay: map[claim.Date]int64{},
		services: map[uint64]struct{}{}, shapes: map[uint64]int64{},
	}
}

// add leaves out what nobody can be held to: an observation without a billing NPI or a date.
func (b *builder) add(o *Observation) {
	if o.NPI == "" || !o.From.Known() {
		return
	}
	h := b.byNPI[o.NPI]
	if h == nil {
		h = newHabits()
		b.byNPI[o.NPI] = h
	}
	h.addClaim(o)
	for i := range o.Lines {
		h.addLine(o, &o.Lines[i])
	}
}

func (h *habits) addClaim(o *Observation) {
	// Should records ever disagree on the specialty, the greatest code wins, whichever came first.
	h.specialty = max(h.specialty, o.Specialty)
	if !h.first.Known() || o.From < h.first {
		h.first = o.From
	}
	h.last = max(h.last, o.From)
	h.claims++
	h.denied += int64(count(o.Denied))
	h.weekend += int64(count(isWeekend(o.From)))
	h.charge += o.Charge
	h.patients[o.Patient] = struct{}{}
	h.claimsADay[o.From]++
	h.shapes[shapeOf(o)]++
}

// addLine counts repeats by patient, code and month, hashed: a set of texts would hold the ids of every patient in memory.
func (h *habits) addLine(o *Observation, line *ObservedLine) {
	date := line.From
	if !date.Known() {
		date = o.From
	}
	h.lines++
	h.units += line.Quantity
	h.overrides += int64(count(anyModifier(line.Modifiers, overrides)))
	if level := visitLevelOf(line.Procedure); level > 0 {
		h.visits++
		h.top += int64(count(level >= 4))
	}
	h.linesADay[date]++
	var service [64]byte
	b := append(service[:0], o.Patient[:]...)
	b = binary.LittleEndian.AppendUint32(b, uint32(date/100))
	b = append(b, line.Procedure...)
	h.services[fnv1a(b)] = struct{}{}
}

// fnv1a is the 64-bit FNV-1a hash: fixed for ever, unlike the hash of maps. A collision moves a rate by one line.
func fnv1a(b []byte) uint64 {
	sum := uint64(14695981039346656037)
	for _, c := range b {
		sum = (sum ^ uint64(c)) * 1099511628211
	}
	return sum
}

// shapeOf hashes a claim's day, codes, units and charges, in whatever order its lines stand.
func shapeOf(o *Observation) uint64 {
	parts := make([]string, len(o.Lines))
	for i := range o.Lines {
		line := &o.Lines[i]
		b := append([]byte(line.Procedure), 0)
		b = binary.LittleEndian.AppendUint64(b, uint64(line.Quantity))
		b = binary.LittleEndian.AppendUint64(b, uint64(line.Charge))
		parts[i] = string(b)
	}
	slices.Sort(parts)
	return fnv1a(binary.LittleEndian.AppendUint32([]byte(strings.Join(parts, "")), uint32(o.From)))
}

// clones counts claims that look like another of the same day.
func (h *habits) clones() int64 {
	n := int64(0)
	for _, claims := range h.shapes {
		if claims > 1 {
			n += claims
		}
	}
	return n
}
