package policies

import (
	"strings"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// listClaimFaults lists what a claim must say and does not (TR3 005010X222A1, 005010X223A3). The names are stable: the
// contract gives each its remark code.
func (in *inputs) listClaimFaults() {
	c := &in.sheet.ev.Claim
	institutional := c.Type == claim.Institutional
	in.fault(0, "type", !institutional && c.Type != claim.Professional)
	in.fault(0, "lines", len(c.Lines) == 0)
	in.fault(0, "from", !c.From.Known())
	in.fault(0, "through", !c.Through.Known() || c.Through < c.From)
	in.fault(0, "memberId", c.Subscriber.MemberID == "")
	in.fault(0, "patientName", c.Patient.Last == "")
	in.fault(0, "birthDate", !c.Patient.BirthDate.Known())
	in.fault(0, "sex", c.Patient.Sex == "")
	in.fault(0, "diagnoses", len(c.Diagnoses) == 0)
	in.fault(0, "placeOfService", c.PlaceOfService == "")
	if institutional {
		in.listInstitutionalFaults(c)
	}
	for i := range c.Lines {
		in.fault(0, "lineNumber", c.Lines[i].Number != i+1)
		in.listLineFaults(&c.Lines[i], institutional)
	}
}

// listInstitutionalFaults follows the situational rules of X223: a principal diagnosis always, and for an inpatient
// bill the admission and the discharge status.
func (in *inputs) listInstitutionalFaults(c *claim.Claim) {
	in.fault(0, "principal", len(c.Diagnoses) > 0 && !hasPrincipal(c.Diagnoses))
	if !c.Inpatient() {
		return
	}
	in.fault(0, "admission", !c.Admission.Known())
	in.fault(0, "admissionType", c.AdmissionType == "")
	in.fault(0, "patientStatus", c.PatientStatus == "")
}

func hasPrincipal(list []claim.Diagnosis) bool {
	for i := range list {
		if list[i].Role == claim.Principal && list[i].Code != "" {
			return true
		}
	}
	return false
}

func (in *inputs) listLineFaults(line *claim.Line, institutional bool) {
	number := line.Number
	in.fault(number, "procedure", line.Procedure == "" && !institutional)
	in.fault(number, "qualifier", line.Procedure != "" && line.Qualifier != "HC" && !otherCodeSet(line))
	in.fault(number, "revenue", line.Revenue == "" && institutional)
	in.fault(number, "quantity", line.Quantity <= 0)
	in.fault(number, "unit", line.Unit != claim.Units && line.Unit != claim.Minutes && line.Unit != claim.Days)
	in.fault(number, "from", !line.From.Known())
	in.fault(number, "through", !line.Through.Known() || line.Through < line.From)
	in.fault(number, "charge", line.Charge < 0)
	in.fault(number, "placeOfService", line.PlaceOfService == "" && !institutional)
}

func (in *inputs) fault(line int, field string, missing bool) {
	if !missing {
		return
	}
	o := in.object()
	o.number(keyLine, int64(line))
	o.code(keyField, field)
	in.lists.add(listFaults, o.part())
}

// listFactFaults lists kinds of facts whose rows cannot be read: they name no line or code of this claim, lack what
// they are joined by, or contradict it. Whoever found them made a mistake; nothing may pay on them.
func (in *inputs) listFactFaults() {
	f := &in.sheet.ev.Facts
	in.factFault("received", !f.Received.Known())
	in.factFault(claim.KindMember, f.Member != nil && (f.Member.ID == uuid.Nil || f.Member.Family == uuid.Nil))
	in.factFault(claim.KindAccumulators, anyOf(f.Accumulators, badAccumulator))
	in.factFault(claim.KindProvider, anyOf(f.Providers, func(p *claim.ProviderFact) bool { return p.NPI == "" }))
	in.factFault(claim.KindExclusions, anyOf(f.Exclusions, func(e *claim.Exclusion) bool { return e.NPI == "" }))
	in.factFault(claim.KindAuthorizations, anyOf(f.Authorizations, func(a *claim.Authorization) bool {
		return a.Number == "" || a.Procedure == ""
	}))
	in.factFault(claim.KindBenefits, anyOf(f.Benefits, func(b *claim.BenefitRow) bool {
		j := in.sheet.joinedLine(b.Line)
		limited := b.LimitUnits != 0 || b.LimitAmount != 0
		return j == nil || b.Procedure != j.line.BenefitCode() || limited && b.Group == "" || b.LimitUnits < 0 || b.LimitAmount < 0
	}))
	in.factFault(claim.KindDiagnoses, in.sheet.strayDiagnosis)
	in.factFault(claim.KindProcedures, in.sheet.strayProcedure)
	in.factFault(claim.KindPTP, anyOf(f.PTP, in.badPair))
	in.factFault(claim.KindMUE, anyOf(f.MUE, in.badUnits))
}

func badAccumulator(a *claim.Accumulator) bool {
	benefit := strings.HasPrefix(string(a.Kind), "benefit")
	return a.Kind == "" || a.Year == 0 || benefit && a.Group == ""
}

func (in *inputs) badPair(row *claim.PTPRow) bool {
	if row.ColumnOne == "" || row.ColumnTwo == "" || row.OtherLine == 0 {
		return true
	}
	if row.ColumnTwoPaid {
		return false
	}
	j := in.sheet.joinedLine(row.Line)
	return j == nil || j.line.Procedure != row.ColumnTwo
}

func (in *inputs) badUnits(row *claim.MUERow) bool {
	j := in.sheet.joinedLine(row.Line)
	if j == nil || j.line.Procedure != row.Procedure || row.Indicator < 1 || row.Indicator > 3 {
		return true
	}
	each, _ := j.line.Days().PerDay(j.line.Services())
	return row.LineUnits != each || row.DayUnits < row.LineUnits
}

func (in *inputs) factFault(kind claim.FactKind, bad bool) {
	if bad {
		in.lists.add(listFacts, part{{form: formText, text: string(kind)}})
	}
}

func anyOf[T any](list []T, bad func(*T) bool) bool {
	for i := range list {
		if bad(&list[i]) {
			return true
		}
	}
	return false
}
