package adjudicate

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

const testRendering = "1245319599"

// authorizedLine is a claim of one line of two units that needs an authorisation, and has one of nine units.
func authorizedLine() *claim.Evidence {
	ev := newEvidence()
	addLine(ev, "97110", 100_00, 30_00).Quantity = 2 * claim.One
	ev.Claim.Providers = append(ev.Claim.Providers, claim.Provider{Role: claim.Rendering, NPI: testRendering})
	ev.Facts.Benefits[0].Authorization = true
	ev.Facts.Authorizations = []claim.Authorization{
		{Number: "A1", Procedure: "97110", From: 20240101, Through: 20241231, Approved: 9 * claim.One},
	}
	return ev
}

// A line draws only on what was authorised for it: its code, its days, its providers, the number it names. Nothing that
// fits means that it waits, though no edit found fault.
func TestAuthorizationsALineDrawsOn(t *testing.T) {
	own := func(ev *claim.Evidence) *claim.Authorization { return &ev.Facts.Authorizations[0] }
	second := func(change func(*claim.Authorization)) func(*claim.Evidence) {
		return func(ev *claim.Evidence) {
			other := *own(ev)
			change(&other)
			ev.Facts.Authorizations = append(ev.Facts.Authorizations, other)
		}
	}
	tests := []struct {
		rule   string
		change func(*claim.Evidence)
		want   []claim.Accrual // nil: the claim waits
	}{
		{"one that fits", func(*claim.Evidence) {}, []claim.Accrual{{Authorization: "A1", Amount: 2000}}},
		{"of another code", func(ev *claim.Evidence) { own(ev).Procedure = "97112" }, nil},
		{"begins on the day", func(ev *claim.Evidence) { own(ev).From = testDay }, []claim.Accrual{{Authorization: "A1", Amount: 2000}}},
		{"begins the day after", func(ev *claim.Evidence) { own(ev).From = testDay + 1 }, nil},
		{"ended the day before", func(ev *claim.Evidence) { own(ev).Through = testDay - 1 }, nil},
		{"ends between the line's days", func(ev *claim.Evidence) {
			ev.Claim.Lines[0].Through, own(ev).Through = testDay+1, testDay
		}, nil},
		{"begins between the line's days", func(ev *claim.Evidence) {
			ev.Claim.Lines[0].Through, own(ev).From = testDay+1, testDay+1
		}, nil},
		{"made out to who bills", func(ev *claim.Evidence) { own(ev).NPI = testBilling }, []claim.Accrual{{Authorization: "A1", Amount: 2000}}},
		{"made out to who renders", func(ev *claim.Evidence) { own(ev).NPI = testRendering }, []claim.Accrual{{Authorization: "A1", Amount: 2000}}},
		{"made out to somebody else", func(ev *claim.Evidence) { own(ev).NPI = "1000000004" }, nil},
		{"made out to somebody, and nobody renders or bills", func(ev *claim.Evidence) {
			own(ev).NPI, ev.Claim.Providers = testBilling, nil
			ev.Facts.Plan.Pricing, ev.Facts.Plan.PercentMillionths = claim.PercentOfCharges, million
		}, nil},
		{"the claim names another number", func(ev *claim.Evidence) { ev.Claim.PriorAuthorization = "A2" }, nil},
		{"the line names its number, the claim another", func(ev *claim.Evidence) {
			ev.Claim.PriorAuthorization, ev.Claim.Lines[0].PriorAuthorization = "A2", "A1"
		}, []claim.Accrual{{Authorization: "A1", Amount: 2000}}},
		{"the line names another, the claim its number", func(ev *claim.Evidence) {
			ev.Claim.PriorAuthorization, ev.Claim.Lines[0].PriorAuthorization = "A1", "A2"
		}, nil},
		{"a thousandth too little is left", func(ev *claim.Evidence) { own(ev).Used = 7001 }, nil},
		{"more was used than approved", func(ev *claim.Evidence) { own(ev).Used = 10_000 }, nil},
		{"overdrawn ones give nothing back to others", func(ev *claim.Evidence) {
			own(ev).Used = 10_000
			second(func(a *claim.Authorization) { a.Number, a.Used = "A2", 0 })(ev)
		}, []claim.Accrual{{Authorization: "A2", Amount: 2000}}},
		{"two, drawn in the order of their numbers", second(func(a *claim.Authorization) { a.Number, a.Approved = "A0", 1500 }),
			[]claim.Accrual{{Authorization: "A0", Amount: 1500}, {Authorization: "A1", Amount: 500}}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			ev := authorizedLine()
			test.change(ev)
			d, err := newDecider(&script{}).Decide(t.Context(), ev)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, d.Accruals); diff != "" {
				t.Errorf("accruals (-want +got):\n%s", diff)
			}
			if test.want == nil && !cmp.Equal([]claim.PendReason{{Code: "price", Detail: unauthorized}}, d.Pends) {
				t.Errorf("%s %v, want a pend for the authorisation", d.Outcome, d.Pends)
			}
		})
	}
}

