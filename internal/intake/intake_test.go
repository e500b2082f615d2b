package intake_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/intake/x12"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/postgres/pgtest"
	"github.com/assize/assize/internal/simulate"
)

// noon is a moment at which it is the same day everywhere in the United States.
var noon = time.Date(2025, 10, 1, 17, 0, 0, 0, time.UTC)

var harbor = postgres.Payer{ID: 1, Code: "HARBOR", Name: "Harbor Health", TimeZone: "America/New_York"}

// newDesk returns a desk on a database of its own with two payers.
func newDesk(t *testing.T) *intake.Desk {
	t.Helper()
	pool := pgtest.New(t)
	codec, err := claim.NewCodec()
	if err != nil {
		t.Fatal(err)
	}
	err = pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		for id, code := range []string{"HARBOR", "SUMMIT"} {
			p := harbor
			p.ID, p.Code = claim.PayerID(id+1), code
			if err := postgres.AddPayer(t.Context(), tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &intake.Desk{Pool: pool, Codec: codec, Now: func() time.Time { return noon }}
}

// document is an 837P of so many simulated claims, so many to a transaction set. Documents of other seeds differ.
func document(t *testing.T, seed uint64, claims, perTransaction int) []byte {
	t.Helper()
	o := simulate.Defaults(seed)
	o.Payers, o.Members, o.Providers, o.Claims, o.HistoryClaims, o.Institutional, o.Clean = 1, 250, 40, claims, 0, 0, true
	world, err := simulate.NewWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	header := simulate.Header{
		Type: claim.Professional, Submitter: claim.Organization{Name: "CLEARING", ID: "CLR1"}, Receiver: claim.Organization{Name: "HARBOR", ID: "HARBOR"},
		Created: 20250930, Control: 1, ClaimsPerTransaction: perTransaction,
	}
	_, err = simulate.WriteDocument(&b, header, func(yield func(*claim.Claim) bool) {
		for sim := range world.Claims(1) {
			if !yield(&sim.Claim) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// spoilSet makes the segment count of one transaction set wrong, counted from 1.
func spoilSet(t *testing.T, document []byte, set int) []byte {
	t.Helper()
	at := 0
	for range set {
		next := bytes.Index(document[at:], []byte("\nSE*"))
		if next < 0 {
			t.Fatalf("the document has no transaction set %d", set)
		}
		at += next + len("\nSE*")
	}
	return slices.Concat(document[:at], []byte("1"), document[at:])
}

func source(name string, content []byte) intake.Source {
	return intake.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
}

func submit(t *testing.T, desk *intake.Desk, documents ...[]byte) intake.Submission {
	t.Helper()
	var sources []intake.Source
	for i, d := range documents {
		sources = append(sources, source(fmt.Sprintf("file-%d", i+1), d))
	}
	answer, err := desk.Submit(t.Context(), harbor, sources)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// row is a staged claim.
type row struct {
	Ord, Position int
	Document      uuid.UUID
	Control       int64
	Received      claim.Date
	Family        string
}

func staged(t *testing.T, pool *pgxpool.Pool, batch claim.ID) []row {
	t.Helper()
	rows, err := pool.Query(t.Context(), `
		select ord, position, document_id, control_number, received, family_key
		from staged_claim where payer_id = 1 and batch_id = $1 order by ord`, batch)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// requireStaged checks that a batch holds exactly the claims wanted, counted and in the order they were sent. What was
// taken back leaves a gap in their numbers.
func requireStaged(t *testing.T, desk *intake.Desk, batch claim.ID, want int) []row {
	t.Helper()
	list := staged(t, desk.Pool, batch)
	if len(list) != want {
		t.Fatalf("got %d claims staged, want %d", len(list), want)
	}
	controls := map[int64]bool{}
	for i, r := range list {
		if r.Ord < i || i > 0 && r.Document == list[i-1].Document && r.Position <= list[i-1].Position {
			t.Fatalf("claim %d of the batch has place %d, position %d", i, r.Ord, r.Position)
		}
		if _, ok := claim.ParseControlNumber(claim.ControlNumber(r.Control)); !ok || controls[r.Control] {
			t.Fatalf("control number %d cannot be checked or is there twice", r.Control)
		}
		controls[r.Control] = true
	}
	progress, err := postgres.BatchProgress(t.Context(), desk.Pool, 1, batch)
	if err != nil {
		t.Fatal(err)
	}
	if progress.Claims != want {
		t.Errorf("the batch counts %d claims, want %d", progress.Claims, want)
	}
	return list
}

func TestClaimsOfARejectedSetAreTakenBack(t *testing.T) {
	cases := []struct {
		name        string
		claims, per int
		spoiled     []int
		want        int
	}{
		{"a set not copied yet", 30, 10, []int{2}, 20},
		{"the first set", 30, 10, []int{1}, 20},
		{"every set", 30, 10, []int{1, 2, 3}, 0},
		{"a set copied in part", 3000, 1500, []int{2}, 1500},
		{"a set copied whole, then another", 4500, 2100, []int{1}, 2400},
		{"sets on both sides of a copy", 4500, 1500, []int{1, 2}, 1500},
		{"exactly one copy", 4000, 2000, []int{1}, 2000},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			desk := newDesk(t)
			content := document(t, 7, c.claims, c.per)
			for _, set := range c.spoiled {
				content = spoilSet(t, content, set)
			}
			answer := submit(t, desk, content)
			if answer.Claims != c.want || answer.Documents[0].Refused != c.claims-c.want {
				t.Errorf("answered %d staged and %d refused, want %d and %d", answer.Claims, answer.Documents[0].Refused, c.want, c.claims-c.want)
			}
			spoiled := map[int]bool{}
			for _, set := range c.spoiled {
				spoiled[set] = true
			}
			for _, r := range requireStaged(t, desk, answer.Batch, c.want) {
				if set := (r.Position-1)/c.per + 1; spoiled[set] {
					t.Fatalf("claim %d of the document is staged, its set %d was rejected", r.Position, set)
				}
			}
		})
	}
}

func TestABadClaimInAGoodSetIsRefusedAlone(t *testing.T) {
	desk := newDesk(t)
	content := string(document(t, 1, 10, 5))
	at := strings.Index(content, "\nCLM*")
	at += 1 + strings.Index(content[at+1:], "\nCLM*") // the second claim
	end := at + 1 + strings.Index(content[at+1:], "~")
	fields := strings.Split(content[at:end], "*")
	fields[2] = "not money"
	answer := submit(t, desk, []byte(content[:at]+strings.Join(fields, "*")+content[end:]))
	if answer.Claims != 9 || answer.Documents[0].Refused != 1 {
		t.Errorf("got %d staged and %d refused, want 9 and 1", answer.Claims, answer.Documents[0].Refused)
	}
	var positions []int
	for _, r := range requireStaged(t, desk, answer.Batch, 9) {
		positions = append(positions, r.Position)
	}
	if diff := cmp.Diff([]int{1, 3, 4, 5, 6, 7, 8, 9, 10}, positions); diff != "" {
		t.Errorf("positions (-want +got):\n%s", diff)
	}
}

func TestReceiptIsTheDayInThePayersTimeZone(t *testing.T) {
	cases := []struct {
		name     string
		zone     string
		now      time.Time
		received claim.Date
		want     claim.Date
	}{
		{"before midnight in New York", "America/New_York", time.Date(2024, 3, 1, 4, 59, 59, 0, time.UTC), 0, 20240229},
		{"midnight in New York", "America/New_York", time.Date(2024, 3, 1, 5, 0, 0, 0, time.UTC), 0, 20240301},
		{"summer time", "America/New_York", time.Date(2024, 7, 1, 4, 0, 0, 0, time.UTC), 0, 20240701},
		{"Honolulu", "Pacific/Honolulu", time.Date(2024, 1, 1, 9, 59, 0, 0, time.UTC), 0, 20231231},
		{"dated by a trial", "America/New_York", noon, 20200102, 20200102},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			desk := newDesk(t)
			desk.Now = func() time.Time { return c.now }
			payer, from := harbor, source("file", document(t, 1, 3, 3))
			payer.TimeZone, from.Received = c.zone, c.received
			answer, err := desk.Submit(t.Context(), payer, []intake.Source{from})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range staged(t, desk.Pool, answer.Batch) {
				if r.Received != c.want {
					t.Errorf("received %s, want %s", r.Received, c.want)
				}
			}
		})
	}
	payer := harbor
	payer.TimeZone = "Mars/Olympus"
	if _, err := newDesk(t).Submit(t.Context(), payer, nil); claim.KindOf(err) != claim.Invalid {
		t.Errorf("an unknown time zone: got %v, want Invalid", err)
	}
}

func TestASubmissionThatBreaksOffLeavesNothing(t *testing.T) {
	desk := newDesk(t)
	good, content := document(t, 1, 5, 5), document(t, 2, 2500, 2500)
	broken := intake.Source{Name: "broken", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(bytes.NewReader(content[:len(content)-200]), iotest.ErrReader(errors.New("the line went dead")))), nil
	}}
	if _, err := desk.Submit(t.Context(), harbor, []intake.Source{source("good", good), broken}); err == nil {
		t.Fatal("a document that cannot be read to its end was received")
	}
	var left int
	err := desk.Pool.QueryRow(t.Context(), `
		select (select count(*) from staged_claim) + (select count(*) from document) + (select count(*) from batch)`).Scan(&left)
	if err != nil {
		t.Fatal(err)
	}
	if left != 0 {
		t.Errorf("%d rows are left behind", left)
	}
	if answer := submit(t, desk, good, content); answer.Claims != 2505 {
		t.Errorf("sent again: %d claims, want 2,505", answer.Claims)
	}
}

func TestADocumentWithoutGoodClaimsIsReceivedWithItsReport(t *testing.T) {
	desk := newDesk(t)
	content := []byte("this is no claim at all")
	answer := submit(t, desk, content)
	if answer.Claims != 0 || answer.Documents[0].Repeated {
		t.Errorf("got %+v", answer)
	}
	if again := submit(t, desk, content); !again.Documents[0].Repeated || again.Documents[0].Document != answer.Documents[0].Document {
		t.Errorf("sent again: got %+v, want the first answer", again.Documents[0])
	}
	documents, err := postgres.DocumentsOfBatch(t.Context(), desk.Pool, 1, answer.Batch, 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(documents) != 1 || !bytes.Contains(documents[0].Report, []byte(`"errors"`)) {
		t.Errorf("got %+v, want the document with its errors", documents)
	}
}

// Test interchanges (ISA15 T) are received with their report; only a demonstration's desk takes their claims.
func TestATestInterchangeIsReceivedAndNotTaken(t *testing.T) {
	desk, content := newDesk(t), bytes.Replace(document(t, 3, 3, 3), []byte("*0*P*"), []byte("*0*T*"), 1)
	answer := submit(t, desk, content)
	report, isX12 := answer.Documents[0].Report.(x12.Report)
	if answer.Claims != 0 || answer.Documents[0].Refused != 3 || !isX12 || report.Tests != 1 || report.Errors[0].Code != string(x12.CodeISA15) {
		t.Errorf("got %+v, want 3 claims refused as a test's", answer)
	}
	demonstration := newDesk(t)
	demonstration.TakesTests = true
	if taken := submit(t, demonstration, content); taken.Claims != 3 {
		t.Errorf("a demonstration took %d claims, want 3", taken.Claims)
	}
}

func TestDetectKnowsADocumentByItsFirstBytes(t *testing.T) {
	cases := map[string]intake.Format{
		"ISA*00*":                             intake.X12,
		"\ufeff\r\n ISA*00*":                  intake.X12,
		`{"type":"professional"}`:             intake.NDJSON,
		"\n\t{":                               intake.NDJSON,
		"claim,patientControlNumber,charge\n": intake.CSV,
		"":                                    intake.X12,
		"\x00\x01":                            intake.X12,
	}
	for content, want := range cases {
		r := bufio.NewReader(strings.NewReader(content))
		if got := intake.Detect(r); got != want {
			t.Errorf("%q: got %s, want %s", content, got, want)
		}
		if rest, err := io.ReadAll(r); err != nil || string(rest) != content {
			t.Errorf("%q: %q is left to read, %v", content, rest, err)
		}
	}
}
