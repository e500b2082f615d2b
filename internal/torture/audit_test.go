package torture

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// What entries and counts alone do not show: each is in one place of the tables, and recorded there once.
func TestTheAuditHoldsEveryTableAgainstTheEntries(t *testing.T) {
	x := newCrowd(t)
	for _, batch := range x.send(1, x.professionals(1, 4)) {
		if err := x.adjudicate(1, batch); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.review(0, 1, rand.New(rand.NewPCG(1, 1))); err != nil {
		t.Fatal(err)
	}
	x.check()
	for _, tampered := range []struct {
		name, statement, found string
	}{
		{"history", `update claim set history = null where claim_id = (select claim_id from claim where history is not null limit 1)`, "in history"},
		{"control number", `update claim set control_number = control_number + 900000
			where claim_id = (select claim_id from review_action where entry_id is not null limit 1)`, "in control_number"},
		{"reasons", `update pend_case set reasons = '{}' where claim_id = (select claim_id from pend_case limit 1)`, "its case gives other reasons"},
		{"clock", `update clock set due = due + 1 where claim_id = (select claim_id from clock limit 1)`, "its clock is not that of its date of receipt"},
		{"review", `update review_action set rationale = 'other' where action_id = (select action_id from review_action where entry_id is not null limit 1)`, "its review differs"},
	} {
		t.Run(tampered.name, func(t *testing.T) {
			tag, err := x.desks[0].Pool.Exec(t.Context(), tampered.statement)
			if err != nil || tag.RowsAffected() != 1 {
				t.Fatalf("%d rows were changed: %v", tag.RowsAffected(), err)
			}
			list, err := Check(t.Context(), x.desks[0])
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(list, func(text string) bool { return strings.Contains(text, tampered.found) }) {
				t.Errorf("found is %q", list)
			}
		})
	}
}
