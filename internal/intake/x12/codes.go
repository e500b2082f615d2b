package x12

import "github.com/assize/assize/internal/claim"

// Code names a finding. Codes are stable: acknowledgments and scripts depend on them. A code that looks like an
// element (SE01) is about that element.
type Code string

// Codes of the document and its envelope. They void nothing by themselves except where said.
const (
	CodeEmpty         Code = "EMPTY"
	CodeNotX12        Code = "NOT-X12"
	CodeEncoding      Code = "ENCODING"
	CodeISAUnreadable Code = "ISA-UNREADABLE"
	CodeISALength     Code = "ISA-LENGTH"     // voids the interchange
	CodeISADelimiters Code = "ISA-DELIMITERS" // ends the reading
	CodeISA13         Code = "ISA13"
	CodeISA15         Code = "ISA15" // voids the interchange
	CodeISA15Test     Code = "ISA15-TEST"
	CodeIEA01         Code = "IEA01"
	CodeIEA02         Code = "IEA02"
	CodeIEAMissing    Code = "IEA-MISSING"
	CodeGS01          Code = "GS01"
	CodeGSMissing     Code = "GS-MISSING" // voids the set
	CodeGE01          Code = "GE01"
	CodeGE02          Code = "GE02"
	CodeGEMissing     Code = "GE-MISSING"
	CodeOutside       Code = "SEGMENT-OUTSIDE"
	CodeSegmentLength Code = "SEGMENT-LENGTH"
	CodeUnterminated  Code = "SEGMENT-UNTERMINATED"
	CodeSegmentID     Code = "SEGMENT-ID"
	CodeControl       Code = "CONTROL-CHARACTER"
	CodeCharset       Code = "CHARSET"
)

// Codes of a transaction set. The errors among them void it.
const (
	CodeST02         Code = "ST02"
	CodeST02Repeated Code = "ST02-REPEATED"
	CodeST03         Code = "ST03"
	CodeST03Missing  Code = "ST03-MISSING"
	CodeSE01         Code = "SE01"
	CodeSE02         Code = "SE02"
	CodeSEMissing    Code = "SE-MISSING"
	CodeBHTMissing   Code = "BHT-MISSING"
	CodeBHT04        Code = "BHT04"
	CodeLineOutside  Code = "LINE-OUTSIDE"
)

// Refusal codes: the set is counted and none of its claims is ever eligible.
const (
	RefusalDental           Code = "DENTAL"           // 005010X224
	RefusalPredetermination Code = "PREDETERMINATION" // 005010X291, X292, X293
	RefusalPostAdjudicated  Code = "POST-ADJUDICATED" // 005010X298, X299, X300
	RefusalEncounter        Code = "ENCOUNTER"        // BHT06 RP
	RefusalSubrogation      Code = "SUBROGATION"      // BHT06 31
	RefusalBHT06            Code = "BHT06"            // BHT06 absent or no known value
	RefusalVersion4010      Code = "VERSION-4010"     // 004010...
	RefusalVersion          Code = "VERSION"          // any other version
	RefusalNot837           Code = "NOT-837"          // any other transaction set, or an interchange of TA1 only
)

// Codes of the hierarchy. Errors refuse the claims below the loop.
const (
	CodeHL01              Code = "HL01"
	CodeHL02              Code = "HL02"
	CodeHL03              Code = "HL03"
	CodeHL04              Code = "HL04"
	CodeBillingMissing    Code = "BILLING-MISSING"
	CodeSubscriberMissing Code = "SUBSCRIBER-MISSING"
	CodeSBRMissing        Code = "SBR-MISSING"
	CodeSBR02             Code = "SBR02"
	CodeMemberID          Code = "MEMBER-ID"
	CodePayerMissing      Code = "PAYER-MISSING"
	CodePatientMissing    Code = "PATIENT-MISSING"
	CodePAT01             Code = "PAT01"
	CodeNM101             Code = "NM101"
	CodeNM101Missing      Code = "NM101-MISSING"
	CodeLoopSize          Code = "LOOP-SIZE"
	CodeCurrency          Code = "CUR02"
)

