package adjudicate

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// Prices by hand. Unless a case changes it: charge 100.00, one unit, fee 72.35 in network.
func TestPrice(t *testing.T) {
	fee := func(ev *claim.Evidence) *claim.FeeRow { return &ev.Facts.Fees[0] }
	line := func(ev *claim.Evidence) *claim.Line { return &ev.Claim.Lines[0] }
	tests := []struct {
		rule     string
		change   func(*claim.Evidence)
		allowed  claim.Cents
		unpriced string
	}{
		{"lesser of charge and fee: the fee", func(*claim.Evidence) {}, 72_35, ""},
		{"lesser of charge and fee: the charge", func(ev *claim.Evidence) { fee(ev).Unit = 120_00 }, 100_00, ""},
		{"fee × units", func(ev *claim.Evidence) { fee(ev).Unit, line(ev).Quantity = 10_01, 3000 }, 30_03, ""},
		{"a part of a unit, rounded once: 10.01 × 1.005 = 10.06005", func(ev *claim.Evidence) { fee(ev).Unit, line(ev).Quantity = 10_01, 1005 }, 10_06, ""},
		{"half a cent is rounded away from zero: 0.05 × 0.5", func(ev *claim.Evidence) { fee(ev).Unit, line(ev).Quantity = 5, 500 }, 3, ""},
		{"out of network with its own fee", func(ev *claim.Evidence) {
			ev.Facts.Providers[0].Network = false
			ev.Facts.Fees = append(ev.Facts.Fees, claim.FeeRow{Line: 1, Procedure: "99213", Unit: 50_00, From: 20240101, Through: 20241231})
		}, 50_00, ""},
		{"out of network without a fee", func(ev *claim.Evidence) { ev.Facts.Providers[0].Network = false }, 0, noFee},
		{"the provider is not on file", func(ev *claim.Evidence) { ev.Facts.Providers = nil }, 0, noNetwork},
		{"the provider was not on file that day", func(ev *claim.Evidence) { ev.Facts.Providers[0].Through = 20240514 }, 0, noNetwork},
		{"who bills has no number, and so has somebody on file", func(ev *claim.Evidence) {
			ev.Claim.Providers[0].NPI, ev.Facts.Providers[0].NPI = "", ""
		}, 0, noNetwork},
		{"another provider's network", func(ev *claim.Evidence) {
			other := ev.Facts.Providers[0]
			other.NPI, ev.Facts.Providers[0].Network = "1000000004", false
			ev.Facts.Providers = []claim.ProviderFact{other, ev.Facts.Providers[0]}
		}, 0, noFee},
		{"no billing provider", func(ev *claim.Evidence) { ev.Claim.Providers = nil }, 0, noNetwork},
		{"no fee on file: pend, never zero pay", func(ev *claim.Evidence) { ev.Facts.Fees = nil }, 0, noFee},
		{"a fee of nothing is no fee", func(ev *claim.Evidence) { fee(ev).Unit = 0 }, 0, noFee},
		{"the fee of another line", func(ev *claim.Evidence) { fee(ev).Line = 2 }, 0, noFee},
		{"the fee ended the day before", func(ev *claim.Evidence) { fee(ev).Through = 20240514 }, 0, noFee},
		{"the fee starts on the day", func(ev *claim.Evidence) { fee(ev).From = testDay }, 72_35, ""},
		{"the fee starts the day after", func(ev *claim.Evidence) { fee(ev).From = 20240516 }, 0, noFee},
		{"of two in force the later", func(ev *claim.Evidence) {
			ev.Facts.Fees = append(ev.Facts.Fees, *fee(ev))
			ev.Facts.Fees[1].From, ev.Facts.Fees[1].Unit = 20240401, 80_00
		}, 80_00, ""},
		{"the later, found first, though dearer", func(ev *claim.Evidence) {
			ev.Facts.Fees = append(ev.Facts.Fees, *fee(ev))
			ev.Facts.Fees[0].From, ev.Facts.Fees[0].Unit = 20240401, 80_00
		}, 80_00, ""},
		{"the fee of another code", func(ev *claim.Evidence) { fee(ev).Procedure = "99214" }, 0, noFee},
		{"an empty modifier before one with its own fee", func(ev *claim.Evidence) {
			line(ev).Modifiers = []string{"", "25"}
			ev.Facts.Fees = append(ev.Facts.Fees, *fee(ev))
			ev.Facts.Fees[1].Modifier, ev.Facts.Fees[1].Unit = "25", 20_00
		}, 20_00, ""},
		{"a pricing modifier with its own fee", func(ev *claim.Evidence) {
			line(ev).Modifiers = []string{"59", "26"}
			ev.Facts.Fees = append(ev.Facts.Fees, *fee(ev))
			ev.Facts.Fees[1].Modifier, ev.Facts.Fees[1].Unit = "26", 20_00
		}, 20_00, ""},
		{"a pricing modifier without one", func(ev *claim.Evidence) { line(ev).Modifiers = []string{"80"} }, 0, noFee},
		{"a modifier that does not price", func(ev *claim.Evidence) { line(ev).Modifiers = []string{"25"} }, 72_35, ""},
		{"minutes are not units", func(ev *claim.Evidence) { line(ev).Unit = claim.Minutes }, 0, noQuantity},
		{"days are units", func(ev *claim.Evidence) { line(ev).Unit = claim.Days }, 72_35, ""},
		{"the greatest fee", func(ev *claim.Evidence) { fee(ev).Unit = claim.MaxCents }, 100_00, ""},
		{"a fee that cannot be one", func(ev *claim.Evidence) { fee(ev).Unit = claim.MaxCents + 1 }, 0, noFee},
		{"no unit", func(ev *claim.Evidence) { line(ev).Unit = "" }, 0, noQuantity},
		{"no quantity", func(ev *claim.Evidence) { line(ev).Quantity = 0 }, 0, noQuantity},
		{"a quantity nobody can have been given", func(ev *claim.Evidence) { line(ev).Quantity = 1_000_000_000 }, 0, noQuantity},
		{"the greatest quantity", func(ev *claim.Evidence) { line(ev).Quantity, fee(ev).Unit = maxUnits, 1 }, 100_00, ""},
		{"a negative charge", func(ev *claim.Evidence) { line(ev).Charge = -1 }, 0, badCharge},
		{"a charge of nothing needs no fee", func(ev *claim.Evidence) { line(ev).Charge, ev.Facts.Fees = 0, nil }, 0, ""},
		{"the provider says that part is not covered", func(ev *claim.Evidence) { line(ev).NonCovered = 1 }, 0, nonCovered},
		{"a revenue line is priced by its revenue code", func(ev *claim.Evidence) {
			line(ev).Procedure, line(ev).Revenue, fee(ev).Procedure = "", "0450", "0450"
		}, 72_35, ""},
		{"no member", func(ev *claim.Evidence) { ev.Facts.Member = nil }, 0, noMember},
		{"no plan", func(ev *claim.Evidence) { ev.Facts.Plan = nil }, 0, noPlan},
		{"the plan's terms do not reach the day", func(ev *claim.Evidence) { ev.Facts.Plan.Through = 20240514 }, 0, noPlan},
		{"the plan does not say how it pays", func(ev *claim.Evidence) { ev.Facts.Plan.Pricing = "" }, 0, noPlan},
		{"a coinsurance of all", func(ev *claim.Evidence) { ev.Facts.Plan.CoinsuranceMillionths = million }, 72_35, ""},
		{"a coinsurance below nothing", func(ev *claim.Evidence) { ev.Facts.Plan.CoinsuranceMillionths = -1 }, 0, noPlan},
		{"a copay below nothing", func(ev *claim.Evidence) { ev.Facts.Plan.Copay = -1 }, 0, noPlan},
		{"a deductible below nothing", func(ev *claim.Evidence) { ev.Facts.Plan.DeductibleIndividual = -1 }, 0, noPlan},
		{"a family deductible below nothing", func(ev *claim.Evidence) { ev.Facts.Plan.DeductibleFamily = -1 }, 0, noPlan},
		{"a maximum below nothing", func(ev *claim.Evidence) { ev.Facts.Plan.OutOfPocketIndividual = -1 }, 0, noPlan},
		{"a family maximum below nothing", func(ev *claim.Evidence) { ev.Facts.Plan.OutOfPocketFamily = -1 }, 0, noPlan},
		{"a coinsurance over 100 %", func(ev *claim.Evidence) { ev.Facts.Plan.CoinsuranceMillionths = 1_000_001 }, 0, noPlan},
		{"percent of charges: 62.5 % of 100.01 = 62.50625", func(ev *claim.Evidence) {
			line(ev).Charge, ev.Facts.Plan.Pricing, ev.Facts.Plan.PercentMillionths = 100_01, claim.PercentOfCharges, 625_000
		}, 62_51, ""},
		{"all of the charges", func(ev *claim.Evidence) {
			ev.Facts.Plan.Pricing, ev.Facts.Plan.PercentMillionths = claim.PercentOfCharges, million
		}, 100_00, ""},
		{"the least percentage: 0.0001 of a dollar", func(ev *claim.Evidence) {
			ev.Facts.Plan.Pricing, ev.Facts.Plan.PercentMillionths = claim.PercentOfCharges, 1
		}, 0, ""},
		{"more than the charges", func(ev *claim.Evidence) {
			ev.Facts.Plan.Pricing, ev.Facts.Plan.PercentMillionths = claim.PercentOfCharges, million+1
		}, 0, noPlan},
		{"percent of charges without a percentage", func(ev *claim.Evidence) { ev.Facts.Plan.Pricing = claim.PercentOfCharges }, 0, noPlan},
		{"no service date", func(ev *claim.Evidence) { line(ev).From = 0 }, 0, noPlan},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			ev := newEvidence()
			addLine(ev, "99213", 100_00, 72_35)
			test.change(ev)
			got, unpriced := allowed(ev, &ev.Claim.Lines[0])
			if got != test.allowed || unpriced != test.unpriced {
				t.Errorf("allowed %s %q, want %s %q", got, unpriced, test.allowed, test.unpriced)
			}
		})
	}
}

