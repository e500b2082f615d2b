package adjudicate

import (
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/scoring"
)

func benchmarkDecide(b *testing.B, model *scoring.Model, each func(*claim.Evidence, *claim.Decision) error) {
	decider := NewEngine(baseContract(b), model).NewDecider()
	ev := goldenNamed(b, "paid_cost_share").evidence // three lines, every table looked up
	ev.Versions = decider.versions
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		d, err := decider.Decide(ctx, ev)
		if err != nil {
			b.Fatal(err)
		}
		if err := each(ev, d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	benchmarkDecide(b, nil, func(*claim.Evidence, *claim.Decision) error { return nil })
}

// BenchmarkDecideAndEncode is what the core costs a claim: decision, its bytes, and the sections of the evidence.
func BenchmarkDecideAndEncode(b *testing.B) {
	model, err := scoring.EmbeddedModel()
	if err != nil {
		b.Fatal(err)
	}
	var w claim.Writer
	benchmarkDecide(b, model, func(ev *claim.Evidence, d *claim.Decision) error {
		if _, err := EncodeDecision(d); err != nil {
			return err
		}
		_, err := Sections(&w, ev)
		return err
	})
}

// BenchmarkMoney is the part that is neither contract nor score: price, cost share, assembly and balance.
func BenchmarkMoney(b *testing.B) {
	decider := newDecider(&script{})
	ev := goldenNamed(b, "paid_cost_share").evidence // three lines, every table looked up
	ev.Versions = decider.versions
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decider.Decide(b.Context(), ev); err != nil {
			b.Fatal(err)
		}
	}
}
