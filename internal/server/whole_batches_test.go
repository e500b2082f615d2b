//go:build !lean

package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
)

// sendBatch sends a document of claims and waits until all are recorded.
func (w *world) sendBatch(t *testing.T, p postgres.Payer, control, claims int) intake.Receipt {
	t.Helper()
	var receipt intake.Receipt
	w.do(t, http.MethodPost, w.api(p)+"/batches", x12Type, x12Of(t, control, w.take(p, claims)...)).into(t, http.StatusAccepted, &receipt)
	names, last := w.events(t, fmt.Sprintf("%s/batches/%s/events", w.api(p), receipt.Batch))
	if len(names) == 0 || names[len(names)-1] != "done" || last.Decided != receipt.Claims || last.State != "complete" {
		t.Fatalf("events %v end in %+v, want done with %d claims", names, last, receipt.Claims)
	}
	return receipt
}

func testBatch(t *testing.T, w *world) {
	p := w.payers[0]
	const n = 250
	claims := w.take(p, n)
	body := x12Of(t, 31, claims...)
	var receipt, again intake.Receipt
	w.do(t, http.MethodPost, w.api(p)+"/batches", "", body).into(t, http.StatusAccepted, &receipt)
	if receipt.Claims+receipt.Refused != n || receipt.Format != intake.X12 {
		t.Fatalf("got %+v", receipt)
	}
	at := fmt.Sprintf("%s/batches/%s", w.api(p), receipt.Batch)
	w.events(t, at+"/events")
	var batch BatchAnswer
	w.get(t, at).into(t, http.StatusOK, &batch)
	decided := 0
	for _, count := range batch.Figures.Claims {
		decided += count
	}
	if batch.State != "complete" || batch.Decided != receipt.Claims || decided != receipt.Claims || len(batch.Documents) != 1 || batch.Progress.Claims != receipt.Claims {
		t.Errorf("got %+v", batch)
	}
	if listed := w.listClaims(t, at+"/claims", 60); listed != receipt.Claims {
		t.Errorf("%d claims are listed, want %d", listed, receipt.Claims)
	}
	w.do(t, http.MethodPost, w.api(p)+"/batches", x12Type, body).into(t, http.StatusOK, &again)
	if !again.Repeated || again.Batch != receipt.Batch {
		t.Errorf("sent again: got %+v", again)
	}
	var list struct{ Batches []postgres.BatchSummary }
	w.get(t, w.api(p)+"/batches?limit=1").into(t, http.StatusOK, &list)
	if len(list.Batches) != 1 || list.Batches[0].Batch != receipt.Batch {
		t.Errorf("the newest batch is %+v", list.Batches)
	}
	w.get(t, w.api(p)+"/batches?limit=1&before="+receipt.Batch.String()).into(t, http.StatusOK, &list)
	if len(list.Batches) != 1 || list.Batches[0].Batch == receipt.Batch {
		t.Errorf("the one before is %+v", list.Batches)
	}
}

// listClaims goes through all pages and counts distinct claims.
func (w *world) listClaims(t *testing.T, at string, limit int) int {
	t.Helper()
	seen := map[claim.ID]bool{}
	for next := ""; ; {
		var page struct {
			Claims []ClaimSummary
			Next   string
		}
		w.get(t, fmt.Sprintf("%s?limit=%d&after=%s", at, limit, next)).into(t, http.StatusOK, &page)
		for _, c := range page.Claims {
			if seen[c.ClaimID] || c.State == InProcess || c.Entry == nil {
				t.Errorf("claim %s: %+v, listed before %t", c.ControlNumber, c, seen[c.ClaimID])
			}
			seen[c.ClaimID] = true
		}
		if next = page.Next; next == "" {
			return len(seen)
		}
	}
}

func testBadDocument(t *testing.T, w *world) {
	p := w.payers[0]
	var receipt intake.Receipt
	w.do(t, http.MethodPost, w.api(p)+"/batches", "", []byte("this is a letter, not a claim")).into(t, http.StatusUnprocessableEntity, &receipt)
	report, err := json.Marshal(receipt.Report)
	if err != nil || receipt.Claims != 0 || !strings.Contains(string(report), `"errors":[{`) {
		t.Errorf("got %+v, %s, %v", receipt, report, err)
	}
	for path, want := range map[string]int{
		"/batches?limit=0": 400, "/batches?limit=x": 400, "/batches?limit=100000": 400, "/batches?before=x": 400, "/batches/x": 400,
		"/batches/" + receipt.Batch.String() + "/claims?after=x": 400, "/claims/x": 400, "/claims/000000000": 404,
		"/batches/" + claim.NewID().String(): 404, "/nothing": 404,
	} {
		if a := w.get(t, w.api(p)+path); a.status != want {
			t.Errorf("%s: got %d %s, want %d", path, a.status, a.body, want)
		}
	}
	if a := w.get(t, "/api/v1/payers/NOBODY/cases"); a.status != http.StatusNotFound {
		t.Errorf("an unknown payer: got %d", a.status)
	}
}

