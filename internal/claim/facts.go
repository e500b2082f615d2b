package claim

// FactKind names one kind of look-up. A kind that was not looked up never pays a claim.
type FactKind string

// The kinds of facts. Contracts declare which of them each check needs, by these names.
const (
	KindMember         FactKind = "member"
	KindCoverage       FactKind = "coverage"
	KindPlan           FactKind = "plan"
	KindAccumulators   FactKind = "accumulators"
	KindProvider       FactKind = "provider"
	KindExclusions     FactKind = "exclusions"
	KindAuthorizations FactKind = "authorizations"
	KindHistory        FactKind = "history"
	KindDuplicates     FactKind = "duplicates"
	KindPredecessor    FactKind = "predecessor"
	KindBenefits       FactKind = "benefits"
	KindFees           FactKind = "fees"
	KindDiagnoses      FactKind = "diagnoses"
	KindProcedures     FactKind = "procedures"
	KindPTP            FactKind = "ptp"
	KindMUE            FactKind = "mue"
)

// KindDiagnosesICD9 is no look-up of its own: it names the ICD-9-CM table, which is not kept, where a claim waits for
// it or was let pass without it.
const KindDiagnosesICD9 FactKind = "diagnosesICD9"

// FactKinds lists every kind, in the order they are stored. A record names a kind by its place here: new ones are added at
// the end.
var FactKinds = []FactKind{
	KindMember, KindCoverage, KindPlan, KindAccumulators, KindProvider, KindExclusions, KindAuthorizations, KindHistory,
	KindDuplicates, KindPredecessor, KindBenefits, KindFees, KindDiagnoses, KindProcedures, KindPTP, KindMUE,
}

// SourceID names where something was looked up.
type SourceID string

// Looked records that one kind was looked up: where, what came back, and for which service dates the source speaks.
type Looked struct {
	_       struct{} `cbor:",toarray"`
	Kind    FactKind `json:"kind"`
	Source  SourceID `json:"source"`  // "facts" for the payer's own records, else the hex digest of a reference table
	Rows    int      `json:"rows"`    // rows found for this claim
	From    Date     `json:"from"`    // the source speaks for service dates from here…
	Through Date     `json:"through"` // …to here
	// Assumed: rows were taken as valid that nobody vouches for. A table has no dates, or others; a provider was
	// enrolled by a trial although its NPI is none.
	Assumed bool `json:"assumed"`
}

// Facts is everything about a claim that the decision may use and that the claim itself does not say.
// Rows come already joined to the claim: only those that apply. Whether they hold is the contract's to say.
type Facts struct {
	_              struct{}        `cbor:",toarray"`
	Received       Date            `json:"received"`       // civil date of receipt in the payer's time zone
	Looked         []Looked        `json:"looked"`         // sorted as FactKinds
	Member         *Member         `json:"member"`         // the patient; null when not identified
	Coverages      []Coverage      `json:"coverages"`      // every span of the patient, whatever its dates
	Plan           *Plan           `json:"plan"`           // terms in force on the claim's first service date
	Accumulators   []Accumulator   `json:"accumulators"`   // amounts used before this claim
	Providers      []ProviderFact  `json:"providers"`      // one a distinct NPI on the claim that is on file
	Exclusions     []Exclusion     `json:"exclusions"`     // exclusion-list rows of NPIs on the claim, whatever their dates
	Authorizations []Authorization `json:"authorizations"` // of the patient, overlapping the claim's dates or named by it
	History        []HistoryLine   `json:"history"`        // paid lines of the patient near the claim's dates
	Duplicates     []Duplicate     `json:"duplicates"`     // exact fingerprint hits
	Predecessor    *Predecessor    `json:"predecessor"`    // claim named by OriginalReference; null when there is none
	Benefits       []BenefitRow    `json:"benefits"`
	Fees           []FeeRow        `json:"fees"` // in force on the first day of their line
	Diagnoses      []DiagnosisRow  `json:"diagnoses"`
	Procedures     []ProcedureRow  `json:"procedures"`
	PTP            []PTPRow        `json:"ptp"`
	MUE            []MUERow        `json:"mue"`
	Profile        *Profile        `json:"profile"` // billing provider's habits in a sealed snapshot; null before the first
}

// LookedFor returns what is known of one look-up, or nil when the kind was not looked up.
func (f *Facts) LookedFor(kind FactKind) *Looked {
	for i := range f.Looked {
		if f.Looked[i].Kind == kind {
			return &f.Looked[i]
		}
	}
	return nil
}

// Member is one enrolled person.
type Member struct {
	_                struct{} `cbor:",toarray"`
	ID               ID       `json:"id"`
	Family           ID       `json:"family"` // the subscriber's member id; accumulators of a family hang on it
	SubscriberNumber string   `json:"subscriberNumber"`
	Relationship     string   `json:"relationship"` // 18 self, 01 spouse, 19 child
	Last             string   `json:"last"`
	First            string   `json:"first"`
	BirthDate        Date     `json:"birthDate"`
	DeathDate        Date     `json:"deathDate"`
	Sex              string   `json:"sex"`
}