// Codes of a claim. Errors refuse that claim alone.
const (
	CodeCLM01              Code = "CLM01"
	CodeCLM02              Code = "CLM02"
	CodeFacility           Code = "CLM05-1"
	CodeFacilityQualifier  Code = "CLM05-2"
	CodeFrequency          Code = "CLM05-3"
	CodeDate               Code = "DATE"
	CodeDateRange          Code = "DATE-RANGE"
	CodeStatementDates     Code = "STATEMENT-DATES"
	CodeAmount             Code = "AMOUNT"
	CodeAmountRange        Code = "AMOUNT-RANGE"
	CodeAmountNegative     Code = "AMOUNT-NEGATIVE"
	CodeQuantity           Code = "QUANTITY"
	CodeQuantityMissing    Code = "QUANTITY-MISSING"
	CodeUnit               Code = "UNIT"
	CodeHIQualifier        Code = "HI-QUALIFIER"
	CodeHICode             Code = "HI-CODE"
	CodeDiagnosisMissing   Code = "DIAGNOSIS-MISSING"
	CodeAdjustmentGroup    Code = "CAS01"
	CodeAdjustmentReason   Code = "CAS-REASON"
	CodeClaimSize          Code = "CLAIM-SIZE"
	CodeLinesMissing       Code = "LINES-MISSING"
	CodeLinesTooMany       Code = "LINES-TOO-MANY"
	CodeSum                Code = "SUM"
	CodeLX01               Code = "LX01"
	CodeLXMissing          Code = "LX-MISSING"
	CodeServiceMissing     Code = "SV-MISSING"
	CodeServiceType        Code = "SV-TYPE"
	CodeLineCharge         Code = "LINE-CHARGE"
	CodeLineDate           Code = "LINE-DATE"
	CodeProcedureMissing   Code = "PROCEDURE-MISSING"
	CodeProcedureQualifier Code = "PROCEDURE-QUALIFIER"
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

// Words says what a code means, for people; "" of a code that is none.
func (c Code) Words() string { return findings[c].text }

// findings is read only.
var findings = map[Code]finding{
	CodeEmpty:         {mistake, "the document is empty"},
	CodeNotX12:        {mistake, "an X12 document begins with an ISA segment"},
	CodeEncoding:      {mistake, "the document is UTF-16 or UTF-32; expected single bytes or UTF-8"},
	CodeISAUnreadable: {mistake, "ISA does not have its 16 elements, so the delimiters are unknown; nothing after it was read"},
	CodeISALength:     {mistake, "ISA is not of its fixed width of 106 characters; the interchange is refused"},
	CodeISADelimiters: {mistake, "the delimiters ISA declares are not four distinct signs; nothing after it was read"},
	CodeISA13:         {notice, "expected a control number of nine digits"},
	CodeISA15:         {mistake, "invalid test indicator value (TA105 020): expected P, production data; the interchange is refused"},
	CodeISA15Test:     {notice, "a test interchange (ISA15 T): production refuses it, a demonstration takes it"},
	CodeIEA01:         {mistake, "the count of functional groups is not the number received"},
	CodeIEA02:         {mistake, "the control number differs from ISA13"},
	CodeIEAMissing:    {mistake, "the interchange ends without IEA; complete transaction sets are kept"},
	CodeGS01:          {notice, "expected functional group HC for transaction set 837"},
	CodeGSMissing:     {mistake, "the transaction set is in no functional group"},
	CodeGE01:          {mistake, "the count of transaction sets is not the number received"},
	CodeGE02:          {mistake, "the control number differs from GS06"},
	CodeGEMissing:     {mistake, "the functional group ends without GE; complete transaction sets are kept"},
	CodeOutside:       {mistake, "the segment is in no transaction set"},
	CodeSegmentLength: {mistake, "the segment is longer than is read; its content was skipped"},
	CodeUnterminated:  {mistake, "the document ends inside this segment"},
	CodeSegmentID:     {mistake, "not a segment that 837 knows"},
	CodeControl:       {mistake, "a control character or NUL stands in the data"},
	CodeCharset:       {notice, "bytes that are not UTF-8 were read as ISO 8859-1"},

	CodeST02:         {mistake, "the transaction set control number is missing"},
	CodeST02Repeated: {mistake, "the control number was used before in this functional group"},
	CodeST03:         {notice, "ST03 differs from GS08; ST03 counts"},
	CodeST03Missing:  {notice, "ST03 is missing; GS08 counts"},
	CodeSE01:         {mistake, "the count of segments is not the number received"},
	CodeSE02:         {mistake, "the control number differs from ST02"},
	CodeSEMissing:    {mistake, "the transaction set ends without SE"},
	CodeBHTMissing:   {mistake, "BHT is missing"},
	CodeBHT04:        {mistake, "expected a date that exists, CCYYMMDD"},
	CodeLineOutside:  {mistake, "a service line belongs to no claim"},

	RefusalDental:           {mistake, "dental claims are counted, not adjudicated"},
	RefusalPredetermination: {mistake, "predeterminations are counted, not adjudicated"},
	RefusalPostAdjudicated:  {mistake, "post-adjudicated reporting is counted, not adjudicated"},
	RefusalEncounter:        {mistake, "encounters are counted, not adjudicated"},
	RefusalSubrogation:      {mistake, "subrogation demands are counted, not adjudicated"},
	RefusalBHT06:            {mistake, "expected CH, RP or 31: only chargeable claims are adjudicated"},
	RefusalVersion4010:      {mistake, "version 4010 is counted, not adjudicated; expected 005010X222A1 or 005010X223A2"},
	RefusalVersion:          {mistake, "an unknown version is counted, not adjudicated; expected 005010X222A1 or 005010X223A2"},
	RefusalNot837:           {mistake, "expected transaction set 837"},

	CodeHL01:              {notice, "HL01 does not count on by one"},
	CodeHL02:              {mistake, "HL02 does not name the loop this one belongs to"},
	CodeHL03:              {mistake, "expected level 20, 22 or 23"},
	CodeHL04:              {notice, "HL04 says otherwise than the loops that follow"},
	CodeBillingMissing:    {mistake, "the billing provider (NM1*85) is missing"},
	CodeSubscriberMissing: {mistake, "the subscriber (HL level 22 with NM1*IL) is missing"},
	CodeSBRMissing:        {mistake, "the subscriber loop has no SBR"},
	CodeSBR02:             {notice, "the claim stands in the subscriber loop, so the subscriber is taken as the patient; SBR02 should be 18"},
	CodeMemberID:          {notice, "the subscriber has no member identifier"},
	CodePayerMissing:      {notice, "the payer (NM1*PR) is missing"},
	CodePatientMissing:    {mistake, "the patient loop has no NM1*QC"},
	CodePAT01:             {notice, "the patient's relationship to the subscriber is missing"},
	CodeNM101:             {notice, "the entity is not one this loop knows; it was not read"},
	CodeNM101Missing:      {mistake, "the entity identifier is missing"},
	CodeLoopSize:          {mistake, "the loop is larger than is read"},
	CodeCurrency:          {mistake, "expected US dollars (USD): amounts in another currency are not adjudicated"},

	CodeCLM01:              {mistake, "the patient control number is missing"},
	CodeCLM02:              {mistake, "the total charge is missing"},
	CodeFacility:           {mistake, "the facility code is missing"},
	CodeFacilityQualifier:  {notice, "expected qualifier B on a professional claim, A on an institutional one"},
	CodeFrequency:          {mistake, "the claim frequency is missing"},
	CodeDate:               {mistake, "expected a date that exists, in the format its qualifier names"},
	CodeDateRange:          {mistake, "the range of dates ends before it begins"},
	CodeStatementDates:     {notice, "the statement dates (DTP*434) are missing; the dates of the lines are taken"},
	CodeAmount:             {mistake, "expected a decimal amount of whole cents"},
	CodeAmountRange:        {mistake, "the amount is larger than any claim's"},
	CodeAmountNegative:     {mistake, "the amount is negative"},
	CodeQuantity:           {mistake, "expected a quantity that is not negative, to a thousandth"},
	CodeQuantityMissing:    {mistake, "the quantity is missing"},
	CodeUnit:               {mistake, "expected unit UN, MJ or DA"},
	CodeHIQualifier:        {notice, "the code list qualifier is not one that is read"},
	CodeHICode:             {mistake, "the code is missing"},
	CodeDiagnosisMissing:   {notice, "the claim has no diagnosis"},
	CodeAdjustmentGroup:    {mistake, "expected group CO, PR, OA or PI"},
	CodeAdjustmentReason:   {mistake, "the adjustment reason is missing"},
	CodeClaimSize:          {mistake, "the claim is larger than is read"},
	CodeLinesMissing:       {mistake, "the claim has no service line"},
	CodeLinesTooMany:       {mistake, "the claim has more service lines than are read"},
	CodeSum:                {mistake, "the charges of the lines do not add up to CLM02"},
	CodeLX01:               {notice, "LX01 does not count from 1 by one"},
	CodeLXMissing:          {mistake, "the service has no LX of its own"},
	CodeServiceMissing:     {mistake, "the line has no service (SV1 or SV2)"},
	CodeServiceType:        {mistake, "expected SV1 on a professional claim, SV2 on an institutional one"},
	CodeLineCharge:         {mistake, "the line's charge is missing"},
	CodeLineDate:           {mistake, "the date of service is missing"},
	CodeProcedureMissing:   {mistake, "the procedure code is missing"},
	CodeProcedureQualifier: {mistake, "expected qualifier HC, HP, ER, IV or WK"},
	CodeRevenueMissing:     {mistake, "the revenue code is missing"},
	CodeRevenue:            {mistake, "expected a revenue code of four digits"},
	CodePointer:            {mistake, "expected diagnosis pointers from 1 to 12"},
	CodeFieldSize:          {mistake, "a text or list of this line, or of the claim or a loop above it, is longer than any claim's"},
}
