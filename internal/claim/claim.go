package claim

import (
	"slices"

	"github.com/google/uuid"
)

// ID names a claim, entry, batch, document or member. It is a UUIDv7 and never made of personal data.
type ID = uuid.UUID

// NewID returns a fresh id. It panics only when the operating system has no randomness.
func NewID() ID { return uuid.Must(uuid.NewV7()) }

// PayerID names one payer of the installation. It is part of every key.
type PayerID int32

// Type tells which implementation guide a claim follows.
type Type string

// The claim types that are adjudicated.
const (
	Professional  Type = "professional"  // 005010X222, 837P
	Institutional Type = "institutional" // 005010X223, 837I
)

// Frequency is CLM05-3: the third digit of a bill type.
type Frequency string

// The frequency codes with rules of their own; every other code is an original or an interim bill.
const (
	Original    Frequency = "1"
	Replacement Frequency = "7" // complete replacement of the claim named in REF*F8
	Void        Frequency = "8" // cancellation of the claim named in REF*F8
)

// Claim is one claim as submitted (loop 2300 with what it inherits from the loops above).
// Text is trimmed and otherwise as sent; codes are in upper case; diagnoses have no decimal point.
type Claim struct {
	_                    struct{}     `cbor:",toarray"`
	Type                 Type         `json:"type"`
	PatientControlNumber string       `json:"patientControlNumber"` // CLM01, chosen by the provider and not unique
	Charge               Cents        `json:"chargeCents"`          // CLM02
	PlaceOfService       string       `json:"placeOfService"`       // CLM05-1: POS (professional) or facility type (institutional)
	Frequency            Frequency    `json:"frequency"`            // CLM05-3
	OriginalReference    string       `json:"originalReference"`    // REF*F8: payer claim control number of the claim replaced or voided
	AcceptsAssignment    string       `json:"acceptsAssignment"`    // CLM07
	From                 Date         `json:"from"`                 // statement from (DTP*434) or first service date
	Through              Date         `json:"through"`              // statement through or last service date
	Admission            Date         `json:"admission"`            // DTP*435
	AdmissionType        string       `json:"admissionType"`        // CL101
	AdmissionSource      string       `json:"admissionSource"`      // CL102
	PatientStatus        string       `json:"patientStatus"`        // CL103, discharge status
	PriorAuthorization   string       `json:"priorAuthorization"`   // REF*G1
	Referral             string       `json:"referral"`             // REF*9F
	DRG                  string       `json:"drg"`                  // HI*DR
	Diagnoses            []Diagnosis  `json:"diagnoses"`            // HI, in order; pointers count from 1 into this list
	Procedures           []Procedure  `json:"procedures"`           // HI*BBR/BBQ: ICD-10-PCS
	Responsibility       string       `json:"responsibility"`       // SBR01: P primary, S secondary, T tertiary
	FilingIndicator      string       `json:"filingIndicator"`      // SBR09
	Relationship         string       `json:"relationship"`         // PAT01, or 18 (self) when the subscriber is the patient
	Destination          Organization `json:"destination"`          // NM1*PR of 2010BB: the payer the claim is for
	Subscriber           Person       `json:"subscriber"`           // 2010BA
	Patient              Person       `json:"patient"`              // 2010CA, or the subscriber again
	Providers            []Provider   `json:"providers"`            // claim level; Billing always first when present
	OtherPayers          []OtherPayer `json:"otherPayers"`          // 2320/2330
	Lines                []Line       `json:"lines"`                // 2400, at least one
}

// Line is one service line (loop 2400).
type Line struct {
	_                  struct{}      `cbor:",toarray"`
	Number             int           `json:"number"`              // LX01 as counted: 1, 2, 3…
	ControlNumber      string        `json:"controlNumber"`       // REF*6R
	Qualifier          string        `json:"qualifier"`           // SV101-1: HC, HP (HIPPS), ER, IV, WK
	Procedure          string        `json:"procedure"`           // HCPCS or CPT; may be absent on institutional lines
	Modifiers          []string      `json:"modifiers"`           // at most 4, in order
	Revenue            string        `json:"revenue"`             // SV201, institutional: four digits
	Charge             Cents         `json:"chargeCents"`         // SV102, SV203
	Quantity           Quantity      `json:"quantityThousandths"` // SV104, SV205
	Unit               Unit          `json:"unit"`                // SV103, SV204
	PlaceOfService     string        `json:"placeOfService"`      // SV105, else the claim's
	From               Date          `json:"from"`                // DTP*472, else the claim's From
	Through            Date          `json:"through"`             // DTP*472, else From
	DiagnosisPointers  []int         `json:"diagnosisPointers"`   // SV107, from 1; professional only
	PriorAuthorization string        `json:"priorAuthorization"`  // REF*G1 of the line, else ""
	NDC                string        `json:"ndc"`                 // LIN03 (N4)
	NonCovered         Cents         `json:"nonCoveredCents"`     // SV207, institutional
	Providers          []Provider    `json:"providers"`           // line level, overriding the claim's
	OtherPayments      []LinePayment `json:"otherPayments"`       // 2430: what other payers paid on this line
}

