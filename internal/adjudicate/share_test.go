package adjudicate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// The amounts of every case were worked by hand: allowed 250.00 of a charge of 300.00, copay 20.00, 20 %,
// deductible 500/1,000, out of pocket 2,000/4,000.
func TestCostShare(t *testing.T) {
	tests := []struct {
		rule       string
		change     func(*claim.Plan)
		preventive bool
		used       []claim.Accumulator
		paid       claim.Cents
		want       []string
	}{{
		rule: "nothing used: 20 copay, 230 of the deductible, nothing left for coinsurance",
		want: []string{"CO-45 50.00", "PR-1 230.00", "PR-3 20.00"},
	}, {
		rule: "50 of the individual deductible left: 50, then 20 % of 180",
		used: []claim.Accumulator{
			used(claim.DeductibleUsed, testMember, 450_00), used(claim.DeductibleUsed, uuid.Nil, 700_00),
		},
		paid: 144_00,
		want: []string{"CO-45 50.00", "PR-1 50.00", "PR-2 36.00", "PR-3 20.00"},
	}, {
		rule: "embedded: 30 of the family deductible left, more of the individual's",
		used: []claim.Accumulator{
			used(claim.DeductibleUsed, testMember, 100_00), used(claim.DeductibleUsed, uuid.Nil, 970_00),
		},
		paid: 160_00,
		want: []string{"CO-45 50.00", "PR-1 30.00", "PR-2 40.00", "PR-3 20.00"},
	}, {
		rule: "embedded: the family met its deductible, the member did not",
		used: []claim.Accumulator{
			used(claim.DeductibleUsed, testMember, 100_00), used(claim.DeductibleUsed, uuid.Nil, 1000_00),
		},
		paid: 184_00,
		want: []string{"CO-45 50.00", "PR-2 46.00", "PR-3 20.00"},
	}, {
		rule:   "embedded, without a family deductible: the individual's alone",
		change: func(p *claim.Plan) { p.DeductibleFamily = 0 },
		used:   []claim.Accumulator{used(claim.DeductibleUsed, testMember, 450_00), used(claim.DeductibleUsed, uuid.Nil, 700_00)},
		paid:   144_00,
		want:   []string{"CO-45 50.00", "PR-1 50.00", "PR-2 36.00", "PR-3 20.00"},
	}, {
		rule:   "embedded, without an individual deductible: the family's alone",
		change: func(p *claim.Plan) { p.DeductibleIndividual = 0 },
		used:   []claim.Accumulator{used(claim.DeductibleUsed, testMember, 970_00), used(claim.DeductibleUsed, uuid.Nil, 970_00)},
		paid:   160_00,
		want:   []string{"CO-45 50.00", "PR-1 30.00", "PR-2 40.00", "PR-3 20.00"},
	}, {
		rule:   "self-only, neither embedded nor with a family deductible: the individual's alone",
		change: func(p *claim.Plan) { p.DeductibleFamily, p.Embedded = 0, false },
		used:   []claim.Accumulator{used(claim.DeductibleUsed, testMember, 450_00), used(claim.DeductibleUsed, uuid.Nil, 700_00)},
		paid:   144_00,
		want:   []string{"CO-45 50.00", "PR-1 50.00", "PR-2 36.00", "PR-3 20.00"},
	}, {
		rule:   "self-only, without a family maximum: the individual's caps",
		change: func(p *claim.Plan) { p.OutOfPocketFamily, p.Embedded = 0, false },
		used:   []claim.Accumulator{used(claim.OutOfPocketUsed, testMember, 2000_00)},
		paid:   250_00,
		want:   []string{"CO-45 50.00"},
	}, {
		rule:   "without an individual maximum: the family's caps",
		change: func(p *claim.Plan) { p.OutOfPocketIndividual = 0 },
		used:   []claim.Accumulator{used(claim.OutOfPocketUsed, uuid.Nil, 4000_00)},
		paid:   250_00,
		want:   []string{"CO-45 50.00"},
	}, {
		rule:   "aggregate: the member is past the individual figure, only the family's counts",
		change: func(p *claim.Plan) { p.Embedded = false },
		used: []claim.Accumulator{
			used(claim.DeductibleUsed, testMember, 500_00), used(claim.DeductibleUsed, uuid.Nil, 900_00),
		},
		paid: 104_00,
		want: []string{"CO-45 50.00", "PR-1 100.00", "PR-2 26.00", "PR-3 20.00"},
	}, {
		rule: "individual maximum: of 106, 56 goes back, coinsurance first, then copay",
		used: []claim.Accumulator{
			used(claim.DeductibleUsed, testMember, 450_00), used(claim.OutOfPocketUsed, testMember, 1950_00),
		},
		paid: 200_00,
		want: []string{"CO-45 50.00", "PR-1 50.00"},
	}, {
		rule: "family maximum: of 106, 96 goes back, the deductible last",
		used: []claim.Accumulator{
			used(claim.DeductibleUsed, testMember, 450_00), used(claim.OutOfPocketUsed, uuid.Nil, 3990_00),
		},
		paid: 240_00,
		want: []string{"CO-45 50.00", "PR-1 10.00"},
	}, {
		rule:   "aggregate plans cap the individual's out of pocket too",
		change: func(p *claim.Plan) { p.Embedded = false },
		used:   []claim.Accumulator{used(claim.OutOfPocketUsed, testMember, 2000_00)},
		paid:   250_00,
		want:   []string{"CO-45 50.00"},
	}, {
		rule: "more was used than the maximum: nothing is owed, nothing is given back",
		used: []claim.Accumulator{used(claim.OutOfPocketUsed, testMember, 2500_00)},
		paid: 250_00,
		want: []string{"CO-45 50.00"},
	}, {
		rule:   "a total below nothing counts as nothing: nobody pays a deductible twice",
		used:   []claim.Accumulator{used(claim.DeductibleUsed, testMember, -300_00)},
		change: func(p *claim.Plan) { p.DeductibleIndividual = 100_00 },
		paid:   104_00,
		want:   []string{"CO-45 50.00", "PR-1 100.00", "PR-2 26.00", "PR-3 20.00"},
	}, {
		rule:       "preventive: no share",
		preventive: true,
		paid:       250_00,
		want:       []string{"CO-45 50.00"},
	}, {
		rule:   "the copay is never more than what is allowed",
		change: func(p *claim.Plan) { p.Copay = 400_00 },
		want:   []string{"CO-45 50.00", "PR-3 250.00"},
	}, {
		rule:   "another year's use does not count",
		used:   []claim.Accumulator{{Kind: claim.DeductibleUsed, Member: testMember, Year: 2023, Amount: 500_00}},
		paid:   0,
		want:   []string{"CO-45 50.00", "PR-1 230.00", "PR-3 20.00"},
		change: func(*claim.Plan) {},
	}, {
		rule:   "no out-of-pocket maximum",
		change: func(p *claim.Plan) { p.OutOfPocketIndividual, p.OutOfPocketFamily = 0, 0 },
		used:   []claim.Accumulator{used(claim.OutOfPocketUsed, testMember, 9999_00)},
		want:   []string{"CO-45 50.00", "PR-1 230.00", "PR-3 20.00"},
	}, {
		rule: "coinsurance is rounded once, half a cent away from zero: 33.3330 % of 230.00 = 76.6659",
		change: func(p *claim.Plan) {
			p.DeductibleIndividual, p.DeductibleFamily, p.CoinsuranceMillionths = 0, 0, 333_330
		},
		paid: 153_33,
		want: []string{"CO-45 50.00", "PR-2 76.67", "PR-3 20.00"},
	}}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			ev := newEvidence()
			ev.Facts.Plan = testPlan()
			if test.change != nil {
				test.change(ev.Facts.Plan)
			}
			ev.Facts.Accumulators = test.used
			addLine(ev, "99213", 300_00, 250_00)
			ev.Facts.Benefits[0].Preventive = test.preventive
			if !test.preventive {
				ev.Facts.Benefits = nil // a service without a benefit of its own is shared as any other
			}
			d, err := newDecider(&script{}).Decide(t.Context(), ev)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, explain(d.Lines[0].Adjustments)); diff != "" || d.Paid != test.paid {
				t.Errorf("paid %s, want %s; adjustments (-want +got):\n%s", d.Paid, test.paid, diff)
			}
		})
	}
}

