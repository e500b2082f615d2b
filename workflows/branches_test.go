package workflows_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/workflows"
)

// steps are the activities by name. That both the real ones and the fake have them keeps a renamed one from passing
// unseen.
type steps interface {
	PlanBatch(ctx context.Context, in workflows.BatchInput) (int, error)
	AdjudicateChunk(ctx context.Context, in workflows.ChunkInput) (workflows.ChunkResult, error)
	CompleteBatch(ctx context.Context, in workflows.BatchInput) error
	AdjudicateOne(ctx context.Context, in workflows.ClaimInput) (workflows.Answer, error)
	RecordReview(ctx context.Context, in workflows.ReviewInput, request workflows.ReviewRequest) (workflows.ReviewOutcome, error)
	SweepClocks(ctx context.Context, in workflows.SweepInput, at claim.Instant) (workflows.SweepResult, error)
}

var (
	_ steps = (*workflows.Activities)(nil)
	_ steps = (*fake)(nil)
)

// fake answers activities without any store and keeps what it was asked.
type fake struct {
	mu       sync.Mutex
	chunks   int                // of the plan
	fail     map[string][]error // by activity, one an attempt; nil: that attempt works
	attempts map[string]int     // by activity
	ords     []int              // chunks asked for, in order
	reviews  []workflows.ReviewOutcome
	sweptAt  claim.Instant
	told     chan struct{} // closed when the workflow is told of the end of chunk 0; the others wait for it. Nil: nobody waits
}

// next counts an attempt and says how it ends.
func (f *fake) next(activity string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.attempts == nil {
		f.attempts = map[string]int{}
	}
	n := f.attempts[activity]
	f.attempts[activity]++
	if list := f.fail[activity]; n < len(list) {
		return list[n]
	}
	return nil
}

func (f *fake) PlanBatch(context.Context, workflows.BatchInput) (int, error) {
	return f.chunks, f.next("PlanBatch")
}

func (f *fake) AdjudicateChunk(_ context.Context, in workflows.ChunkInput) (workflows.ChunkResult, error) {
	f.mu.Lock()
	f.ords = append(f.ords, in.Ord)
	f.mu.Unlock()
	err := f.next(fmt.Sprint("AdjudicateChunk ", in.Ord))
	if f.told != nil && in.Ord != 0 {
		<-f.told
	}
	return workflows.ChunkResult{Claims: 10}, err
}

func (f *fake) CompleteBatch(context.Context, workflows.BatchInput) error {
	return f.next("CompleteBatch")
}

func (f *fake) AdjudicateOne(_ context.Context, in workflows.ClaimInput) (workflows.Answer, error) {
	return workflows.Answer{Claim: in.Claim, Entry: in.Batch}, f.next("AdjudicateOne")
}

func (f *fake) RecordReview(_ context.Context, in workflows.ReviewInput, _ workflows.ReviewRequest) (workflows.ReviewOutcome, error) {
	if err := f.next("RecordReview"); err != nil {
		return workflows.ReviewOutcome{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	outcome := f.reviews[0]
	f.reviews = f.reviews[1:]
	outcome.Claim = in.Claim
	return outcome, nil
}

func (f *fake) SweepClocks(_ context.Context, _ workflows.SweepInput, at claim.Instant) (workflows.SweepResult, error) {
	f.sweptAt = at
	return workflows.SweepResult{Released: 2, Escalated: 1}, f.next("SweepClocks")
}

// Errors as activities make them.
func transient(n int) []error {
	return slices.Repeat([]error{temporal.NewApplicationError("out of reach", "Unavailable")}, n)
}

func final() []error {
	return []error{temporal.NewNonRetryableApplicationError("cannot be mended", "Invalid", nil)}
}

func newEnvironment(t *testing.T, f *fake) *testsuite.TestWorkflowEnvironment {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	// Within a second of the clock on the wall, as it is otherwise, a busy machine cannot be told from a deadlock.
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute})
	env.RegisterWorkflow(workflows.AdjudicateBatch)
	env.RegisterWorkflow(workflows.AdjudicateClaim)
	env.RegisterWorkflow(workflows.ReviewClaim)
	env.RegisterWorkflow(workflows.SweepClocks)
	env.RegisterActivity(f)
	return env
}

var (
	aBatch = uuid.MustParse("01900000-0000-7000-8000-0000000000b1")
	aClaim = uuid.MustParse("01900000-0000-7000-8000-0000000000c1")
	aEntry = uuid.MustParse("01900000-0000-7000-8000-0000000000e1")
)

func upTo(n int) (ords []int) {
	for i := range n {
		ords = append(ords, i)
	}
	return ords
}

