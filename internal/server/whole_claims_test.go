//go:build !lean

package server

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// syncBuffer is a log that a test reads.
type syncBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

func testSingleClaim(t *testing.T, w *world) {
	p := w.payers[0]
	got := w.post(t, p, w.json(t, p), http.StatusCreated)
	if got.Decision == nil || got.State == InProcess || got.Repeated || got.Entry == nil {
		t.Fatalf("got %+v, want a decision", got)
	}
	if _, ok := claim.ParseControlNumber(got.ControlNumber); !ok {
		t.Errorf("control number %q does not check", got.ControlNumber)
	}
	for _, name := range []string{got.ControlNumber, strings.ToLower(got.ControlNumber), got.ClaimID.String()} {
		var again ClaimAnswer
		w.get(t, w.api(p)+"/claims/"+name).into(t, http.StatusOK, &again)
		if again.ClaimID != got.ClaimID || again.State != got.State || again.Decision.Paid != got.Decision.Paid {
			t.Errorf("by %s: got %+v, want %+v", name, again, got)
		}
	}
	var replayed ReplayAnswer
	w.get(t, w.api(p)+"/claims/"+got.ControlNumber+"/replay").into(t, http.StatusOK, &replayed)
	if !replayed.Equal || len(replayed.Entries) != 1 || replayed.Entries[0].Verdict != adjudicate.Equal || replayed.Entries[0].Entry != *got.Entry {
		t.Errorf("replay: got %+v, want one equal entry", replayed)
	}
	checkReceipt(t, w, got)
}

// checkReceipt proves the decision with the receipt alone, and that its entry is on the chain whose head is signed.
func checkReceipt(t *testing.T, w *world, c ClaimAnswer) {
	t.Helper()
	var r ReceiptAnswer
	w.get(t, w.api(w.payers[0])+"/claims/"+c.ControlNumber+"/receipt").into(t, http.StatusOK, &r)
	receipt := ledger.Receipt{Entry: r.Entry, Nonce: ledger.Nonce(r.Nonce), Decision: r.Decision}
	entry, err := receipt.Verify()
	if err != nil {
		t.Fatal(err)
	}
	leaf := ledger.LeafHash(r.Entry)
	if entry.ID != *c.Entry || entry.Claim != c.ClaimID || hex.EncodeToString(leaf[:]) != r.LeafHash {
		t.Errorf("the receipt is of entry %s, claim %s", entry.ID, entry.Claim)
	}
	decision, err := adjudicate.DecodeDecision(r.Decision)
	if err != nil || decision.Paid != c.Decision.Paid {
		t.Errorf("the receipt's decision: %+v, %v", decision, err)
	}
	key, err := ledger.ParseHeadKey(string(w.get(t, "/api/v1/ledger/key").body))
	if err != nil {
		t.Fatal(err)
	}
	head, err := key.Open(w.get(t, w.api(w.payers[0])+"/ledger/head").body)
	if err != nil {
		t.Fatal(err)
	}
	if head.Payer != w.payers[0].ID || head.Seq < r.Seq {
		t.Errorf("the head is %s, before entry %d", head, r.Seq)
	}
	if head.Seq == r.Seq && head.Leaf != leaf {
		t.Errorf("the head's leaf is not the receipt's")
	}
}

func testRepeatedClaim(t *testing.T, w *world) {
	p := w.payers[0]
	body := w.json(t, p)
	first := w.post(t, p, body, http.StatusCreated)
	var laidOut bytes.Buffer
	if err := json.Indent(&laidOut, body, "", "\t"); err != nil {
		t.Fatal(err)
	}
	for _, same := range [][]byte{body, laidOut.Bytes()} {
		again := w.post(t, p, same, http.StatusOK)
		if again.ClaimID != first.ClaimID || !again.Repeated || *again.Entry != *first.Entry {
			t.Errorf("got %+v, want the first answer again", again.ClaimSummary)
		}
	}
	// The other payer has never seen it.
	if other := w.post(t, w.payers[1], body, http.StatusCreated); other.ClaimID == first.ClaimID {
		t.Errorf("two payers share claim %s", other.ClaimID)
	}
}

func testCopiesAtOnce(t *testing.T, w *world) {
	p := w.payers[0]
	body := w.json(t, p)
	const copies = 12
	answers := make([]answer, copies)
	var group sync.WaitGroup
	for n := range copies {
		group.Go(func() { answers[n] = w.do(t, http.MethodPost, w.api(p)+"/claims", jsonType, body) })
	}
	group.Wait()
	ids, created := map[claim.ID]bool{}, 0
	for _, a := range answers {
		var c ClaimAnswer
		if err := json.Unmarshal(a.body, &c); err != nil || c.Decision == nil {
			t.Fatalf("got %d %s", a.status, a.body)
		}
		ids[c.ClaimID] = true
		if a.status == http.StatusCreated {
			created++
		}
	}
	if len(ids) != 1 || created != 1 {
		t.Errorf("%d copies became %d claims, %d of them new", copies, len(ids), created)
	}
}

