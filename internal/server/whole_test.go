//go:build !lean

package server

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/scoring"
)

// world is a server on real engines, with two simulated payers and claims for them that nobody sent yet.
type world struct {
	i      *installation.Installation
	server *Server
	http   *httptest.Server
	payers []postgres.Payer
	logs   *syncBuffer
	next   map[claim.PayerID]func() *claim.Claim
	taken  map[string]bool // patient control numbers
}

// newWorld opens engines; volatile gives up durability, which tests do not need and measurements do.
func newWorld(t testing.TB, volatile bool, claims int) *world {
	t.Helper()
	i, err := installation.Open(t.Context(), installation.Options{Volatile: volatile})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("closing the installation: %v", err)
		}
	})
	w := &world{i: i, logs: &syncBuffer{}, next: map[claim.PayerID]func() *claim.Claim{}, taken: map[string]bool{}}
	w.settle(t, claims)
	if err := i.StartWorker(); err != nil {
		t.Fatal(err)
	}
	w.server, err = New(Options{Desk: i.Desk, Intake: i.Intake, Temporal: i.Temporal, Signer: i.Signer, Logger: slog.New(slog.NewTextHandler(w.logs, nil))})
	if err != nil {
		t.Fatal(err)
	}
	w.http = httptest.NewServer(w.server.Handler())
	t.Cleanup(w.http.Close)
	return w
}

// settle sets up the payers. Service dates lie shortly before today, for the API dates receipts itself.
func (w *world) settle(t testing.TB, claims int) {
	t.Helper()
	options := simulate.Defaults(7)
	today := claim.DateOf(w.i.Desk.Now())
	options.Through, options.From = today.AddDays(-40), today.AddDays(-110)
	options.Members, options.Providers, options.Claims, options.HistoryClaims = max(1000, claims/10), 60, claims, 0
	sim, err := simulate.NewWorld(options)
	if err != nil {
		t.Fatal(err)
	}
	contract, err := policies.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	model, err := scoring.EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	for n := range sim.Payers {
		p := &sim.Payers[n]
		set, err := sim.Set(p)
		if err != nil {
			t.Fatal(err)
		}
		providers := make([]claim.ProviderFact, len(p.Providers))
		for i := range p.Providers {
			providers[i] = p.Providers[i].ProviderFact
		}
		books := installation.Books{
			Payer: postgres.Payer{ID: p.ID, Code: p.Code, Name: p.Name, TimeZone: p.TimeZone}, Tables: set.Tables(), Contract: contract, Model: model,
			Enrolment: postgres.Enrolment{Plans: p.Plans, Members: p.Members, Coverages: p.Coverages, Providers: providers, Authorizations: p.Authorizations},
		}
		if err := w.i.SetUpPayer(t.Context(), books); err != nil {
			t.Fatal(err)
		}
		w.payers = append(w.payers, books.Payer)
		next, stop := iter.Pull(sim.Claims(p.ID))
		t.Cleanup(stop)
		w.next[p.ID] = func() *claim.Claim {
			sim, ok := next()
			if !ok {
				t.Fatal("the simulated claims are used up")
			}
			c := sim.Claim
			return &c
		}
	}
}

// take returns the next professional claims that nobody sent yet. Exact copies, which the simulation makes, are left out:
// sent by themselves they would be the same document.
func (w *world) take(p postgres.Payer, n int) []*claim.Claim {
	list := make([]*claim.Claim, 0, n)
	for len(list) < n {
		c := w.next[p.ID]()
		if c.Type == claim.Professional && !w.taken[c.PatientControlNumber] {
			w.taken[c.PatientControlNumber] = true
			list = append(list, c)
		}
	}
	return list
}

func (w *world) json(t testing.TB, p postgres.Payer) []byte {
	t.Helper()
	body, err := json.Marshal(w.take(p, 1)[0])
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// x12 writes claims as an interchange.
func x12Of(t testing.TB, control int, claims ...*claim.Claim) []byte {
	t.Helper()
	var out bytes.Buffer
	_, err := simulate.WriteDocument(&out, simulate.Header{
		Type: claim.Professional, Submitter: claim.Organization{Name: "SENDER", ID: "S1"}, Receiver: claim.Organization{Name: "PAYER", ID: "P1"},
		Created: claims[0].Through, Control: control,
	}, slices.Values(claims))
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// answer is a status with a body.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (w *world) do(t testing.TB, method, path, media string, body []byte) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, w.http.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	client := http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, got}
}

func (w *world) get(t testing.TB, path string) answer {
	t.Helper()
	return w.do(t, http.MethodGet, path, "", nil)
}

// into decodes an answer that must have a status.
func (a answer) into(t testing.TB, status int, value any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("got %d %s, want %d", a.status, a.body, status)
	}
	if err := json.Unmarshal(a.body, value); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
}

// kind returns the kind of error an answer tells of.
func (a answer) kind(t testing.TB) string {
	t.Helper()
	var failed struct{ Error Failure }
	if err := json.Unmarshal(a.body, &failed); err != nil {
		t.Fatalf("%v: %d %s", err, a.status, a.body)
	}
	return failed.Error.Kind
}

func (w *world) api(p postgres.Payer) string { return "/api/v1/payers/" + p.Code }

// post sends one claim and expects it decided or waiting.
func (w *world) post(t testing.TB, p postgres.Payer, body []byte, status int) ClaimAnswer {
	t.Helper()
	var got ClaimAnswer
	w.do(t, http.MethodPost, w.api(p)+"/claims", jsonType, body).into(t, status, &got)
	return got
}

// TestServer runs everything on one set of engines, for they take seconds to start.
func TestServer(t *testing.T) {
	w := newWorld(t, true, 2600)
	for _, c := range []struct {
		name string
		test func(*testing.T, *world)
	}{
		{"a claim is decided in the same call", testSingleClaim},
		{"the same body again is the same claim", testRepeatedClaim},
		{"copies sent at once are one claim", testCopiesAtOnce},
		{"what is wrong with a claim is told with its place", testBadClaims},
		{"one claim as X12", testSingleX12},
		{"a claim that takes too long is in process, and is decided later", testInProcess},
		{"a document becomes a batch", testBatch},
		{"a document without claims is received and told so", testBadDocument},
		{"a stream does not hold up the server's end", testEnd},
		{"a person's review decides a claim that waits", testReview},
		{"ids of another payer are not found", testForeignIDs},
		{"pages show what the API says", testPages},
		{"a batch that has stopped is shown as that", testStopped},
		{"an erased claim is told from a lost one", testErased},
		{"the server says whether it is well", testHealth},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, w) })
	}
	if logged := w.logs.String(); logged != "" {
		t.Errorf("the server logged faults of ours: %s", logged)
	}
}

// events reads server-sent events until the stream ends.
func (w *world) events(t *testing.T, path string) (names []string, last postgres.Progress) {
	t.Helper()
	a := w.get(t, path)
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("got %d %s", a.status, a.body)
	}
	for line := range strings.Lines(string(a.body)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			names = append(names, name)
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			if err := json.Unmarshal([]byte(data), &last); err != nil {
				t.Fatal(err)
			}
		}
	}
	return names, last
}
