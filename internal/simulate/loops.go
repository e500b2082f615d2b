package simulate

import (
	"strconv"

	"github.com/assize/assize/internal/claim"
)

// claimLoop writes loop 2300 with 2310, 2320 and 2330, in the order of the guides.
func (d *documentWriter) claimLoop(c *claim.Claim) {
	institutional := c.Type == claim.Institutional
	qualifier, signature := "B", "Y"
	if institutional {
		qualifier, signature = "A", ""
	}
	d.begin("CLM")
	d.text(c.PatientControlNumber)
	d.amount(c.Charge)
	d.skip(2)
	d.composite(c.PlaceOfService, qualifier, string(c.Frequency))
	d.text(signature)
	d.text(c.AcceptsAssignment)
	d.text("Y")
	d.text("Y")
	d.end()
	if institutional {
		d.statement(c)
	}
	d.reference("9F", c.Referral)
	d.reference("G1", c.PriorAuthorization)
	d.reference("F8", c.OriginalReference)
	d.healthCodes(c)
	d.providers(c.Providers)
	for i := range c.OtherPayers {
		d.otherPayer(&c.OtherPayers[i])
	}
}

// statement writes what the 837I has besides: statement dates, admission, discharge status.
func (d *documentWriter) statement(c *claim.Claim) {
	d.period("434", c.From, c.Through, true)
	if c.Admission.Known() {
		d.begin("DTP")
		d.text("435")
		d.text("DT")
		d.date(c.Admission)
		d.buf = append(d.buf, "0800"...)
		d.end()
	}
	d.segment("CL1", c.AdmissionType, c.AdmissionSource, c.PatientStatus)
}

func (d *documentWriter) reference(qualifier, value string) {
	if value != "" {
		d.segment("REF", qualifier, value)
	}
}

// healthCodes writes HI: one segment for each run of diagnoses of a role, twelve codes at most, then DRG and procedures.
func (d *documentWriter) healthCodes(c *claim.Claim) {
	inSegment := 0
	var role claim.DiagnosisRole
	for i := range c.Diagnoses {
		each := &c.Diagnoses[i]
		apart := c.Type == claim.Institutional && each.Role != role
		if inSegment == 12 || inSegment > 0 && apart {
			d.end()
			inSegment = 0
		}
		if inSegment == 0 {
			d.begin("HI")
		}
		role = each.Role
		inSegment++
		d.composite(diagnosisQualifier(each), each.Code, "", "", "", "", "", "", each.PresentOnAdmission)
	}
	if inSegment > 0 {
		d.end()
	}
	if c.DRG != "" {
		d.begin("HI")
		d.composite("DR", c.DRG)
		d.end()
	}
	for i := range c.Procedures {
		d.procedure(&c.Procedures[i])
	}
}

// diagnosisQualifier is HI01-1; ICD-9-CM codes have the qualifiers without A.
func diagnosisQualifier(each *claim.Diagnosis) string {
	qualifier := "ABF"
	switch each.Role {
	case claim.Principal:
		qualifier = "ABK"
	case claim.Admitting:
		qualifier = "ABJ"
	case claim.ReasonVisit:
		qualifier = "APR"
	case claim.ExternalCause:
		qualifier = "ABN"
	}
	if each.ICD9 {
		return qualifier[1:]
	}
	return qualifier
}

// procedure writes one ICD-10-PCS procedure with its date.
func (d *documentWriter) procedure(p *claim.Procedure) {
	qualifier := "BBQ"
	if p.Principal {
		qualifier = "BBR"
	}
	d.begin("HI")
	d.composite(qualifier, p.Code)
	if p.Date.Known() {
		d.buf = append(d.buf, componentSeparator)
		d.raw("D8")
		d.buf = append(d.buf, componentSeparator)
		d.day(p.Date)
	}
	d.end()
}

func (d *documentWriter) providers(list []claim.Provider) {
	for i := range list {
		if entity := entityCode(list[i].Role); entity != "" {
			d.provider(entity, &list[i])
		}
	}
}

