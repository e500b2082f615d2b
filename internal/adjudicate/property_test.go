package adjudicate

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// money is a random amount that is often one of the awkward ones.
func money(random *rand.Rand, most int64) claim.Cents {
	switch random.IntN(6) {
	case 0:
		return 0
	case 1:
		return claim.Cents(random.Int64N(5))
	}
	return claim.Cents(random.Int64N(most))
}

// randomPlan is any plan a payer could write down.
func randomPlan(random *rand.Rand) *claim.Plan {
	p := testPlan()
	p.Copay, p.CoinsuranceMillionths = money(random, 60_00), random.Int64N(million+1)
	p.DeductibleIndividual = money(random, 3000_00)
	p.DeductibleFamily = money(random, 6000_00)
	p.Embedded = random.IntN(3) > 0
	p.OutOfPocketIndividual, p.OutOfPocketFamily = money(random, 5000_00), money(random, 9000_00)
	if random.IntN(4) == 0 {
		p.Pricing, p.PercentMillionths = claim.PercentOfCharges, 1+random.Int64N(million)
	}
	return p
}

// randomClaim is a claim of one to eight lines; now and then one has no fee, is preventive or counts units.
func randomClaim(random *rand.Rand, plan *claim.Plan) *claim.Evidence {
	ev := newEvidence()
	ev.Facts.Plan = plan
	for range 1 + random.IntN(8) {
		line := addLine(ev, "99213", money(random, 2000_00), money(random, 1500_00))
		line.Quantity = claim.Quantity(1 + random.Int64N(5*1000))
		benefit := &ev.Facts.Benefits[line.Number-1]
		benefit.Preventive = random.IntN(8) == 0
		benefit.Group, benefit.LimitUnits = "PT", 100*claim.One
		if fee := &ev.Facts.Fees[line.Number-1]; fee.Unit == 0 && random.IntN(10) > 0 {
			fee.Unit = 1
		}
	}
	return ev
}

// randomScript denies and cuts lines now and then.
func randomScript(random *rand.Rand, ev *claim.Evidence) *script {
	s := &script{}
	for i := range ev.Claim.Lines {
		number := ev.Claim.Lines[i].Number
		group := []claim.Group{claim.CO, claim.PR, claim.OA, claim.PI}[random.IntN(4)]
		switch random.IntN(8) {
		case 0:
			s.edits = append(s.edits, denial(number, group, "96"), denial(number, claim.CO, "181"))
		case 1:
			cut := denial(number, group, "119")
			cut.Units, cut.Amount = claim.Quantity(random.Int64N(4000)), money(random, 300_00)
			s.limits = append(s.limits, cut)
		}
	}
	return s
}

// carry adds a decision's accruals to the totals, as the store does.
func carry(totals []claim.Accumulator, accruals []claim.Accrual) []claim.Accumulator {
	totals = slices.Clone(totals)
	for _, a := range accruals {
		i := slices.IndexFunc(totals, func(t claim.Accumulator) bool {
			return t.Kind == a.Kind && t.Member == a.Member && t.Year == a.Year && t.Group == a.Group
		})
		if i < 0 {
			totals = append(totals, claim.Accumulator{Kind: a.Kind, Member: a.Member, Year: a.Year, Group: a.Group})
			i = len(totals) - 1
		}
		totals[i].Amount += a.Amount
	}
	return totals
}

func total(totals []claim.Accumulator, kind claim.AccumulatorKind, member claim.ID) claim.Cents {
	for _, t := range totals {
		if t.Kind == kind && t.Member == member {
			return claim.Cents(t.Amount)
		}
	}
	return 0
}

// checkLines asserts on a decision what must hold of every claim of charges that are not negative.
func checkLines(d *claim.Decision) error {
	sum := claim.Cents(0)
	for _, line := range d.Lines {
		left := line.Charge
		for _, a := range line.Adjustments {
			if a.Amount < 0 {
				return fmt.Errorf("line %d: adjustment %v raises the payment", line.Number, a)
			}
			left -= a.Amount
		}
		if left != line.Paid || line.Paid < 0 || line.Paid > line.Allowed || line.Allowed > line.Charge {
			return fmt.Errorf("line %d: paid %s, charge less adjustments %s, allowed %s", line.Number, line.Paid, left, line.Allowed)
		}
		sum += line.Paid
	}
	if sum != d.Paid {
		return fmt.Errorf("lines pay %s, the claim %s", sum, d.Paid)
	}
	return nil
}

