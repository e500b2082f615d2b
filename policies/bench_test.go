package policies

import (
	"syscall"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// BenchmarkEdits is the first question alone, for a claim of four lines that nothing is wrong with.
func BenchmarkEdits(b *testing.B) {
	e, ev := embeddedContract(b).NewEvaluator(), cleanEvidence(4)
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		edits, err := e.Edits(b.Context(), ev)
		if err != nil || len(edits) > 0 {
			b.Fatal(edits, err)
		}
	}
}

// BenchmarkInput is what building the first question's input takes.
func BenchmarkInput(b *testing.B) {
	e, ev := embeddedContract(b).NewEvaluator(), cleanEvidence(4)
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		e.in.edits(ev)
	}
}

// BenchmarkGate is the third question alone.
func BenchmarkGate(b *testing.B) {
	e, ev := embeddedContract(b).NewEvaluator(), cleanEvidence(4)
	in := GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil)}
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		v, err := e.Gate(b.Context(), in)
		if err != nil || v.Outcome != claim.Pay {
			b.Fatal(v, err)
		}
	}
}

// BenchmarkDecideQuestions is what the contract costs a claim: all questions.
func BenchmarkDecideQuestions(b *testing.B) {
	e, ev := embeddedContract(b).NewEvaluator(), cleanEvidence(4)
	in := GateInput{Evidence: ev, Score: scored(), Lines: decided(ev, nil)}
	amounts := make([]LineAmount, 4)
	for i := range amounts {
		amounts[i] = LineAmount{Line: i + 1, Allowed: 8_000, Units: claim.One}
	}
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		edits, err := e.Edits(b.Context(), ev)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := e.Limits(b.Context(), ev, amounts); err != nil {
			b.Fatal(err)
		}
		in.Edits = edits
		if v, err := e.Gate(b.Context(), in); err != nil || v.Outcome != claim.Pay {
			b.Fatal(v, err)
		}
	}
	b.ReportMetric(float64(len(e.contract.rules)), "rules")
}

// cpu reports the processor time of an operation, all threads: on a busy machine the only figure that means something.
func cpu(b *testing.B) func() {
	spent := func() int64 {
		var use syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
			b.Fatal(err)
		}
		return syscall.TimevalToNsec(use.Utime) + syscall.TimevalToNsec(use.Stime)
	}
	start := spent()
	return func() { b.ReportMetric(float64(spent()-start)/float64(b.N), "cpu-ns/op") }
}