// testEnd stops a server that somebody follows a batch on: the stream ends, and so does the server.
func testEnd(t *testing.T, w *world) {
	p := w.payers[0]
	body := x12Of(t, 41, w.take(p, 3)...)
	staged, err := w.i.Intake.Submit(t.Context(), p, []intake.Source{{Name: "x", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }}})
	if err != nil {
		t.Fatal(err)
	}
	other, err := New(Options{Desk: w.i.Desk, Intake: w.i.Intake, Temporal: w.i.Temporal, Signer: w.i.Signer})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- other.Serve(ctx, listener) }()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("http://%s%s/batches/%s/events", listener.Addr(), w.api(p), staged.Batch), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	first := make([]byte, 15)
	if _, err := io.ReadFull(response.Body, first); err != nil || string(first) != "event: progress" {
		t.Fatalf("the stream begins with %q, %v", first, err)
	}
	stop()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Errorf("the stream ends with %v", err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the server ends with %v", err)
	}
	if err := w.i.ResumeBatches(t.Context(), w.i.Desk.Now()); err != nil { // nobody started the batch
		t.Fatal(err)
	}
	w.events(t, fmt.Sprintf("%s/batches/%s/events", w.api(p), staged.Batch))
}

func testReview(t *testing.T, w *world) {
	p := w.payers[0]
	w.sendBatch(t, p, 51, 400)
	var queue struct {
		Cases []CaseAnswer
		Total int
	}
	w.get(t, w.api(p)+"/cases?limit=1000").into(t, http.StatusOK, &queue)
	if len(queue.Cases) < 2 || queue.Total != len(queue.Cases) || !slices.IsSortedFunc(queue.Cases, func(a, b CaseAnswer) int { return int(a.Due - b.Due) }) {
		t.Fatalf("%d cases of %d, want two at least, the one due first on top", len(queue.Cases), queue.Total)
	}
	waiting := queue.Cases[0]
	at := w.api(p) + "/cases/" + waiting.ControlNumber + "/review"
	deny := ReviewRequest{Actor: "r17", Action: "deny", Rationale: "no answer to our request", Denials: []Denial{{Group: claim.CO, CARC: "16", RARC: "M47"}}}
	for name, c := range map[string]struct {
		change func(*ReviewRequest)
		status int
	}{
		"no actor":             {func(r *ReviewRequest) { r.Actor = "" }, 400},
		"no reason":            {func(r *ReviewRequest) { r.Rationale = "" }, 400},
		"neither of the two":   {func(r *ReviewRequest) { r.Action = "pay" }, 400},
		"nothing found":        {func(r *ReviewRequest) { r.Denials = nil }, 400},
		"a denial that waives": {func(r *ReviewRequest) { r.Waived = []string{"score"} }, 400},
		"a release of nothing": {func(r *ReviewRequest) { r.Action, r.Denials = "release", nil }, 400},
		"medical necessity":    {func(r *ReviewRequest) { r.Denials = []Denial{{Group: claim.CO, CARC: "50"}} }, 403},
		"a line nobody billed": {func(r *ReviewRequest) { r.Denials = []Denial{{Group: claim.CO, CARC: "16", Line: 99}} }, 400},
	} {
		bad := deny
		c.change(&bad)
		if a := w.send(t, at, bad); a.status != c.status || strings.Contains(string(a.body), "activity") {
			t.Errorf("%s: got %d %s, want %d", name, a.status, a.body, c.status)
		}
	}
	done := w.reviewTwiceAtOnce(t, at, deny)
	if !done.Decided || done.State != Denied || done.ControlNumber != waiting.ControlNumber {
		t.Errorf("got %+v", done)
	}
	if a := w.send(t, at, deny); a.status != http.StatusConflict {
		t.Errorf("reviewed twice: got %d %s", a.status, a.body)
	}
	checkReviewed(t, w, p, done)
}