// DiagnosisRole is the part a diagnosis plays on the claim.
type DiagnosisRole string

// Roles of the HI qualifiers.
const (
	Principal     DiagnosisRole = "principal" // ABK
	Other         DiagnosisRole = "other"     // ABF
	Admitting     DiagnosisRole = "admitting" // ABJ
	ReasonVisit   DiagnosisRole = "reason"    // APR
	ExternalCause DiagnosisRole = "external"  // ABN
)

// Diagnosis is one ICD-10-CM code. ICD-9 qualifiers (BK, BF…) keep their code and set ICD9.
type Diagnosis struct {
	_                  struct{}      `cbor:",toarray"`
	Code               string        `json:"code"`
	Role               DiagnosisRole `json:"role"`
	PresentOnAdmission string        `json:"presentOnAdmission"` // Y N U W 1, or ""
	ICD9               bool          `json:"icd9"`
}

// ICD10From is the first date of service, or of discharge, that is coded in ICD-10-CM; up to the day before it was
// ICD-9-CM (45 CFR 162.1002(b) and (c)).
const ICD10From Date = 20151001

// Procedure is one ICD-10-PCS procedure of an institutional claim.
type Procedure struct {
	_         struct{} `cbor:",toarray"`
	Code      string   `json:"code"`
	Date      Date     `json:"date"`
	Principal bool     `json:"principal"`
}

// Organization is a named body with an identifier.
type Organization struct {
	_    struct{} `cbor:",toarray"`
	Name string   `json:"name"`
	ID   string   `json:"id"`
}

// Person is a subscriber or patient as submitted. All of it is personal data.
type Person struct {
	_         struct{} `cbor:",toarray"`
	MemberID  string   `json:"memberId"` // NM109 (MI)
	Last      string   `json:"last"`
	First     string   `json:"first"`
	Middle    string   `json:"middle"`
	BirthDate Date     `json:"birthDate"` // DMG02
	Sex       string   `json:"sex"`       // DMG03: F M U
	DeathDate Date     `json:"deathDate"` // PAT06
	Address   Address  `json:"address"`
}

// Address is N3 and N4.
type Address struct {
	_     struct{} `cbor:",toarray"`
	Line1 string   `json:"line1"`
	Line2 string   `json:"line2"`
	City  string   `json:"city"`
	State string   `json:"state"`
	ZIP   string   `json:"zip"`
}

// ProviderRole is the part a provider plays (NM101 and its loop).
type ProviderRole string

// Provider roles.
const (
	Billing         ProviderRole = "billing"        // 85
	PayTo           ProviderRole = "payTo"          // 87
	Rendering       ProviderRole = "rendering"      // 82
	Referring       ProviderRole = "referring"      // DN, P3
	Ordering        ProviderRole = "ordering"       // DK
	Supervising     ProviderRole = "supervising"    // DQ
	Attending       ProviderRole = "attending"      // 71
	Operating       ProviderRole = "operating"      // 72
	OtherOperating  ProviderRole = "otherOperating" // ZZ
	ServiceFacility ProviderRole = "facility"       // 77
	Purchased       ProviderRole = "purchased"      // QB
)

// Provider is one provider loop.
type Provider struct {
	_        struct{}     `cbor:",toarray"`
	Role     ProviderRole `json:"role"`
	NPI      string       `json:"npi"`      // NM109 (XX); "" when none was sent
	TaxID    string       `json:"taxId"`    // REF*EI or REF*SY
	Taxonomy string       `json:"taxonomy"` // PRV03
	Last     string       `json:"last"`     // person's last name or the organisation's name
	First    string       `json:"first"`
	Address  Address      `json:"address"`
}

// OtherPayer is one other coverage of the patient with what it decided (loops 2320 and 2330).
type OtherPayer struct {
	_              struct{}     `cbor:",toarray"`
	Responsibility string       `json:"responsibility"` // SBR01
	Payer          Organization `json:"payer"`          // NM1*PR
	MemberID       string       `json:"memberId"`
	Paid           Cents        `json:"paidCents"`        // AMT*D
	PatientOwes    Cents        `json:"patientOwesCents"` // AMT*EAF
	NonCovered     Cents        `json:"nonCoveredCents"`  // AMT*A8
	Decided        Date         `json:"decided"`          // DTP*573
	Adjustments    []Adjustment `json:"adjustments"`      // CAS
}

