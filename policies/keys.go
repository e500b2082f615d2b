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
	keyChargeLines
	keyClaim
	keyCode
	keyCoordination
	keyCoverages
	keyCovered
	keyDate
	keyDates
	keyDay
	keyDayUnits
	keyDecided
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
	keyICD9
	keyIndicator
	keyKinds
	keyKnown
	keyLast
	keyLimit
	keyLimitCents
	keyLimits
	keyLimitUnits
	keyLine
	keyLines
	keyListed
	keyLists
	keyLooked
	keyLost
	keyLow
	keyMax
	keyMember
	keyMemberBirth
	keyMemberDeath
	keyMemberSex
	keyMin
	keyMissing
	keyModifiers
	keyMUE
	keyNPI
	keyNPIs
	keyNumber
	keyOutcome
	keyOwn
	keyPaid
	keyPartial
	keyParties
	keyPatient
	keyPaying
	keyPayLines
	keyPends
	keyPlaceOfService
	keyPlainFrom
	keyPlainThrough
	keyPlan
	keyPointers
	keyPredecessor
	keyPricing
	keyPriorPayers
	keyProcedure
	keyProcedureAges
	keyProcedures
	keyProcedureSexes
	keyPTP
	keyRARC
	keyReceived
	keyReinstated
	keyRequired
	keyResponsibility
	keyRevenue
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
	keyType
	keyUnit
	keyUnits
	keyUnpriced
	keyUsed
	keyUsedCents
	keyUsedUnits
	keyWaived
	keyWanted
	keyWhere
	keyX
	keyCount
)

var keyNames = [keyCount]string{
	"allowed", "amount", "approved", "assumed", "authorizations", "before", "before_cents", "benefits", "billable",
	"birth", "bound", "carc", "charge", "charge_lines", "claim", "code", "coordination", "coverages", "covered",
	"date", "dates", "day", "day_units", "decided", "detail", "diagnoses", "diagnosis_ages",
	"diagnosis_sexes", "duplicates", "edits", "excluded", "exclusions", "facts", "faults", "field", "filing",
	"filing_day", "filing_days", "first", "flagged", "frequency", "from", "group", "high", "icd9", "indicator", "kinds",
	"known", "last", "limit", "limit_cents", "limits", "limit_units", "line", "lines", "listed", "lists", "looked", "lost",
	"low", "max", "member", "member_birth", "member_death", "member_sex", "min", "missing", "modifiers", "mue", "npi", "npis", "number", "outcome", "own", "paid",
	"partial", "parties", "patient", "paying", "pay_lines", "pends", "place_of_service", "plain_from",
	"plain_through", "plan", "pointers", "predecessor", "pricing", "prior_payers", "procedure", "procedure_ages",
	"procedures", "procedure_sexes", "ptp", "rarc", "received", "reinstated", "required", "responsibility", "revenue",
	"review", "role", "rows", "rule", "same_member", "same_payee", "score", "scored", "sent", "sex", "sources", "superseded",
	"through", "type", "unit", "units", "unpriced", "used", "used_cents", "used_units", "waived", "wanted", "where",
	"x",
}
