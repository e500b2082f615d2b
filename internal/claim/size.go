package claim

import "strconv"

// What a claim may hold, whatever format it came in: enough for every claim that X12 has room for, and little enough that
// what is decided from it can be sealed, and read again, with all of its patient's other claims beside it. Texts are
// counted in bytes. X12 allows 80 characters of an identifier (NM109) and fewer of any other code; 60 of a name (NM103), of
// up to four bytes each. Lists are as long as 005010X222A1 and 005010X223A2 repeat what they are made of, or a little longer.
const (
	codeBytes       = 80
	nameBytes       = 320
	diagnosesMost   = 100 // HI of X223: principal, admitting, 3 reasons, 12 external causes, 24 others
	proceduresMost  = 50  // HI of X223: principal and 24 others
	providersMost   = 20  // 2010AA, 2010AB and at most 8 of 2310; at most 8 of 2420
	modifiersMost   = 4   // SV101-3 to SV101-6
	pointersMost    = 12  // SV107 has 4; a claim of X222 has 12 diagnoses to point at
	otherPayersMost = 10  // 2320
	paymentsMost    = 15  // 2430
	adjustmentsMost = 30  // CAS stands 5 times, with 6 reasons each
)

// Oversized names the first text or list of a claim that is longer than any claim's, by its name in JSON; "" when there is
// none. Line is the place of the line it stands in, -1 when it is the claim's. How many lines a claim has is up to who reads it.
func (c *Claim) Oversized() (field string, line int) {
	if field = c.oversized(); field != "" {
		return field, -1
	}
	for i := range c.Lines {
		if field = c.Lines[i].oversized(); field != "" {
			return at("lines", i, field), i
		}
	}
	return "", -1
}

// oversized looks at everything but the lines.
func (c *Claim) oversized() string {
	field := tooLong(codeBytes, "type", string(c.Type), "patientControlNumber", c.PatientControlNumber, "placeOfService", c.PlaceOfService,
		"frequency", string(c.Frequency), "originalReference", c.OriginalReference, "acceptsAssignment", c.AcceptsAssignment,
		"admissionType", c.AdmissionType, "admissionSource", c.AdmissionSource, "patientStatus", c.PatientStatus,
		"priorAuthorization", c.PriorAuthorization, "referral", c.Referral, "drg", c.DRG, "responsibility", c.Responsibility,
		"filingIndicator", c.FilingIndicator, "relationship", c.Relationship)
	switch {
	case field != "":
		return field
	case len(c.Diagnoses) > diagnosesMost:
		return "diagnoses"
	case len(c.Procedures) > proceduresMost:
		return "procedures"
	case len(c.OtherPayers) > otherPayersMost:
		return "otherPayers"
	}
	if field = c.Destination.oversized(); field != "" {
		return "destination." + field
	}
	if field = c.Subscriber.oversized(); field != "" {
		return "subscriber." + field
	}
	if field = c.Patient.oversized(); field != "" {
		return "patient." + field
	}
	if field = oversizedIn("diagnoses", c.Diagnoses); field != "" {
		return field
	}
	if field = oversizedIn("procedures", c.Procedures); field != "" {
		return field
	}
	if field = oversizedProviders(c.Providers); field != "" {
		return field
	}
	return oversizedIn("otherPayers", c.OtherPayers)
}

func (l *Line) oversized() string {
	field := tooLong(codeBytes, "controlNumber", l.ControlNumber, "qualifier", l.Qualifier, "procedure", l.Procedure, "revenue", l.Revenue,
		"unit", string(l.Unit), "placeOfService", l.PlaceOfService, "priorAuthorization", l.PriorAuthorization, "ndc", l.NDC)
	switch {
	case field != "":
		return field
	case len(l.Modifiers) > modifiersMost:
		return "modifiers"
	case len(l.DiagnosisPointers) > pointersMost:
		return "diagnosisPointers"
	case len(l.OtherPayments) > paymentsMost:
		return "otherPayments"
	}
	for i := range l.Modifiers {
		if len(l.Modifiers[i]) > codeBytes {
			return at("modifiers", i, "")
		}
	}
	if field = oversizedProviders(l.Providers); field != "" {
		return field
	}
	return oversizedIn("otherPayments", l.OtherPayments)
}

func oversizedProviders(list []Provider) string {
	if len(list) > providersMost {
		return "providers"
	}
	return oversizedIn("providers", list)
}

func (d *Diagnosis) oversized() string {
	return tooLong(codeBytes, "code", d.Code, "role", string(d.Role), "presentOnAdmission", d.PresentOnAdmission)
}

func (p *Procedure) oversized() string { return tooLong(codeBytes, "code", p.Code) }

func (o *Organization) oversized() string {
	if len(o.Name) > nameBytes {
		return "name"
	}
	return tooLong(codeBytes, "id", o.ID)
}

func (p *Person) oversized() string {
	if field := tooLong(codeBytes, "memberId", p.MemberID, "sex", p.Sex); field != "" {
		return field
	}
	if field := tooLong(nameBytes, "last", p.Last, "first", p.First, "middle", p.Middle); field != "" {
		return field
	}
	return p.Address.oversized()
}

func (a *Address) oversized() string {
	field := tooLong(nameBytes, "line1", a.Line1, "line2", a.Line2, "city", a.City, "state", a.State, "zip", a.ZIP)
	if field == "" {
		return ""
	}
	return "address." + field
}

func (p *Provider) oversized() string {
	if field := tooLong(codeBytes, "role", string(p.Role), "npi", p.NPI, "taxId", p.TaxID, "taxonomy", p.Taxonomy); field != "" {
		return field
	}
	if field := tooLong(nameBytes, "last", p.Last, "first", p.First); field != "" {
		return field
	}
	return p.Address.oversized()
}

func (o *OtherPayer) oversized() string {
	if field := tooLong(codeBytes, "responsibility", o.Responsibility, "memberId", o.MemberID); field != "" {
		return field
	}
	if field := o.Payer.oversized(); field != "" {
		return "payer." + field
	}
	return oversizedAdjustments(o.Adjustments)
}

func (p *LinePayment) oversized() string {
	if field := tooLong(codeBytes, "payerId", p.PayerID, "procedure", p.Procedure); field != "" {
		return field
	}
	return oversizedAdjustments(p.Adjustments)
}

func oversizedAdjustments(list []Adjustment) string {
	if len(list) > adjustmentsMost {
		return "adjustments"
	}
	for i := range list {
		if field := tooLong(codeBytes, "group", string(list[i].Group), "carc", list[i].CARC); field != "" {
			return at("adjustments", i, field)
		}
	}
	return ""
}

// sized is a part of a claim that knows what of it is too long.
type sized[T any] interface {
	*T
	oversized() string
}

func oversizedIn[T any, P sized[T]](name string, list []T) string {
	for i := range list {
		if field := P(&list[i]).oversized(); field != "" {
			return at(name, i, field)
		}
	}
	return ""
}

// tooLong returns the name of the first text of more bytes than most, of names and texts by turns.
func tooLong(most int, fields ...string) string {
	for i := 1; i < len(fields); i += 2 {
		if len(fields[i]) > most {
			return fields[i-1]
		}
	}
	return ""
}

// at is the path of a field of an entry of a list, or of the entry.
func at(list string, i int, field string) string {
	path := list + "[" + strconv.Itoa(i) + "]"
	if field == "" {
		return path
	}
	return path + "." + field
}
