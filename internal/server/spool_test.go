package server

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"
)

// full is a disk that is.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// A sender who is told 400 never sends the document again.
func TestADiskOfOursThatIsFullIsNoFaultOfTheSender(t *testing.T) {
	var log bytes.Buffer
	s := bare(&log)
	for name, c := range map[string]struct {
		to   io.Writer
		body io.Reader
		want int
	}{
		"our disk is full":         {full{}, strings.NewReader("ISA*"), http.StatusServiceUnavailable},
		"the sender broke off":     {io.Discard, iotest.ErrReader(io.ErrUnexpectedEOF), http.StatusBadRequest},
		"the document is too long": {io.Discard, strings.NewReader(strings.Repeat("x", 1001)), http.StatusRequestEntityTooLarge},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/x", c.body)
		s.failAPI(w, r, copyBody(c.to, w, r, 1000, time.Minute))
		if w.Code != c.want {
			t.Errorf("%s: got %d, want %d", name, w.Code, c.want)
		}
	}
}
