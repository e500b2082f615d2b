package x12

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// one is the smallest 837P: one claim of one line.
const one = `ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *250310*0915*^*00501*000000001*0*P*:~
GS*HC*SENDER*RECEIVER*20250310*0915*1*X*005010X222A1~
ST*837*0001*005010X222A1~
BHT*0019*00*B1*20250310*0915*CH~
NM1*41*2*SENDER*****46*S1~
NM1*40*2*RECEIVER*****46*R1~
HL*1**20*1~
NM1*85*2*CLINIC*****XX*1234567893~
HL*2*1*22*0~
SBR*P*18*******CI~
NM1*IL*1*SPECIMEN*ADA****MI*M1~
NM1*PR*2*PAYER*****PI*P1~
CLM*PCN1*100***11:B:1*Y*A*Y*Y~
HI*ABK:E119~
LX*1~
SV1*HC:99213*100*UN*1***1~
DTP*472*D8*20250301~
SE*16*0001~
GE*1*1~
IEA*1*000000001~
`

// hospital is the smallest 837I.
var hospital = strings.NewReplacer("X222A1", "X223A2", "11:B:1", "11:A:1", "SV1*HC:99213*100*UN*1***1~\nDTP*472*D8*20250301~",
	"SV2*0120**100*DA*1~", "HI*ABK:E119~", "HI*ABK:E119~\nDTP*434*RD8*20250301-20250302~").Replace(one)

// at shows a problem as its code and place, which is all a test wants to know.
func at(p claim.Problem) string {
	return fmt.Sprintf("%s %d %s %d", p.Code, p.Segment, p.SegmentID, p.Element)
}

func all(list []claim.Problem) []string {
	shown := []string{}
	for _, p := range list {
		shown = append(shown, at(p))
	}
	return shown
}

// problemCase changes a good document in one way and names what must be found.
type problemCase struct {
	name     string
	from     string // the good document; "" is one
	old, new string
	errors   []string // code, segment ordinal, segment id, element
	warnings []string
}

