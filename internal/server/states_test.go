package server

import (
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

func TestStatesSpeakTheWordsOfTheStandards(t *testing.T) {
	for _, c := range []struct {
		status postgres.ClaimStatus
		state  State
		codes  StateCodes
	}{
		{postgres.ClaimStatus{InProcess: true}, InProcess, StateCodes{"P1", "", "partial"}},
		{postgres.ClaimStatus{Outcome: claim.Pay, Paid: 1}, Paid, StateCodes{"F1", "1", "complete"}},
		{postgres.ClaimStatus{Outcome: claim.Pay}, NoPaymentDue, StateCodes{"F4", "1", "complete"}},
		{postgres.ClaimStatus{Outcome: claim.Deny}, Denied, StateCodes{"F2", "4", "complete"}},
		{postgres.ClaimStatus{Outcome: claim.Pend}, Pended, StateCodes{"P2", "", "partial"}},
	} {
		if state, codes := StateOf(&c.status), CodesOf(&c.status); state != c.state || codes != c.codes {
			t.Errorf("%+v: got %s %+v, want %s %+v", c.status, state, codes, c.state, c.codes)
		}
	}
}
