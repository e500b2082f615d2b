package x12

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// TestOtherKindsAreCountedAndRefused: dental, predetermination, reporting, encounters, 4010, unknown versions.
func TestOtherKindsAreCountedAndRefused(t *testing.T) {
	version := func(v string) string { return strings.ReplaceAll(one, "005010X222A1", v) }
	for _, c := range []struct {
		name, document string
		kind           Kind
		want           Code
		place          string
	}{
		{"dental", strings.ReplaceAll(version("005010X224A2"), "SV1*HC", "SV3*AD"), KindDental, RefusalDental, "DENTAL 3 ST 3"},
		{"predetermination P", version("005010X291"), KindPredeterminationProfessional, RefusalPredetermination, "PREDETERMINATION 3 ST 3"},
		{"predetermination I", version("005010X292"), KindPredeterminationInstitutional, RefusalPredetermination, "PREDETERMINATION 3 ST 3"},
		{"predetermination D", version("005010X293"), KindPredeterminationDental, RefusalPredetermination, "PREDETERMINATION 3 ST 3"},
		{"post-adjudicated P", version("005010X298"), KindPostAdjudicated, RefusalPostAdjudicated, "POST-ADJUDICATED 3 ST 3"},
		{"post-adjudicated I", version("005010X299"), KindPostAdjudicated, RefusalPostAdjudicated, "POST-ADJUDICATED 3 ST 3"},
		{"post-adjudicated D", version("005010X300"), KindPostAdjudicated, RefusalPostAdjudicated, "POST-ADJUDICATED 3 ST 3"},
		{"4010", strings.Replace(version("004010X098A1"), "ST*837*0001*004010X098A1", "ST*837*0001", 1), Kind837, RefusalVersion4010, "VERSION-4010 3 ST 0"},
		{"unknown addendum", version("005010X222A3"), Kind837, RefusalVersion, "VERSION 3 ST 3"},
		{"6020", version("006020X323"), Kind837, RefusalVersion, "VERSION 3 ST 3"},
		{"bare 5010", version("005010"), Kind837, RefusalVersion, "VERSION 3 ST 3"},
		{"encounter", strings.Replace(one, "*CH~", "*RP~", 1), KindProfessional, RefusalEncounter, "ENCOUNTER 4 BHT 6"},
		{"subrogation", strings.Replace(one, "*CH~", "*31~", 1), KindProfessional, RefusalSubrogation, "SUBROGATION 4 BHT 6"},
		{"BHT06 unknown", strings.Replace(one, "*CH~", "*ZZ~", 1), KindProfessional, RefusalBHT06, "BHT06 4 BHT 6"},
		{"BHT06 absent", strings.Replace(one, "*CH~", "~", 1), KindProfessional, RefusalBHT06, "BHT06 4 BHT 6"},
	} {
		t.Run(c.name, func(t *testing.T) {
			report, r := read(t, []byte(c.document))
			if diff := cmp.Diff([]string{c.place}, all(report.Errors)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if report.Kind != c.kind || report.RefusalCode != c.want {
				t.Errorf("kind %q refused by %q, want %q by %q", report.Kind, report.RefusalCode, c.kind, c.want)
			}
			if report.Claims != 1 || report.Lines != 1 || report.Segments != 20 {
				t.Errorf("counted %d claims, %d lines, %d segments; want 1, 1, 20", report.Claims, report.Lines, report.Segments)
			}
			if report.Eligible != 0 || len(r.parsed) != 0 || r.ends[0].Accepted {
				t.Errorf("%d eligible, %d delivered, accepted %t; want nothing", report.Eligible, len(r.parsed), r.ends[0].Accepted)
			}
			if diff := cmp.Diff([]Refusal{{Code: c.want, Transactions: 1}}, report.Refusals); diff != "" {
				t.Errorf("refusals (-want +got):\n%s", diff)
			}
		})
	}
}

// TestOtherTransactionSetsAreRefused: what is no 837 is told by its number.
func TestOtherTransactionSetsAreRefused(t *testing.T) {
	document := strings.Replace(one, "ST*837*0001*005010X222A1", "ST*835*0001*005010X221A1", 1)
	report, r := read(t, []byte(document))
	if report.Kind != "835" || report.RefusalCode != RefusalNot837 || len(r.parsed) != 0 || report.Claims != 0 {
		t.Errorf("kind %s, refused by %s, %d claims", report.Kind, report.RefusalCode, report.Claims)
	}
	acknowledgment := one[:107] + "TA1*000000001*250310*0915*A*000~IEA*0*000000001~"
	report, _ = read(t, []byte(acknowledgment))
	if report.Kind != KindTA1 || report.RefusalCode != RefusalNot837 {
		t.Errorf("TA1: kind %s, refused by %s", report.Kind, report.RefusalCode)
	}
}

// TestManySetsInOneDocument: each set is judged by itself, delimiters may change between interchanges.
func TestManySetsInOneDocument(t *testing.T) {
	bad := strings.ReplaceAll(strings.Replace(one, "SE*16", "SE*99", 1), "000000001", "000000002")
	other := strings.NewReplacer("*", "|", ":", ">", "~\n", "!", "000000001", "000000003").Replace(hospital)
	dental := strings.ReplaceAll(one, "005010X222A1", "005010X224A2")
	report, r := read(t, []byte(one+"\xEF\xBB\xBF"+bad+other+dental))
	want := []bool{true, false, true, false}
	for i, end := range r.ends {
		if end.Accepted != want[i] || end.Position != i+1 {
			t.Errorf("set %d at position %d: accepted %t, want %t", i+1, end.Position, end.Accepted, want[i])
		}
	}
	if report.Interchanges != 4 || report.Transactions != 4 || report.Claims != 4 || report.Eligible != 2 || report.Accepted != 2 {
		t.Errorf("report %+v", report)
	}
	if report.Version != "005010X222A1;005010X223A2;005010X224A2" || report.RefusalCode != RefusalDental {
		t.Errorf("versions %s, refused by %s", report.Version, report.RefusalCode)
	}
	if p := r.parsed[2]; p.Ordinal != 3 || p.Claim.Type != claim.Institutional {
		t.Errorf("third claim has ordinal %d and type %s", p.Ordinal, p.Claim.Type)
	}
	if end := r.ends[2]; end.Interchange != "000000003" || end.Sender != "SENDER" || end.Group != "1" || end.Transaction != "0001" ||
		end.Date != 20250310 || end.ClaimOrEncounter != "CH" || end.Submitter != "S1" || end.Usage != "P" {
		t.Errorf("envelope %+v", end.Envelope)
	}
}

// TestRepeatedControlNumberIsRejected: ST02 is unique in its functional group.
func TestRepeatedControlNumberIsRejected(t *testing.T) {
	begin, end := strings.Index(one, "ST*"), strings.Index(one, "GE*")
	set := one[begin:end]
	document := one[:begin] + set + set + strings.Replace(one[end:], "GE*1", "GE*2", 1)
	report, r := read(t, []byte(document))
	if diff := cmp.Diff([]string{"ST02-REPEATED 19 ST 2"}, all(report.Errors)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if !r.ends[0].Accepted || r.ends[1].Accepted {
		t.Errorf("accepted %t and %t, want the first only", r.ends[0].Accepted, r.ends[1].Accepted)
	}
}

// TestPatientsAndSubscribersAreToldApart: a claim inherits from its own loops, never from those before.
func TestPatientsAndSubscribersAreToldApart(t *testing.T) {
	begin, end := strings.Index(one, "CLM*"), strings.Index(one, "SE*16")
	body := one[begin:end]
	child := func(n int, name string) string {
		return fmt.Sprintf("HL*%d*2*23*0~PAT*19~NM1*QC*1*SPECIMEN*%s~DMG*D8*20150101*F~", n, name) + body
	}
	second := "HL*5*1*22*0~SBR*P*18*******CI~NM1*IL*1*OTHER*BO****MI*M2~NM1*PR*2*PAYER*****PI*P1~" + body
	provider := "HL*6**20*1~NM1*85*2*SECOND*****XX*1679576722~HL*7*6*22*0~SBR*S*18*******MB~NM1*IL*1*THIRD*CY****MI*M3~NM1*PR*2*P*****PI*P2~" + body
	document := strings.Replace(one[:begin], "22*0", "22*1", 1) + child(3, "ONE") + child(4, "TWO") + second + provider + one[end:]
	report, r := read(t, []byte(document))
	if diff := cmp.Diff([]string{"SE01"}, []string{report.Errors[0].Code}); diff != "" || report.WarningsTotal != 0 {
		t.Errorf("errors %v, warnings %v", report.Errors, report.Warnings)
	}
	var got []string
	for _, c := range claimsOf(r) {
		got = append(got, fmt.Sprint(c.Subscriber.MemberID, " ", c.Patient.First, " ", c.Patient.BirthDate, " ", c.Relationship, " ", c.Providers[0].Last, " ", c.Responsibility))
	}
	want := []string{"M1 ONE 2015-01-01 19 CLINIC P", "M1 TWO 2015-01-01 19 CLINIC P", "M2 BO  18 CLINIC P", "M3 CY  18 SECOND S"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
}

// TestLimits: what is larger than is read is an error at its place, and memory stays bounded.
func TestLimits(t *testing.T) {
	long := strings.Repeat("X", 1000)
	lines := "SE*16"
	for n := 2; n <= 30; n++ {
		lines = fmt.Sprintf("LX*%d~SV1*HC:99213*0*UN*1***1~DTP*472*D8*20250301~", n) + lines
	}
	for _, c := range []struct {
		name, document string
		limits         Limits
		want           string
	}{
		{"segment", strings.Replace(one, "PCN1", long, 1), Limits{SegmentBytes: 200}, "SEGMENT-LENGTH"},
		{"segment larger than the buffer", strings.Replace(one, "PCN1", strings.Repeat(long, 200), 1), Limits{SegmentBytes: 200}, "SEGMENT-LENGTH"},
		{"claim", strings.Replace(one, "SE*16", lines, 1), Limits{ClaimBytes: 500}, "CLAIM-SIZE"},
		{"loop", strings.Replace(one, "SPECIMEN", long, 1), Limits{ClaimBytes: 500}, "LOOP-SIZE"},
		{"lines", strings.Replace(one, "SE*16", lines, 1), Limits{ClaimLines: 29}, "LINES-TOO-MANY"},
		{"text of a claim", strings.Replace(one, "PCN1", long, 1), Limits{}, "FIELD-SIZE 13 CLM"},
		{"text of a line", strings.Replace(one, "HC:99213", "HC:"+long, 1), Limits{}, "FIELD-SIZE 16 SV1"},
		{"diagnoses", strings.Replace(one, "HI*", strings.Repeat("HI*ABF:A00~", 101)+"HI*", 1), Limits{}, "FIELD-SIZE 13 CLM"},
	} {
		var r recorder
		report, err := Read(context.Background(), strings.NewReader(c.document), c.limits, &r)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(all(report.Errors), "\n"), c.want) {
			t.Errorf("%s: errors %v, want %s", c.name, report.Errors, c.want)
		}
		if report.Eligible != 0 || len(r.parsed) != 1 || !r.parsed[0].Refused {
			t.Errorf("%s: %d eligible", c.name, report.Eligible)
		}
		if report.Lines != strings.Count(c.document, "SV1*") {
			t.Errorf("%s: %d lines counted, want %d", c.name, report.Lines, strings.Count(c.document, "SV1*"))
		}
	}
}

// TestListsAreCappedAndCountsAreNot also guards that the lists never share what they hold with the counts.
func TestListsAreCappedAndCountsAreNot(t *testing.T) {
	document := strings.ReplaceAll(string(batch(500)), "HC:99", "XX:99")
	report, err := Read(context.Background(), strings.NewReader(document), Limits{Problems: 10}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Errors) != 10 || report.ErrorsTotal != 2000 {
		t.Errorf("%d errors listed of %d, want 10 of 2000", len(report.Errors), report.ErrorsTotal)
	}
	if report.Claims != 500 || report.Refused != 500 || report.Lines != 2000 {
		t.Errorf("%d claims, %d refused, %d lines", report.Claims, report.Refused, report.Lines)
	}
}

// endless repeats one document without holding it more than once.
type endless struct {
	document []byte
	rest     []byte
	times    int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.times == 0 {
			return 0, io.EOF
		}
		e.times--
		e.rest = e.document
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// TestMemoryDoesNotGrowWithTheDocument reads 1 MB and 100 MB and compares the live heap.
func TestMemoryDoesNotGrowWithTheDocument(t *testing.T) {
	head, body, _ := strings.Cut(string(batch(1)), "HL*2")
	body = "HL*2" + body[:strings.Index(body, "SE*")]
	live := func(times int) uint64 {
		r := io.MultiReader(strings.NewReader(head), &endless{document: []byte(body), times: times})
		d := newDocument(context.Background(), r, Limits{}.orDefault(), &counter{})
		if err := d.run(); err != nil {
			t.Fatal(err)
		}
		if d.report.Claims != times {
			t.Fatalf("read %d claims, want %d", d.report.Claims, times)
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		runtime.KeepAlive(d)
		return m.HeapAlloc
	}
	small, large := live(1000), live(100_000)
	if large > small+1<<20 {
		t.Errorf("%d bytes live after 1,000 claims, %d after 100,000", small, large)
	}
}

// TestReadReturnsOnlyOutsideErrors: of the reader, the context and the handler.
func TestReadReturnsOnlyOutsideErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	if _, err := Read(context.Background(), iotest.ErrReader(broken), Limits{}, nil); !errors.Is(err, broken) {
		t.Errorf("reader: error %v", err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(cancelled, strings.NewReader(one), Limits{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("context: error %v", err)
	}
	if _, err := Read(context.Background(), strings.NewReader(one), Limits{}, failing{claim: broken}); !errors.Is(err, broken) {
		t.Errorf("handler of claims: error %v", err)
	}
	if _, err := Read(context.Background(), strings.NewReader(one), Limits{}, failing{end: broken}); !errors.Is(err, broken) {
		t.Errorf("handler of sets: error %v", err)
	}
	report, err := Read(context.Background(), iotest.OneByteReader(strings.NewReader(one)), Limits{}, nil)
	if err != nil || report.Eligible != 1 {
		t.Errorf("byte by byte: %d eligible, error %v", report.Eligible, err)
	}
}

type failing struct{ claim, end error }

func (f failing) Claim(*Parsed) error                    { return f.claim }
func (f failing) TransactionEnd(TransactionResult) error { return f.end }

// TestTextsQuoteNothing: no problem of a document full of one word shows that word.
func TestTextsQuoteNothing(t *testing.T) {
	const secret = "ZYXWV"
	for _, c := range claimCases() {
		document := strings.NewReplacer("SPECIMEN", secret, "PCN1", secret, "HI*", secret+"*", "000000001*0*P", secret+"000000*0*P",
			"0001*005010X222A1", secret+secret+"*005010X222A1", "E119", secret).Replace(one)
		document = strings.Replace(document, c.old, c.new, 1)
		report, r := read(t, []byte(document))
		problems := append(report.Errors, report.Warnings...)
		for _, p := range r.parsed {
			problems = append(problems, p.Problems...)
		}
		for _, p := range problems {
			if strings.Contains(fmt.Sprintf("%+v", p), secret) {
				t.Fatalf("%s: a problem quotes the document: %+v", c.name, p)
			}
		}
	}
}

// TestEveryCodeHasAMeaning compares the constants of codes.go with the table.
func TestEveryCodeHasAMeaning(t *testing.T) {
	file, err := parser.ParseFile(gotoken.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[Code]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && len(spec.Values) == 1 {
			if ident, named := spec.Type.(*ast.Ident); named && ident.Name == "Code" {
				text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				if err != nil || declared[Code(text)] {
					t.Errorf("code %s is declared twice, or error %v", text, err)
				}
				declared[Code(text)] = true
			}
		}
		return true
	})
	if len(declared) < 70 || len(declared) != len(findings) {
		t.Errorf("%d codes declared, %d explained", len(declared), len(findings))
	}
	for code := range declared {
		if means := findings[code]; means.severity == "" || means.text == "" {
			t.Errorf("code %s has no meaning", code)
		}
	}
}