func TestABatchGoesFromPlanToCompletion(t *testing.T) {
	cases := []struct {
		name     string
		chunks   int
		fail     map[string][]error
		want     workflows.BatchResult
		attempts map[string]int
	}{
		{"no claims", 0, nil, workflows.BatchResult{}, map[string]int{"PlanBatch": 1, "CompleteBatch": 1}},
		{"more chunks than run at once", 40, nil, workflows.BatchResult{Claims: 400, Chunks: 40}, nil},
		{"the store was away at each step", 2, map[string][]error{
			"PlanBatch": transient(3), "AdjudicateChunk 1": transient(9), "CompleteBatch": transient(2),
		}, workflows.BatchResult{Claims: 20, Chunks: 2}, map[string]int{"PlanBatch": 4, "AdjudicateChunk 0": 1, "AdjudicateChunk 1": 10, "CompleteBatch": 3}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{chunks: c.chunks, fail: c.fail}
			env := newEnvironment(t, f)
			env.ExecuteWorkflow(workflows.AdjudicateBatch, workflows.BatchInput{Payer: 1, Batch: aBatch})
			var got workflows.BatchResult
			if err := env.GetWorkflowResult(&got); err != nil || got != c.want {
				t.Errorf("got %+v, %v; want %+v", got, err, c.want)
			}
			if c.attempts != nil {
				if diff := cmp.Diff(c.attempts, f.attempts); diff != "" {
					t.Errorf("attempts (-want +got):\n%s", diff)
				}
			} else if asked := slices.Sorted(slices.Values(f.ords)); !slices.Equal(asked, upTo(c.chunks)) {
				t.Errorf("chunks asked for: %v", asked)
			}
			var progress workflows.BatchProgress
			value, err := env.QueryWorkflow(workflows.ProgressQuery)
			if err == nil {
				err = value.Get(&progress)
			}
			if want := (workflows.BatchProgress{Chunks: c.chunks, Started: c.chunks, Done: c.chunks, Claims: 10 * c.chunks}); err != nil || progress != want {
				t.Errorf("progress %+v, %v; want %+v", progress, err, want)
			}
		})
	}
}

func TestABatchContinuesAsNewWithWhatIsLeft(t *testing.T) {
	f := &fake{chunks: 7}
	env := newEnvironment(t, f)
	env.ExecuteWorkflow(workflows.AdjudicateBatch, workflows.BatchInput{Payer: 1, Batch: aBatch, PerRun: 3})
	next, ok := errors.AsType[*workflow.ContinueAsNewError](env.GetWorkflowError())
	if !ok {
		t.Fatalf("got %v, want to continue as new", env.GetWorkflowError())
	}
	if f.attempts["CompleteBatch"] != 0 || !slices.Equal(slices.Sorted(slices.Values(f.ords)), upTo(3)) {
		t.Errorf("the first run asked for chunks %v and %d completions", f.ords, f.attempts["CompleteBatch"])
	}
	var in workflows.BatchInput
	if err := json.Unmarshal(next.Input.GetPayloads()[0].GetData(), &in); err != nil {
		t.Fatal(err)
	}
	if want := (workflows.BatchInput{Payer: 1, Batch: aBatch, Next: 3, Chunks: 7, Claims: 30, PerRun: 3}); in != want {
		t.Errorf("the next run gets %+v, want %+v", in, want)
	}
	last := newEnvironment(t, f)
	last.ExecuteWorkflow(workflows.AdjudicateBatch, workflows.BatchInput{Payer: 1, Batch: aBatch, Next: 6, Chunks: 7, Claims: 60, PerRun: 3})
	var got workflows.BatchResult
	if err := last.GetWorkflowResult(&got); err != nil || got != (workflows.BatchResult{Claims: 70, Chunks: 7}) {
		t.Errorf("the last run: %+v, %v", got, err)
	}
	if f.attempts["PlanBatch"] != 1 || f.attempts["CompleteBatch"] != 1 {
		t.Errorf("attempts over all runs: %v; want one plan and one completion", f.attempts)
	}
}

// A production run takes so many chunks that its history stays small.
func TestARunOfABatchIsBounded(t *testing.T) {
	f := &fake{chunks: 501}
	env := newEnvironment(t, f)
	env.ExecuteWorkflow(workflows.AdjudicateBatch, workflows.BatchInput{Payer: 1, Batch: aBatch})
	if _, ok := errors.AsType[*workflow.ContinueAsNewError](env.GetWorkflowError()); !ok || len(f.ords) != 500 {
		t.Errorf("%d chunks in one run, then %v", len(f.ords), env.GetWorkflowError())
	}
}