// checkTotals asserts that no accumulator passes the limit it counts towards.
func checkTotals(p *claim.Plan, totals []claim.Accumulator, members []claim.ID) error {
	family := total(totals, claim.DeductibleUsed, uuid.Nil)
	switch {
	case (p.DeductibleFamily > 0 || p.DeductibleIndividual == 0) && family > p.DeductibleFamily:
		return fmt.Errorf("family deductible %s of %s", family, p.DeductibleFamily)
	case p.OutOfPocketFamily > 0 && total(totals, claim.OutOfPocketUsed, uuid.Nil) > p.OutOfPocketFamily:
		return fmt.Errorf("family out of pocket over %s", p.OutOfPocketFamily)
	}
	sum := claim.Cents(0)
	for _, member := range members {
		used := total(totals, claim.DeductibleUsed, member)
		sum += used
		if p.DeductibleIndividual > 0 && (p.Embedded || p.DeductibleFamily == 0) && used > p.DeductibleIndividual {
			return fmt.Errorf("individual deductible %s of %s", used, p.DeductibleIndividual)
		}
		if p.OutOfPocketIndividual > 0 && total(totals, claim.OutOfPocketUsed, member) > p.OutOfPocketIndividual {
			return fmt.Errorf("individual out of pocket over %s", p.OutOfPocketIndividual)
		}
	}
	if sum != family {
		return fmt.Errorf("the members used %s of the deductible, the family %s", sum, family)
	}
	return nil
}

// Families of three send claims for a year, one after the other.
func TestMoneyProperties(t *testing.T) {
	members := []claim.ID{testMember, testFamily, testClaim}
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 9))
		plan := randomPlan(random)
		decider := newDecider(nil)
		var totals []claim.Accumulator
		for range 20 {
			ev := randomClaim(random, plan)
			ev.Facts.Member.ID = members[random.IntN(len(members))]
			ev.Facts.Accumulators = totals
			decider.contract = randomScript(random, ev)
			d, err := decider.Decide(t.Context(), ev)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if err := checkLines(d); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			totals = carry(totals, d.Accruals)
			if err := checkTotals(plan, totals, members); err != nil {
				t.Fatalf("seed %d, plan %+v: %v", seed, *plan, err)
			}
		}
	}
}

// The order in which rows, totals and edits were found is nobody's decision: it changes no byte. Nor does what the
// decider decided before.
func TestDecisionDoesNotDependOnTheOrderOfFacts(t *testing.T) {
	reused := newDecider(nil)
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 10))
		ev := randomClaim(random, randomPlan(random))
		ev.Facts.Accumulators = []claim.Accumulator{
			used(claim.DeductibleUsed, testMember, 100_00), used(claim.DeductibleUsed, uuid.Nil, 300_00),
			used(claim.OutOfPocketUsed, testMember, 150_00), used(claim.OutOfPocketUsed, uuid.Nil, 400_00),
		}
		s := randomScript(random, ev)
		want := decidedBytes(t, newDecider(s), ev)
		shuffle(random, ev.Facts.Fees)
		shuffle(random, ev.Facts.Benefits)
		shuffle(random, ev.Facts.Accumulators)
		shuffle(random, ev.Facts.Looked)
		shuffle(random, s.edits)
		shuffle(random, s.limits)
		reused.contract = s
		if got := decidedBytes(t, reused, ev); !bytes.Equal(got, want) {
			t.Fatalf("seed %d: other bytes for facts in another order", seed)
		}
	}
}

func shuffle[T any](random *rand.Rand, list []T) {
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

func decidedBytes(t *testing.T, decider *Decider, ev *claim.Evidence) []byte {
	t.Helper()
	d, err := decider.Decide(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := EncodeDecision(d)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// Claims of one member in any processing order: the deductible is used up to the same cent, and what the member owes
// in all differs by the rounding of each line alone. The order decides which claim bears it, not how much it is.
func TestProcessingOrderMovesTheDeductibleOnly(t *testing.T) {
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 11))
		plan := randomPlan(random)
		plan.Copay, plan.OutOfPocketIndividual, plan.OutOfPocketFamily = 0, 0, 0
		var claims []*claim.Evidence
		lines := 0
		for range 6 {
			ev := randomClaim(random, plan)
			for i := range ev.Facts.Fees {
				ev.Facts.Fees[i].Unit++
				ev.Facts.Benefits[i].Preventive = false
			}
			claims = append(claims, ev)
			lines += len(ev.Claim.Lines)
		}
		deductible, owed := processed(t, claims)
		for range 5 {
			shuffle(random, claims)
			again, owes := processed(t, claims)
			if again != deductible || owes-owed > claim.Cents(lines) || owed-owes > claim.Cents(lines) {
				t.Fatalf("seed %d: deductible %s and share %s in one order, %s and %s in another", seed, deductible, owed, again, owes)
			}
		}
	}
}

// processed decides claims in order and returns the deductible used and the member's share in all.
func processed(t *testing.T, claims []*claim.Evidence) (deductible, owed claim.Cents) {
	t.Helper()
	var totals []claim.Accumulator
	for _, ev := range claims {
		ev.Facts.Accumulators = totals
		d, err := newDecider(&script{}).Decide(t.Context(), ev)
		if err != nil {
			t.Fatal(err)
		}
		totals = carry(totals, d.Accruals)
	}
	return total(totals, claim.DeductibleUsed, testMember), total(totals, claim.OutOfPocketUsed, testMember)
}
