package claim

// Semantics is the version of the engine's arithmetic and of the encoding of evidence and decisions. A replay of
// evidence made under another version answers "other version", never "different".
const Semantics = 1

// Outcome is what becomes of a claim or line.
type Outcome string

// Outcomes. A pend is recorded, but only pay and deny are decisions.
const (
	Pay    Outcome = "pay"
	Deny   Outcome = "deny"
	Pend   Outcome = "pend"
	Inform Outcome = "inform" // an edit that only tells
	Pass   Outcome = "pass"   // a limit that leaves the line alone
)

// Group is the claim adjustment group code (CAS01).
type Group string

// Group codes.
const (
	CO Group = "CO" // contractual: the provider writes it off
	PR Group = "PR" // the patient owes it
	OA Group = "OA" // other: duplicates, coordination, pends
	PI Group = "PI" // payer initiated
)

// Adjustment explains part of the gap between charge and payment: CAS02, CAS03. Positive lowers the payment.
type Adjustment struct {
	_      struct{} `cbor:",toarray"`
	Group  Group    `json:"group"`
	CARC   string   `json:"carc"`
	Amount Cents    `json:"amountCents"`
}

// Edit is one check's finding. Line 0 is the whole claim.
type Edit struct {
	_       struct{} `cbor:",toarray"`
	Rule    string   `json:"rule"`
	Line    int      `json:"line"`
	Outcome Outcome  `json:"outcome"`
	Group   Group    `json:"group"`
	CARC    string   `json:"carc"`
	RARC    string   `json:"rarc"`
	// Units and Amount are what a limit still allows on the line when it cuts rather than denies; 0 and Outcome Deny: nothing.
	Units  Quantity `json:"unitsThousandths"`
	Amount Cents    `json:"amountCents"`
}

// LineDecision is the outcome of one line, to the cent: Charge − ΣAdjustments = Paid.
type LineDecision struct {
	_           struct{}     `cbor:",toarray"`
	Number      int          `json:"number"`
	Outcome     Outcome      `json:"outcome"`
	Charge      Cents        `json:"chargeCents"`
	Allowed     Cents        `json:"allowedCents"`
	Paid        Cents        `json:"paidCents"`
	PatientOwes Cents        `json:"patientOwesCents"`
	Units       Quantity     `json:"paidUnitsThousandths"`
	Adjustments []Adjustment `json:"adjustments"`
	Remarks     []string     `json:"remarks"` // RARC
}

// Accrual is one change of an accumulator or authorisation that the decision causes. A reversal negates it.
type Accrual struct {
	_             struct{}        `cbor:",toarray"`
	Kind          AccumulatorKind `json:"kind"`   // "" for an authorisation
	Member        ID              `json:"member"` // uuid.Nil: the family
	Year          int             `json:"year"`
	Group         string          `json:"group"`
	Authorization string          `json:"authorization"` // number whose units are used; Amount in thousandths
	Amount        int64           `json:"amount"`
}

// Score is a model's opinion of one claim. Margin is the raw sum of leaf values × 10⁶, rounded half away from zero;
// an integer, so that another processor gives the same bytes.
type Score struct {
	_                struct{} `cbor:",toarray"`
	Scored           bool     `json:"scored"` // false: no model is bound; the gate decides what that means
	MarginMillionths int64    `json:"marginMillionths"`
	Threshold        int64    `json:"thresholdMillionths"` // of the model card; at or above is flagged
	Flagged          bool     `json:"flagged"`
}

// PendReason says in one stable code why a claim waits, with the rule or fact kind at fault.
type PendReason struct {
	_      struct{} `cbor:",toarray"`
	Code   string   `json:"code"` // "edit", "notLoaded", "notCovered" (source does not speak for the date), "score", "price", "gate", "fault" (no decision could be made)
	Detail string   `json:"detail"`
}

// Decision is everything that was decided about one claim. It is a pure function of its Evidence.
type Decision struct {
	_           struct{}       `cbor:",toarray"`
	Semantics   int            `json:"semantics"`
	Outcome     Outcome        `json:"outcome"`
	Charge      Cents          `json:"chargeCents"`
	Allowed     Cents          `json:"allowedCents"`
	Paid        Cents          `json:"paidCents"`
	PatientOwes Cents          `json:"patientOwesCents"`
	Lines       []LineDecision `json:"lines"`
	Edits       []Edit         `json:"edits"` // all of them, also those that did not decide; sorted
	Score       Score          `json:"score"`
	Pends       []PendReason   `json:"pends"`
	Accruals    []Accrual      `json:"accruals"`
	Assumed     []FactKind     `json:"assumed"` // kinds whose rows were assumed valid
}
