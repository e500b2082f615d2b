package simulate_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake/x12"
	"github.com/assize/assize/internal/simulate"
)

var update = flag.Bool("update", false, "write the golden files anew")

// collected keeps the claims of accepted sets.
type collected struct {
	claims  []claim.Claim
	refused []x12.Parsed
	sets    int
}

func (c *collected) Claim(p *x12.Parsed) error {
	c.claims = append(c.claims, p.Claim)
	if p.Refused || len(p.Problems) > 0 {
		c.refused = append(c.refused, *p)
	}
	return nil
}

func (c *collected) TransactionEnd(r x12.TransactionResult) error {
	if !r.Accepted {
		return fmt.Errorf("set %s refused: %v %v", r.Transaction, r.RefusalCode, r.Problems)
	}
	c.sets++
	return nil
}

// memory keeps documents by name.
type memory map[string]*bytes.Buffer

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

func (m memory) open(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return nopCloser{m[name]}, nil
}

func read(t *testing.T, document []byte) (collected, x12.Report) {
	t.Helper()
	var got collected
	report, err := x12.Read(context.Background(), bytes.NewReader(document), x12.Limits{}, &got)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(report.Errors, report.Warnings...) {
		t.Errorf("the reader finds: %s", p)
	}
	return got, report
}

func TestTheReaderReadsEveryClaimAsMeant(t *testing.T) {
	o := simulate.Defaults(11)
	o.Claims, o.HistoryClaims = 6000, 1500
	w, err := simulate.NewWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, history := range []bool{false, true} {
		meant := map[string]*claim.Claim{}
		for _, p := range w.Payers {
			claims := w.Claims(p.ID)
			if history {
				claims = w.History(p.ID)
			}
			for sim := range claims {
				meant[fmt.Sprint(p.ID, "/", sim.Truth.Sequence)] = &sim.Claim
			}
		}
		documents, truths := memory{}, map[string][]simulate.Truth{}
		files, err := w.Documents(simulate.DocumentOptions{History: history, ClaimsPerFile: 700, ClaimsPerTransaction: 300}, documents.open,
			func(truth simulate.Truth) error { truths[truth.File] = append(truths[truth.File], truth); return nil })
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			got, report := read(t, documents[f.Name].Bytes())
			if want := (simulate.Written{Transactions: report.Transactions, Claims: report.Claims, Lines: report.Lines, Segments: report.Segments}); f.Written != want {
				t.Errorf("%s: wrote %+v, the reader counts %+v", f.Name, f.Written, want)
			}
			if report.First.Date != f.Received {
				t.Errorf("%s: BHT04 %v, received %v", f.Name, report.First.Date, f.Received)
			}
			if len(got.claims) != len(truths[f.Name]) {
				t.Fatalf("%s: %d claims, truth of %d", f.Name, len(got.claims), len(truths[f.Name]))
			}
			for i, truth := range truths[f.Name] {
				key := fmt.Sprint(f.Payer, "/", truth.Sequence)
				if diff := cmp.Diff(meant[key], &got.claims[i]); diff != "" {
					t.Fatalf("%s claim %d (-meant +read):\n%s", f.Name, i+1, diff)
				}
				delete(meant, key)
			}
			for _, p := range got.refused {
				t.Errorf("%s claim %d has problems: %v", f.Name, p.Ordinal, p.Problems)
			}
		}
		if len(meant) > 0 {
			t.Errorf("%d claims are in no file", len(meant))
		}
	}
}