// Lines of one claim draw one after the other on the same authorisation.
func TestLinesDrawOneAfterTheOther(t *testing.T) {
	for approved, outcome := range map[claim.Quantity]claim.Outcome{4000: claim.Pay, 3999: claim.Pend} {
		ev := authorizedLine()
		addLine(ev, "97110", 100_00, 30_00).Quantity = 2 * claim.One
		ev.Facts.Benefits[1].Authorization = true
		ev.Facts.Authorizations[0].Approved = approved
		if d, err := newDecider(&script{}).Decide(t.Context(), ev); err != nil || d.Outcome != outcome {
			t.Errorf("%d approved for 4000 in two lines: %v, %v; want %s", approved, d.Outcome, err, outcome)
		}
	}
}

// A benefit is counted in what it is limited in, and not at all without a group or a limit.
func TestOnlyLimitedBenefitsAreCounted(t *testing.T) {
	units := claim.Accrual{Kind: claim.BenefitUnitsUsed, Member: testMember, Year: testYear, Group: "PT", Amount: 1000}
	money := claim.Accrual{Kind: claim.BenefitCentsUsed, Member: testMember, Year: testYear, Group: "PT", Amount: 72_35}
	tests := []struct {
		rule   string
		group  string
		units  claim.Quantity
		amount claim.Cents
		want   []claim.Accrual
	}{
		{"no limit", "PT", 0, 0, nil},
		{"no group", "", 9000, 900_00, nil},
		{"a limit of units, the least there is", "PT", 1, 0, []claim.Accrual{units}},
		{"a limit of money, the least there is", "PT", 0, 1, []claim.Accrual{money}},
		{"both", "PT", 9000, 900_00, []claim.Accrual{money, units}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			ev := goldenEvidence()
			b := &ev.Facts.Benefits[0]
			b.Group, b.LimitUnits, b.LimitAmount = test.group, test.units, test.amount
			d, err := newDecider(&script{}).Decide(t.Context(), ev)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, d.Accruals); diff != "" {
				t.Errorf("accruals (-want +got):\n%s", diff)
			}
		})
	}
}

// What one kind, person, year or group used is nothing that another used.
func TestTotalsAreKeptApart(t *testing.T) {
	before := claim.Accumulator{Kind: claim.DeductibleUsed, Member: testMember, Year: testYear, Amount: 7}
	apart := []claim.Accumulator{before, before, before, before, before}
	apart[1].Kind, apart[2].Member, apart[3].Year, apart[4].Group = claim.OutOfPocketUsed, uuid.Nil, testYear+1, "PT"
	use := &tally{before: apart, member: testMember}
	use.add(claim.Accrual{Kind: claim.DeductibleUsed, Member: testMember, Year: testYear, Amount: 5})
	use.add(claim.Accrual{Kind: claim.DeductibleUsed, Member: testMember, Year: testYear, Amount: 30})
	use.add(claim.Accrual{Kind: claim.OutOfPocketUsed, Member: testMember, Year: testYear, Amount: 1 << 8})
	use.add(claim.Accrual{Kind: claim.DeductibleUsed, Member: uuid.Nil, Year: testYear, Amount: 1 << 9})
	use.add(claim.Accrual{Kind: claim.DeductibleUsed, Member: testMember, Year: testYear + 1, Amount: 1 << 10})
	use.add(claim.Accrual{Kind: claim.DeductibleUsed, Member: testMember, Year: testYear, Group: "PT", Amount: 1 << 11})
	use.add(claim.Accrual{Authorization: "A1", Amount: 1 << 12})
	use.add(claim.Accrual{Authorization: "A2", Amount: 1 << 13})
	if got := use.used(claim.DeductibleUsed, testMember, testYear, ""); got != 42 {
		t.Errorf("used %d, want 7 before, 5 and 30 now", got)
	}
	if got := use.authorized("A2"); got != 1<<13 {
		t.Errorf("A2: %d, want %d", got, 1<<13)
	}
	if got := use.authorized("A3"); got != 0 {
		t.Errorf("A3: %d, want nothing", got)
	}
	if len(use.accruals) != 7 {
		t.Errorf("%d accruals, want one a kind, person, year, group and authorisation: 7", len(use.accruals))
	}
}
