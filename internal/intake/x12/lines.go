package x12

import (
	"strings"

	"github.com/assize/assize/internal/claim"
)

// line returns the current line, nil when there is none or it is past the limit.
func (c *claimState) line() *claim.Line {
	if len(c.lines) == 0 || c.skipping {
		return nil
	}
	return &c.lines[len(c.lines)-1]
}

// openLine reads LX.
func (d *document) openLine(c *claimState) {
	d.checkServed(c)
	n := d.addLine(c)
	if given, ok := count(d.seg.element(1)); !ok || given != n {
		d.problem(CodeLX01, 1)
	}
}

// addLine starts a line and returns its number.
func (d *document) addLine(c *claimState) int {
	c.part, c.served = partLine, false
	c.party.forget()
	if len(c.lines) >= d.limits.ClaimLines {
		if !c.skipping {
			d.problem(CodeLinesTooMany, 0)
		}
		c.skipping = true
		return 0
	}
	c.lines = append(c.lines, claim.Line{
		Number: len(c.lines) + 1, Modifiers: []string{}, DiagnosisPointers: []int{},
		Providers: []claim.Provider{}, OtherPayments: []claim.LinePayment{},
	})
	c.places = append(c.places, place{d.seg.ordinal, d.seg.id})
	return len(c.lines)
}

// checkServed reports a line that ends without its service.
func (d *document) checkServed(c *claimState) {
	if len(c.lines) > 0 && !c.served && !c.skipping {
		d.problemAt(c.places[len(c.places)-1], CodeServiceMissing, 0)
	}
}

// readService reads SV1, SV2 or SV3. One of the wrong type still counts, and refuses the claim.
func (d *document) readService(c *claimState) {
	d.countLine()
	if len(c.lines) == 0 || c.served {
		d.addLine(c)
		d.problem(CodeLXMissing, 0)
	}
	c.served = true
	line := c.line()
	if line == nil {
		return
	}
	c.places[len(c.places)-1] = place{d.seg.ordinal, d.seg.id}
	expected := "SV1"
	if c.parsed.Claim.Type == claim.Institutional {
		expected = "SV2"
	}
	if d.seg.id != expected {
		d.problem(CodeServiceType, 0)
	}
	switch d.seg.id {
	case "SV1":
		d.readSV1(c, line)
	case "SV2":
		d.readSV2(c, line)
	case "SV3":
		d.readProcedureCode(c, line, 1)
		line.Charge = d.lineCharge(2)
	}
}

// readSV1 reads a professional service.
func (d *document) readSV1(c *claimState, line *claim.Line) {
	d.readProcedureCode(c, line, 1)
	if line.Procedure == "" {
		d.problem(CodeProcedureMissing, 1)
	}
	line.Charge = d.lineCharge(2)
	d.readQuantity(line, 3)
	line.PlaceOfService = d.seg.code(5)
	c.pointers = roomy(c.pointers)
	from := len(c.pointers)
	for _, text := range d.seg.composite(7) {
		if text == "" {
			continue
		}
		n, ok := count(text)
		if !ok || n < 1 || n > 12 {
			d.problem(CodePointer, 7)
			continue
		}
		c.pointers = append(c.pointers, n)
	}
	if len(c.pointers) > from {
		line.DiagnosisPointers = c.pointers[from:len(c.pointers):len(c.pointers)]
	}
}

// readSV2 reads an institutional service.
func (d *document) readSV2(c *claimState, line *claim.Line) {
	line.Revenue = d.seg.element(1)
	if len(line.Revenue) == 3 {
		line.Revenue = "0" + line.Revenue
	}
	switch {
	case line.Revenue == "":
		d.problem(CodeRevenueMissing, 1)
	case len(line.Revenue) != 4 || !numeric(line.Revenue):
		d.problem(CodeRevenue, 1)
	}
	d.readProcedureCode(c, line, 2)
	line.Charge = d.lineCharge(3)
	d.readQuantity(line, 4)
	line.NonCovered = d.charge(7)
}

func (d *document) lineCharge(element int) claim.Cents {
	if d.seg.element(element) == "" {
		d.problem(CodeLineCharge, element)
	}
	return d.charge(element)
}

// readQuantity reads unit and quantity, which stand side by side.
func (d *document) readQuantity(line *claim.Line, element int) {
	line.Unit = claim.Unit(d.seg.code(element))
	switch line.Unit {
	case claim.Units, claim.Minutes, claim.Days:
	default:
		d.problem(CodeUnit, element)
	}
	if d.seg.element(element+1) == "" {
		d.problem(CodeQuantityMissing, element+1)
	}
	line.Quantity = d.quantity(element + 1)
}

// readProcedureCode reads the composite medical procedure identifier: qualifier, code, up to four modifiers.
func (d *document) readProcedureCode(c *claimState, line *claim.Line, element int) {
	parts := d.seg.composite(element)
	if len(parts) == 0 {
		return
	}
	line.Qualifier = strings.ToUpper(parts[0])
	line.Procedure = strings.ToUpper(part(parts, 2))
	switch line.Qualifier {
	case "HC", "HP", "ER", "IV", "WK":
	case "AD": // dental, in SV3 only
	default:
		d.problem(CodeProcedureQualifier, element)
	}
	c.modifiers = roomy(c.modifiers)
	from := len(c.modifiers)
	for n := 3; n <= 6; n++ {
		if m := part(parts, n); m != "" {
			c.modifiers = append(c.modifiers, strings.ToUpper(m))
		}
	}
	if len(c.modifiers) > from {
		line.Modifiers = c.modifiers[from:len(c.modifiers):len(c.modifiers)]
	}
}

// readLIN reads the drug of a line (2410).
func (d *document) readLIN(c *claimState) {
	line := c.line()
	if line == nil {
		return
	}
	c.part = partDrug
	c.party.forget()
	if d.seg.element(2) == "N4" {
		line.NDC = d.seg.element(3)
	}
}

// roomy gives a claim's shared array space for a usual claim at once.
func roomy[T any](list []T) []T {
	if list == nil {
		return make([]T, 0, 8)
	}
	return list
}
