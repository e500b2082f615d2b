package policies

// key is a field name of an input.
type key int

// The field names. README.md of rego/ says what each one holds.
const (
	keyAllowed key = iota
	keyAmount
	keyApproved
	keyAssumed
	keyAuthorizations
	keyBefore
	keyBeforeCents
	keyBenefits
	keyBillable
	keyBirth
	keyBound
	keyCARC
	keyCharge
	keyClaim
	keyCode
	keyCovered
	keyCoverages
	keyDate
	keyDates
	keyDay
	keyDayUnits
	keyDeath
	keyDenied
	keyDetail
	keyDiagnoses
	keyDiagnosisAges
	keyDiagnosisSexes
	keyDuplicates
	keyEdits
	keyExcluded
	keyExclusions
	keyFacts
	keyFaults
	keyField
	keyFiling
	keyFilingDay
	keyFilingDays
	keyFirst
	keyFlagged
	keyFrequency
	keyFrom
	keyGroup
	keyHigh
	keyIndicator
	keyKinds
	keyKnown
	keyLast
	keyLimit
	keyLimitCents
	keyLimitUnits
	keyLimits
	keyLine
	keyLines
	keyLooked
	keyLost
	keyLow
	keyMax
	keyMember
	keyMin
	keyModifiers
	keyMoney
	keyMUE
	keyNPI
	keyNPIs
	keyNumber
	keyOutcome
	keyOwn
	keyPaid
	keyPaidLines
	keyParties
	keyPartial
	keyPatient
	keyPends
	keyPlan
	keyPointers
	keyPredecessor
	keyPricing
	keyPriorPayers
	keyProcedure
	keyProcedureAges
	keyProcedureSexes
	keyProcedures
	keyPTP
	keyRARC
	keyReceived
	keyReinstated
	keyRequired
	keyResponsibility
	keyReview
	keyRole
	keyRows
	keyRule
	keySameMember
	keySamePayee
	keyScore
	keyScored
	keySent
	keySex
	keySources
	keySuperseded
	keyThrough
	keyTwin
	keyType
	keyUnits
	keyUnpriced
	keyUsed
	keyUsedCents
	keyUsedUnits
	keyWaived
	keyWhere
	keyX
	keyCount
)

var keyNames = [keyCount]string{
	"allowed", "amount", "approved", "assumed", "authorizations", "before", "before_cents", "benefits", "billable",
	"birth", "bound", "carc", "charge", "claim", "code", "covered", "coverages", "date", "dates", "day", "day_units",
	"death", "denied", "detail", "diagnoses", "diagnosis_ages", "diagnosis_sexes", "duplicates", "edits", "excluded",
	"exclusions", "facts", "faults", "field", "filing", "filing_day", "filing_days", "first", "flagged", "frequency",
	"from", "group", "high", "indicator", "kinds", "known", "last", "limit", "limit_cents", "limit_units", "limits",
	"line", "lines", "looked", "lost", "low", "max", "member", "min", "modifiers", "money", "mue", "npi", "npis",
	"number", "outcome", "own", "paid", "paid_lines", "parties", "partial", "patient", "pends", "plan", "pointers",
	"predecessor", "pricing", "prior_payers", "procedure", "procedure_ages", "procedure_sexes", "procedures", "ptp",
	"rarc", "received", "reinstated", "required", "responsibility", "review", "role", "rows", "rule", "same_member",
	"same_payee", "score", "scored", "sent", "sex", "sources", "superseded", "through", "twin", "type", "units",
	"unpriced", "used", "used_cents", "used_units", "waived", "where", "x",
}
