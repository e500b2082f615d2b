package flat

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// complete puts codes into the form claim.Claim promises and fills in what lines, claim, subscriber and patient
// inherit from one another, as the X12 reader does.
func complete(c *claim.Claim) {
	trim(reflect.ValueOf(c).Elem())
	for _, code := range []*string{
		&c.PlaceOfService, (*string)(&c.Frequency), &c.AcceptsAssignment, &c.DRG, &c.Responsibility, &c.FilingIndicator, &c.AdmissionType,
		&c.AdmissionSource, &c.PatientStatus, &c.Relationship, &c.Subscriber.Sex, &c.Patient.Sex, &c.Subscriber.Address.State, &c.Patient.Address.State,
	} {
		upper(code)
	}
	if c.Patient == (claim.Person{}) && (c.Relationship == "" || c.Relationship == "18") {
		c.Patient, c.Relationship = c.Subscriber, "18"
	}
	for i := range c.Diagnoses {
		d := &c.Diagnoses[i]
		d.Code = strings.ToUpper(strings.ReplaceAll(d.Code, ".", ""))
		upper(&d.PresentOnAdmission)
	}
	for i := range c.Procedures {
		upper(&c.Procedures[i].Code)
	}
	for i := range c.Lines {
		completeLine(c, &c.Lines[i], i+1)
	}
	completeDates(c)
	present(&c.Diagnoses)
	present(&c.Procedures)
	present(&c.Providers)
	present(&c.Lines)
	present(&c.OtherPayers)
	for i := range c.OtherPayers {
		present(&c.OtherPayers[i].Adjustments)
	}
}

// completeLine gives a line what it inherits. An institutional line without a date was served within the statement (2400 DTP*472 is
// situational there); a professional one without a date stays without, and is refused.
func completeLine(c *claim.Claim, l *claim.Line, number int) {
	if l.Number == 0 {
		l.Number = number
	}
	upper(&l.Qualifier)
	upper(&l.Procedure)
	upper(&l.PlaceOfService)
	l.Unit = claim.Unit(strings.ToUpper(string(l.Unit)))
	for i := range l.Modifiers {
		upper(&l.Modifiers[i])
	}
	if l.PlaceOfService == "" {
		l.PlaceOfService = c.PlaceOfService
	}
	if c.Type == claim.Institutional && !l.From.Known() {
		l.From, l.Through = c.From, c.Through
	}
	if !l.Through.Known() {
		l.Through = l.From
	}
	present(&l.Modifiers)
	present(&l.DiagnosisPointers)
	present(&l.Providers)
	present(&l.OtherPayments)
	for i := range l.OtherPayments {
		present(&l.OtherPayments[i].Adjustments)
	}
}

// completeDates takes the claim's dates from its lines when it has none.
func completeDates(c *claim.Claim) {
	if c.From.Known() {
		if !c.Through.Known() {
			c.Through = c.From
		}
		return
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		if l.From.Known() && (!c.From.Known() || l.From < c.From) {
			c.From = l.From
		}
		c.Through = max(c.Through, l.Through)
	}
}

// trim takes the blanks around every text of a claim away: " 99213" must not be another code than "99213".
func trim(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.TrimSpace(v.String()))
	case reflect.Slice:
		for i := range v.Len() {
			trim(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			trim(v.Field(i))
		}
	}
}

func upper(text *string) { *text = strings.ToUpper(*text) }

// present makes an absent list an empty one.
func present[T any](list *[]T) {
	if *list == nil {
		*list = []T{}
	}
}

// fault is one finding of check: a code and the field it is about.
type fault struct {
	code  Code
	field string
}

// faults collects findings.
type faults []fault

func (f *faults) add(wrong bool, code Code, format string, args ...any) {
	if wrong {
		*f = append(*f, fault{code, fmt.Sprintf(format, args...)})
	}
}

// check returns what is wrong with a completed claim: what must be there, be in range, and add up.
func check(c *claim.Claim, linesMax int) []fault {
	var f faults
	f.add(c.Type != claim.Professional && c.Type != claim.Institutional, CodeType, "type")
	f.add(c.PatientControlNumber == "", CodeCLM01, "patientControlNumber")
	checkAmount(&f, c.Charge, "chargeCents")
	f.add(c.PlaceOfService == "", CodeFacility, "placeOfService")
	f.add(c.Frequency == "", CodeFrequency, "frequency")
	checkRange(&f, c.From, c.Through, "through")
	f.add(c.Subscriber == (claim.Person{}), CodeSubscriberMissing, "subscriber")
	f.add(c.Patient == (claim.Person{}), CodePatientMissing, "patient")
	f.add(len(c.Providers) == 0 || c.Providers[0].Role != claim.Billing, CodeBillingMissing, "providers")
	f.add(len(c.Diagnoses) == 0, CodeDiagnosisMissing, "diagnoses")
	for i, d := range c.Diagnoses {
		f.add(d.Code == "", CodeHICode, "diagnoses[%d].code", i)
		f.add(!knownDiagnosisRole(d.Role), CodeHIQualifier, "diagnoses[%d].role", i)
	}
	for i, p := range c.Procedures {
		f.add(p.Code == "", CodeHICode, "procedures[%d].code", i)
	}
	for i, p := range c.Providers {
		f.add(!knownRole(p.Role), CodeRole, "providers[%d].role", i)
	}
	for i := range c.OtherPayers {
		checkOtherPayer(&f, &c.OtherPayers[i], fmt.Sprintf("otherPayers[%d]", i))
	}
	checkLines(&f, c, linesMax)
	if field, _ := c.Oversized(); field != "" {
		f.add(true, CodeFieldSize, "%s", field)
	}
	return f
}

