package adjudicate

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// A reviewer may find that no other payer comes first. Where one has decided, no release pays: the full benefit beside what
// the other paid is more than the claim.
func TestNoReleasePaysBesideAnotherPayer(t *testing.T) {
	notYet := []claim.PendReason{{Code: "gate", Detail: notCoordinated}}
	other := func(p claim.OtherPayer) func(*claim.Claim) {
		return func(c *claim.Claim) { c.OtherPayers = []claim.OtherPayer{p} }
	}
	left := []claim.Adjustment{{Group: claim.PR, CARC: "1", Amount: 100_00}}
	cases := []struct {
		name   string
		change func(*claim.Claim)
		denied bool
		pends  []claim.PendReason
	}{
		{"nobody else is named", func(*claim.Claim) {}, false, nil},
		{"another is named and has not decided", other(claim.OtherPayer{Responsibility: "P", MemberID: "K1"}), false, nil},
		{"it paid", other(claim.OtherPayer{Responsibility: "P", Paid: 80_00}), false, notYet},
		{"it decided", other(claim.OtherPayer{Responsibility: "P", Decided: 20240601}), false, notYet},
		{"it left something to the patient", other(claim.OtherPayer{Responsibility: "P", PatientOwes: 20_00}), false, notYet},
		{"it says only what it does not pay", other(claim.OtherPayer{Responsibility: "P", Adjustments: left}), false, notYet},
		{"it decided on one line", func(c *claim.Claim) { c.Lines[1].OtherPayments = []claim.LinePayment{{PayerID: "O1"}} }, false, notYet},
		{"what is denied in full stays denied", other(claim.OtherPayer{Responsibility: "P", Paid: 80_00}), true, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ev := twoLines()
			ev.Claim.Responsibility = "S"
			c.change(&ev.Claim)
			ev.Review = &claim.HumanAction{Actor: "r", Action: Release, Waived: []string{"COB-22"}, Rationale: "seen", At: 1}
			s := &script{edits: []claim.Edit{{Rule: "COB-22", Outcome: claim.Pend, Group: claim.OA, CARC: "22"}}}
			want := claim.Pay
			if c.denied {
				s.edits, want = append(s.edits, denial(0, claim.CO, "29")), claim.Deny
			}
			if c.pends != nil {
				want = claim.Pend
			}
			d, err := newDecider(s).Decide(t.Context(), ev)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.pends, d.Pends); d.Outcome != want || diff != "" {
				t.Errorf("got %s, want %s; pends (-want +got):\n%s", d.Outcome, want, diff)
			}
		})
	}
}
