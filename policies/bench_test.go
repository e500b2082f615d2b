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

// mix are claims of four lines as a simulated payer gets them, by the lists that their rules have to see: of fifty, 31
// with none, the others mostly with units, pairs and authorisations that turn out right.
func mix() []*claim.Evidence {
	units := func(ev *claim.Evidence) {
		ev.Claim.Lines[0].Quantity, ev.Facts.MUE[0].Limit = 2*claim.One, 4*claim.One
		ev.Facts.MUE[0].LineUnits, ev.Facts.MUE[0].DayUnits = 2*claim.One, 2*claim.One
	}
	both := func(ev *claim.Evidence) { units(ev); pair(1, []string{"59"})(ev) }
	var claims []*claim.Evidence
	for _, part := range []struct {
		count  int
		change func(*claim.Evidence)
	}{
		{31, func(*claim.Evidence) {}},
		{7, units},
		{4, both},
		{3, pair(1, []string{"59"})},
		{3, authorized},
		{1, func(ev *claim.Evidence) { ev.Facts.Coverages[0].Through = 20240214 }},
		{1, func(ev *claim.Evidence) { ev.Facts.MUE[1].DayUnits = 9 * claim.One }},
	} {
		for range part.count {
			ev := cleanEvidence(4)
			part.change(ev)
			for i := range ev.Facts.Looked {
				ev.Facts.Looked[i].Rows = rowsOf(&ev.Facts, ev.Facts.Looked[i].Kind)
			}
			claims = append(claims, ev)
		}
	}
	return claims
}

// BenchmarkMix is what the contract costs a claim of such a mix.
func BenchmarkMix(b *testing.B) {
	e, claims := embeddedContract(b).NewEvaluator(), mix()
	lines := make([][]claim.LineDecision, len(claims))
	for i, ev := range claims {
		edits, err := e.Edits(b.Context(), ev)
		if err != nil {
			b.Fatal(err)
		}
		lines[i] = decided(ev, edits)
	}
	b.ReportAllocs()
	defer cpu(b)()
	for n := 0; b.Loop(); n++ {
		i := n * 7 % len(claims) // 7 is prime to 50: the parts take turns
		edits, err := e.Edits(b.Context(), claims[i])
		if err != nil {
			b.Fatal(err)
		}
		if _, err := e.Gate(b.Context(), GateInput{Evidence: claims[i], Edits: edits, Score: scored(), Lines: lines[i]}); err != nil {
			b.Fatal(err)
		}
	}
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
