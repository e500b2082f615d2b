//go:build !lean

package installation_test

import (
	"bytes"
	"context"
	"io"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// The branches, each played on a stage; branches() lists them.

func (s *stage) batch() map[string]run {
	return map[string]run{"batch": s.finish(workflows.BatchInput{Batch: s.submit(5, nil)})}
}

func (s *stage) batchWithoutClaims() map[string]run {
	source := intake.Source{Name: "nothing", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte("no claim"))), nil }}
	answer, err := s.i.Intake.Submit(s.t.Context(), s.payer, []intake.Source{source})
	if err != nil {
		s.t.Fatal(err)
	}
	return map[string]run{"batch_empty": s.finish(workflows.BatchInput{Batch: answer.Batch})}
}

func (s *stage) batchInSeveralRuns() map[string]run {
	first := s.finish(workflows.BatchInput{Batch: s.submit(10, nil), PerRun: 2})
	runs := map[string]run{}
	for at, n := first, 0; ; n++ {
		runs["batch_run_"+string(rune('1'+n))] = at
		events := s.events(at).GetEvents()
		next := events[len(events)-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
		if next == "" {
			break
		}
		at.run = next
	}
	if len(runs) < 3 {
		s.t.Errorf("the batch took %d runs, want 3 at least", len(runs))
	}
	return runs
}

// away makes recording fail from a stage on, until the stage has been passed so often.
func (s *stage) away(at workflows.Stage, back func(passed int) bool) (end func()) {
	var passed atomic.Int32
	execute := func(statement string) {
		if _, err := s.i.Pool.Exec(context.Background(), statement); err != nil {
			s.t.Errorf("%s: %v", statement, err)
		}
	}
	f := func(stage workflows.Stage) {
		if stage != at {
			return
		}
		switch n := int(passed.Add(1)); {
		case n == 1:
			execute(`alter table evidence rename to evidence_away`)
		case back(n):
			execute(`alter table if exists evidence_away rename to evidence`)
		}
	}
	s.reach.Store(&f)
	return func() { s.reach.Store(nil) }
}

func (s *stage) chunkTriedAgain() map[string]run {
	batch := s.submit(1, nil)
	defer s.away(workflows.StageSealed, func(passed int) bool { return passed == 3 })()
	return map[string]run{"batch_chunk_tried_again": s.finish(workflows.BatchInput{Batch: batch})}
}

func (s *stage) chunkThatFailsForGood() map[string]run {
	batch := s.submit(5, nil)
	if _, err := s.i.Desk.Plan(s.t.Context(), s.payer.ID, batch); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.i.Pool.Exec(s.t.Context(), `
		delete from staged_claim s using chunk c
		where c.batch_id = $1 and c.ord = 0 and s.payer_id = c.payer_id and s.batch_id = c.batch_id and s.ord = any(c.claims)`, batch); err != nil {
		s.t.Fatal(err)
	}
	failed, err := s.start(workflows.BatchInput{Batch: batch})
	if claim.KindOf(workflows.Reason(err, "x")) != claim.NotFound {
		s.t.Errorf("got %v, want NotFound", err)
	}
	return map[string]run{"batch_failed": failed}
}

// single sends one claim by itself and returns what names it.
func (s *stage) single(change func(*claim.Claim)) workflows.ClaimInput {
	s.t.Helper()
	in := workflows.ClaimInput{Payer: s.payer.ID, Batch: s.submit(1, change)}
	if err := s.i.Pool.QueryRow(s.t.Context(), `select claim_id from staged_claim where batch_id = $1`, in.Batch).Scan(&in.Claim); err != nil {
		s.t.Fatal(err)
	}
	return in
}

func (s *stage) decide(in workflows.ClaimInput) postgres.ClaimStatus {
	s.t.Helper()
	answer, err := workflows.RequestDecision(s.t.Context(), s.i.Temporal, in)
	if err != nil {
		s.t.Fatal(err)
	}
	status, err := postgres.StatusByClaim(s.t.Context(), s.i.Pool, s.payer.ID, in.Claim)
	if err != nil || status.EntryID != answer.Entry {
		s.t.Fatalf("answered entry %s, the claim stands under %s, %v", answer.Entry, status.EntryID, err)
	}
	return status
}

func (s *stage) claim() map[string]run {
	in := s.single(nil)
	first := s.decide(in)
	if again := s.decide(in); again.EntryID != first.EntryID || first.Outcome != claim.Pay {
		s.t.Errorf("asked again, the answer is another: %+v and %+v", first, again)
	}
	return map[string]run{"claim": {id: workflows.ClaimWorkflowID(s.payer.ID, in.Claim)}}
}

// claimWhileTheStoreIsAway takes a minute: so long a local activity is tried before an ordinary one takes over.
func (s *stage) claimWhileTheStoreIsAway() map[string]run {
	in := s.single(nil)
	began := time.Now()
	defer s.away(workflows.StageSealed, func(int) bool { return time.Since(began) > 70*time.Second })()
	s.decide(in)
	return map[string]run{"claim_store_away": {id: workflows.ClaimWorkflowID(s.payer.ID, in.Claim)}}
}

// pended decides a claim that waits for a person.
func (s *stage) pended(change func(*claim.Claim)) claim.ID {
	s.t.Helper()
	status := s.decide(s.single(func(c *claim.Claim) {
		c.Responsibility = "S"
		if change != nil {
			change(c)
		}
	}))
	if status.Outcome != claim.Pend {
		s.t.Fatalf("got %+v, want a pend", status)
	}
	return status.ClaimID
}

func (s *stage) review(id claim.ID, action claim.HumanAction) (workflows.ReviewOutcome, error) {
	s.t.Helper()
	action.Actor, action.Rationale, action.At = "reviewer-1", "seen", claim.InstantOf(time.Now())
	number := claim.NewID()
	if err := postgres.AddReview(s.t.Context(), s.i.Pool, s.payer.ID, number, id, action); err != nil {
		s.t.Fatal(err)
	}
	return workflows.RequestReview(s.t.Context(), s.i.Temporal, workflows.ReviewInput{Payer: s.payer.ID, Claim: id}, number)
}

var (
	released = claim.HumanAction{Action: "release", Waived: []string{"COB-22"}}
	denied   = claim.HumanAction{Action: "deny", Edits: []claim.Edit{{Rule: "REVIEW", Outcome: claim.Deny, Group: claim.CO, CARC: "16"}}}
)

func (s *stage) reviewed(id claim.ID) run { return run{id: workflows.ReviewWorkflowID(s.payer.ID, id)} }

func (s *stage) reviewThatDecides() map[string]run {
	id := s.pended(nil)
	outcome, err := s.review(id, released)
	if err != nil || !outcome.Decided {
		s.t.Errorf("got %+v, %v", outcome, err)
	}
	return map[string]run{"review": s.reviewed(id)}
}

func (s *stage) reviewThatLeavesWaiting() map[string]run {
	id := s.pended(func(c *claim.Claim) { c.Frequency = "2" })
	outcome, err := s.review(id, released)
	if err != nil || outcome.Decided {
		s.t.Errorf("released in part: got %+v, %v", outcome, err)
	}
	wrong := denied
	wrong.Edits = nil
	if _, err := s.review(id, wrong); claim.KindOf(err) != claim.Invalid {
		s.t.Errorf("a denial that names nothing: got %v, want Invalid", err)
	}
	if outcome, err = s.review(id, denied); err != nil || !outcome.Decided {
		s.t.Errorf("denied: got %+v, %v", outcome, err)
	}
	return map[string]run{"review_waits_then_denies": s.reviewed(id)}
}

func (s *stage) reviewOfWhatIsDecided() map[string]run {
	id := s.pended(nil)
	number := claim.NewID()
	action := denied
	action.Actor, action.Rationale, action.At = "reviewer-2", "seen", claim.InstantOf(time.Now())
	if err := postgres.AddReview(s.t.Context(), s.i.Pool, s.payer.ID, number, id, action); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.i.Desk.Review(s.t.Context(), s.payer.ID, id, number); err != nil { // as the sweep does
		s.t.Fatal(err)
	}
	if _, err := s.review(id, released); claim.KindOf(err) != claim.Invalid {
		s.t.Errorf("got %v, want Invalid", err)
	}
	reviewed := s.reviewed(id)
	soon, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	if err := s.i.Temporal.GetWorkflow(soon, reviewed.id, "").Get(soon, nil); err != nil {
		s.t.Errorf("the review goes on waiting: %v", err)
	}
	return map[string]run{"review_over": reviewed}
}

func (s *stage) sweep() map[string]run {
	s.pended(nil)
	started, err := s.i.Temporal.ExecuteWorkflow(s.t.Context(), client.StartWorkflowOptions{
		ID: workflows.SweepScheduleID(s.payer.ID), TaskQueue: workflows.TaskQueue,
	}, workflows.SweepClocks, workflows.SweepInput{Payer: s.payer.ID})
	if err != nil {
		s.t.Fatal(err)
	}
	var result workflows.SweepResult
	if err := started.Get(s.t.Context(), &result); err != nil || result.Released != 0 {
		s.t.Errorf("got %+v, %v", result, err)
	}
	return map[string]run{"sweep": {started.GetID(), started.GetRunID()}}
}
