package x12

import "github.com/assize/assize/internal/claim"

// finishClaim ends the open claim, if any: the checks that need all of it, then delivery.
func (d *document) finishClaim() error {
	s, c := &d.set, &d.set.claim
	if c.parsed == nil || s.scope != scopeClaim {
		return nil
	}
	d.checkServed(c)
	cl := &c.parsed.Claim
	d.settleDates(c, cl)
	d.checkLines(c, cl)
	if len(c.diagnoses) == 0 {
		d.problemAt(c.at, CodeDiagnosisMissing, 0)
	}
	cl.Diagnoses = owned(c.diagnoses)
	cl.Procedures = owned(c.procedures)
	cl.Providers = owned(c.providers)
	cl.OtherPayers = owned(c.payers)
	cl.Lines = owned(c.lines)
	p := c.parsed
	if !d.excerpt {
		d.checkSize(c, cl)
		p.Slice = d.slice()
	}
	if !p.Refused {
		s.sound++
	}
	s.dropClaim()
	return d.deliver(p)
}

// dropClaim forgets the open claim.
func (s *set) dropClaim() {
	if s.claim.parsed != nil {
		s.claim.parsed = nil
		s.scope = s.level
	}
}

// owned copies scratch to a list of its own, empty rather than absent.
func owned[T any](scratch []T) []T {
	list := make([]T, len(scratch))
	copy(list, scratch)
	return list
}

// settleDates gives lines and claim the dates they inherit from one another.
func (d *document) settleDates(c *claimState, cl *claim.Claim) {
	institutional := cl.Type == claim.Institutional
	if institutional && !cl.From.Known() {
		d.problemAt(c.at, CodeStatementDates, 0)
	}
	stated := cl.From.Known()
	for i := range c.lines {
		line := &c.lines[i]
		if line.PlaceOfService == "" {
			line.PlaceOfService = cl.PlaceOfService
		}
		if !line.From.Known() && institutional && stated {
			line.From, line.Through = cl.From, cl.Through
		}
		if !line.From.Known() {
			d.problemAt(c.places[i], CodeLineDate, 0)
			continue
		}
		if stated && institutional {
			continue
		}
		if !cl.From.Known() || line.From < cl.From {
			cl.From = line.From
		}
		cl.Through = max(cl.Through, line.Through)
	}
}

// checkLines checks that there are lines and that their charges add up to the claim's. At most ClaimLines amounts of
// at most claim.MaxCents cannot overflow.
func (d *document) checkLines(c *claimState, cl *claim.Claim) {
	if len(c.lines) == 0 {
		d.problemAt(c.at, CodeLinesMissing, 0)
		return
	}
	var sum claim.Cents
	for i := range c.lines {
		sum += c.lines[i].Charge
	}
	if sum != cl.Charge && !c.skipping {
		d.problemAt(c.at, CodeSum, 2)
	}
}

// checkSize refuses a claim with a text or list longer than any claim's. What was accepted once is read again as it was.
func (d *document) checkSize(c *claimState, cl *claim.Claim) {
	field, line := cl.Oversized()
	switch {
	case line >= 0:
		d.problemAt(c.places[line], CodeFieldSize, 0)
	case field != "":
		d.problemAt(c.at, CodeFieldSize, 0)
	}
}

// slice joins what is needed to read the claim again: envelope, header, the loops above it, the claim.
func (d *document) slice() []byte {
	s := &d.set
	n := len(d.interchange.raw) + len(d.group.raw) + len(s.claim.raw)
	for i := range s.level + 1 {
		n += len(s.loops[i].raw)
	}
	b := make([]byte, 0, n)
	b = append(append(b, d.interchange.raw...), d.group.raw...)
	for i := range s.level + 1 {
		b = append(b, s.loops[i].raw...)
	}
	return append(b, s.claim.raw...)
}
