package flat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// sample is a professional claim that uses every CSV column group.
func sample() claim.Claim {
	person := claim.Person{
		MemberID: "H1", Last: "TESTOVA", First: "ZELDA", Middle: "Q", BirthDate: 19790131, Sex: "F",
		Address: claim.Address{Line1: "7 BIRCH LANE", City: "ANYVILLE", State: "OH", ZIP: "44002"},
	}
	return claim.Claim{
		Type: claim.Professional, PatientControlNumber: "PCN, \"1\"", Charge: 18525, PlaceOfService: "11", Frequency: "1", AcceptsAssignment: "A",
		From: 20250303, Through: 20250305, PriorAuthorization: "AUTH-1", Responsibility: "P", FilingIndicator: "CI", Relationship: "19",
		Diagnoses: []claim.Diagnosis{
			{Code: "E119", Role: claim.Principal}, {Code: "I10", Role: claim.Other}, {Code: "R1031", Role: claim.Admitting, PresentOnAdmission: "Y"},
		},
		Procedures:  []claim.Procedure{{Code: "0DTJ4ZZ", Date: 20250304, Principal: true}, {Code: "3E0T3BZ"}},
		Destination: claim.Organization{Name: "HARBOR", ID: "P1"}, Subscriber: person,
		Patient: claim.Person{Last: "TESTOVA", First: "LENI", BirthDate: 20150606, Sex: "F", DeathDate: 20250401},
		Providers: []claim.Provider{
			{Role: claim.Billing, NPI: "1234567893", TaxID: "34", Taxonomy: "261Q", Last: "CLINIC", Address: claim.Address{Line1: "1 A", Line2: "B", City: "C", State: "OH", ZIP: "1"}},
			{Role: claim.Rendering, NPI: "1679576722", Last: "HEALER", First: "IDA"},
		},
		OtherPayers: []claim.OtherPayer{},
		Lines: []claim.Line{
			{Number: 1, ControlNumber: "A", Qualifier: "HC", Procedure: "99213", Modifiers: []string{"25", "59"}, Charge: 12525, Quantity: 1000, Unit: claim.Units,
				PlaceOfService: "11", From: 20250303, Through: 20250303, DiagnosisPointers: []int{1, 2}, Providers: []claim.Provider{}, OtherPayments: []claim.LinePayment{}},
			{Number: 2, Qualifier: "HC", Procedure: "J1815", Modifiers: []string{}, Charge: 6000, Quantity: 2500, Unit: claim.Units, PlaceOfService: "12",
				From: 20250304, Through: 20250305, DiagnosisPointers: []int{1}, NDC: "00002751001", PriorAuthorization: "AUTH-2",
				Providers: []claim.Provider{{Role: claim.Rendering, NPI: "1457399997", Taxonomy: "207Q"}}, OtherPayments: []claim.LinePayment{}},
		},
	}
}

// stay is an institutional claim with another payer.
func stay() claim.Claim {
	c := sample()
	c.Type, c.DRG, c.Admission, c.PatientStatus = claim.Institutional, "343", 20250303, "01"
	c.Patient, c.Relationship = c.Subscriber, "18"
	c.Diagnoses[1].ICD9 = true
	c.OtherPayers = []claim.OtherPayer{{
		Responsibility: "P", Payer: claim.Organization{ID: "X"}, Paid: 100, Decided: 20250501,
		Adjustments: []claim.Adjustment{{Group: claim.CO, CARC: "45", Amount: -5}},
	}}
	c.Lines = c.Lines[:1]
	c.Lines[0].Revenue, c.Lines[0].NonCovered, c.Charge = "0120", 55, 12525
	c.Lines[0].OtherPayments = []claim.LinePayment{{PayerID: "X", Paid: 3, Procedure: "99213", Quantity: 1000, Adjustments: []claim.Adjustment{}}}
	return c
}

type recorder struct{ parsed []*Parsed }

func (r *recorder) Claim(p *Parsed) error {
	r.parsed = append(r.parsed, p)
	return nil
}

func (r *recorder) claims() []claim.Claim {
	var list []claim.Claim
	for _, p := range r.parsed {
		list = append(list, p.Claim)
	}
	return list
}

// reader is one of the two formats.
type reader func(context.Context, io.Reader, Limits, Handler) (Report, error)

func read(t testing.TB, format reader, document string, limits Limits) (Report, *recorder) {
	t.Helper()
	var r recorder
	report, err := format(context.Background(), strings.NewReader(document), limits, &r)
	if err != nil {
		t.Fatal(err)
	}
	return report, &r
}