// Sixty minutes are neither sixty units nor one: where a limit or an authorisation counts units, such a line waits, and
// uses up nothing. A percentage of charges and a limit of money want no unit.
func TestMinutesDrawOnNothingThatCountsUnits(t *testing.T) {
	tests := []struct {
		rule    string
		benefit claim.BenefitRow
		unit    claim.Unit
		waits   bool
	}{
		{"a limit of units", claim.BenefitRow{Group: "AN", LimitUnits: 20 * claim.One}, claim.Minutes, true},
		{"an authorisation", claim.BenefitRow{Authorization: true}, claim.Minutes, true},
		{"no unit said", claim.BenefitRow{Group: "AN", LimitUnits: 20 * claim.One}, "", true},
		{"a limit of money", claim.BenefitRow{Group: "AN", LimitAmount: 900_00}, claim.Minutes, false},
		{"no limit", claim.BenefitRow{}, claim.Minutes, false},
		{"units", claim.BenefitRow{Group: "AN", LimitUnits: 20 * claim.One, Authorization: true}, claim.Units, false},
		{"days", claim.BenefitRow{Group: "AN", LimitUnits: 20 * claim.One, Authorization: true}, claim.Days, false},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			ev := newEvidence()
			ev.Facts.Plan.Pricing, ev.Facts.Plan.PercentMillionths = claim.PercentOfCharges, 800_000
			line := addLine(ev, "00142", 100_00, 72_35)
			line.Unit, line.Quantity = test.unit, 10*claim.One
			row := &ev.Facts.Benefits[0]
			row.Group, row.LimitUnits, row.LimitAmount, row.Authorization = test.benefit.Group, test.benefit.LimitUnits, test.benefit.LimitAmount, test.benefit.Authorization
			ev.Facts.Authorizations = []claim.Authorization{{Number: "A1", Procedure: "00142", From: 20240101, Through: 20241231, Approved: 99 * claim.One}}
			s := &script{}
			d, err := newDecider(s).Decide(t.Context(), ev)
			if err != nil {
				t.Fatal(err)
			}
			var want []claim.PendReason
			if test.waits {
				want = []claim.PendReason{{Code: "price", Detail: noQuantity}}
			}
			if diff := cmp.Diff(want, d.Pends); diff != "" || test.waits == (len(s.amounts) > 0) {
				t.Errorf("%s with %d lines asked about; pends (-want +got):\n%s", d.Outcome, len(s.amounts), diff)
			}
		})
	}
}

