//go:build !lean

package server

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
)

// benchRate is how many claims a second the engine must answer one by one: p99 under 100 ms with no batch running.
const benchRate = 10

// BenchmarkSingleClaim sends claims one by one at a steady rate over HTTP to durable engines and reports how long their
// senders wait for a decision that is on the ledger. Sending does not wait for answers, so a slow answer delays nobody else's start:
//
//	go test ./internal/server -run xxx -bench SingleClaim -benchtime 600x
func BenchmarkSingleClaim(b *testing.B) { singleClaims(b, 0) }

// BenchmarkSingleClaimBesideABatch does the same while a batch is received and adjudicated, which takes about eight
// seconds on two cores.
//
//	go test ./internal/server -run xxx -bench SingleClaimBesideABatch -benchtime 80x
func BenchmarkSingleClaimBesideABatch(b *testing.B) { singleClaims(b, 40_000) }

// singleClaims sends b.N claims one by one beside a batch of so many.
func singleClaims(b *testing.B, beside int) {
	w := newWorld(b, false, 4*(b.N+beside)+1000)
	p := w.payers[0]
	var batch []byte
	if beside > 0 {
		batch = x12Of(b, 1, w.take(p, beside)...)
	}
	bodies := make([][]byte, b.N)
	for n := range bodies {
		bodies[n] = w.json(b, p)
	}
	for range 20 { // the contract is compiled and connections are open
		w.post(b, p, w.json(b, p), http.StatusCreated)
	}
	took := make([]time.Duration, b.N)
	ticker := time.NewTicker(time.Second / benchRate)
	defer ticker.Stop()
	done := make(chan struct{}, b.N)
	sent := make(chan answer, 1)
	if beside > 0 {
		go func() { sent <- w.do(b, http.MethodPost, w.api(p)+"/batches", x12Type, batch) }()
	}
	b.ResetTimer()
	for n, body := range bodies {
		<-ticker.C
		go func() {
			defer func() { done <- struct{}{} }() // also when the answer is not what it should be, which ends this goroutine
			since := time.Now()
			w.post(b, p, body, http.StatusCreated)
			took[n] = time.Since(since)
		}()
	}
	for range bodies {
		<-done
	}
	b.StopTimer()
	if beside > 0 {
		var receipt intake.Receipt
		(<-sent).into(b, http.StatusAccepted, &receipt)
		progress, err := postgres.BatchProgress(b.Context(), w.i.Pool, p.ID, receipt.Batch)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(progress.Decided), "batch-claims") // decided meanwhile
	}
	slices.Sort(took)
	for name, share := range map[string]float64{"p50": 0.50, "p95": 0.95, "p99": 0.99, "max": 1} {
		b.ReportMetric(float64(took[min(int(share*float64(b.N)), b.N-1)].Microseconds())/1000, name+"-ms")
	}
}