// everything is a claim in which no field that the guide of its type knows is empty.
func everything(kind claim.Type) *claim.Claim {
	at := claim.Address{Line1: "1 Larch Road", Line2: "Suite 2", City: "Larchfield", State: "OH", ZIP: "439000001"}
	home := claim.Address{Line1: "9 Heron Way", City: "Norwick", State: "PA", ZIP: "43901"}
	provider := func(role claim.ProviderRole, npi string) claim.Provider {
		return claim.Provider{Role: role, NPI: npi, Last: "Quillfeather", First: "Ada"}
	}
	c := &claim.Claim{
		Type: kind, PatientControlNumber: "ALL-1", PlaceOfService: "11", Frequency: claim.Replacement, OriginalReference: "PCCN1", AcceptsAssignment: "A",
		From: 20250710, Through: 20250712, PriorAuthorization: "AUTH1", Referral: "REF1", Procedures: []claim.Procedure{},
		Diagnoses:      []claim.Diagnosis{{Code: "I10", Role: claim.Principal}, {Code: "E785", Role: claim.Other}},
		Responsibility: "S", FilingIndicator: "CI", Relationship: "19", Destination: claim.Organization{Name: "Plan", ID: "SIM01"},
		Subscriber: claim.Person{MemberID: "W1", Last: "Kestrelby", First: "Ines"},
		Patient:    claim.Person{Last: "Kestrelby", First: "Hugo", Middle: "M", BirthDate: 20100101, Sex: "M", DeathDate: 20250801, Address: home},
		Providers: []claim.Provider{
			{Role: claim.Billing, NPI: "2000000002", TaxID: "001234567", Taxonomy: "207Q00000X", Last: "Practice", Address: at},
			{Role: claim.PayTo, Address: home, Last: ""},
		},
		OtherPayers: []claim.OtherPayer{{
			Responsibility: "P", Payer: claim.Organization{Name: "First Plan", ID: "SIM99"}, MemberID: "Y1", Paid: 50_05, PatientOwes: 10_00, NonCovered: 1_50,
			Decided: 20250720, Adjustments: []claim.Adjustment{{Group: claim.CO, CARC: "45", Amount: -3_10}},
		}},
		Lines: []claim.Line{{
			Number: 1, ControlNumber: "L1", Qualifier: "HC", Procedure: "99213", Modifiers: []string{"25", "59", "LT", "GP"}, Charge: 100_05, Quantity: 99_990,
			Unit: claim.Minutes, PlaceOfService: "11", From: 20250710, Through: 20250712, DiagnosisPointers: []int{}, NDC: "00001000101",
			Providers: []claim.Provider{},
			OtherPayments: []claim.LinePayment{{
				PayerID: "SIM99", Paid: 50_05, Procedure: "99213", Quantity: 1500, Decided: 20250720,
				Adjustments: []claim.Adjustment{{Group: claim.PR, CARC: "2", Amount: 50_00}},
			}},
		}},
		Charge: 100_05,
	}
	if kind == claim.Professional {
		c.Providers = append(c.Providers, provider(claim.Referring, "2000000010"), provider(claim.Rendering, "2000000028"), provider(claim.Supervising, "2000000036"))
		c.Lines[0].DiagnosisPointers = []int{2, 1}
		c.Lines[0].PlaceOfService, c.Lines[0].PriorAuthorization = "22", "AUTH2"
		c.Lines[0].Providers = []claim.Provider{provider(claim.Rendering, "2000000044"), provider(claim.Ordering, "2000000051")}
		return c
	}
	c.Admission, c.AdmissionType, c.AdmissionSource, c.PatientStatus, c.DRG = 20250710, "1", "7", "01", "193"
	c.Diagnoses = []claim.Diagnosis{
		{Code: "I10", Role: claim.Principal, PresentOnAdmission: "Y"}, {Code: "R079", Role: claim.Admitting}, {Code: "R079", Role: claim.ReasonVisit},
		{Code: "W1830XA", Role: claim.ExternalCause, PresentOnAdmission: "N"}, {Code: "E785", Role: claim.Other, PresentOnAdmission: "U"}, {Code: "4019", Role: claim.Other, ICD9: true},
	}
	c.Procedures = []claim.Procedure{{Code: "0FT44ZZ", Date: 20250711, Principal: true}, {Code: "0DTJ4ZZ", Date: 20250711}}
	c.Providers = append(c.Providers, provider(claim.Attending, "2000000010"), provider(claim.Operating, "2000000028"), provider(claim.OtherOperating, "2000000036"))
	c.Lines[0].Revenue, c.Lines[0].NonCovered = "0360", 5_00
	return c
}

func TestEveryFieldOfAClaimIsWritten(t *testing.T) {
	for _, kind := range []claim.Type{claim.Professional, claim.Institutional} {
		t.Run(string(kind), func(t *testing.T) {
			want := everything(kind)
			self := everything(kind)
			self.Relationship, self.PatientControlNumber = "18", "ALL-2"
			self.Patient.MemberID = "W1"
			self.Subscriber = self.Patient
			var b bytes.Buffer
			h := simulate.Header{Type: kind, Created: 20250801, Control: 7, Submitter: claim.Organization{Name: "S", ID: "SENDER"}, Receiver: claim.Organization{Name: "R", ID: "RECEIVER"}}
			if _, err := simulate.WriteDocument(&b, h, slices.Values([]*claim.Claim{want, self})); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", string(kind)+".x12")
			if *update {
				if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			wanted, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(wanted), b.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", golden, diff)
			}
			got, _ := read(t, b.Bytes())
			if diff := cmp.Diff([]claim.Claim{*want, *self}, got.claims); diff != "" {
				t.Errorf("(-meant +read):\n%s\n%s", diff, b.String())
			}
		})
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	h := simulate.Header{Type: claim.Professional, Created: 20250801, Control: 1}
	for name, c := range map[string]*claim.Claim{
		"a claim of the other type": everything(claim.Institutional),
		"an element separator":      func() *claim.Claim { c := everything(claim.Professional); c.Patient.Last = "A*B"; return c }(),
		"a segment terminator":      func() *claim.Claim { c := everything(claim.Professional); c.PatientControlNumber = "A~"; return c }(),
		"a component separator":     func() *claim.Claim { c := everything(claim.Professional); c.Lines[0].Procedure = "9:"; return c }(),
		"a line break":              func() *claim.Claim { c := everything(claim.Professional); c.Providers[0].Last = "A\nB"; return c }(),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := simulate.WriteDocument(io.Discard, h, slices.Values([]*claim.Claim{c}))
			if claim.KindOf(err) != claim.Invalid || err == nil {
				t.Errorf("got %v, want an Invalid", err)
			}
		})
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }
func (full) Close() error              { return nil }

func TestAFullDiskIsReported(t *testing.T) {
	w := world(t, func(o *simulate.Options) { o.Claims = 400 })
	_, err := w.Documents(simulate.DocumentOptions{}, func(string) (io.WriteCloser, error) { return full{}, nil }, nil)
	if !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

func TestWriteBatchWritesFilesAndTruthApart(t *testing.T) {
	w := world(t, func(o *simulate.Options) { o.Claims = 400 })
	dir := t.TempDir()
	var truth bytes.Buffer
	files, err := w.WriteBatch(dir, &truth, simulate.DocumentOptions{})
	if err != nil {
		t.Fatal(err)
	}
	claims := 0
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := read(t, text)
		claims += len(got.claims)
		if bytes.Contains(text, []byte("upcoding")) {
			t.Errorf("%s holds truth", f.Name)
		}
	}
	if told := bytes.Count(truth.Bytes(), []byte("\n")); claims != 400 || told != 400 {
		t.Errorf("%d claims, %d truths, want 400", claims, told)
	}
}