// Coverage is one closed span in which a member has a plan.
type Coverage struct {
	_        struct{} `cbor:",toarray"`
	PlanCode string   `json:"plan"`
	From     Date     `json:"from"`
	Through  Date     `json:"through"` // EndOfTime while open
}

// PricingMethod says how a plan's allowed amounts come about.
type PricingMethod string

// Pricing methods.
const (
	FeeSchedule      PricingMethod = "feeSchedule"      // lesser of charge and fee, by procedure and date of service
	PercentOfCharges PricingMethod = "percentOfCharges" // charge × PercentMillionths
)

// Plan is the money terms of a benefit plan in one period.
type Plan struct {
	_                     struct{}      `cbor:",toarray"`
	Code                  string        `json:"code"`
	From                  Date          `json:"from"`
	Through               Date          `json:"through"`
	Pricing               PricingMethod `json:"pricing"`
	PercentMillionths     int64         `json:"percentMillionths"`         // of charges, for PercentOfCharges
	Copay                 Cents         `json:"copayCents"`                // a line
	CoinsuranceMillionths int64         `json:"coinsuranceMillionths"`     // the patient's share
	DeductibleIndividual  Cents         `json:"deductibleIndividualCents"` // 0: there is none, and the family's alone counts
	DeductibleFamily      Cents         `json:"deductibleFamilyCents"`     // 0: there is none, and the individual's alone counts
	Embedded              bool          `json:"embedded"`                  // an individual stops at the individual deductible; else only the family figure counts
	OutOfPocketIndividual Cents         `json:"outOfPocketIndividualCents"`
	OutOfPocketFamily     Cents         `json:"outOfPocketFamilyCents"`
	FilingDays            int           `json:"filingDays"` // 0: one calendar year after the date of service (42 CFR 424.44)
}

// AccumulatorKind names what is added up.
type AccumulatorKind string

// Accumulator kinds. Benefit uses are counted in thousandths of a unit, everything else in cents.
const (
	DeductibleUsed   AccumulatorKind = "deductible"
	OutOfPocketUsed  AccumulatorKind = "outOfPocket"
	BenefitUnitsUsed AccumulatorKind = "benefitUnits"
	BenefitCentsUsed AccumulatorKind = "benefitCents"
)

// Accumulator is one running total of a member or of the whole family in a benefit year.
type Accumulator struct {
	_      struct{}        `cbor:",toarray"`
	Kind   AccumulatorKind `json:"kind"`
	Member ID              `json:"member"` // uuid.Nil for the family's total
	Year   int             `json:"year"`
	Group  string          `json:"group"` // benefit group for the Benefit kinds, else ""
	Amount int64           `json:"amount"`
}

// ProviderFact is what the payer knows of one provider.
type ProviderFact struct {
	_         struct{} `cbor:",toarray"`
	NPI       string   `json:"npi"`
	Specialty string   `json:"specialty"` // taxonomy code
	Network   bool     `json:"network"`
	From      Date     `json:"from"` // enrolled
	Through   Date     `json:"through"`
	// Assumed: enrolled as sent although the check digit does not hold, which only the trial of `demo --try` does.
	Assumed bool `json:"assumed,omitempty"`
}

// Exclusion is one row of an exclusion list (OIG LEIE; 42 CFR 1001.1901).
type Exclusion struct {
	_          struct{} `cbor:",toarray"`
	NPI        string   `json:"npi"`
	Excluded   Date     `json:"excluded"`
	Reinstated Date     `json:"reinstated"` // absent while excluded
}

// Authorization is one prior authorisation of the patient.
type Authorization struct {
	_         struct{} `cbor:",toarray"`
	Number    string   `json:"number"`
	Procedure string   `json:"procedure"`
	NPI       string   `json:"npi"` // "" allows any provider
	From      Date     `json:"from"`
	Through   Date     `json:"through"`
	Approved  Quantity `json:"approvedThousandths"`
	Used      Quantity `json:"usedThousandths"`
}

// HistoryLine is one line of another claim of the same patient that pays or may yet pay.
type HistoryLine struct {
	_          struct{} `cbor:",toarray"`
	Claim      ID       `json:"claim"`
	Line       int      `json:"line"`
	NPI        string   `json:"npi"` // whose service it is, see ServiceNPI
	BillingNPI string   `json:"billingNpi"`
	Procedure  string   `json:"procedure"`
	Modifiers  []string `json:"modifiers"`
	From       Date     `json:"from"`
	Through    Date     `json:"through"`
	Quantity   Quantity `json:"quantityThousandths"` // services, see Line.Services
	Charge     Cents    `json:"chargeCents"`
	Pended     bool     `json:"pended"` // in process, not paid yet
}

// DuplicateWhere tells where the twin of a line was found.
type DuplicateWhere string