func ndjson(t testing.TB, claims ...claim.Claim) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteNDJSON(&b, claims...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func csvOf(t testing.TB, claims ...claim.Claim) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteCSV(&b, claims...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// all shows problems as code, text line and field.
func all(list []claim.Problem) []string {
	shown := []string{}
	for _, p := range list {
		shown = append(shown, strings.TrimSpace(fmt.Sprintf("%s %d %s", p.Code, p.Line, p.SegmentID)))
	}
	return shown
}

// TestNDJSONRoundTrip: what is written is read again, everything of it, and the slice of each claim too.
func TestNDJSONRoundTrip(t *testing.T) {
	want := []claim.Claim{sample(), stay(), sample()}
	for name, document := range map[string]string{
		"as written": ndjson(t, want...), "byte order mark": "\xEF\xBB\xBF" + ndjson(t, want...),
		"CRLF, blank lines": strings.ReplaceAll(ndjson(t, want...), "\n", "\r\n\r\n"), "no last line end": strings.TrimSpace(ndjson(t, want...)),
	} {
		report, r := read(t, ReadNDJSON, document, Limits{})
		if diff := cmp.Diff(want, r.claims()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if report.Eligible != 3 || report.Lines != 5 || report.ErrorsTotal+report.WarningsTotal != 0 {
			t.Errorf("%s: report %+v", name, report)
		}
		for i, p := range r.parsed {
			_, again := read(t, ReadNDJSON, string(p.Slice), Limits{})
			if diff := cmp.Diff(want[i:i+1], again.claims()); diff != "" {
				t.Errorf("%s: slice %d (-want +got):\n%s", name, i, diff)
			}
		}
	}
}

// TestCSVRoundTrip: as for NDJSON, of the claims CSV has columns for.
func TestCSVRoundTrip(t *testing.T) {
	second := sample()
	second.Patient, second.Relationship = second.Subscriber, "18"
	want := []claim.Claim{sample(), second}
	for name, document := range map[string]string{
		"as written": csvOf(t, want...), "byte order mark": "\xEF\xBB\xBF" + csvOf(t, want...), "CRLF": strings.ReplaceAll(csvOf(t, want...), "\n", "\r\n"),
	} {
		report, r := read(t, ReadCSV, document, Limits{})
		if diff := cmp.Diff(want, r.claims()); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%v", name, diff, report.Errors)
		}
		if report.Eligible != 2 || report.Lines != 4 || report.Segments != 4 || report.ErrorsTotal+report.WarningsTotal != 0 {
			t.Errorf("%s: report %+v", name, report)
		}
		for i, p := range r.parsed {
			_, again := read(t, ReadCSV, string(p.Slice), Limits{})
			if diff := cmp.Diff(want[i:i+1], again.claims()); diff != "" {
				t.Errorf("%s: slice %d (-want +got):\n%s", name, i, diff)
			}
		}
	}
	if err := WriteCSV(io.Discard, stay()); claim.KindOf(err) != claim.Invalid {
		t.Errorf("a claim without columns: error %v, want one of kind Invalid", err)
	}
}

// TestWhatIsInheritedIsFilledIn: a short claim gets what the X12 reader would give it.
func TestWhatIsInheritedIsFilledIn(t *testing.T) {
	document := `claim,type,patientControlNumber,charge,placeOfService,frequency,subscriberMemberId,billingNpi,diagnoses,procedure,lineCharge,quantity,unit,serviceFrom
1,professional, P1 ,30,11,1,M1,1234567893,e11.9 i10,99213,10,1,un,20250302
1,professional,P1,30,11,1,M1,1234567893,e11.9 i10,99214,20,1,UN,2025-03-01
`
	report, r := read(t, ReadCSV, document, Limits{})
	if report.Eligible != 1 {
		t.Fatalf("report %+v", report)
	}
	c := r.parsed[0].Claim
	got := []any{c.PatientControlNumber, c.From, c.Through, c.Patient.MemberID, c.Relationship, c.Diagnoses[0].Code, c.Diagnoses[1].Role, c.Lines[1].Number, c.Lines[0].Qualifier, c.Lines[0].Unit, c.Lines[1].PlaceOfService}
	want := []any{"P1", claim.Date(20250301), claim.Date(20250302), "M1", "18", "E119", claim.Other, 2, "HC", claim.Units, "11"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestBadJSONIsRefusedAlone: each fault is found at its field, and the claims around it stay.
func TestBadJSONIsRefusedAlone(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"cut off", `"lines":`, "\n", "SYNTAX"},
		{"no object", `{"type"`, `[{"type"`, "FIELD-TYPE 2"},
		{"second value", `{"type"`, `{} {"type"`, "SYNTAX 2"},
		{"unknown key", `"charge`, `"chargez":1,"charge`, "FIELD-UNKNOWN 2"},
		{"unknown key inside", `"procedure"`, `"code":1,"procedure"`, "FIELD-UNKNOWN 2 lines[0]"},
		{"repeated key", `"type":`, `"type":"institutional","type":`, "FIELD-REPEATED 2 type"},
		{"other case", `"chargeCents"`, `"ChargeCents"`, "FIELD-UNKNOWN 2"},
		{"NUL", `TESTOVA`, `TEST\u0000VA`, "CONTROL-CHARACTER 2 subscriber.last"},
		{"not UTF-8", `TESTOVA`, "TEST\xFFVA", "ENCODING 2"},
		{"amount as text", `"chargeCents":18525`, `"chargeCents":"18525"`, "FIELD-TYPE 2 chargeCents"},
		{"amount as fraction", `"chargeCents":12525`, `"chargeCents":125.25`, "FIELD-TYPE 2 lines[0].chargeCents"},
		{"date that does not exist", `"from":"2025-03-03"`, `"from":"2025-02-30"`, "DATE 2 from"},
		{"date in a line", `"through":"2025-03-03"`, `"through":20250303`, "DATE 2 lines[0].through"},
		{"amount negative", `"chargeCents":12525`, `"chargeCents":-12525`, "AMOUNT-NEGATIVE 2 lines[0].chargeCents"},
		{"amount overflow", `"chargeCents":12525`, `"chargeCents":9223372036854775807`, "AMOUNT-RANGE 2 lines[0].chargeCents"},
		{"amount past int64", `"chargeCents":12525`, `"chargeCents":9223372036854775808`, "FIELD-TYPE 2 lines[0].chargeCents"},
		{"sum", `"chargeCents":18525`, `"chargeCents":18526`, "SUM 2 chargeCents"},
		{"type", `"professional"`, `"dental"`, "TYPE 2 type"},
		{"control number", `"patientControlNumber":"PCN, \"1\""`, `"patientControlNumber":" "`, "CLM01 2 patientControlNumber"},
		{"facility", `"placeOfService":"11"`, `"placeOfService":""`, "CLM05-1 2 placeOfService"},
		{"frequency", `"frequency":"1"`, `"frequency":null`, "CLM05-3 2 frequency"},
		{"procedure", `"procedure":"99213"`, `"procedure":""`, "PROCEDURE-MISSING 2 lines[0].procedure"},
		{"qualifier", `"qualifier":"HC"`, `"qualifier":"XX"`, "PROCEDURE-QUALIFIER 2 lines[0].qualifier"},
		{"revenue", `"professional"`, `"institutional"`, "REVENUE-MISSING 2 lines[0].revenue"},
		{"unit", `"unit":"UN"`, `"unit":""`, "UNIT 2 lines[0].unit"},
		{"quantity", `"quantityThousandths":1000`, `"quantityThousandths":-1`, "QUANTITY 2 lines[0].quantityThousandths"},
		{"line date", `"from":"2025-03-03","through":"2025-03-03"`, `"from":null,"through":null`, "LINE-DATE 2 lines[0].from"},
		{"range", `"from":"2025-03-04"`, `"from":"2025-03-09"`, "DATE-RANGE 2 lines[1].through"},
		{"modifiers", `["25","59"]`, `["25","59","1","2","3"]`, "MODIFIERS 2 lines[0].modifiers"},
		{"pointer", `[1,2]`, `[1,13]`, "POINTER 2 lines[0].diagnosisPointers"},
		{"pointers", `[1,2]`, `[1` + strings.Repeat(",1", 140_000) + `]`, "FIELD-SIZE 2 lines[0].diagnosisPointers"},
		{"long code", `"procedure":"99213"`, `"procedure":"` + strings.Repeat("9", 81) + `"`, "FIELD-SIZE 2 lines[0].procedure"},
		{"long name", `TESTOVA`, strings.Repeat("É", 161), "FIELD-SIZE 2 subscriber.last"},
		{"line number", `"number":2`, `"number":3`, "LX01 2 lines[1].number"},
		{"diagnosis role", `"role":"principal"`, `"role":"chief"`, "HI-QUALIFIER 2 diagnoses[0].role"},
		{"diagnosis code", `"code":"E119"`, `"code":"."`, "HI-CODE 2 diagnoses[0].code"},
		{"provider role", `"role":"rendering","npi":"1679576722"`, `"role":"cook","npi":"1679576722"`, "NM101 2 providers[1].role"},
		{"billing", `"role":"billing"`, `"role":"payTo"`, "BILLING-MISSING 2 providers"},
		{"nesting", `"lines":[`, `"lines":[` + strings.Repeat("[", 100000), "FIELD-TYPE 2 lines"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := strings.Replace(ndjson(t, sample()), c.old, c.new, 1)
			if bad == ndjson(t, sample()) {
				t.Fatalf("the claim does not contain %q", c.old)
			}
			report, r := read(t, ReadNDJSON, ndjson(t, sample())+bad+ndjson(t, stay()), Limits{})
			if c.want == "SYNTAX" { // one line became two
				if report.ErrorsTotal != 2 || report.Errors[0].Line != 2 || report.Errors[1].Line != 3 || report.Eligible != 2 {
					t.Errorf("errors %v, %d eligible", report.Errors, report.Eligible)
				}
				return
			}
			if len(report.Errors) == 0 || !strings.HasPrefix(all(report.Errors)[0], c.want) {
				t.Errorf("errors %v, want %s first", all(report.Errors), c.want)
			}
			if report.Claims != 3 || report.Eligible != 2 || !r.parsed[1].Refused || r.parsed[0].Refused || r.parsed[2].Refused {
				t.Errorf("%d claims, %d eligible; want 3 and 2", report.Claims, report.Eligible)
			}
			for _, p := range report.Errors {
				if means := findings[Code(p.Code)]; means.severity != p.Severity || !strings.HasSuffix(p.Text, means.text) || p.Claim != 2 {
					t.Errorf("problem %+v", p)
				}
			}
		})
	}
}

// TestBadCSVIsRefusedAlone: rows that cannot be read refuse the claims they may have belonged to, and no other.
func TestBadCSVIsRefusedAlone(t *testing.T) {
	good := csvOf(t, sample(), sample(), sample())
	rows := strings.SplitAfter(good, "\n")
	const first = 3 // rows[3], text line 4, is the first row of the second claim
	for _, c := range []struct {
		name     string
		row      int
		old, new string
		eligible int
		want     []string
	}{
		{"too few fields", first, ",", "", 1, []string{"FIELD-COUNT 4", "ROW-BEFORE 5"}},
		{"bare quote", first + 1, "J1815", `J"1815`, 1, []string{"SYNTAX 5", "ROW-BEFORE 6"}},
		{"claim column empty", first + 1, "2,", ",", 1, []string{"SYNTAX 5 claim", "ROW-BEFORE 6"}},
		{"differs", first + 1, "185.25", "185.26", 2, []string{"FIELD-DIFFERS 5 charge"}},
		{"amount", first, ",125.25,", ",125.255,", 2, []string{"AMOUNT 4 lineCharge"}},
		{"amount out of range", first, ",125.25,", ",99999999999999,", 2, []string{"AMOUNT-RANGE 4 lineCharge"}},
		{"charge missing", first, ",125.25,", ",,", 2, []string{"LINE-CHARGE 4 lineCharge"}},
		{"date", first, "2025-03-03,2025-03-03", "2025-02-30,2025-03-03", 2, []string{"DATE 4 serviceFrom"}},
		{"control character", first, "ZELDA", "ZEL\x00DA", 2, []string{"CONTROL-CHARACTER 4 subscriberFirst", "FIELD-DIFFERS 5 subscriberFirst"}},
		{"not UTF-8", first, "ZELDA", "ZEL\xFFDA", 2, []string{"ENCODING 4 subscriberFirst", "FIELD-DIFFERS 5 subscriberFirst"}},
		{"row lost", first + 1, rows[first+1], "", 2, []string{"SUM 4 chargeCents"}},
		{"last line end lost", 6, "\n", "", 2, []string{"UNTERMINATED 7"}},
		{"nothing changed", first, "2,", "2,", 3, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := append([]string{}, rows...)
			if !strings.Contains(changed[c.row], c.old) {
				t.Fatalf("row %q does not contain %q", changed[c.row], c.old)
			}
			changed[c.row] = strings.Replace(changed[c.row], c.old, c.new, 1)
			report, _ := read(t, ReadCSV, strings.Join(changed, ""), Limits{})
			for _, want := range c.want {
				found := false
				for _, got := range all(report.Errors) {
					found = found || got == want
				}
				if !found {
					t.Errorf("errors %v, want %s", all(report.Errors), want)
				}
			}
			if report.Eligible != c.eligible {
				t.Errorf("%d eligible, want %d; errors %v", report.Eligible, c.eligible, all(report.Errors))
			}
		})
	}
}