func (c problemCase) run(t *testing.T) (Report, *recorder) {
	t.Helper()
	from := c.from
	if from == "" {
		from = one
	}
	if c.old != "" && !strings.Contains(from, c.old) {
		t.Fatalf("the document does not contain %q", c.old)
	}
	document := strings.Replace(from, c.old, c.new, 1)
	if c.old == "" {
		document = c.new
	}
	report, r := read(t, []byte(document))
	if diff := cmp.Diff(append([]string{}, c.errors...), all(report.Errors)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(append([]string{}, c.warnings...), all(report.Warnings)); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	for _, p := range append(report.Errors, report.Warnings...) {
		if means := findings[Code(p.Code)]; means.severity != p.Severity || means.text != p.Text || means.text == "" {
			t.Errorf("%s: severity %s and text %q, want %s and %q", p.Code, p.Severity, p.Text, means.severity, means.text)
		}
	}
	return report, r
}

// TestGoodDocuments: the documents the other tests break are whole.
func TestGoodDocuments(t *testing.T) {
	for name, document := range map[string]string{"one": one, "hospital": hospital} {
		report, r := read(t, []byte(document))
		if report.Eligible != 1 || report.ErrorsTotal+report.WarningsTotal > 0 || !r.ends[0].Accepted {
			t.Errorf("%s: %d eligible, errors %v, warnings %v", name, report.Eligible, report.Errors, report.Warnings)
		}
	}
}

// TestBadSetIsRejectedWhole: nothing of a set is eligible whose ST..SE does not agree or whose header cannot be trusted.
func TestBadSetIsRejectedWhole(t *testing.T) {
	for _, c := range []problemCase{
		{name: "SE01 too small", old: "SE*16", new: "SE*15", errors: []string{"SE01 18 SE 1"}},
		{name: "SE01 no number", old: "SE*16", new: "SE*", errors: []string{"SE01 18 SE 1"}},
		{name: "segment lost", old: "HI*ABK:E119~\n", new: "", errors: []string{"SE01 17 SE 1"},
			warnings: []string{"DIAGNOSIS-MISSING 13 CLM 0"}},
		{name: "SE02", old: "*0001~\nGE", new: "*0002~\nGE", errors: []string{"SE02 18 SE 2"}},
		{name: "SE missing", old: "SE*16*0001~\n", new: "", errors: []string{"SE-MISSING 18 GE 0"}},
		{name: "ST02 missing", old: "ST*837*0001*", new: "ST*837**", errors: []string{"ST02 3 ST 2", "SE02 18 SE 2"}},
		{name: "no group", old: "GS*HC*SENDER*RECEIVER*20250310*0915*1*X*005010X222A1~\n", new: "",
			errors: []string{"GS-MISSING 2 ST 0", "SEGMENT-OUTSIDE 18 GE 0", "IEA01 19 IEA 1"}},
		{name: "BHT missing", old: "BHT*0019*00*B1*20250310*0915*CH~\n", new: "", errors: []string{"SE01 17 SE 1", "BHT-MISSING 17 SE 0"}},
		{name: "BHT04 no date", old: "*B1*20250310", new: "*B1*20250230", errors: []string{"BHT04 4 BHT 4"}},
		{name: "line of no claim", old: "CLM*PCN1*100***11:B:1*Y*A*Y*Y~\nHI*ABK:E119~", new: "N3*A~\nN4*B~", errors: []string{"LINE-OUTSIDE 16 SV1 0"}},
		{name: "control character in the header", old: "NM1*41*2*SENDER", new: "NM1*41*2*SEN\x00DER", errors: []string{"CONTROL-CHARACTER 5 NM1 3"}},
		{name: "unknown segment in the header", old: "NM1*40", new: "QQ9*40", errors: []string{"SEGMENT-ID 6  0"}},
		{name: "ISA not 106 characters", old: "*SENDER         *", new: "*SENDER*", errors: []string{"ISA-LENGTH 1 ISA 0"}},
		{name: "NUL in ISA", old: "*SENDER         *", new: "*SENDER\x00        *", errors: []string{"CONTROL-CHARACTER 1 ISA 6"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, r := c.run(t)
			if report.Eligible != 0 || report.Accepted != 0 || r.ends[0].Accepted || r.ends[0].Eligible != 0 {
				t.Errorf("%d claims eligible, want none; result %+v", report.Eligible, r.ends[0])
			}
		})
	}
}

// A set behind its group's end has nothing of that group: not its version, its parties or its control numbers.
func TestASetOutsideAGroupHasNothingOfAFormerOne(t *testing.T) {
	from, to := strings.Index(one, "ST*"), strings.Index(one, "GE*")
	outside := strings.Replace(one[from:to], "ST*837*0001*005010X222A1", "ST*837*0001", 1)
	_, r := read(t, []byte(strings.Replace(one, "IEA*1*", outside+"IEA*1*", 1)))
	if len(r.ends) != 2 || !r.ends[0].Accepted || r.ends[1].Accepted {
		t.Fatalf("got %+v, want the first of two sets accepted", r.ends)
	}
	if e := r.ends[1].Envelope; e.Version != "" || e.Group != "" || e.GroupSender != "" || e.GroupReceiver != "" {
		t.Errorf("the set outside is read as of version %q and group %q of %q to %q", e.Version, e.Group, e.GroupSender, e.GroupReceiver)
	}
	for _, p := range r.ends[1].Problems {
		if p.Code == string(CodeST02Repeated) {
			t.Errorf("its control number counts as one of the group's: %+v", p)
		}
	}
}

// TestDamagedEnvelopeKeepsCompleteSets: what is wrong around a set that verified is reported, and the set stays.
func TestDamagedEnvelopeKeepsCompleteSets(t *testing.T) {
	for _, c := range []problemCase{
		{name: "IEA missing", old: "IEA*1*000000001~\n", new: "", errors: []string{"IEA-MISSING 19 GE 0"}},
		{name: "GE and IEA missing", old: "GE*1*1~\nIEA*1*000000001~\n", new: "", errors: []string{"GE-MISSING 18 SE 0", "IEA-MISSING 18 SE 0"}},
		{name: "GE missing", old: "GE*1*1~\n", new: "", errors: []string{"GE-MISSING 19 IEA 0"}},
		{name: "GE01", old: "GE*1*1", new: "GE*2*1", errors: []string{"GE01 19 GE 1"}},
		{name: "GE02", old: "GE*1*1", new: "GE*1*2", errors: []string{"GE02 19 GE 2"}},
		{name: "IEA01", old: "IEA*1*", new: "IEA*3*", errors: []string{"IEA01 20 IEA 1"}},
		{name: "IEA02", old: "IEA*1*000000001", new: "IEA*1*000000002", errors: []string{"IEA02 20 IEA 2"}},
		{name: "leading zeros of a control number mean nothing", old: "GE*1*1", new: "GE*1*0001"},
		{name: "IEA not terminated", old: "IEA*1*000000001~\n", new: "IEA*1*000000001"},
		{name: "cut in IEA", old: "IEA*1*000000001~\n", new: "IEA*1", errors: []string{"SEGMENT-UNTERMINATED 20 IEA 0", "IEA-MISSING 20 IEA 0"}},
		{name: "something after IEA", old: "IEA*1*000000001~\n", new: "IEA*1*000000001~\nNTE*X~\n", errors: []string{"SEGMENT-OUTSIDE 21 NTE 0"}},
		{name: "GS01", old: "GS*HC", new: "GS*HP", warnings: []string{"GS01 3 ST 0"}},
		{name: "ISA13 no number", old: "*000000001*0*P", new: "*00000000A*0*P", errors: []string{"IEA02 20 IEA 2"}, warnings: []string{"ISA13 1 ISA 13"}},
		{name: "ST03 counts", old: "*X*005010X222A1", new: "*X*005010X223A2", warnings: []string{"ST03 3 ST 3"}},
		{name: "ST03 missing", old: "ST*837*0001*005010X222A1", new: "ST*837*0001", warnings: []string{"ST03-MISSING 3 ST 3"}},
		{name: "ISO 8859-1", old: "CLINIC", new: "CL\xCDNICA", warnings: []string{"CHARSET 8 NM1 0"}},
		{name: "UTF-8", old: "CLINIC", new: "CLÍNICA"},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, r := c.run(t)
			if report.Eligible != 1 || !r.ends[0].Accepted {
				t.Errorf("%d claims eligible, want 1; result %+v", report.Eligible, r.ends[0])
			}
			wantName := "CLINIC"
			if strings.Contains(c.name, "8859") || c.name == "UTF-8" {
				wantName = "CLÍNICA"
			}
			if name := r.parsed[0].Claim.Providers[0].Last; name != wantName {
				t.Errorf("the billing provider was read as %q, want %q", name, wantName)
			}
		})
	}
}

