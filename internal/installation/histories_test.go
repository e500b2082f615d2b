//go:build !lean

package installation_test

import (
	"bytes"
	"context"
	"flag"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/workflows"
)

// Histories recorded by an older version must replay for as long as a run of it can be open. Recording replaces them,
// so it is for new branches and for changes that GetVersion guards.
var update = flag.Bool("update", false, "record the histories of workflows anew")

// historiesFolder is read by the replay test of package workflows, which needs no server.
const historiesFolder = "../../workflows/testdata/histories"

// stage is an installation with a simulated payer on which branches of workflows are played.
type stage struct {
	t     *testing.T
	i     *installation.Installation
	payer postgres.Payer
	next  func() (*simulate.SimClaim, bool)
	reach atomic.Pointer[func(workflows.Stage)]
}

// run names one run of a workflow.
type run struct{ id, run string }

// branch plays one branch and returns the runs to be recorded, by file name.
type branch struct {
	name string
	slow bool // played only when recording
	play func(s *stage) map[string]run
}

func branches() []branch {
	return []branch{
		{name: "batch", play: (*stage).batch},
		{name: "batch without claims", play: (*stage).batchWithoutClaims},
		{name: "batch in several runs", play: (*stage).batchInSeveralRuns},
		{name: "chunk tried again", play: (*stage).chunkTriedAgain},
		{name: "chunk that fails for good", play: (*stage).chunkThatFailsForGood},
		{name: "claim", play: (*stage).claim},
		{name: "claim while the store is away", slow: true, play: (*stage).claimWhileTheStoreIsAway},
		{name: "review that decides", play: (*stage).reviewThatDecides},
		{name: "review that leaves waiting", play: (*stage).reviewThatLeavesWaiting},
		{name: "review of what is decided", play: (*stage).reviewOfWhatIsDecided},
		{name: "sweep", play: (*stage).sweep},
	}
}

func TestEveryBranchOfTheWorkflowsRunsAndReplays(t *testing.T) {
	s := newStage(t)
	for _, b := range branches() {
		if b.slow && !*update {
			continue
		}
		t.Run(b.name, func(t *testing.T) {
			s.t = t
			for name, played := range b.play(s) {
				s.record(name, played)
			}
			report, err := s.i.Verify(t.Context(), s.payer.ID)
			if err == nil {
				err = report.Err()
			}
			if err != nil && claim.KindOf(err) != claim.NotFound { // before the first checkpoint there is no file
				t.Errorf("the ledger: %v", err)
			}
		})
	}
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t}
	i, err := installation.Open(t.Context(), installation.Options{
		Volatile: true, ChunkSize: 2, Reach: func(at workflows.Stage) {
			if f := s.reach.Load(); f != nil {
				(*f)(at)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("closing the installation: %v", err)
		}
	})
	s.i = i
	s.settle()
	if err := i.StartWorker(); err != nil {
		t.Fatal(err)
	}
	return s
}

// settle sets up one payer of the world from whose options the replay test knows every member.
func (s *stage) settle() {
	s.t.Helper()
	o := simulate.Defaults(11)
	o.Members, o.Providers, o.Claims, o.HistoryClaims, o.Clean = 400, 40, 1200, 0, true
	world, err := simulate.NewWorld(o)
	if err != nil {
		s.t.Fatal(err)
	}
	contract, err := policies.Embedded()
	if err != nil {
		s.t.Fatal(err)
	}
	p := world.Payer(1)
	set, err := world.Set(p)
	if err != nil {
		s.t.Fatal(err)
	}
	s.payer = postgres.Payer{ID: p.ID, Code: p.Code, Name: p.Name, TimeZone: p.TimeZone}
	e := postgres.Enrolment{Plans: p.Plans, Members: p.Members, Coverages: p.Coverages, Authorizations: p.Authorizations}
	for i := range p.Providers {
		e.Providers = append(e.Providers, p.Providers[i].ProviderFact)
	}
	if err := s.i.SetUpPayer(s.t.Context(), installation.Books{Payer: s.payer, Enrolment: e, Tables: set.Tables(), Contract: contract}); err != nil {
		s.t.Fatal(err)
	}
	next, stop := iter.Pull(world.Claims(1))
	s.t.Cleanup(stop)
	s.next = next
}

