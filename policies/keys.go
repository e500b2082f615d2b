package policies

// key is a field name of an input.
type key int

// The field names. README.md of rego/ says what each one holds.
const (
	keyAllowed key = iota
	keyAmount
	keyAssumed
	keyAuthorizations
	keyAuthorized
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
	keyHCPCS
	keyHigh
	keyICD9
	keyIndicator
	keyKinds
	keyKnown
	keyLast
	keyLeft
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
	keyNamed
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
	keyPended
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
	keySpread
	keySuperseded
	keyThrough
	keyType
	keyUnit
	keyUnits
	keyUnpriced
	keyUsedCents
	keyUsedUnits
	keyWaived
	keyWanted
	keyWhere
	keyX
	keyCount
)

var keyNames = [keyCount]string{
	keyAllowed:        "allowed",
	keyAmount:         "amount",
	keyAssumed:        "assumed",
	keyAuthorizations: "authorizations",
	keyAuthorized:     "authorized",
	keyBefore:         "before",
	keyBeforeCents:    "before_cents",
	keyBenefits:       "benefits",
	keyBillable:       "billable",
	keyBirth:          "birth",
	keyBound:          "bound",
	keyCARC:           "carc",
	keyCharge:         "charge",
	keyChargeLines:    "charge_lines",
	keyClaim:          "claim",
	keyCode:           "code",
	keyCoordination:   "coordination",
	keyCoverages:      "coverages",
	keyCovered:        "covered",
	keyDate:           "date",
	keyDates:          "dates",
	keyDay:            "day",
	keyDayUnits:       "day_units",
	keyDecided:        "decided",
	keyDetail:         "detail",
	keyDiagnoses:      "diagnoses",
	keyDiagnosisAges:  "diagnosis_ages",
	keyDiagnosisSexes: "diagnosis_sexes",
	keyDuplicates:     "duplicates",
	keyEdits:          "edits",
	keyExcluded:       "excluded",
	keyExclusions:     "exclusions",
	keyFacts:          "facts",
	keyFaults:         "faults",
	keyField:          "field",
	keyFiling:         "filing",
	keyFilingDay:      "filing_day",
	keyFilingDays:     "filing_days",
	keyFirst:          "first",
	keyFlagged:        "flagged",
	keyFrequency:      "frequency",
	keyFrom:           "from",
	keyGroup:          "group",
	keyHCPCS:          "hcpcs",
	keyHigh:           "high",
	keyICD9:           "icd9",
	keyIndicator:      "indicator",
	keyKinds:          "kinds",
	keyKnown:          "known",
	keyLast:           "last",
	keyLeft:           "left",
	keyLimit:          "limit",
	keyLimitCents:     "limit_cents",
	keyLimits:         "limits",
	keyLimitUnits:     "limit_units",
	keyLine:           "line",
	keyLines:          "lines",
	keyListed:         "listed",
	keyLists:          "lists",
	keyLooked:         "looked",
	keyLost:           "lost",
	keyLow:            "low",
	keyMax:            "max",
	keyMember:         "member",
	keyMemberBirth:    "member_birth",
	keyMemberDeath:    "member_death",
	keyMemberSex:      "member_sex",
	keyMin:            "min",
	keyMissing:        "missing",
	keyModifiers:      "modifiers",
	keyMUE:            "mue",
	keyNamed:          "named",
	keyNPI:            "npi",
	keyNPIs:           "npis",
	keyNumber:         "number",
	keyOutcome:        "outcome",
	keyOwn:            "own",
	keyPaid:           "paid",
	keyPartial:        "partial",
	keyParties:        "parties",
	keyPatient:        "patient",
	keyPaying:         "paying",
	keyPayLines:       "pay_lines",
	keyPended:         "pended",
	keyPends:          "pends",
	keyPlaceOfService: "place_of_service",
	keyPlainFrom:      "plain_from",
	keyPlainThrough:   "plain_through",
	keyPlan:           "plan",
	keyPointers:       "pointers",
	keyPredecessor:    "predecessor",
	keyPricing:        "pricing",
	keyPriorPayers:    "prior_payers",
	keyProcedure:      "procedure",
	keyProcedureAges:  "procedure_ages",
	keyProcedures:     "procedures",
	keyProcedureSexes: "procedure_sexes",
	keyPTP:            "ptp",
	keyRARC:           "rarc",
	keyReceived:       "received",
	keyReinstated:     "reinstated",
	keyRequired:       "required",
	keyResponsibility: "responsibility",
	keyRevenue:        "revenue",
	keyReview:         "review",
	keyRole:           "role",
	keyRows:           "rows",
	keyRule:           "rule",
	keySameMember:     "same_member",
	keySamePayee:      "same_payee",
	keyScore:          "score",
	keyScored:         "scored",
	keySent:           "sent",
	keySex:            "sex",
	keySources:        "sources",
	keySpread:         "spread",
	keySuperseded:     "superseded",
	keyThrough:        "through",
	keyType:           "type",
	keyUnit:           "unit",
	keyUnits:          "units",
	keyUnpriced:       "unpriced",
	keyUsedCents:      "used_cents",
	keyUsedUnits:      "used_units",
	keyWaived:         "waived",
	keyWanted:         "wanted",
	keyWhere:          "where",
	keyX:              "x",
}