// TestOnlyProductionIsAdjudicated: claims of a test interchange are nobody's (ISA15; TA105 020, invalid test indicator value),
// those in another currency would be paid as dollars (CUR02).
func TestOnlyProductionIsAdjudicated(t *testing.T) {
	test := strings.Replace(one, "*0*P*", "*0*T*", 1)
	for _, c := range []struct {
		name, document string
		sandbox        bool
		errors         []string
		warnings       []string
		eligible       int
	}{
		{"test", test, false, []string{"ISA15 1 ISA 15"}, nil, 0},
		{"test in a sandbox", test, true, nil, []string{"ISA15-TEST 1 ISA 15"}, 1},
		{"information", strings.Replace(one, "*0*P*", "*0*I*", 1), true, []string{"ISA15 1 ISA 15"}, nil, 0},
		{"not said", strings.Replace(one, "*0*P*", "*0* *", 1), true, []string{"ISA15 1 ISA 15"}, nil, 0},
		{"production beside a test", test + one, false, []string{"ISA15 1 ISA 15"}, nil, 1},
		{"production", one, false, nil, nil, 1},
		{"Canadian dollars", currency("CUR*85*CAD"), false, []string{"CUR02 8 CUR 2"}, nil, 0},
		{"no currency", currency("CUR*85"), false, []string{"CUR02 8 CUR 2"}, nil, 0},
		{"US dollars", currency("CUR*85*USD"), false, nil, nil, 1},
		{"other dollars on the claim", strings.NewReplacer("LX*1", "CUR*85*AUD~\nLX*1", "SE*16", "SE*17").Replace(one), false, []string{"CUR02 15 CUR 2"}, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r recorder
			report, err := Read(t.Context(), strings.NewReader(c.document), Limits{TakesTests: c.sandbox}, &r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append([]string{}, c.errors...), all(report.Errors)) + cmp.Diff(append([]string{}, c.warnings...), all(report.Warnings)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if report.Eligible != c.eligible || report.Claims != len(r.ends) || (report.Tests > 0) != strings.HasPrefix(c.document, test[:107]) {
				t.Errorf("%d of %d claims eligible, %d tests; want %d", report.Eligible, report.Claims, report.Tests, c.eligible)
			}
		})
	}
}

