package intake_test

import (
	"bufio"
	"bytes"
	"io"
	"testing"

	"github.com/assize/assize/internal/intake"
)

// FuzzDetect: looking at a document takes nothing from it, and blanks before it or a mark of its byte order change nothing.
func FuzzDetect(f *testing.F) {
	for _, seed := range []string{"ISA*00*", "{}", "claim,type\n", "\ufeff{", " \r\n\tISA", "I", "", "claim"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		r := bufio.NewReaderSize(bytes.NewReader(document), 1<<16)
		format := intake.Detect(r)
		rest, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(rest, document) {
			t.Fatalf("%d of %d bytes are left, %v", len(rest), len(document), err)
		}
		if format != intake.X12 && format != intake.NDJSON && format != intake.CSV {
			t.Fatalf("format %q", format)
		}
		if len(document) > 500 || bytes.HasPrefix(document, []byte("\ufeff")) {
			return // what is looked at ends somewhere
		}
		marked := append([]byte("\ufeff\r\n "), document...)
		if again := intake.Detect(bufio.NewReader(bytes.NewReader(marked))); again != format {
			t.Errorf("%s, with a byte order mark and blanks before it %s", format, again)
		}
	})
}
