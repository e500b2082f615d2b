package ledger_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// exportOf is an export of records.
func exportOf(tb testing.TB, records []ledger.Record) *bytes.Buffer {
	tb.Helper()
	var file bytes.Buffer
	w := ledger.NewExportWriter(&file)
	for _, r := range records {
		if err := w.Write(r); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	return &file
}

// readBack is every record of an export.
func readBack(t *testing.T, file io.Reader) (records []ledger.Record) {
	t.Helper()
	if err := ledger.ReadExport(file, func(r ledger.Record) error { records = append(records, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return records
}

// verifyLines writes the lines as an export and verifies that export.
func verifyLines(t *testing.T, lines []vectorLine, v *ledger.Verifier) ledger.Report {
	t.Helper()
	records := make([]ledger.Record, len(lines))
	for i, l := range lines {
		records[i] = ledger.Record{Bytes: l.Entry, Evidence: l.Evidence, Decision: l.Decision}
		copy(records[i].Leaf[:], l.Leaf)
	}
	report, err := ledger.VerifyExport(exportOf(t, records), v)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestExportReadsBackWhatWasWritten(t *testing.T) {
	want, _ := chainOf(t, 1, 5)
	file := exportOf(t, want)
	if diff := cmp.Diff(want, readBack(t, file)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
}

func TestExportNamesTheLineThatIsNone(t *testing.T) {
	good := `{"entry":"AQ=="}` + "\n"
	tests := []struct{ name, file, want string }{
		{"not JSON", good + "x\n", "export line 2: not an entry"},
		{"unknown field", good + `{"entry":"AQ==","x":1}` + "\n", "export line 2: not the spelling"},
		{"field in capitals", `{"Entry":"AQ=="}` + "\n", "export line 1: not the spelling"},
		{"bits that base64 ignores", `{"entry":"AR=="}` + "\n", "export line 1: not the spelling"},
		{"blank", `{"entry": "AQ=="}` + "\n", "export line 1: not the spelling"},
		{"empty field", `{"entry":"AQ==","evidence":""}` + "\n", "export line 1: not the spelling"},
		{"escaped character", `{"entry":"\u0041Q=="}` + "\n", "export line 1: not the spelling"},
		{"two values in a line", `{"entry":"AQ=="}{"entry":"AQ=="}` + "\n", "export line 1: not an entry"},
		{"no entry", "{}\n", "export line 1: an entry of 0"},
		{"leaf of the wrong size", `{"entry":"AQ==","leaf":"AQ=="}` + "\n", "export line 1: an entry of 1 and a leaf of 1"},
		{"cut in the line", good + `{"entry":`, "export line 2: the file ends within the line"},
		{"empty line", "\n", "export line 1: not an entry"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := ledger.ReadExport(strings.NewReader(tt.file), func(ledger.Record) error { return nil })
			if claim.KindOf(err) != claim.Invalid || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want Invalid %q", err, tt.want)
			}
		})
	}
}

func TestExportReaderPassesOnItsCallersError(t *testing.T) {
	stop := errors.New("stop")
	err := ledger.ReadExport(strings.NewReader(`{"entry":"AQ=="}`+"\n"), func(ledger.Record) error { return stop })
	if !errors.Is(err, stop) {
		t.Errorf("got %v, want %v", err, stop)
	}
}

func TestMissingSealedRecordIsAFaultWhenRequired(t *testing.T) {
	records, _ := chainOf(t, 1, 2)
	v := ledger.NewVerifier(1, ledger.Decisions)
	v.RequireSealed()
	v.Add(records[0])
	v.Add(ledger.Record{Bytes: records[1].Bytes})
	report := v.Finish()
	if len(report.Faults) != 1 || report.Faults[0].What != ledger.NoSealed || report.Faults[0].Seq != 2 {
		t.Errorf("got %v, want one fault: no sealed at 2", report.Faults)
	}
}

func TestAReportCountsMoreFaultsThanItLists(t *testing.T) {
	records, _ := chainOf(t, 1, 3)
	v := ledger.NewVerifier(2, ledger.Decisions)
	for range ledger.MaxFaults + 5 {
		v.Add(records[0])
	}
	report := v.Finish()
	if len(report.Faults) != ledger.MaxFaults || report.FaultCount <= ledger.MaxFaults {
		t.Errorf("%d listed of %d", len(report.Faults), report.FaultCount)
	}
}

func FuzzReadExport(f *testing.F) {
	records, _ := chainOf(f, 1, 2)
	f.Add(exportOf(f, records).Bytes())
	f.Add([]byte("{\"entry\":\"AQ==\"}\n"))
	f.Add([]byte("\n{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var again bytes.Buffer
		w := ledger.NewExportWriter(&again)
		err := ledger.ReadExport(bytes.NewReader(b), w.Write)
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(b, again.Bytes()) || err == nil && again.Len() != len(b) {
			t.Errorf("what was read is written otherwise: %q", again.Bytes())
		}
		v := ledger.NewVerifier(1, ledger.Decisions)
		report, err := ledger.VerifyExport(bytes.NewReader(b), v)
		if err != nil && claim.KindOf(err) != claim.Invalid {
			t.Errorf("kind of %v is not Invalid", err)
		}
		if lines := int64(bytes.Count(b, []byte("\n"))); report.Entries > lines {
			t.Errorf("%d entries in %d lines", report.Entries, lines)
		}
	})
}

// A record is as long as it is: its line may be longer than any buffer, up to a bound that no record comes near.
func TestLongLinesOfAnExportAreRead(t *testing.T) {
	records, _ := chainOf(t, 1, 3)
	records[1].Evidence = bytes.Repeat([]byte("long"), 100_000)
	file := exportOf(t, records)
	if diff := cmp.Diff(records, readBack(t, file)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	endless := io.LimitReader(zeros{}, 1<<40)
	if err := ledger.ReadExport(endless, func(ledger.Record) error { return nil }); claim.KindOf(err) != claim.Invalid || err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("a line without end: got %v, want Invalid", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// A file that cannot be read to its end is not one that ends, and one that cannot be written is not written.
func TestAnExportThatBreaksOffIsNone(t *testing.T) {
	records, heads := chainOf(t, 1, 2)
	file := exportOf(t, records)
	text := file.String()
	first := strings.Index(text, "\n") + 1
	for name, tc := range map[string]struct {
		file io.Reader
		want claim.Kind
	}{
		"read to the end of a line": {io.MultiReader(strings.NewReader(text[:first]), iotest.ErrReader(errFault)), claim.Unavailable},
		"read into a line":          {io.MultiReader(strings.NewReader(text[:first+9]), iotest.ErrReader(errFault)), claim.Unavailable},
		"cut within a line":         {strings.NewReader(text[:first+9]), claim.Invalid},
		"no export":                 {strings.NewReader("no export\n"), claim.Invalid},
	} {
		report, err := ledger.VerifyExport(tc.file, ledger.NewVerifier(1, ledger.Decisions, heads[0]))
		if err == nil || claim.KindOf(err) != tc.want || tc.want == claim.Unavailable && !errors.Is(err, errFault) {
			t.Errorf("%s: got %v and %+v", name, err, report)
		}
	}
	full := ledger.NewExportWriter(failingWriter{})
	if err := full.Write(records[0]); err != nil {
		t.Fatal(err) // still in the buffer
	}
	if err := full.Flush(); claim.KindOf(err) != claim.Unavailable || err == nil {
		t.Errorf("a full disk: got %v, want Unavailable", err)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errFault }