// checkLines checks each line, and that they add up to the claim's charge (CLM02), as the X12 reader does.
func checkLines(f *faults, c *claim.Claim, linesMax int) {
	f.add(len(c.Lines) == 0, CodeLinesMissing, "lines")
	if len(c.Lines) > linesMax {
		f.add(true, CodeLinesTooMany, "lines")
		return
	}
	var sum claim.Cents
	exact := true // sums of amounts out of range mean nothing and could overflow
	for i := range c.Lines {
		l := &c.Lines[i]
		field := fmt.Sprintf("lines[%d]", i)
		f.add(l.Number != i+1, CodeLineNumber, "%s.number", field)
		checkLine(f, c, l, field)
		exact = exact && l.Charge <= claim.MaxCents && l.Charge >= -claim.MaxCents
		if exact {
			sum += l.Charge
		}
	}
	f.add(exact && len(c.Lines) > 0 && sum != c.Charge, CodeSum, "chargeCents")
}

// checkLine holds a line against what SV1 and SV2 allow: four modifiers, a unit, twelve diagnoses to point at, a revenue code of
// four digits (NUBC). An institutional line may do without a procedure, a professional one not.
func checkLine(f *faults, c *claim.Claim, l *claim.Line, field string) {
	checkAmount(f, l.Charge, field+".chargeCents")
	checkAmount(f, l.NonCovered, field+".nonCoveredCents")
	f.add(l.Quantity < 0 || l.Quantity > claim.Quantity(claim.MaxCents), CodeQuantity, "%s.quantityThousandths", field)
	f.add(l.Unit != claim.Units && l.Unit != claim.Minutes && l.Unit != claim.Days, CodeUnit, "%s.unit", field)
	f.add(!l.From.Known(), CodeLineDate, "%s.from", field)
	checkRange(f, l.From, l.Through, field+".through")
	f.add(len(l.Modifiers) > 4, CodeModifiers, "%s.modifiers", field)
	for _, m := range l.Modifiers {
		f.add(m == "", CodeModifiers, "%s.modifiers", field)
	}
	if l.Procedure != "" || c.Type == claim.Professional {
		f.add(l.Procedure == "", CodeProcedureMissing, "%s.procedure", field)
		f.add(!strings.Contains(" HC HP ER IV WK ", " "+l.Qualifier+" "), CodeProcedureQualifier, "%s.qualifier", field)
	}
	if c.Type == claim.Institutional {
		f.add(l.Revenue == "", CodeRevenueMissing, "%s.revenue", field)
		f.add(l.Revenue != "" && !fourDigits(l.Revenue), CodeRevenue, "%s.revenue", field)
	}
	for _, n := range l.DiagnosisPointers {
		f.add(n < 1 || n > 12, CodePointer, "%s.diagnosisPointers", field)
	}
	for i, p := range l.Providers {
		f.add(!knownRole(p.Role), CodeRole, "%s.providers[%d].role", field, i)
	}
	for i := range l.OtherPayments {
		p, name := &l.OtherPayments[i], fmt.Sprintf("%s.otherPayments[%d]", field, i)
		checkAmount(f, p.Paid, name+".paidCents")
		f.add(p.Quantity < 0, CodeQuantity, "%s.quantityThousandths", name)
		checkAdjustments(f, p.Adjustments, name)
	}
}

func checkOtherPayer(f *faults, p *claim.OtherPayer, field string) {
	checkAmount(f, p.Paid, field+".paidCents")
	checkAmount(f, p.PatientOwes, field+".patientOwesCents")
	checkAmount(f, p.NonCovered, field+".nonCoveredCents")
	checkAdjustments(f, p.Adjustments, field)
}

// checkAdjustments lets amounts be negative: CAS03 may be.
func checkAdjustments(f *faults, list []claim.Adjustment, field string) {
	for i, a := range list {
		known := a.Group == claim.CO || a.Group == claim.PR || a.Group == claim.OA || a.Group == claim.PI
		f.add(!known, CodeAdjustmentGroup, "%s.adjustments[%d].group", field, i)
		f.add(a.CARC == "", CodeAdjustmentReason, "%s.adjustments[%d].carc", field, i)
		f.add(a.Amount > claim.MaxCents || a.Amount < -claim.MaxCents, CodeAmountRange, "%s.adjustments[%d].amountCents", field, i)
	}
}

// checkAmount refuses negative amounts, and those beyond claim.MaxCents, whose sums could overflow.
func checkAmount(f *faults, cents claim.Cents, field string) {
	f.add(cents < 0, CodeAmountNegative, "%s", field)
	f.add(cents > claim.MaxCents, CodeAmountRange, "%s", field)
}

func checkRange(f *faults, from, through claim.Date, field string) {
	f.add(from.Known() && through.Known() && through < from, CodeDateRange, "%s", field)
}

func fourDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return len(text) == 4
}

func knownDiagnosisRole(r claim.DiagnosisRole) bool {
	switch r {
	case claim.Principal, claim.Other, claim.Admitting, claim.ReasonVisit, claim.ExternalCause:
		return true
	}
	return false
}

func knownRole(r claim.ProviderRole) bool {
	for _, known := range roles {
		if r == known {
			return true
		}
	}
	return false
}

// roles are all provider roles, billing first, in the order CSV reads them.
var roles = [...]claim.ProviderRole{
	claim.Billing, claim.PayTo, claim.Rendering, claim.Referring, claim.Ordering, claim.Supervising, claim.Attending, claim.Operating,
	claim.OtherOperating, claim.ServiceFacility, claim.Purchased,
}
