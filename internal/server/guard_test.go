package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// bare is a server without stores, for what needs none.
func bare(log *bytes.Buffer) *Server {
	return &Server{logger: slog.New(slog.NewTextHandler(log, nil)), limits: DefaultLimits()}
}

func TestEveryKindOfErrorHasItsStatusAndOnlyOursAreHidden(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		kind   string
		shown  bool
	}{
		{claim.Errorf(claim.Invalid, "secret"), 400, "invalid", true},
		{claim.Errorf(claim.NotFound, "secret"), 404, "notFound", true},
		{claim.Errorf(claim.Conflict, "secret"), 409, "conflict", true},
		{claim.Errorf(claim.Forbidden, "secret"), 403, "forbidden", true},
		{claim.Errorf(claim.Unavailable, "secret"), 503, "unavailable", false},
		{claim.Errorf(claim.Internal, "secret"), 500, "internal", false},
		{errors.New("secret"), 500, "internal", false},
		{fmt.Errorf("wrapped: %w", claim.Errorf(claim.NotFound, "secret")), 404, "notFound", true},
		{&statusError{http.StatusUnsupportedMediaType, claim.Errorf(claim.Invalid, "secret")}, 415, "invalid", true},
		{&refusal{claim.Errorf(claim.Invalid, "secret"), []claim.Problem{{Code: "SE01"}}}, 400, "invalid", true},
	} {
		var log bytes.Buffer
		w := httptest.NewRecorder()
		bare(&log).failAPI(w, httptest.NewRequest(http.MethodGet, "/api/v1/payers", nil), c.err)
		var answer struct{ Error Failure }
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		got := answer.Error
		if w.Code != c.status || got.Kind != c.kind || strings.Contains(w.Body.String(), "secret") != c.shown {
			t.Errorf("%v: got %d %s", c.err, w.Code, w.Body)
		}
		if logged := strings.Contains(log.String(), got.ID.String()) && strings.Contains(log.String(), "secret"); logged == c.shown {
			t.Errorf("%v: logged %t, want the text shown or logged, never both: %s", c.err, logged, log.String())
		}
		if (c.status == 503) != (w.Header().Get("Retry-After") != "") {
			t.Errorf("%v: Retry-After is %q", c.err, w.Header().Get("Retry-After"))
		}
	}
}

func TestAPanicEndsOneRequestAndSaysNothingOfItsValue(t *testing.T) {
	var log bytes.Buffer
	h := bare(&log).guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("Doe, Jane") }))
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "localhost:8080"
	h.ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String()+log.String(), "Jane") {
		t.Errorf("got %d %s, logged %s", w.Code, w.Body, log.String())
	}
	if !strings.Contains(log.String(), "panic of type string") {
		t.Errorf("the panic is not in the log: %s", log.String())
	}
}

func TestOnlyRequestsMeantForThisServerPass(t *testing.T) {
	for _, c := range []struct {
		name, method, host, site string
		anyHost                  bool
		want                     int
	}{
		{"localhost", "POST", "localhost:8080", "", false, 204},
		{"address", "POST", "127.0.0.1:8080", "", false, 204},
		{"version 6", "POST", "[::1]:8080", "", false, 204},
		{"another name that leads here", "GET", "evil.example:8080", "", false, 421},
		{"a name that begins well", "GET", "localhost.evil.example", "", false, 421},
		{"no host", "GET", "", "", false, 421},
		{"behind a proxy", "GET", "claims.example", "", true, 204},
		{"our own page", "POST", "localhost:8080", "same-origin", false, 204},
		{"page of another site", "POST", "localhost:8080", "cross-site", false, 403},
		{"link on another site", "GET", "localhost:8080", "cross-site", false, 204},
	} {
		var log bytes.Buffer
		s := bare(&log)
		s.anyHost = c.anyHost
		h := s.guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
		r := httptest.NewRequest(c.method, "/", nil)
		r.Host = c.host
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: got %d, want %d", c.name, w.Code, c.want)
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy is %q", c.name, policy)
		}
	}
}

func TestAPathThatNamesNothingIsTheCallersFault(t *testing.T) {
	for _, path := range []string{"/api/v1/payers/%00/batches", "/api/v1/payers/%ff/batches", "/payers/A%C3/cases"} {
		var log bytes.Buffer
		reached := false
		h := bare(&log).guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "localhost"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest || reached {
			t.Errorf("%s: got %d, handled: %t; want 400 and no more", path, w.Code, reached)
		}
	}
}

func TestAServerWithoutUsersListensOnThisMachineOnly(t *testing.T) {
	for _, c := range []struct {
		listen string
		proxy  bool
		want   bool
	}{
		{"127.0.0.1:8080", false, true},
		{"127.9.9.9:0", false, true},
		{"[::1]:8080", false, true},
		{"localhost:8080", false, true},
		{":8080", false, false},
		{"0.0.0.0:8080", false, false},
		{"[::]:8080", false, false},
		{"192.168.1.4:8080", false, false},
		{"claims.example:8080", false, false},
		{"0.0.0.0:8080", true, true},
		{"8080", true, false},
	} {
		if err := CheckListen(c.listen, c.proxy); (err == nil) != c.want {
			t.Errorf("%s, behind a proxy %t: got %v, want allowed %t", c.listen, c.proxy, err, c.want)
		}
	}
}

func TestLayoutDoesNotMakeAnotherDocumentOfAClaim(t *testing.T) {
	want := `{"a":[1,2],"b":"x y"}`
	for _, body := range []string{want, "{\n \"a\": [1,\r\n 2],\t\"b\": \"x y\"}\n\n"} {
		if got := string(oneLine([]byte(body))); got != want {
			t.Errorf("%q: got %q", body, got)
		}
	}
	if got := string(oneLine([]byte("{\n{\xff\r\n"))); got != "{\v{\xff\v\v" {
		t.Errorf("what is not JSON: got %q", got)
	}
	if broken := `{"a":"x` + "\n" + `y"}`; json.Valid(oneLine([]byte(broken))) {
		t.Errorf("%q is mended", broken)
	}
}
