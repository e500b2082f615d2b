package x12

import (
	"strings"

	"github.com/assize/assize/internal/claim"
)

// openOtherPayer reads SBR in a claim: another coverage of the patient (2320).
func (d *document) openOtherPayer(c *claimState) {
	c.part = partOther
	c.party.forget()
	c.payers = append(c.payers, claim.OtherPayer{Responsibility: d.seg.code(1), Adjustments: []claim.Adjustment{}})
}

// payer returns the other payer whose loops are open, or nil.
func (c *claimState) payer() *claim.OtherPayer {
	if c.part != partOther || len(c.payers) == 0 {
		return nil
	}
	return &c.payers[len(c.payers)-1]
}

// payment returns the other payer's decision on the line that is open, or nil.
func (c *claimState) payment() *claim.LinePayment {
	line := c.line()
	if c.part != partPayment || line == nil || len(line.OtherPayments) == 0 {
		return nil
	}
	return &line.OtherPayments[len(line.OtherPayments)-1]
}

// otherName reads NM1 of 2330: the subscriber and the payer; the providers of that payer are not needed.
func (d *document) otherName(c *claimState, entity string) {
	payer := c.payer()
	switch entity {
	case "IL":
		payer.MemberID = d.seg.element(9)
	case "PR":
		payer.Payer = claim.Organization{Name: d.seg.element(3), ID: d.seg.element(9)}
	}
}

// readDecided reads DTP*573: when the other payer decided, on the claim or on a line.
func (d *document) readDecided(c *claimState) {
	if payment := c.payment(); payment != nil {
		payment.Decided, _ = d.period()
	} else if payer := c.payer(); payer != nil {
		payer.Decided, _ = d.period()
	}
}

// readAMT reads the amounts of another payer.
func (d *document) readAMT(c *claimState) {
	payer := c.payer()
	if payer == nil {
		return
	}
	switch d.seg.element(1) {
	case "D":
		payer.Paid = d.charge(2)
	case "EAF":
		payer.PatientOwes = d.charge(2)
	case "A8":
		payer.NonCovered = d.charge(2)
	}
}

// readCAS reads the adjustments of another payer: a group, then up to six of reason, amount and quantity.
func (d *document) readCAS(c *claimState) {
	var list *[]claim.Adjustment
	if payment := c.payment(); payment != nil {
		list = &payment.Adjustments
	} else if payer := c.payer(); payer != nil {
		list = &payer.Adjustments
	} else {
		return
	}
	group := claim.Group(d.seg.code(1))
	switch group {
	case claim.CO, claim.PR, claim.OA, claim.PI:
	default:
		d.problem(CodeAdjustmentGroup, 1)
	}
	for n := 2; n < len(d.seg.elements); n += 3 {
		reason := d.seg.code(n)
		if reason == "" {
			if d.seg.element(n+1) != "" {
				d.problem(CodeAdjustmentReason, n)
			}
			continue
		}
		*list = append(*list, claim.Adjustment{Group: group, CARC: reason, Amount: d.amount(n + 1)})
	}
}

// readSVD reads another payer's decision on the line (2430).
func (d *document) readSVD(c *claimState) {
	line := c.line()
	if line == nil || c.part < partLine {
		return
	}
	c.part = partPayment
	c.party.forget()
	s := &d.seg
	payment := claim.LinePayment{PayerID: s.element(1), Paid: d.charge(2), Quantity: d.quantity(5), Adjustments: []claim.Adjustment{}}
	payment.Procedure = strings.ToUpper(part(s.composite(3), 2))
	line.OtherPayments = append(line.OtherPayments, payment)
}