// otherPayer writes loops 2320, 2330A and 2330B.
func (d *documentWriter) otherPayer(o *claim.OtherPayer) {
	d.segment("SBR", o.Responsibility, "18", "", "", "", "", "", "", "CI")
	d.adjustments(o.Adjustments)
	for _, each := range []struct {
		qualifier string
		amount    claim.Cents
	}{{"D", o.Paid}, {"A8", o.NonCovered}, {"EAF", o.PatientOwes}} {
		if each.amount != 0 {
			d.begin("AMT")
			d.text(each.qualifier)
			d.amount(each.amount)
			d.end()
		}
	}
	d.segment("OI", "", "", "Y", "", "", "Y")
	d.segment("NM1", "IL", "1", "OTHER", "INSURED", "", "", "", "MI", o.MemberID)
	d.segment("NM1", "PR", "2", o.Payer.Name, "", "", "", "", "PI", o.Payer.ID)
	if o.Decided.Known() {
		d.period("573", o.Decided, o.Decided, false)
	}
}

// adjustments writes CAS, one segment an adjustment.
func (d *documentWriter) adjustments(list []claim.Adjustment) {
	for i := range list {
		d.begin("CAS")
		d.text(string(list[i].Group))
		d.text(list[i].CARC)
		d.amount(list[i].Amount)
		d.end()
	}
}

// line writes loop 2400 with 2410, 2420 and 2430.
func (d *documentWriter) line(c *claim.Claim, l *claim.Line) {
	d.begin("LX")
	d.number(l.Number)
	d.end()
	if c.Type == claim.Institutional {
		d.institutionalService(l)
	} else {
		d.professionalService(c, l)
	}
	if l.From.Known() {
		d.period("472", l.From, l.Through, false)
	}
	d.reference("G1", l.PriorAuthorization)
	d.reference("6R", l.ControlNumber)
	if l.NDC != "" {
		d.segment("LIN", "", "N4", l.NDC)
		d.begin("CTP")
		d.skip(3)
		d.quantity(l.Quantity)
		d.text(string(claim.Units))
		d.end()
	}
	d.providers(l.Providers)
	for i := range l.OtherPayments {
		d.linePayment(&l.OtherPayments[i])
	}
}

func (d *documentWriter) professionalService(c *claim.Claim, l *claim.Line) {
	d.begin("SV1")
	d.procedureCode(l)
	d.amount(l.Charge)
	d.text(string(l.Unit))
	d.quantity(l.Quantity)
	place := l.PlaceOfService
	if place == c.PlaceOfService {
		place = ""
	}
	d.text(place)
	d.skip(1)
	d.buf = append(d.buf, elementSeparator)
	for i, pointer := range l.DiagnosisPointers {
		if i > 0 {
			d.buf = append(d.buf, componentSeparator)
		}
		d.buf = strconv.AppendInt(d.buf, int64(pointer), 10)
	}
	d.end()
}

func (d *documentWriter) institutionalService(l *claim.Line) {
	d.begin("SV2")
	d.text(l.Revenue)
	if l.Procedure == "" {
		d.skip(1)
	} else {
		d.procedureCode(l)
	}
	d.amount(l.Charge)
	d.text(string(l.Unit))
	d.quantity(l.Quantity)
	if l.NonCovered != 0 {
		d.skip(1)
		d.amount(l.NonCovered)
	}
	d.end()
}

// procedureCode writes SV101 or SV202: qualifier, code, modifiers.
func (d *documentWriter) procedureCode(l *claim.Line) {
	d.composite(l.Qualifier, l.Procedure)
	for _, m := range l.Modifiers {
		d.buf = append(d.buf, componentSeparator)
		d.raw(m)
	}
}

// linePayment writes loop 2430.
func (d *documentWriter) linePayment(p *claim.LinePayment) {
	d.begin("SVD")
	d.text(p.PayerID)
	d.amount(p.Paid)
	if p.Procedure == "" {
		d.skip(1)
	} else {
		d.composite("HC", p.Procedure)
	}
	d.skip(1)
	d.quantity(p.Quantity)
	d.end()
	d.adjustments(p.Adjustments)
	if p.Decided.Known() {
		d.period("573", p.Decided, p.Decided, false)
	}
}