func testBadClaims(t *testing.T, w *world) {
	p := w.payers[0]
	good := w.json(t, p)
	for _, c := range []struct {
		name, media string
		body        []byte
		status      int
		says        string
	}{
		{"no media type", "", good, http.StatusUnsupportedMediaType, "application/json"},
		{"not a claim's media type", "text/plain", good, http.StatusUnsupportedMediaType, "application/json"},
		{"empty", jsonType, nil, http.StatusBadRequest, "problems"},
		{"not JSON", jsonType, []byte("{\n\"type\": oops"), http.StatusBadRequest, `"line":1`},
		{"a field nobody knows", jsonType, append([]byte(`{"chargeDollars":1,`), good[1:]...), http.StatusBadRequest, "FIELD-UNKNOWN"},
		{"no lines", jsonType, []byte(`{"type":"professional"}`), http.StatusBadRequest, "lines"},
		{"two claims", jsonType, slices.Concat(good, []byte("\n"), good), http.StatusBadRequest, "problems"},
		{"too large", jsonType, bytes.Repeat([]byte(" "), 2<<20), http.StatusRequestEntityTooLarge, "too large"},
		{"JSON called X12", x12Type, good, http.StatusBadRequest, "not an X12"},
		{"X12 cut short", x12Type, x12Of(t, 11, w.take(p, 1)...)[:300], http.StatusBadRequest, `"segment":`},
		{"two claims in X12", x12Type, x12Of(t, 12, w.take(p, 2)...), http.StatusBadRequest, "/batches"},
	} {
		a := w.do(t, http.MethodPost, w.api(p)+"/claims", c.media, c.body)
		if a.status != c.status || !strings.Contains(string(a.body), c.says) {
			t.Errorf("%s: got %d %s, want %d and %q", c.name, a.status, a.body, c.status, c.says)
		}
	}
	// Nothing of all that was kept: the good one is still new.
	if got := w.post(t, p, good, http.StatusCreated); got.Repeated {
		t.Errorf("a refused body was kept")
	}
}

func testSingleX12(t *testing.T, w *world) {
	p := w.payers[0]
	body := x12Of(t, 21, w.take(p, 1)...)
	var first, again ClaimAnswer
	w.do(t, http.MethodPost, w.api(p)+"/claims", x12Type, body).into(t, http.StatusCreated, &first)
	w.do(t, http.MethodPost, w.api(p)+"/claims", x12Type+"; charset=utf-8", body).into(t, http.StatusOK, &again)
	if first.Decision == nil || again.ClaimID != first.ClaimID {
		t.Errorf("got %+v, then %+v", first, again)
	}
}

// stuck is a Temporal that takes nothing in.
type stuck struct{ client.Client }

func (stuck) UpdateWithStartWorkflow(ctx context.Context, _ client.UpdateWithStartWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func testInProcess(t *testing.T, w *world) {
	p := w.payers[0]
	body := w.json(t, p)
	engine, wait := w.server.temporal, w.server.limits.DecisionWait
	w.server.temporal, w.server.limits.DecisionWait = stuck{engine}, 2*time.Second
	waiting := w.post(t, p, body, http.StatusAccepted)
	w.server.temporal, w.server.limits.DecisionWait = engine, wait
	if waiting.State != InProcess || waiting.Decision != nil || waiting.Codes.Category277 != "P1" {
		t.Fatalf("got %+v, want it in process", waiting)
	}
	if a := w.get(t, w.api(p)+"/claims/"+waiting.ControlNumber+"/replay"); a.status != http.StatusConflict {
		t.Errorf("replay of a claim in process: got %d", a.status)
	}
	if a := w.get(t, w.api(p)+"/claims/"+waiting.ControlNumber+"/receipt"); a.status != http.StatusConflict {
		t.Errorf("receipt of a claim in process: got %d", a.status)
	}
	decided := w.post(t, p, body, http.StatusOK)
	if decided.ClaimID != waiting.ClaimID || decided.Decision == nil {
		t.Errorf("sent again: got %+v, want claim %s decided", decided.ClaimSummary, waiting.ClaimID)
	}
}

// What stopped hours ago stands on the first page, until it goes on.
func testStopped(t *testing.T, w *world) {
	p := w.payers[0]
	receipt := w.sendBatch(t, p, 73, 5)
	w.events(t, w.api(p)+"/batches/"+receipt.Batch.String()+"/events") // ends when the batch is complete
	says := "Open for more than an hour"
	if a := w.get(t, "/"); strings.Contains(string(a.body), says) {
		t.Errorf("nothing has stopped, and the page says so: %s", a.body)
	}
	set := func(change string) {
		t.Helper()
		if _, err := w.i.Pool.Exec(t.Context(), `update batch set `+change+` where batch_id = $1`, receipt.Batch); err != nil {
			t.Fatal(err)
		}
	}
	set(`state = 'planned', completed_at = null, created_at = created_at - interval '2 hours'`)
	if a := w.get(t, "/"); !strings.Contains(string(a.body), says) || !strings.Contains(string(a.body), shortID(receipt.Batch)) {
		t.Errorf("a batch stopped, and the page does not say so: %s", a.body)
	}
	set(`state = 'complete', completed_at = created_at, created_at = created_at + interval '2 hours'`)
}
