package adjudicate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// The base contract and the engine count authorised units alike, of a claim of two lines of one code: what the one leaves
// a line, the other draws.
func TestAuthorizedUnitsOfTwoLines(t *testing.T) {
	contract, base := baseContract(t), goldenNamed(t, "paid_authorized")
	own := base.evidence.Facts.Authorizations[0]
	tests := []struct {
		rule   string
		change func(ev *claim.Evidence)
		denied []string // the reason of each line; "" is paid
		draws  []claim.Accrual
	}{
		{"both within one", func(ev *claim.Evidence) { ev.Facts.Authorizations[0].Approved = 2 * claim.One }, []string{"", ""},
			[]claim.Accrual{{Authorization: own.Number, Amount: 2000}}},
		{"one unit for two lines", func(*claim.Evidence) {}, []string{"", "198"}, []claim.Accrual{{Authorization: own.Number, Amount: 1000}}},
		{"each line names its own", func(ev *claim.Evidence) {
			other := own
			other.Number = "Z2"
			ev.Facts.Authorizations = append(ev.Facts.Authorizations, other)
			ev.Claim.Lines[0].PriorAuthorization, ev.Claim.Lines[1].PriorAuthorization = own.Number, "Z2"
		}, []string{"", ""}, []claim.Accrual{{Authorization: own.Number, Amount: 1000}, {Authorization: "Z2", Amount: 1000}}},
		{"the first is denied for its units, and uses nothing up", func(ev *claim.Evidence) {
			ev.Facts.MUE[0].Limit = 0
		}, []string{"151", ""}, []claim.Accrual{{Authorization: own.Number, Amount: 1000}}},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			decider, ev := base.decider(contract), twice(base.evidence)
			ev.Facts.Authorizations[0].Approved, ev.Facts.Authorizations[0].Used = claim.One, 0
			test.change(ev)
			for i := range ev.Facts.Looked {
				if l := &ev.Facts.Looked[i]; l.Kind == claim.KindAuthorizations {
					l.Rows = len(ev.Facts.Authorizations)
				}
			}
			d, err := decider.Decide(t.Context(), ev)
			if err != nil {
				t.Fatal(err)
			}
			var denied []string
			for _, line := range d.Lines {
				reason := ""
				if line.Outcome != claim.Pay {
					reason = line.Adjustments[0].CARC
				}
				denied = append(denied, reason)
			}
			var draws []claim.Accrual
			for _, a := range d.Accruals {
				if a.Authorization != "" {
					draws = append(draws, a)
				}
			}
			if diff := cmp.Diff(test.denied, denied) + cmp.Diff(test.draws, draws); diff != "" {
				t.Errorf("%s %v; -want +got:\n%s", d.Outcome, d.Pends, diff)
			}
		})
	}
}

// twice is a claim of one line, of one unit here, with a second one of another charge, and its rows.
func twice(from *claim.Evidence) *claim.Evidence {
	ev := *from
	first := from.Claim.Lines[0]
	first.Quantity = claim.One
	second := first
	second.Number, second.Charge = 2, first.Charge+1
	ev.Claim.Lines = []claim.Line{first, second}
	ev.Claim.Charge += second.Charge
	fee, benefit, procedure, units := from.Facts.Fees[0], from.Facts.Benefits[0], from.Facts.Procedures[0], from.Facts.MUE[0]
	fee.Line, benefit.Line, procedure.Line, units.Line = 2, 2, 2, 2
	ev.Facts.Fees = []claim.FeeRow{from.Facts.Fees[0], fee}
	ev.Facts.Benefits = []claim.BenefitRow{from.Facts.Benefits[0], benefit}
	ev.Facts.Procedures = []claim.ProcedureRow{from.Facts.Procedures[0], procedure}
	ev.Facts.MUE = []claim.MUERow{from.Facts.MUE[0], units}
	for i := range ev.Facts.MUE {
		row := &ev.Facts.MUE[i]
		row.Limit, row.LineUnits, row.DayUnits = 99*claim.One, claim.One, claim.One
	}
	ev.Facts.Authorizations = []claim.Authorization{from.Facts.Authorizations[0]}
	ev.Facts.Looked = append([]claim.Looked(nil), from.Facts.Looked...)
	for i := range ev.Facts.Looked {
		switch l := &ev.Facts.Looked[i]; l.Kind {
		case claim.KindFees, claim.KindBenefits, claim.KindProcedures, claim.KindMUE:
			l.Rows = 2
		}
	}
	return &ev
}