// TestHeaderIsChecked: without the required columns nothing is read; unknown ones may be misspelt ones.
func TestHeaderIsChecked(t *testing.T) {
	good := csvOf(t, sample())
	for _, c := range []struct{ name, document, want string }{
		{"empty", "", "EMPTY 1"},
		{"no rows", good[:strings.Index(good, "\n")+1], "EMPTY 1"},
		{"column missing", strings.Replace(good, "lineCharge", "ndc", 1), "FIELD-MISSING 1 lineCharge"},
		{"group missing", strings.Replace(good, "claim,", "line,", 1), "FIELD-MISSING 1 claim"},
		{"column unknown", strings.Replace(good, "linePriorAuthorization", "secret", 1), "FIELD-UNKNOWN 1 column"},
		{"column repeated", strings.Replace(good, "through,", "from,", 1), "FIELD-REPEATED 1 from"},
		{"binary", "\x00\x01\x02\n", "FIELD-MISSING 1 claim"},
	} {
		report, r := read(t, ReadCSV, c.document, Limits{})
		if !strings.Contains(strings.Join(all(report.Errors), "\n"), c.want) || len(r.parsed) != 0 || strings.Contains(fmt.Sprint(report.Errors), "secret") {
			t.Errorf("%s: errors %v, %d claims", c.name, all(report.Errors), len(r.parsed))
		}
	}
	if !IsHeader([]byte(good)) || !IsHeader([]byte(good[:300])) || IsHeader([]byte("ISA*00*")) || IsHeader([]byte("a,b,c\n")) || IsHeader(nil) {
		t.Error("IsHeader does not tell our CSV from other text")
	}
}