func TestAChunkThatFailsForGoodEndsTheBatchAfterThoseInFlight(t *testing.T) {
	f := &fake{chunks: 100, fail: map[string][]error{"AdjudicateChunk 0": final()}, told: make(chan struct{})}
	env := newEnvironment(t, f)
	var once sync.Once // the first chunk that ends is 0, for the others wait
	env.SetOnActivityCompletedListener(func(info *activity.Info, _ converter.EncodedValue, _ error) {
		if info.ActivityType.Name == "AdjudicateChunk" {
			once.Do(func() { close(f.told) })
		}
	})
	env.ExecuteWorkflow(workflows.AdjudicateBatch, workflows.BatchInput{Payer: 1, Batch: aBatch})
	err := workflows.Reason(env.GetWorkflowError(), "adjudicating")
	if err == nil || claim.KindOf(err) != claim.Invalid {
		t.Errorf("got %v, want the chunk's own error", err)
	}
	if f.attempts["CompleteBatch"] != 0 {
		t.Error("the batch was completed")
	}
	for n := range workflows.ParallelChunks {
		if !slices.Contains(f.ords, n) {
			t.Errorf("chunk %d was in flight and is not waited for: %v", n, f.ords)
		}
	}
	if len(f.ords) == 100 {
		t.Error("every chunk was started although one had failed")
	}
}

func TestWorkflowsRefuseInputWithoutIds(t *testing.T) {
	cases := map[string]func(*testsuite.TestWorkflowEnvironment){
		"batch without payer": func(e *testsuite.TestWorkflowEnvironment) {
			e.ExecuteWorkflow(workflows.AdjudicateBatch, workflows.BatchInput{Batch: aBatch})
		},
		"batch without id": func(e *testsuite.TestWorkflowEnvironment) {
			e.ExecuteWorkflow(workflows.AdjudicateBatch, workflows.BatchInput{Payer: 1})
		},
		"batch that counts backwards": func(e *testsuite.TestWorkflowEnvironment) {
			e.ExecuteWorkflow(workflows.AdjudicateBatch, workflows.BatchInput{Payer: 1, Batch: aBatch, Next: -1})
		},
		"claim without batch": func(e *testsuite.TestWorkflowEnvironment) {
			e.ExecuteWorkflow(workflows.AdjudicateClaim, workflows.ClaimInput{Payer: 1, Claim: aClaim})
		},
		"review without claim": func(e *testsuite.TestWorkflowEnvironment) {
			e.ExecuteWorkflow(workflows.ReviewClaim, workflows.ReviewInput{Payer: 1})
		},
		"sweep without payer": func(e *testsuite.TestWorkflowEnvironment) {
			e.ExecuteWorkflow(workflows.SweepClocks, workflows.SweepInput{})
		},
	}
	for name, execute := range cases {
		t.Run(name, func(t *testing.T) {
			f := &fake{}
			env := newEnvironment(t, f)
			execute(env)
			if err := workflows.Reason(env.GetWorkflowError(), "x"); claim.KindOf(err) != claim.Invalid || err == nil {
				t.Errorf("got %v, want Invalid", err)
			}
			if len(f.attempts) != 0 {
				t.Errorf("activities ran: %v", f.attempts)
			}
		})
	}
}

// asked keeps what became of an update.
type asked struct {
	accepted bool
	err      error
	result   any
}

func (a *asked) Accept()                        { a.accepted = true }
func (a *asked) Reject(err error)               { a.err = err }
func (a *asked) Complete(result any, err error) { a.result, a.err = result, err }

func TestAClaimIsAnsweredInTheSameCall(t *testing.T) {
	cases := []struct {
		name     string
		fail     []error
		attempts int
		want     claim.Kind // -1: an answer
	}{
		{"at once", nil, 1, -1},
		{"after a lost race", transient(2), 3, -1},
		{"the store is away for longer than a local activity is tried", transient(15), 16, -1},
		{"what cannot be mended is not tried again", final(), 1, claim.Invalid},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{fail: map[string][]error{"AdjudicateOne": c.fail}}
			env := newEnvironment(t, f)
			early := &asked{}
			env.RegisterDelayedCallback(func() { env.UpdateWorkflow(workflows.DecisionUpdate, "early", early) }, 0)
			env.ExecuteWorkflow(workflows.AdjudicateClaim, workflows.ClaimInput{Payer: 1, Batch: aBatch, Claim: aClaim})
			if f.attempts["AdjudicateOne"] != c.attempts {
				t.Errorf("tried %d times, want %d", f.attempts["AdjudicateOne"], c.attempts)
			}
			if !early.accepted {
				t.Fatalf("the caller was not let in: %+v", early)
			}
			if c.want >= 0 {
				for who, err := range map[string]error{"caller": early.err, "workflow": env.GetWorkflowError()} {
					if got := workflows.Reason(err, "x"); err == nil || claim.KindOf(got) != c.want {
						t.Errorf("%s: got %v, want kind %d", who, err, c.want)
					}
				}
				return
			}
			want := workflows.Answer{Claim: aClaim, Entry: aBatch}
			if early.err != nil || early.result != want {
				t.Errorf("the caller got %+v", early)
			}
			var got workflows.Answer
			if err := env.GetWorkflowResult(&got); err != nil || got != want {
				t.Errorf("the workflow ended with %+v, %v", got, err)
			}
		})
	}
}