// reviewTwiceAtOnce sends a review on two connections: one is carried out, the other told that it came too late.
func (w *world) reviewTwiceAtOnce(t *testing.T, at string, review ReviewRequest) (done ReviewAnswer) {
	t.Helper()
	var both [2]answer
	var group sync.WaitGroup
	for n := range both {
		group.Go(func() { both[n] = w.send(t, at, review) })
	}
	group.Wait()
	slices.SortFunc(both[:], func(a, b answer) int { return a.status - b.status })
	both[0].into(t, http.StatusOK, &done)
	if both[1].status != http.StatusConflict {
		t.Errorf("the second review: got %d %s", both[1].status, both[1].body)
	}
	return done
}

func (w *world) send(t *testing.T, path string, value any) answer {
	t.Helper()
	body, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return w.do(t, http.MethodPost, path, jsonType, body)
}

// checkReviewed: the denial stands on the ledger after the pend, both replay, and the case is closed.
func checkReviewed(t *testing.T, w *world, p postgres.Payer, done ReviewAnswer) {
	t.Helper()
	var c ClaimAnswer
	w.get(t, w.api(p)+"/claims/"+done.ControlNumber).into(t, http.StatusOK, &c)
	if c.State != Denied || *c.Entry != done.Entry || !slices.Contains(c.CARCs, "16") || len(c.PendReasons) != 0 {
		t.Errorf("after the review the claim is %+v", c.ClaimSummary)
	}
	var replayed ReplayAnswer
	w.get(t, w.api(p)+"/claims/"+done.ControlNumber+"/replay").into(t, http.StatusOK, &replayed)
	if !replayed.Equal || len(replayed.Entries) != 2 || replayed.Entries[0].Kind != "pended" || replayed.Entries[1].Kind != "decided" {
		t.Errorf("replay: %+v", replayed)
	}
	if a := w.send(t, w.api(p)+"/cases/"+claim.NewID().String()+"/review", ReviewRequest{Actor: "a", Action: "release", Waived: []string{"score"}, Rationale: "r"}); a.status != http.StatusNotFound {
		t.Errorf("a case nobody knows: got %d", a.status)
	}
}

func testForeignIDs(t *testing.T, w *world) {
	mine, theirs := w.payers[0], w.payers[1]
	body := x12Of(t, 61, w.take(mine, 2)...)
	var receipt intake.Receipt
	w.do(t, http.MethodPost, w.api(mine)+"/batches", "", body).into(t, http.StatusAccepted, &receipt)
	w.events(t, fmt.Sprintf("%s/batches/%s/events", w.api(mine), receipt.Batch))
	var page struct{ Claims []ClaimSummary }
	w.get(t, fmt.Sprintf("%s/batches/%s/claims", w.api(mine), receipt.Batch)).into(t, http.StatusOK, &page)
	id, batch := page.Claims[0].ClaimID.String(), receipt.Batch.String()
	for _, path := range []string{
		"/claims/" + id, "/claims/" + id + "/replay", "/claims/" + id + "/receipt",
		"/batches/" + batch, "/batches/" + batch + "/claims", "/batches/" + batch + "/events",
	} {
		if a := w.get(t, w.api(mine)+path); a.status != http.StatusOK {
			t.Errorf("our own %s: got %d %s", path, a.status, a.body)
		}
		if a := w.get(t, w.api(theirs)+path); a.status != http.StatusNotFound || a.kind(t) != "notFound" {
			t.Errorf("%s of the other payer: got %d %s", path, a.status, a.body)
		}
	}
	for _, path := range []string{"/claims/" + id, "/claims/" + id + "/replay", "/batches/" + batch} {
		if a := w.get(t, "/payers/"+theirs.Code+path); a.status != http.StatusNotFound {
			t.Errorf("page %s of the other payer: got %d", path, a.status)
		}
	}
	review := ReviewRequest{Actor: "a", Action: "release", Waived: []string{"score"}, Rationale: "r"}
	if a := w.send(t, w.api(theirs)+"/cases/"+id+"/review", review); a.status != http.StatusNotFound {
		t.Errorf("a review by the other payer: got %d %s", a.status, a.body)
	}
	var list struct{ Batches []postgres.BatchSummary }
	w.get(t, w.api(theirs)+"/batches?limit=1000").into(t, http.StatusOK, &list)
	if slices.ContainsFunc(list.Batches, func(b postgres.BatchSummary) bool { return b.Batch == receipt.Batch }) {
		t.Errorf("the other payer lists our batch")
	}
}