// TestLimits: long lines, endless cells and many lines are errors, and are not held in memory.
func TestLimits(t *testing.T) {
	long := strings.Repeat("X", 5000)
	report, r := read(t, ReadNDJSON, `{"x":"`+long+"\"}\n"+ndjson(t, sample()), Limits{LineBytes: 4500})
	if report.Errors[0].Code != string(CodeLineLength) || report.Eligible != 1 || len(r.parsed) != 2 {
		t.Errorf("long line: errors %v", report.Errors)
	}
	report, _ = read(t, ReadNDJSON, ndjson(t, sample(), sample()), Limits{ClaimLines: 1, Problems: 1})
	if report.Errors[0].Code != string(CodeLinesTooMany) || len(report.Errors) != 1 || report.ErrorsTotal != 2 {
		t.Errorf("many lines: errors %v of %d", report.Errors, report.ErrorsTotal)
	}
	report, _ = read(t, ReadCSV, csvOf(t, sample()), Limits{ClaimLines: 1})
	if report.Errors[0].Code != string(CodeLinesTooMany) || report.Lines != 2 || report.Eligible != 0 {
		t.Errorf("many rows: errors %v, %d lines", report.Errors, report.Lines)
	}
	endless := csvOf(t, sample()) + "2,\"" + strings.Repeat(long+"\n", 1000)
	report, _ = read(t, ReadCSV, endless, Limits{LineBytes: 20000})
	if !strings.Contains(strings.Join(all(report.Errors), "\n"), "LINE-LENGTH 4") || report.Eligible != 0 {
		t.Errorf("endless cell: errors %v, %d eligible", all(report.Errors), report.Eligible)
	}
}

// TestOnlyOutsideErrorsAreReturned: of the reader, the context and the handler.
func TestOnlyOutsideErrorsAreReturned(t *testing.T) {
	broken := errors.New("disk on fire")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, format := range map[string]reader{"ndjson": ReadNDJSON, "csv": ReadCSV} {
		document := map[string]string{"ndjson": ndjson(t, sample()), "csv": csvOf(t, sample())}[name]
		if _, err := format(context.Background(), iotest.ErrReader(broken), Limits{}, nil); !errors.Is(err, broken) {
			t.Errorf("%s, reader: error %v", name, err)
		}
		if _, err := format(cancelled, strings.NewReader(document), Limits{}, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, context: error %v", name, err)
		}
		if _, err := format(context.Background(), strings.NewReader(document), Limits{}, failing{broken}); !errors.Is(err, broken) {
			t.Errorf("%s, handler: error %v", name, err)
		}
		report, err := format(context.Background(), iotest.OneByteReader(strings.NewReader(document)), Limits{}, nil)
		if err != nil || report.Eligible != 1 {
			t.Errorf("%s, byte by byte: %d eligible, error %v", name, report.Eligible, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Claim(*Parsed) error { return f.err }
