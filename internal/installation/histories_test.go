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

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"
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