func TestAReviewWaitsUntilTheClaimIsDecided(t *testing.T) {
	decided := workflows.ReviewOutcome{Answer: workflows.Answer{Entry: aEntry}, Decided: true}
	waits, over := workflows.ReviewOutcome{Answer: workflows.Answer{Entry: aEntry}}, workflows.ReviewOutcome{Over: true}
	cases := []struct {
		name    string
		reviews []workflows.ReviewOutcome
		fail    []error
		kinds   []claim.Kind // of each update; -1: it worked
	}{
		{"decided at once", []workflows.ReviewOutcome{decided}, nil, []claim.Kind{-1}},
		{"still waiting, then decided", []workflows.ReviewOutcome{waits, decided}, nil, []claim.Kind{-1, -1}},
		{"refused, then decided", []workflows.ReviewOutcome{decided}, final(), []claim.Kind{claim.Invalid, -1}},
		{"the store was away", []workflows.ReviewOutcome{decided}, transient(5), []claim.Kind{-1}},
		{"decided by other means", []workflows.ReviewOutcome{over}, nil, []claim.Kind{claim.Invalid}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{reviews: slices.Clone(c.reviews), fail: map[string][]error{"RecordReview": c.fail}}
			env := newEnvironment(t, f)
			updates := make([]asked, len(c.kinds))
			for i := range updates {
				env.RegisterDelayedCallback(func() {
					env.UpdateWorkflow(workflows.ReviewUpdate, fmt.Sprint(i), &updates[i], workflows.ReviewRequest{Action: uuid.Max})
				}, time.Duration(i+1)*time.Hour)
			}
			env.ExecuteWorkflow(workflows.ReviewClaim, workflows.ReviewInput{Payer: 1, Claim: aClaim})
			for i, want := range c.kinds {
				got := updates[i]
				if want < 0 && got.err != nil || want >= 0 && claim.KindOf(workflows.Reason(got.err, "x")) != want {
					t.Errorf("update %d: %+v, want kind %d", i, got, want)
				}
			}
			var answer workflows.Answer
			err := env.GetWorkflowResult(&answer)
			if last := c.reviews[len(c.reviews)-1]; err != nil || answer.Entry != last.Entry {
				t.Errorf("the workflow ended with %+v, %v", answer, err)
			}
		})
	}
}

func TestUpdatesThatAreNoReviewAreNotLetIn(t *testing.T) {
	f := &fake{reviews: []workflows.ReviewOutcome{{Decided: true}}, fail: map[string][]error{"RecordReview": transient(3)}}
	env := newEnvironment(t, f)
	var nameless, first, second asked
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.ReviewUpdate, "nameless", &nameless, workflows.ReviewRequest{})
		env.UpdateWorkflow(workflows.ReviewUpdate, "first", &first, workflows.ReviewRequest{Action: aClaim})
	}, time.Minute)
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(workflows.ReviewUpdate, "second", &second, workflows.ReviewRequest{Action: aEntry})
	}, time.Minute+100*time.Millisecond) // while the first is tried again
	env.ExecuteWorkflow(workflows.ReviewClaim, workflows.ReviewInput{Payer: 1, Claim: aClaim})
	if nameless.accepted || nameless.err == nil {
		t.Errorf("an update without an action: %+v", nameless)
	}
	if second.accepted || claim.KindOf(workflows.Reason(second.err, "x")) != claim.Conflict {
		t.Errorf("an update while another is at work: %+v", second)
	}
	if !first.accepted || first.err != nil {
		t.Errorf("the review itself: %+v", first)
	}
}

func TestASweepIsDatedByTheWorkflow(t *testing.T) {
	f := &fake{fail: map[string][]error{"SweepClocks": transient(2)}}
	env := newEnvironment(t, f)
	start := time.Date(2025, 11, 16, 17, 0, 0, 0, time.UTC)
	env.SetStartTime(start)
	env.ExecuteWorkflow(workflows.SweepClocks, workflows.SweepInput{Payer: 1})
	var got workflows.SweepResult
	if err := env.GetWorkflowResult(&got); err != nil || got != (workflows.SweepResult{Released: 2, Escalated: 1}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if f.sweptAt != claim.InstantOf(start) {
		t.Errorf("swept as of %s, want %s: attempts of one sweep must agree", f.sweptAt.Time(), start)
	}
}
