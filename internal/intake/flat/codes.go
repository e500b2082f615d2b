package flat

import "github.com/assize/assize/internal/claim"

// Code names a finding; codes that the X12 reader also has mean the same here.
type Code string

// Codes of the document and its text.
const (
	CodeEmpty         Code = "EMPTY"
	CodeEncoding      Code = "ENCODING"
	CodeControl       Code = "CONTROL-CHARACTER"
	CodeLineLength    Code = "LINE-LENGTH"
	CodeSyntax        Code = "SYNTAX"
	CodeUnterminated  Code = "UNTERMINATED"
	CodeFieldUnknown  Code = "FIELD-UNKNOWN"
	CodeFieldRepeated Code = "FIELD-REPEATED"
	CodeFieldMissing  Code = "FIELD-MISSING"
	CodeFieldType     Code = "FIELD-TYPE"
	CodeFieldCount    Code = "FIELD-COUNT"
	CodeFieldDiffers  Code = "FIELD-DIFFERS"
	CodeNeighbour     Code = "ROW-BEFORE"
)

// Codes of a claim. Each refuses that claim alone.
const (
	CodeType               Code = "TYPE"
	CodeCLM01              Code = "CLM01"
	CodeCLM02              Code = "CLM02"
	CodeFacility           Code = "CLM05-1"
	CodeFrequency          Code = "CLM05-3"
	CodeBillingMissing     Code = "BILLING-MISSING"
	CodeSubscriberMissing  Code = "SUBSCRIBER-MISSING"
	CodePatientMissing     Code = "PATIENT-MISSING"
	CodeRole               Code = "NM101"
	CodeDate               Code = "DATE"
	CodeDateRange          Code = "DATE-RANGE"
	CodeAmount             Code = "AMOUNT"
	CodeAmountRange        Code = "AMOUNT-RANGE"
	CodeAmountNegative     Code = "AMOUNT-NEGATIVE"
	CodeQuantity           Code = "QUANTITY"
	CodeQuantityMissing    Code = "QUANTITY-MISSING"
	CodeUnit               Code = "UNIT"
	CodeHICode             Code = "HI-CODE"
	CodeHIQualifier        Code = "HI-QUALIFIER"
	CodeDiagnosisMissing   Code = "DIAGNOSIS-MISSING"
	CodeAdjustmentGroup    Code = "CAS01"
	CodeAdjustmentReason   Code = "CAS-REASON"
	CodeLinesMissing       Code = "LINES-MISSING"
	CodeLinesTooMany       Code = "LINES-TOO-MANY"
	CodeLineNumber         Code = "LX01"
	CodeSum                Code = "SUM"
	CodeLineCharge         Code = "LINE-CHARGE"
	CodeLineDate           Code = "LINE-DATE"
	CodeProcedureMissing   Code = "PROCEDURE-MISSING"
	CodeProcedureQualifier Code = "PROCEDURE-QUALIFIER"
	CodeModifiers          Code = "MODIFIERS"
	CodeRevenueMissing     Code = "REVENUE-MISSING"
	CodeRevenue            Code = "REVENUE"
	CodePointer            Code = "POINTER"
	CodeFieldSize          Code = "FIELD-SIZE"
)

// finding is what a code means. One code has one severity, everywhere.
type finding struct {
	severity claim.Severity
	text     string
}

const (
	mistake = claim.SeverityError
	notice  = claim.SeverityWarning
)

// findings is read only.
var findings = map[Code]finding{
	CodeEmpty:         {mistake, "the document is empty"},
	CodeEncoding:      {mistake, "expected UTF-8"},
	CodeControl:       {mistake, "a control character or NUL stands in the data"},
	CodeLineLength:    {mistake, "the line is longer than is read"},
	CodeSyntax:        {mistake, "the line cannot be read"},
	CodeUnterminated:  {mistake, "the document ends inside this row"},
	CodeFieldUnknown:  {mistake, "not a field that is known here"},
	CodeFieldRepeated: {mistake, "the field stands twice"},
	CodeFieldMissing:  {mistake, "the header lacks this column"},
	CodeFieldType:     {mistake, "the value is not of the field's type"},
	CodeFieldCount:    {mistake, "the row has not as many fields as the header"},
	CodeFieldDiffers:  {mistake, "the rows of one claim differ in a field of the claim"},
	CodeNeighbour:     {mistake, "a row just before could not be read and may belong to this claim"},

	CodeType:               {mistake, "expected professional or institutional"},
	CodeCLM01:              {mistake, "the patient control number is missing"},
	CodeCLM02:              {mistake, "the total charge is missing"},
	CodeFacility:           {mistake, "the facility code is missing"},
	CodeFrequency:          {mistake, "the claim frequency is missing"},
	CodeBillingMissing:     {mistake, "the billing provider is missing; expected it first"},
	CodeSubscriberMissing:  {mistake, "the subscriber is missing"},
	CodePatientMissing:     {mistake, "the patient is missing"},
	CodeRole:               {mistake, "expected a provider role that is known"},
	CodeDate:               {mistake, "expected a date that exists, CCYY-MM-DD"},
	CodeDateRange:          {mistake, "the range of dates ends before it begins"},
	CodeAmount:             {mistake, "expected a decimal amount of whole cents"},
	CodeAmountRange:        {mistake, "the amount is larger than any claim's"},
	CodeAmountNegative:     {mistake, "the amount is negative"},
	CodeQuantity:           {mistake, "expected a quantity that is not negative, to a thousandth"},
	CodeQuantityMissing:    {mistake, "the quantity is missing"},
	CodeUnit:               {mistake, "expected unit UN, MJ or DA"},
	CodeHICode:             {mistake, "the code is missing"},
	CodeHIQualifier:        {mistake, "expected a diagnosis role that is known"},
	CodeDiagnosisMissing:   {notice, "the claim has no diagnosis"},
	CodeAdjustmentGroup:    {mistake, "expected group CO, PR, OA or PI"},
	CodeAdjustmentReason:   {mistake, "the adjustment reason is missing"},
	CodeLinesMissing:       {mistake, "the claim has no service line"},
	CodeLinesTooMany:       {mistake, "the claim has more service lines than are read"},
	CodeLineNumber:         {mistake, "the lines are not numbered from 1 by one"},
	CodeSum:                {mistake, "the charges of the lines do not add up to the claim's"},
	CodeLineCharge:         {mistake, "the line's charge is missing"},
	CodeLineDate:           {mistake, "the date of service is missing"},
	CodeProcedureMissing:   {mistake, "the procedure code is missing"},
	CodeProcedureQualifier: {mistake, "expected qualifier HC, HP, ER, IV or WK"},
	CodeModifiers:          {mistake, "expected at most four modifiers, none empty"},
	CodeRevenueMissing:     {mistake, "the revenue code is missing"},
	CodeRevenue:            {mistake, "expected a revenue code of four digits"},
	CodePointer:            {mistake, "expected diagnosis pointers from 1 to 12"},
	CodeFieldSize:          {mistake, "the text or list is longer than any claim's"},
}