// Three lines of one claim, by hand. Allowed 400, 300 and 100; the member has used nothing.
//
//	line 1: copay 20, deductible 380, coinsurance 0                  → plan 0
//	line 2: copay 20, deductible 120 (500 − 380), 20 % of 160 = 32   → plan 128
//	line 3: copay 20, deductible 0, 20 % of 80 = 16                  → plan 64
func TestLinesSeeWhatEarlierLinesUsed(t *testing.T) {
	ev := newEvidence()
	ev.Facts.Plan = testPlan()
	addLine(ev, "99215", 400_00, 400_00)
	addLine(ev, "93000", 300_00, 300_00)
	addLine(ev, "36415", 100_00, 100_00)
	d, err := newDecider(&script{}).Decide(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	var paid []claim.Cents
	for _, line := range d.Lines {
		paid = append(paid, line.Paid)
	}
	if diff := cmp.Diff([]claim.Cents{0, 128_00, 64_00}, paid); diff != "" {
		t.Errorf("paid (-want +got):\n%s", diff)
	}
	want := []claim.Accrual{
		{Kind: claim.DeductibleUsed, Member: uuid.Nil, Year: testYear, Amount: 500_00},
		{Kind: claim.DeductibleUsed, Member: testMember, Year: testYear, Amount: 500_00},
		{Kind: claim.OutOfPocketUsed, Member: uuid.Nil, Year: testYear, Amount: 608_00},
		{Kind: claim.OutOfPocketUsed, Member: testMember, Year: testYear, Amount: 608_00},
	}
	if diff := cmp.Diff(want, d.Accruals); diff != "" {
		t.Errorf("accruals (-want +got):\n%s", diff)
	}
}

// A claim over New Year: each line counts in the year it was served, and the plan's terms of the first day do not
// price a line outside them.
func TestBenefitYearIsTheLines(t *testing.T) {
	ev := newEvidence()
	ev.Facts.Plan = testPlan()
	ev.Facts.Plan.Through = 20251231
	ev.Facts.Accumulators = []claim.Accumulator{used(claim.DeductibleUsed, testMember, 500_00)}
	addLine(ev, "99213", 100_00, 100_00)
	line := addLine(ev, "99213", 100_00, 100_00)
	line.From, line.Through = 20250102, 20250102
	ev.Facts.Fees[1].Through, ev.Facts.Benefits[1].Through = 20251231, 20251231
	d, err := newDecider(&script{}).Decide(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	if d.Lines[0].Paid != 64_00 || d.Lines[1].Paid != 0 {
		t.Errorf("paid %s and %s, want 64.00 (deductible met in 2024) and 0.00 (not in 2025)", d.Lines[0].Paid, d.Lines[1].Paid)
	}
	ev.Facts.Plan.Through = 20241231
	d, err = newDecider(&script{}).Decide(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	want := []claim.PendReason{{Code: "price", Detail: "plan"}}
	if diff := cmp.Diff(want, d.Pends); diff != "" || d.Outcome != claim.Pend {
		t.Errorf("outcome %s, pends (-want +got):\n%s", d.Outcome, diff)
	}
}
