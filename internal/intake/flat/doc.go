// Package flat reads claims from two plain formats, in constant memory: NDJSON, one claim.Claim a line, and CSV, one
// service line a row. It is for payers whose front end is not X12; it is no general CSV importer.
//
// Unlike X12 there is no transaction set: every claim stands for itself, and one that is cut off is refused by its
// missing end (JSON), its sum of charges or its missing line end (CSV). A file cut between two claims looks whole.
//
// A text or list longer than any claim's refuses the claim (FIELD-SIZE, see claim.Claim.Oversized), as it does in X12.
//
// # NDJSON
//
// The keys are those of claim.Claim; amounts are whole cents, quantities thousandths, dates "CCYY-MM-DD" or null.
// A key that is unknown, repeated or spelled in another case is an error; one that is left out is absent. Blank lines
// are passed over.
//
// # CSV
//
// RFC 4180, UTF-8, comma, a header row with the names below in any order, every row ended by a line end. Rows that
// follow one another with the same value in column claim are the lines of one claim; the cells about the claim have
// to be equal on all of them. An empty cell is absent. Amounts are dollars ("125.25"), quantities decimals ("2.5"),
// dates CCYY-MM-DD or CCYYMMDD, lists have their items divided by blanks.
//
// About the claim:
//
//	claim*                 any text that tells this claim from its neighbours in the file
//	type*                  professional or institutional
//	patientControlNumber*  charge*  placeOfService*  frequency*   (CLM01, CLM02, CLM05-1, CLM05-3)
//	originalReference      payer claim control number of the claim replaced or voided
//	acceptsAssignment  from  through  admission  admissionType  admissionSource  patientStatus
//	priorAuthorization  referral  drg
//	diagnoses              codes; the first is principal, the next other, unless written role=CODE with role
//	                       principal, other, admitting, reason or external; CODE/Y adds present on admission
//	procedures             ICD-10-PCS codes, the first is principal; CODE@CCYY-MM-DD adds the date
//	responsibility  filingIndicator  relationship  payerName  payerId
//	subscriber…, patient…  MemberId (subscriberMemberId*), Last, First, Middle, BirthDate, Sex, DeathDate, Line1, Line2, City,
//	                       State, Zip; a patient left out whole, with relationship 18 or none, is the subscriber
//	billing…, payTo…, rendering…, referring…, ordering…, supervising…, attending…, operating…, otherOperating…,
//	facility…, purchased…  Npi, TaxId, Taxonomy, Last, First, Line1, Line2, City, State, Zip
//
// About the line:
//
//	line                   its number, checked when given
//	controlNumber  qualifier (HC when a procedure stands without one)  procedure  modifiers  revenue
//	lineCharge*  quantity*  unit*  linePlaceOfService  serviceFrom  serviceThrough  pointers  linePriorAuthorization
//	ndc  nonCovered  lineRenderingNpi  lineRenderingTaxonomy
//
// Columns marked * must be in the header. Other payers' decisions, ICD-9 and several providers of one role need NDJSON.
//
// Findings use the codes of the X12 reader where they mean the same. Problem.Line is the text line, SegmentID the field
// ("lines[0].chargeCents", or the column), which is also named in the text; no value of the document ever is.
package flat
