package adjudicate

import (
	"math/rand/v2"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// Promise 5 with the real contract: no score turns what was paid or waits into a denial, nor a denial into payment.
func TestScoreOnlyPends(t *testing.T) {
	contract := baseContract(t)
	scores := []claim.Score{
		{}, {Scored: true}, {Scored: true, Flagged: true, MarginMillionths: 9_000_000}, {Scored: true, Flagged: true, MarginMillionths: -1},
		{Flagged: true}, {Scored: true, Threshold: -1 << 63},
	}
	for _, g := range goldens(t) {
		g.want.Score = nil
		plain, err := g.decider(contract).Decide(t.Context(), g.evidence)
		if err != nil {
			t.Fatal(err)
		}
		for _, score := range scores {
			g.want.Score = &score
			scored, err := g.decider(contract).Decide(t.Context(), g.evidence)
			if err != nil {
				t.Fatal(err)
			}
			if scored.Outcome != plain.Outcome && scored.Outcome != claim.Pend {
				t.Errorf("%s: %s without a score, %s with %+v", g.name, plain.Outcome, scored.Outcome, score)
			}
		}
	}
}

// limitedClaim is a claim of one to five lines of one code that has a yearly limit and needs an authorisation.
func limitedClaim(random *rand.Rand, from *claim.Evidence) *claim.Evidence {
	ev := *from
	pattern := from.Claim.Lines[0]
	ev.Claim.Lines, ev.Claim.Charge = nil, 0
	ev.Facts.Fees, ev.Facts.Benefits, ev.Facts.Procedures, ev.Facts.MUE = nil, nil, nil, nil
	for number := range 1 + random.IntN(5) {
		line := pattern
		line.Number = number + 1
		line.Quantity, line.Charge = claim.Quantity(1+random.Int64N(4000)), money(random, 900_00)
		ev.Claim.Lines = append(ev.Claim.Lines, line)
		ev.Claim.Charge += line.Charge
		fee, benefit, procedure, units := from.Facts.Fees[0], from.Facts.Benefits[0], from.Facts.Procedures[0], from.Facts.MUE[0]
		fee.Line, benefit.Line, procedure.Line, units.Line = line.Number, line.Number, line.Number, line.Number
		units.LineUnits, units.DayUnits, units.Limit = line.Quantity, line.Quantity, 999*claim.One
		ev.Facts.Fees = append(ev.Facts.Fees, fee)
		ev.Facts.Benefits = append(ev.Facts.Benefits, benefit)
		ev.Facts.Procedures = append(ev.Facts.Procedures, procedure)
		ev.Facts.MUE = append(ev.Facts.MUE, units)
	}
	ev.Facts.Looked = append([]claim.Looked(nil), from.Facts.Looked...)
	for i := range ev.Facts.Looked {
		switch ev.Facts.Looked[i].Kind {
		case claim.KindFees, claim.KindBenefits, claim.KindProcedures, claim.KindMUE:
			ev.Facts.Looked[i].Rows = len(ev.Claim.Lines)
		case claim.KindAccumulators:
			ev.Facts.Looked[i].Rows = len(ev.Facts.Accumulators)
		}
	}
	return &ev
}

// Claims of one member under a yearly limit of units and dollars and an authorisation, the lines of each competing
// for what is left: the contract cuts, the engine counts, and no total ever passes its limit.
func TestLimitsAndAuthorizationsAreNeverPassed(t *testing.T) {
	contract := baseContract(t)
	base := goldenNamed(t, "paid_authorized")
	decider := base.decider(contract)
	ev := base.evidence
	paid, cut := 0, 0
	for seed := range uint64(60) {
		random := rand.New(rand.NewPCG(seed, 12))
		benefit, authorization := &ev.Facts.Benefits[0], &ev.Facts.Authorizations[0]
		benefit.Group, benefit.LimitUnits, benefit.LimitAmount = "PT", claim.Quantity(1+random.Int64N(60_000)), 1+money(random, 6000_00)
		authorization.Approved, authorization.Used = claim.Quantity(1+random.Int64N(80_000)), 0
		ev.Facts.Accumulators = nil
		for range 8 {
			decision, err := decider.Decide(t.Context(), limitedClaim(random, ev))
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if err := checkLines(decision); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			var totals []claim.Accrual
			for _, a := range decision.Accruals {
				if a.Authorization != "" {
					authorization.Used += claim.Quantity(a.Amount)
				} else {
					totals = append(totals, a)
				}
			}
			ev.Facts.Accumulators = carry(ev.Facts.Accumulators, totals)
			units := claim.Quantity(groupTotal(ev.Facts.Accumulators, claim.BenefitUnitsUsed))
			amount := claim.Cents(groupTotal(ev.Facts.Accumulators, claim.BenefitCentsUsed))
			if units > benefit.LimitUnits || amount > benefit.LimitAmount || authorization.Used > authorization.Approved {
				t.Fatalf("seed %d: %s of %s units, %s of %s, %s of %s authorised", seed, units, benefit.LimitUnits,
					amount, benefit.LimitAmount, authorization.Used, authorization.Approved)
			}
			switch {
			case decision.Outcome == claim.Pend:
				t.Fatalf("seed %d: pends %v", seed, decision.Pends)
			case decision.Outcome == claim.Pay:
				paid++
			}
			for _, line := range decision.Lines {
				if line.Outcome == claim.Pay && len(line.Adjustments) > 1 {
					cut++
				}
			}
		}
	}
	if paid < 100 || cut < 25 {
		t.Errorf("only %d claims paid and %d lines were cut: the test tries too little", paid, cut)
	}
}

func groupTotal(totals []claim.Accumulator, kind claim.AccumulatorKind) int64 {
	for _, t := range totals {
		if t.Kind == kind {
			return t.Amount
		}
	}
	return 0
}

func goldenNamed(t testing.TB, name string) *golden {
	t.Helper()
	for _, g := range goldens(t) {
		if g.name == name {
			return &g
		}
	}
	t.Fatalf("no case %s", name)
	return nil
}