// submit sends so many claims as one document, each changed first, and returns the batch.
func (s *stage) submit(n int, change func(*claim.Claim)) claim.ID {
	s.t.Helper()
	var claims []claim.Claim
	for range n {
		sim, ok := s.next()
		if !ok {
			s.t.Fatal("the world has no more claims")
		}
		if change != nil {
			change(&sim.Claim)
		}
		claims = append(claims, sim.Claim)
	}
	var b bytes.Buffer
	if err := flat.WriteNDJSON(&b, claims...); err != nil {
		s.t.Fatal(err)
	}
	source := intake.Source{Name: "claims", Received: 20251020, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
	answer, err := s.i.Intake.Submit(s.t.Context(), s.payer, []intake.Source{source})
	if err != nil {
		s.t.Fatal(err)
	}
	if answer.Claims != n {
		s.t.Fatalf("%d of %d claims were accepted: %+v", answer.Claims, n, answer.Documents[0].Report)
	}
	return answer.Batch
}

// start starts a batch and waits for it. It returns its first run and the batch's own error.
func (s *stage) start(in workflows.BatchInput) (run, error) {
	s.t.Helper()
	in.Payer = s.payer.ID
	started, err := workflows.RequestBatch(s.t.Context(), s.i.Temporal, in, false)
	if err != nil {
		s.t.Fatal(err)
	}
	first := run{started.GetID(), started.GetRunID()}
	return first, started.Get(s.t.Context(), nil)
}

// finish starts a batch that must end well.
func (s *stage) finish(in workflows.BatchInput) run {
	s.t.Helper()
	first, err := s.start(in)
	if err != nil {
		s.t.Fatal(err)
	}
	summary, err := postgres.BatchByID(s.t.Context(), s.i.Pool, s.payer.ID, in.Batch)
	if err != nil || summary.State != "complete" || summary.Decided != summary.Claims {
		s.t.Errorf("the batch ended as %+v, %v", summary, err)
	}
	return first
}

func (s *stage) events(r run) *history.History {
	s.t.Helper()
	found := s.i.Temporal.GetWorkflowHistory(s.t.Context(), r.id, r.run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	h := &history.History{}
	for found.HasNext() {
		event, err := found.Next()
		if err != nil {
			s.t.Fatal(err)
		}
		h.Events = append(h.Events, event)
	}
	return h
}

// record checks that a run replays with the code as it is, and keeps its history when asked to.
func (s *stage) record(name string, r run) {
	s.t.Helper()
	h := s.events(r)
	replayer := worker.NewWorkflowReplayer()
	for _, w := range []any{workflows.AdjudicateBatch, workflows.AdjudicateClaim, workflows.ReviewClaim, workflows.SweepClocks} {
		replayer.RegisterWorkflow(w)
	}
	if err := replayer.ReplayWorkflowHistory(nil, h); err != nil {
		s.t.Errorf("%s does not replay: %v", name, err)
	}
	if !*update {
		return
	}
	encoded, err := temporalproto.CustomJSONMarshalOptions{Indent: " "}.Marshal(h)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := os.MkdirAll(historiesFolder, 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(historiesFolder, name+".json"), append(anonymous(s.t, encoded), '\n'), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// anonymous takes out on which machine and by which process a history was recorded.
func anonymous(t *testing.T, encoded []byte) []byte {
	t.Helper()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	encoded = regexp.MustCompile(`\d+@`+regexp.QuoteMeta(host)+`@\w*`).ReplaceAll(encoded, []byte("worker"))
	return bytes.ReplaceAll(encoded, []byte(host), []byte("host"))
}

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
	if _, err := s.i.Pool.Exec(s.t.Context(), `update staged_claim set body = '\x00' where batch_id = $1 and ord = 0`, batch); err != nil {
		s.t.Fatal(err)
	}
	failed, err := s.start(workflows.BatchInput{Batch: batch})
	if claim.KindOf(workflows.Reason(err, "x")) != claim.Invalid {
		s.t.Errorf("got %v, want Invalid", err)
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