// Places of a twin (CR 8121: paid, in process, and lines of the same claim).
const (
	SameClaim DuplicateWhere = "sameClaim"
	InProcess DuplicateWhere = "inProcess"
	Finalised DuplicateWhere = "finalised"
)

// Duplicate is one exact fingerprint hit.
type Duplicate struct {
	_          struct{}       `cbor:",toarray"`
	Line       int            `json:"line"` // 0: the claim as a whole (institutional)
	Where      DuplicateWhere `json:"where"`
	OtherClaim ID             `json:"otherClaim"`
	OtherLine  int            `json:"otherLine"`
}

// Predecessor is the claim that a replacement or void names.
type Predecessor struct {
	_          struct{} `cbor:",toarray"`
	Claim      ID       `json:"claim"`
	Outcome    Outcome  `json:"outcome"`
	SamePayee  bool     `json:"samePayee"`
	SameMember bool     `json:"sameMember"`
	Superseded bool     `json:"superseded"` // already replaced or voided
	Paid       Cents    `json:"paidCents"`
}

// BenefitRow says how a plan covers one procedure. Line is the line it was found for.
type BenefitRow struct {
	_             struct{} `cbor:",toarray"`
	Line          int      `json:"line"`
	Procedure     string   `json:"procedure"`
	Covered       bool     `json:"covered"`
	Preventive    bool     `json:"preventive"`            // no cost share
	Authorization bool     `json:"authorization"`         // prior authorisation needed
	Group         string   `json:"group"`                 // limits are counted by group
	LimitUnits    Quantity `json:"limitUnitsThousandths"` // a benefit year; 0: none
	LimitAmount   Cents    `json:"limitAmountCents"`      // a benefit year; 0: none
	From          Date     `json:"from"`
	Through       Date     `json:"through"`
}

// FeeRow is one price. Facility tells which place-of-service column it is.
type FeeRow struct {
	_         struct{} `cbor:",toarray"`
	Line      int      `json:"line"`
	Procedure string   `json:"procedure"`
	Modifier  string   `json:"modifier"` // "" or the pricing modifier of the row (26, TC…)
	Network   bool     `json:"network"`
	Unit      Cents    `json:"unitCents"` // price of one unit
	From      Date     `json:"from"`
	Through   Date     `json:"through"`
}

// DiagnosisRow is one ICD-10-CM code as the code set has it. Index counts the claim's diagnoses from 1.
type DiagnosisRow struct {
	_        struct{} `cbor:",toarray"`
	Index    int      `json:"index"`
	Code     string   `json:"code"`
	Billable bool     `json:"billable"` // at the highest specificity
	Sex      string   `json:"sex"`      // F, M or "" for either
	AgeMin   int      `json:"ageMin"`   // years, completed; -1 with AgeMax 0: newborns only
	AgeMax   int      `json:"ageMax"`   // 0 otherwise: no limit
	From     Date     `json:"from"`
	Through  Date     `json:"through"`
}

// ProcedureRow is one HCPCS or CPT code as the code set has it.
type ProcedureRow struct {
	_       struct{} `cbor:",toarray"`
	Line    int      `json:"line"`
	Code    string   `json:"code"`
	Sex     string   `json:"sex"`
	AgeMin  int      `json:"ageMin"`
	AgeMax  int      `json:"ageMax"`
	From    Date     `json:"from"`
	Through Date     `json:"through"`
}

// PTPRow is one NCCI procedure-to-procedure pair that stands on the claim, or between it and history, on one day.
// Line is the column 2 line of this claim, the one that is denied. When column 2 stands in history, Line is 0 and
// ColumnTwoPaid is true: the pair is then reviewed, since nothing of this claim can be denied for it.
type PTPRow struct {
	_             struct{} `cbor:",toarray"`
	Line          int      `json:"line"`
	OtherLine     int      `json:"otherLine"`  // column 1 line; of this claim, or of OtherClaim
	OtherClaim    ID       `json:"otherClaim"` // uuid.Nil: this claim
	ColumnOne     string   `json:"columnOne"`
	ColumnTwo     string   `json:"columnTwo"`
	Indicator     int      `json:"indicator"` // 0 never, 1 with an NCCI modifier, 9 not applicable
	Modifiers     []string `json:"modifiers"` // of both lines, the ones an override may stand on
	ColumnTwoPaid bool     `json:"columnTwoPaid"`
	From          Date     `json:"from"`
	Through       Date     `json:"through"`
}

// MUERow is the medically unlikely edit of one line's code with the day's units.
type MUERow struct {
	_         struct{} `cbor:",toarray"`
	Line      int      `json:"line"`
	Procedure string   `json:"procedure"`
	Limit     Quantity `json:"limitThousandths"`
	Indicator int      `json:"indicator"`            // MAI 1 line, 2 date of service absolute, 3 date of service
	LineUnits Quantity `json:"lineUnitsThousandths"` // of a day, see DaySpan.PerDay
	DayUnits  Quantity `json:"dayUnitsThousandths"`  // this claim and history, same code, NPI and day
	From      Date     `json:"from"`
	Through   Date     `json:"through"`
}
