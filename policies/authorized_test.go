package policies

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// Both lines need an authorisation and ask for 5 units; A1 and A2 have 5 each unless a case says otherwise. A line takes from
// the authorisations it stands on, and those after it find the rest.
func TestAuthorizedUnits(t *testing.T) {
	cut := func(line int, units claim.Quantity) claim.Edit {
		return claim.Edit{Rule: "AUT-198", Line: line, Outcome: claim.Deny, Group: claim.CO, CARC: "198", Units: units * claim.One}
	}
	auth := func(ev *claim.Evidence, n int) *claim.Authorization { return &ev.Facts.Authorizations[n] }
	line := func(ev *claim.Evidence, n int) *claim.Line { return &ev.Claim.Lines[n] }
	tests := []struct {
		rule   string
		change func(*claim.Evidence)
		want   []claim.Edit
	}{
		{"the second line takes what the first left in both", func(*claim.Evidence) {}, nil},
		{"one has room for one line", func(ev *claim.Evidence) { auth(ev, 1).Approved = 0 }, []claim.Edit{cut(2, 0)}},
		{"a part is left", func(ev *claim.Evidence) { auth(ev, 1).Approved = 3 * claim.One }, []claim.Edit{cut(2, 3)}},
		{"the first line takes two that are left, and leaves nothing", func(ev *claim.Evidence) {
			auth(ev, 0).Used, auth(ev, 1).Used = 3*claim.One, 5*claim.One
		}, []claim.Edit{cut(1, 2), cut(2, 0)}},
		{"an overdrawn one takes nothing from the other", func(ev *claim.Evidence) { auth(ev, 0).Used = 9 * claim.One }, []claim.Edit{cut(2, 0)}},
		{"each has a window of its own", func(ev *claim.Evidence) {
			line(ev, 0).From, line(ev, 0).Through = 20240110, 20240110
			auth(ev, 0).Through, auth(ev, 1).From = 20240131, 20240201
		}, nil},
		{"each line names its own", func(ev *claim.Evidence) {
			line(ev, 0).PriorAuthorization, line(ev, 1).PriorAuthorization = "A1", "A2"
		}, nil},
		{"both lines name one", func(ev *claim.Evidence) { ev.Claim.PriorAuthorization = "A1" }, []claim.Edit{cut(2, 0)}},
		{"each is of a revenue code", func(ev *claim.Evidence) {
			ev.Claim.Type = claim.Institutional
			for i, revenue := range []string{"0120", "0200"} {
				line(ev, i).Procedure, line(ev, i).Revenue = "", revenue
				ev.Facts.Benefits[i].Procedure, auth(ev, i).Procedure = revenue, revenue
			}
		}, nil},
		{"each is made out to who renders the line", func(ev *claim.Evidence) {
			auth(ev, 0).NPI, auth(ev, 1).NPI = renderingNPI, "1000000004"
			line(ev, 1).Providers = []claim.Provider{{Role: claim.Rendering, NPI: "1000000004"}}
		}, nil},
		{"a limit leaves the first line two units, and the second the rest", func(ev *claim.Evidence) {
			b := &ev.Facts.Benefits[0]
			b.Group, b.LimitUnits, auth(ev, 1).Approved = "PT", 2*claim.One, 2*claim.One
		}, []claim.Edit{{Rule: "LIM-119", Line: 1, Outcome: claim.Deny, Group: claim.PR, CARC: "119", Units: 2 * claim.One}}},
		{"none fits: another check says so", func(ev *claim.Evidence) { auth(ev, 0).Procedure, auth(ev, 1).Procedure = "D9999", "D9999" }, nil},
	}
	e := embeddedContract(t).NewEvaluator()
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			ev := authorizedTwice()
			test.change(ev)
			amounts := []LineAmount{
				{Line: 1, Allowed: 8_000, Units: 5 * claim.One, Priced: 8_000}, {Line: 2, Allowed: 8_000, Units: 5 * claim.One, Priced: 8_000},
			}
			got, err := e.Limits(t.Context(), ev, amounts)
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("%v; -want +got:\n%s", err, diff)
			}
		})
	}
}

// A line that an edit denied, which nobody asks about, uses nothing up.
func TestADeniedLineUsesNoAuthorization(t *testing.T) {
	ev := authorizedTwice()
	ev.Facts.Authorizations = ev.Facts.Authorizations[:1]
	got, err := embeddedContract(t).NewEvaluator().Limits(t.Context(), ev, []LineAmount{{Line: 2, Allowed: 8_000, Units: 5 * claim.One, Priced: 8_000}})
	if err != nil || len(got) > 0 {
		t.Errorf("%v, %v; want no edit", got, err)
	}
}

// authorizedTwice is a claim of two lines of one code and 5 units, with two authorisations of 5.
func authorizedTwice() *claim.Evidence {
	ev := cleanEvidence(2)
	for i := range ev.Claim.Lines {
		ev.Claim.Lines[i].Procedure, ev.Claim.Lines[i].Quantity = "D0001", 5*claim.One
		ev.Facts.Benefits[i].Procedure, ev.Facts.Benefits[i].Authorization = "D0001", true
	}
	for _, number := range []string{"A1", "A2"} {
		ev.Facts.Authorizations = append(ev.Facts.Authorizations, claim.Authorization{
			Number: number, Procedure: "D0001", From: 20240101, Through: 20240630, Approved: 5 * claim.One,
		})
	}
	return ev
}