// currency is a document whose billing provider's loop begins with a segment.
func currency(segment string) string {
	return strings.NewReplacer("HL*1**20*1~\n", "HL*1**20*1~\n"+segment+"~\n", "SE*16", "SE*17").Replace(one)
}

// TestUnreadableDocuments: without delimiters nothing can be read, and that is said with its place.
func TestUnreadableDocuments(t *testing.T) {
	for _, c := range []problemCase{
		{name: "empty", new: "", errors: []string{"EMPTY 1  0"}},
		{name: "blanks", new: " \r\n\t ", errors: []string{"EMPTY 1  0"}},
		{name: "byte order mark only", new: "\xEF\xBB\xBF", errors: []string{"EMPTY 1  0"}},
		{name: "text", new: "Dear Sir or Madam", errors: []string{"NOT-X12 1  0"}},
		{name: "no ISA", new: one[strings.Index(one, "GS*"):], errors: []string{"NOT-X12 1  0"}},
		{name: "binary", new: "\x7fELF\x02\x01\x01\x00\x00", errors: []string{"NOT-X12 1  0"}},
		{name: "UTF-16", new: "\xFF\xFEI\x00S\x00A\x00*\x00", errors: []string{"ENCODING 1  0"}},
		{name: "UTF-16, the other way round", new: "\xFE\xFF\x00I\x00S\x00A\x00*", errors: []string{"ENCODING 1  0"}},
		{name: "UTF-16 without mark, the other way round", new: "I\x00S\x00A\x00*\x00", errors: []string{"ENCODING 1  0"}},
		{name: "UTF-16 without mark", new: "\x00I\x00S\x00A\x00*", errors: []string{"ENCODING 1  0"}},
		{name: "cut in ISA", new: one[:60], errors: []string{"ISA-UNREADABLE 1 ISA 0"}},
		{name: "same delimiter twice", new: strings.Replace(one, "*P*:~", "*P*~~", 1), errors: []string{"ISA-DELIMITERS 1 ISA 0"}},
		{name: "letter as delimiter", new: strings.Replace(one, "*P*:~", "*P*:X", 1), errors: []string{"ISA-DELIMITERS 1 ISA 0"}},
		{name: "second interchange unreadable", new: one + "ISA*1~", errors: []string{"ISA-UNREADABLE 21 ISA 0"}},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t) })
	}
}
