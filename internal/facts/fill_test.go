package facts_test

import (
	"bytes"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/simulate"
)

// worldOf is one simulated payer: its records, an assembler of them, and its claims in order.
func worldOf(t testing.TB, claims int) (records *facts.Records, a *facts.Assembler, subjects []*facts.Subject) {
	t.Helper()
	o := simulate.Defaults(3)
	o.Payers, o.Claims, o.HistoryClaims, o.Members = 1, claims, 0, claims/4
	w, err := simulate.NewWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	p := &w.Payers[0]
	tables, err := w.Set(p)
	if err != nil {
		t.Fatal(err)
	}
	records = facts.NewRecords()
	for _, m := range p.Members {
		key := facts.SubscriberKey(m.SubscriberNumber)
		records.Members[key] = append(records.Members[key], m)
	}
	for id, spans := range p.Coverages {
		records.Coverages[id] = spans
	}
	for _, plan := range p.Plans {
		records.Plans[plan.Code] = append(records.Plans[plan.Code], plan)
	}
	for _, provider := range p.Providers {
		records.Providers[provider.NPI] = provider.ProviderFact
	}
	for sim := range w.Claims(p.ID) {
		n := len(subjects)
		s := &facts.Subject{ID: claim.ID{0: byte(n >> 8), 1: byte(n), 15: 1}, Claim: &sim.Claim, Received: sim.Received, Family: familyID}
		if s.Member = records.Match(s.Claim); s.Member != nil {
			s.Family = s.Member.Family
		}
		subjects = append(subjects, s)
	}
	return records, facts.NewAssembler(records, &tables), subjects
}

// Facts made in memory that held another claim's are those made in new memory, byte for byte.
func TestFactsInUsedMemoryAreThoseInNew(t *testing.T) {
	_, a, subjects := worldOf(t, 2000)
	codec, err := claim.NewCodec()
	if err != nil {
		t.Fatal(err)
	}
	var used claim.Facts
	rows := 0
	for i, s := range subjects {
		fresh := a.Facts(s)
		a.Fill(&used, s)
		want, err := codec.Encode(&fresh)
		if err != nil {
			t.Fatal(err)
		}
		got, err := codec.Encode(&used)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("claim %d: %d bytes in used memory, %d in new", i, len(got), len(want))
		}
		rows += len(used.History) + len(used.Fees) + len(used.MUE)
		a.Apply(s, all(s.Claim, [...]claim.Outcome{claim.Pay, claim.Deny, claim.Pend}[i%3]))
	}
	if rows < len(subjects) {
		t.Errorf("only %d rows were found for %d claims", rows, len(subjects))
	}
}

func BenchmarkFill(b *testing.B) {
	_, a, subjects := worldOf(b, 2000)
	for _, s := range subjects {
		a.Apply(s, all(s.Claim, claim.Pay))
	}
	var f [64]claim.Facts
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		a.Fill(&f[i%len(f)], subjects[i%len(subjects)])
	}
}

func BenchmarkFacts(b *testing.B) {
	_, a, subjects := worldOf(b, 2000)
	for _, s := range subjects {
		a.Apply(s, all(s.Claim, claim.Pay))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		_ = a.Facts(subjects[i%len(subjects)])
	}
}
