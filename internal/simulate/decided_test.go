package simulate_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/policies"
)

// payer decides the claims of one simulated payer in memory, in order, with the real contract and no model.
type payer struct {
	t       *testing.T
	records *facts.Records
	looks   *facts.Assembler
	decider *adjudicate.Decider
	engine  *adjudicate.Engine
	keys    ledger.FingerprintKeys
	n       int
}

func newPayer(t *testing.T, w *simulate.World, p *simulate.PayerWorld) *payer {
	t.Helper()
	r := facts.NewRecords()
	for _, m := range p.Members {
		key := facts.SubscriberKey(m.SubscriberNumber)
		r.Members[key] = append(r.Members[key], m)
	}
	maps.Copy(r.Coverages, p.Coverages)
	for id, list := range p.Authorizations {
		r.Authorizations[id] = slices.Clone(list)
	}
	for _, plan := range p.Plans {
		r.Plans[plan.Code] = append(r.Plans[plan.Code], plan)
	}
	for _, provider := range p.Providers {
		r.Providers[provider.NPI] = provider.ProviderFact
	}
	bundle, err := policies.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	contract, err := policies.Load(bundle)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := w.Set(p)
	if err != nil {
		t.Fatal(err)
	}
	e := adjudicate.NewEngine(contract, nil)
	x := &payer{t: t, records: r, looks: facts.NewAssembler(r, &tables), engine: e, decider: e.NewDecider(), keys: ledger.FingerprintKeys{}}
	for year := 2022; year < 2028; year++ {
		for half := 1; half <= 2; half++ {
			x.keys[ledger.Period(year*10+half)] = ledger.NewFingerprintKey([32]byte{byte(year), byte(half)})
		}
	}
	return x
}

// decide decides one claim and lets the next one see it.
func (x *payer) decide(sim *simulate.SimClaim) *claim.Decision {
	x.t.Helper()
	x.n++
	c := &sim.Claim
	s := &facts.Subject{ID: claim.ID{0: byte(x.n >> 16), 1: byte(x.n >> 8), 2: byte(x.n), 15: 1}, Claim: c, Received: sim.Received}
	s.Member = x.records.Match(c)
	s.Family = claim.ID{15: 9}
	if s.Member != nil {
		s.Family = s.Member.Family
	}
	prints, err := x.keys.Fingerprints(c, s.Beneficiary())
	if err != nil {
		x.t.Fatal(err)
	}
	for _, p := range prints {
		s.Prints = append(s.Prints, facts.Print{Line: p.Line, Value: facts.Fingerprint(p.Value)})
	}
	ev := &claim.Evidence{Payer: sim.Truth.Payer, ClaimID: s.ID, AsOf: 1, Versions: x.engine.Versions(), Claim: *c, Facts: x.looks.Facts(s)}
	d, err := x.decider.Decide(context.Background(), ev)
	if err != nil {
		x.t.Fatal(err)
	}
	x.looks.Apply(s, d)
	return d
}

// explain shows what a decision says, without what it says it of.
func explain(d *claim.Decision) string {
	text := fmt.Sprintf("%s %v", d.Outcome, d.Pends)
	for _, e := range d.Edits {
		text += fmt.Sprintf(" %s/%d", e.Rule, e.Line)
	}
	return text
}

// meets tells whether a decision is what the truth expects.
func meets(d *claim.Decision, want simulate.Expect) bool {
	if want.CARC == "" {
		return d.Outcome == want.Outcome || want.Outcome == ""
	}
	found := slices.ContainsFunc(d.Edits, func(e claim.Edit) bool {
		return e.CARC == want.CARC && (e.Line == want.Line || e.Line == 0 || want.Line == 0) && (want.RARC == "" || e.RARC == want.RARC)
	})
	if !found || want.Line > 0 || want.Outcome == "" {
		return found
	}
	return d.Outcome == want.Outcome
}

func TestTheContractDecidesEveryClaimAsItsTruthExpects(t *testing.T) {
	o := simulate.Defaults(5)
	o.Claims, o.HistoryClaims, o.Members = 4000, 0, 2500
	o.Rates = tripled(o.Rates)
	for i := range o.Schemes {
		o.Schemes[i].Providers *= 4
	}
	w, err := simulate.NewWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	outcomes := map[simulate.Defect]map[claim.Outcome]int{}
	schemes := map[simulate.Scheme]int{}
	firstHolds := map[string]bool{}
	shown := map[simulate.Defect]int{}
	for i := range w.Payers {
		p := &w.Payers[i]
		x := newPayer(t, w, p)
		for sim := range w.Claims(p.ID) {
			d := x.decide(sim)
			truth := &sim.Truth
			set := fmt.Sprint(p.ID, "/", truth.DuplicateSet)
			if truth.DuplicateSet > 0 && truth.Copy == 0 {
				firstHolds[set] = d.Outcome != claim.Deny
			}
			if outcomes[truth.Defect] == nil {
				outcomes[truth.Defect] = map[claim.Outcome]int{}
			}
			outcomes[truth.Defect][d.Outcome]++
			schemes[truth.Scheme]++
			good := meets(d, truth.Expect)
			if truth.Defect == simulate.ExactDuplicate && !firstHolds[set] {
				good = true
			}
			duplicate := slices.ContainsFunc(d.Edits, func(e claim.Edit) bool { return e.CARC == "18" })
			if duplicate != (truth.Defect == simulate.ExactDuplicate && firstHolds[set]) {
				t.Errorf("%s: 18 found %v, copy %d of set %d", truth.PatientControlNumber, duplicate, truth.Copy, truth.DuplicateSet)
			}
			if !good {
				if shown[truth.Defect]++; shown[truth.Defect] <= 3 {
					t.Errorf("%s %s %q %q: want %+v, got %s", sim.Claim.Type, truth.PatientControlNumber, truth.Defect, truth.Scheme, truth.Expect, explain(d))
				}
			}
		}
	}
	for defect, n := range shown {
		t.Errorf("%q: %d claims not decided as expected", defect, n)
	}
	for _, defect := range everyDefect() {
		if len(outcomes[defect]) == 0 {
			t.Errorf("no claim had defect %q", defect)
		}
	}
	for _, scheme := range o.Schemes {
		if schemes[scheme.Scheme] == 0 {
			t.Errorf("no claim followed %q", scheme.Scheme)
		}
	}
	t.Log(outcomes, schemes)
}
