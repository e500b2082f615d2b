package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
)

// FuzzReview: a body is refused as Invalid, or is a review that can be kept and carried out: whole, one object, of text that
// Postgres keeps.
func FuzzReview(f *testing.F) {
	for _, seed := range []string{
		`{"actor":"r1","action":"release","rationale":"seen","waived":["SCORE"]}`,
		`{"actor":"r1","action":"deny","rationale":"seen","denials":[{"line":1,"group":"CO","carc":"16","rarc":"N290"}]}`,
		`{"actor":"r1","action":"release","rationale":"seen","waived":["SCORE"]} {}`,
		`{"actor":"\u0000","action":"release","rationale":"seen","waived":["SCORE"]}`,
		`{"actor":"r1","action":"release","rationale":"seen","waived":["` + "\xff" + `"]}`,
		`[]`, `null`, ``,
	} {
		f.Add([]byte(seed))
	}
	codec, err := claim.NewCodec()
	if err != nil {
		f.Fatal(err)
	}
	var log bytes.Buffer
	s := bare(&log)
	f.Fuzz(func(t *testing.T, body []byte) {
		request, err := s.readReview(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body)))
		if err != nil {
			if claim.KindOf(err) != claim.Invalid {
				t.Fatalf("kind of %v is not Invalid", err)
			}
			return
		}
		human := request.human(time.UnixMicro(1))
		text, err := json.Marshal(human)
		if err != nil || bytes.Contains(text, []byte(`\u0000`)) {
			t.Errorf("accepted is %s, %v", text, err)
		}
		if _, err := codec.Encode(&claim.Evidence{Review: &human}); err != nil {
			t.Errorf("accepted and cannot be recorded: %v", err)
		}
		if human.Action == adjudicate.Reject && len(human.Edits) == 0 || human.Action == adjudicate.Release && len(human.Waived) == 0 {
			t.Errorf("accepted and says nothing: %+v", human)
		}
		if !json.Valid(body) {
			t.Errorf("accepted is no JSON: %q", body)
		}
	})
}

// FuzzOneLine: a body becomes one line that holds the same JSON, whatever its layout.
func FuzzOneLine(f *testing.F) {
	for _, seed := range []string{"{\n \"a\": 1\r\n}", "{\"a\":\"\\n\"}", "not\njson", "{}\n{}", "\"\u2028\"", ""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		line := oneLine(bytes.Clone(body))
		if bytes.ContainsAny(line, "\r\n") {
			t.Errorf("%q has more than one line", line)
		}
		if json.Valid(body) != json.Valid(line) {
			t.Errorf("%q is valid: %t, %q: %t", body, json.Valid(body), line, json.Valid(line))
		}
		if again := oneLine(bytes.Clone(line)); !bytes.Equal(again, line) {
			t.Errorf("%q becomes %q", line, again)
		}
	})
}
