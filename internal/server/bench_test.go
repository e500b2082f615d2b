//go:build !lean

package server

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// benchRate is how many claims a second the engine must answer one by one: p99 under 100 ms with no batch running.
const benchRate = 10

// BenchmarkSingleClaim sends claims one by one at a steady rate over HTTP to durable engines and reports how long their
// senders wait for a decision that is on the ledger. Sending does not wait for answers, so a slow answer delays nobody else's start:
//
//	go test ./internal/server -run xxx -bench SingleClaim -benchtime 600x
func BenchmarkSingleClaim(b *testing.B) {
	w := newWorld(b, false, 4*b.N+1000)
	p := w.payers[0]
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
	slices.Sort(took)
	for name, share := range map[string]float64{"p50": 0.50, "p95": 0.95, "p99": 0.99, "max": 1} {
		b.ReportMetric(float64(took[min(int(share*float64(b.N)), b.N-1)].Microseconds())/1000, name+"-ms")
	}
}