// LinePayment is another payer's decision on one line (loop 2430).
type LinePayment struct {
	_           struct{}     `cbor:",toarray"`
	PayerID     string       `json:"payerId"` // SVD01
	Paid        Cents        `json:"paidCents"`
	Procedure   string       `json:"procedure"`
	Quantity    Quantity     `json:"quantityThousandths"`
	Decided     Date         `json:"decided"`
	Adjustments []Adjustment `json:"adjustments"`
}

// Provider returns the claim's provider in a role, or nil.
func (c *Claim) Provider(role ProviderRole) *Provider {
	return findProvider(c.Providers, role)
}

// NPIOf returns the NPI of the claim's provider in a role; "" when there is none.
func (c *Claim) NPIOf(role ProviderRole) string {
	if p := c.Provider(role); p != nil {
		return p.NPI
	}
	return ""
}

// RenderingOf returns who rendered a line: the line's own rendering provider, the claim's, or the billing provider,
// the order 005010X222A1 gives (2420A, 2310B, 2010AA). Institutional claims have no rendering provider to speak of.
func (c *Claim) RenderingOf(line *Line) *Provider {
	if p := findProvider(line.Providers, Rendering); p != nil {
		return p
	}
	if p := findProvider(c.Providers, Rendering); p != nil {
		return p
	}
	return findProvider(c.Providers, Billing)
}

// ServiceNPI is whose services of a day the coding edits hold together: who rendered a professional line, and of an
// institution the institution itself, whoever works there (NCCI Policy Manual ch. I E and V: the edits of outpatient
// hospitals are by facility). Two practitioners named on one hospital's lines do not make two hospitals of it.
func (c *Claim) ServiceNPI(line *Line) string {
	if c.Type == Institutional {
		return c.NPIOf(Billing)
	}
	if p := c.RenderingOf(line); p != nil {
		return p.NPI
	}
	return ""
}

// Services is how many services the quantity of a line says, which is what unit limits count. Anaesthesia in minutes is
// one service, however long it took (005010X222A1 SV103). What a minute of another code is nobody knows: sixty count as
// sixty, for a share of charges would pay them, whatever a fee does.
func (l *Line) Services() Quantity {
	if l.Unit == Minutes && l.anaesthesia() {
		return One
	}
	return l.Quantity
}

// anaesthesia tells whether the procedure is of CPT's section of anaesthesia, 00100 to 01999.
func (l *Line) anaesthesia() bool {
	return len(l.Procedure) == 5 && "00100" <= l.Procedure && l.Procedure <= "01999" && allDigits(l.Procedure)
}

// HasDecided tells whether the payer paid, or said what it does not pay and what is left to the patient (AMT*EAF): one of
// a deductible not yet met pays nothing, and may send neither AMT*D nor DTP*573 with its CAS.
func (o *OtherPayer) HasDecided() bool {
	return o.Paid != 0 || o.PatientOwes != 0 || o.Decided.Known() || len(o.Adjustments) > 0
}

// DecidedElsewhere tells whether another payer has decided on the claim or on a line of it.
func (c *Claim) DecidedElsewhere() bool {
	for i := range c.OtherPayers {
		if c.OtherPayers[i].HasDecided() {
			return true
		}
	}
	return slices.ContainsFunc(c.Lines, func(l Line) bool { return len(l.OtherPayments) > 0 })
}

// CodedInICD9 tells whether the claim has a diagnosis of ICD-9-CM and all of it is of the time when that was the code
// set: an institutional claim by its last day, a professional one by its last service. ICD-9-CM on a later date is not
// valid, which the code set of that date says.
func (c *Claim) CodedInICD9() bool {
	last := c.Through
	if c.Type != Institutional {
		last = 0
		for i := range c.Lines {
			last = max(last, c.Lines[i].Through)
		}
	}
	icd9 := func(d Diagnosis) bool { return d.ICD9 }
	return last.Known() && last < ICD10From && slices.ContainsFunc(c.Diagnoses, icd9)
}

func findProvider(list []Provider, role ProviderRole) *Provider {
	for i := range list {
		if list[i].Role == role {
			return &list[i]
		}
	}
	return nil
}

// Inpatient tells whether the first two digits of a bill type are of an inpatient stay: hospital Part A, swing bed,
// skilled nursing facility, religious non-medical institution (NUBC).
func (c *Claim) Inpatient() bool {
	if c.Type != Institutional {
		return false
	}
	return c.PlaceOfService == "11" || c.PlaceOfService == "18" || c.PlaceOfService == "21" || c.PlaceOfService == "41"
}

// BillType is the institutional bill type with its frequency, such as "0111".
func (c *Claim) BillType() string {
	if c.Type != Institutional {
		return ""
	}
	return "0" + c.PlaceOfService + string(c.Frequency)
}
