package postgres_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

func TestCasesAndTheirClocks(t *testing.T) {
	pool := newPool(t)
	insertClaims(t, pool, 1, rowOf(0, claim.Pend), rowOf(1, claim.Pend), rowOf(2, claim.Pend))
	cases := []postgres.Case{
		{ClaimID: id(1000), Reasons: []string{"score:flagged"}, Due: 20251031, Ground: "g"},
		{ClaimID: id(1001), Reasons: []string{"edit:X"}, Due: 20251020, Ground: "g"},
		{ClaimID: id(1002), Reasons: []string{"edit:Y"}, Due: 20251101, Ground: "g"},
	}
	write(t, pool, func(tx pgx.Tx) error { return postgres.OpenCases(t.Context(), tx, 1, cases, moment) })
	due := func(payer claim.PayerID, through claim.Date) (ids []claim.ID) {
		list, err := postgres.DueClocks(t.Context(), pool, payer, through)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range list {
			ids = append(ids, d.Claim)
		}
		return ids
	}
	if diff := cmp.Diff([]claim.ID{id(1001), id(1000)}, due(1, 20251031)); diff != "" {
		t.Errorf("due by the last day, earliest first (-want +got):\n%s", diff)
	}
	if got := due(1, 20251019); got != nil {
		t.Errorf("the day before: %v", got)
	}
	if got := due(2, 20251231); got != nil {
		t.Errorf("payer 2 has clocks of payer 1: %v", got)
	}
	if err := postgres.Escalate(t.Context(), pool, 2, id(1001), moment); err != nil { // not theirs: changes nothing
		t.Fatal(err)
	}
	for _, at := range []time.Time{moment, moment.Add(time.Hour)} { // the first time counts
		if err := postgres.Escalate(t.Context(), pool, 1, id(1001), at); err != nil {
			t.Fatal(err)
		}
	}
	var escalated time.Time
	if err := pool.QueryRow(t.Context(), `select escalated_at from clock where claim_id = $1`, id(1001)).Scan(&escalated); err != nil || !escalated.Equal(moment) {
		t.Errorf("escalated at %s, %v; want %s", escalated, err, moment)
	}
	for range 2 {
		write(t, pool, func(tx pgx.Tx) error { return postgres.CloseCase(t.Context(), tx, 1, id(1002), moment) })
	}
	if diff := cmp.Diff([]claim.ID{id(1000)}, due(1, 20251231)); diff != "" {
		t.Errorf("after one was escalated and one closed (-want +got):\n%s", diff)
	}
	open, err := postgres.OpenCasesOf(t.Context(), pool, 1, 10)
	if err != nil || len(open) != 2 || open[0].ClaimID != id(1001) || open[0].Due != 20251020 {
		t.Errorf("the queue, due first on top: got %+v, %v", open, err)
	}
	if n, err := postgres.CountOpenCases(t.Context(), pool, 1); err != nil || n != 2 {
		t.Errorf("got %d open cases, %v", n, err)
	}
}

func TestAReviewIsKeptAndRecordedOnce(t *testing.T) {
	pool := newPool(t)
	action := claim.HumanAction{
		Actor: "reviewer-1", Action: "deny", Rationale: "not documented", At: claim.InstantOf(moment), Waived: []string{},
		Edits: []claim.Edit{{Rule: "REV", Line: 1, Outcome: claim.Deny, Group: claim.CO, CARC: "16"}},
	}
	if err := postgres.AddReview(t.Context(), pool, 1, id(7), id(1000), action); err != nil {
		t.Fatal(err)
	}
	got, err := postgres.LoadReview(t.Context(), pool, 1, id(7))
	if diff := cmp.Diff(postgres.Review{HumanAction: action, Claim: id(1000)}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	record := func(payer claim.PayerID) error {
		return attempt(t, pool, func(tx pgx.Tx) error {
			return postgres.ReviewRecorded(t.Context(), tx, payer, id(7), id(3000), claim.Deny)
		})
	}
	requireKind(t, record(2), claim.Conflict, "another payer's review")
	if err := record(1); err != nil {
		t.Fatal(err)
	}
	requireKind(t, record(1), claim.Conflict, "recorded a second time")
	if got, err = postgres.LoadReview(t.Context(), pool, 1, id(7)); err != nil || got.Entry != id(3000) || got.Outcome != claim.Deny {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = postgres.LoadReview(t.Context(), pool, 2, id(7))
	requireKind(t, err, claim.NotFound, "another payer's review")
	action.Rationale = ""
	if err := postgres.AddReview(t.Context(), pool, 1, id(8), id(1000), action); err == nil {
		t.Error("a review without a reason was kept")
	}
}