func testPages(t *testing.T, w *world) {
	p := w.payers[0]
	receipt := w.sendBatch(t, p, 71, 30)
	body := w.json(t, p)
	c := w.post(t, p, body, http.StatusCreated)
	var sent claim.Claim
	if err := json.Unmarshal(body, &sent); err != nil {
		t.Fatal(err)
	}
	at := "/payers/" + p.Code
	for path, says := range map[string]string{
		"/": p.Name,
		at + "/batches/" + receipt.Batch.String(): "30",
		at + "/cases":                                 "wait",
		at + "/claims/" + c.ControlNumber:             c.Decision.Charge.Dollars(),
		at + "/claims/" + c.ControlNumber + "/replay": "the same bytes",
	} {
		a := w.get(t, path)
		root, err := html.Parse(bytes.NewReader(a.body))
		if err != nil || a.status != http.StatusOK || !strings.Contains(textOf(root), says) {
			t.Errorf("%s: got %d, %v, want it to say %q: %s", path, a.status, err, says, a.body)
		}
		for _, secret := range []string{sent.Patient.Last, sent.Patient.MemberID, sent.PatientControlNumber, sent.Subscriber.MemberID} {
			if secret != "" && strings.Contains(string(a.body), secret) {
				t.Errorf("%s names the patient", path)
			}
		}
		for _, link := range links(root) {
			if b := w.get(t, link); b.status >= 400 {
				t.Errorf("%s links to %s, which answers %d", path, link, b.status)
			}
		}
	}
	if a := w.get(t, at+"/claims?claim=+"+strings.ToLower(c.ControlNumber)+"+"); a.status != http.StatusSeeOther || a.header.Get("Location") != at+"/claims/"+c.ControlNumber {
		t.Errorf("the search field: got %d to %s", a.status, a.header.Get("Location"))
	}
	if a := w.get(t, at+"/claims?claim=x"); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), "<h1>") {
		t.Errorf("a search for nothing: got %d %s", a.status, a.body)
	}
}

func textOf(root *html.Node) string {
	var text strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode {
			text.WriteString(n.Data + " ")
		}
	}
	return text.String()
}

// links lists what a page leads to and loads, the streams apart.
func links(root *html.Node) (list []string) {
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if path, _, _ := strings.Cut(a.Val, "#"); (a.Key == "href" || a.Key == "src") && path != "" && !slices.Contains(list, path) {
				list = append(list, path)
			}
		}
	}
	return list
}

// testErased destroys the key of a claim's patient, as an erasure does.
func testErased(t *testing.T, w *world) {
	p := w.payers[0]
	c := w.post(t, p, w.json(t, p), http.StatusCreated)
	row, err := postgres.ClaimRowOf(t.Context(), w.i.Pool, p.ID, c.ClaimID)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.i.Keys.Erase(t.Context(), p.ID, row.Beneficiary); err != nil {
		t.Fatal(err)
	}
	var erased ClaimAnswer
	w.get(t, w.api(p)+"/claims/"+c.ControlNumber).into(t, http.StatusOK, &erased)
	if !erased.Erased || erased.Decision != nil || erased.State != c.State {
		t.Errorf("got %+v, want it erased, its state still known", erased)
	}
	if a := w.get(t, w.api(p)+"/claims/"+c.ControlNumber+"/receipt"); a.status != http.StatusConflict {
		t.Errorf("receipt: got %d", a.status)
	}
	var replayed ReplayAnswer
	w.get(t, w.api(p)+"/claims/"+c.ControlNumber+"/replay").into(t, http.StatusOK, &replayed)
	if replayed.Equal || replayed.Entries[0].Verdict != "erased" {
		t.Errorf("replay: got %+v", replayed)
	}
	if a := w.get(t, "/payers/"+p.Code+"/claims/"+c.ControlNumber); a.status != http.StatusOK || !strings.Contains(string(a.body), "destroyed") {
		t.Errorf("page: got %d %s", a.status, a.body)
	}
}

func testHealth(t *testing.T, w *world) {
	for path, says := range map[string]string{"/healthz": "ok", "/readyz": "ready"} {
		if a := w.get(t, path); a.status != http.StatusOK || !strings.Contains(string(a.body), says) {
			t.Errorf("%s: got %d %s", path, a.status, a.body)
		}
	}
	var list struct{ Payers []PayerAnswer }
	w.get(t, "/api/v1/payers").into(t, http.StatusOK, &list)
	if len(list.Payers) != len(w.payers) {
		t.Errorf("got %+v", list)
	}
	if a := w.do(t, http.MethodDelete, w.api(w.payers[0])+"/cases", "", nil); a.status != http.StatusNotFound || a.kind(t) != "notFound" {
		t.Errorf("a method nobody serves: got %d %s", a.status, a.body)
	}
}