// Medicare Claims Processing Manual ch. 12 §§20 to 50, 110, 140; ch. 13 §20; ch. 20 §§30.5, 130; Social Security Act 1834(p), 1834(v),
// 1848(b)(9). A fee without one of these does not price the line.
func TestModifiersThatPrice(t *testing.T) {
	pricing := strings.Fields("22 26 50 51 52 53 54 55 56 62 66 73 74 78 80 81 82 AD AS CO CQ CT FX FY KJ NU QK QX QY RR TC UE")
	for _, modifier := range slices.Concat(pricing, strings.Fields("24 25 27 57 58 59 76 77 79 91 AA GP KH KX LT QZ RT XE XP XS XU")) {
		ev := newEvidence()
		addLine(ev, "99213", 100_00, 72_35).Modifiers = []string{"GA", modifier}
		want := ""
		if slices.Contains(pricing, modifier) {
			want = noFee
		}
		if got, unpriced := allowed(ev, &ev.Claim.Lines[0]); unpriced != want {
			t.Errorf("%s: allowed %s %q, want %q", modifier, got, unpriced, want)
		}
	}
}

// Fees of 72.35, 40.00 with 26, 50.00 with TC, 85.00 with RT. A fee prices what it carries: beside a modifier that it
// does not carry and that changes the price, it is the fee of something else.
func TestAFeeCarriesEveryModifierThatPrices(t *testing.T) {
	for modifiers, want := range map[string]claim.Cents{
		"26": 40_00, "26 59": 40_00, "59 26": 40_00, "26 26": 40_00, "26 RT": 40_00, "RT 26": 40_00, "RT": 85_00, "59 RT": 85_00, "LT": 72_35,
		"26 TC": 0, "26 52": 0, "52 26": 0, "26 53": 0, "TC 52": 0, "26 50": 0, "26 62": 0, "80 RT": 0, "RT 80": 0, "RT CQ": 0, "22": 0,
	} {
		ev := newEvidence()
		addLine(ev, "99213", 100_00, 72_35).Modifiers = strings.Fields(modifiers)
		for modifier, unit := range map[string]claim.Cents{"26": 40_00, "TC": 50_00, "RT": 85_00} {
			fee := ev.Facts.Fees[0]
			fee.Modifier, fee.Unit = modifier, unit
			ev.Facts.Fees = append(ev.Facts.Fees, fee)
		}
		if got, unpriced := allowed(ev, &ev.Claim.Lines[0]); got != want || (unpriced == noFee) != (want == 0) {
			t.Errorf("%s: allowed %s %q, want %s", modifiers, got, unpriced, want)
		}
	}
}

// The order in which rows were found never changes a price.
func TestFeeDoesNotDependOnTheOrderOfRows(t *testing.T) {
	ev := newEvidence()
	line := addLine(ev, "99213", 100_00, 72_35)
	rows := ev.Facts.Fees
	for _, unit := range []claim.Cents{71_00, 73_00} {
		rows = append(rows, rows[0])
		rows[len(rows)-1].Unit = unit
	}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		shuffled := []claim.FeeRow{rows[order[0]], rows[order[1]], rows[order[2]]}
		if fee := feeOf(shuffled, line, true); fee == nil || fee.Unit != 71_00 {
			t.Errorf("order %v: fee %v, want the lowest of equals, 71.00", order, fee)
		}
	}
}
