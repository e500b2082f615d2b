package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// ChunkSize is how many claims an activity takes. What a chunk costs whatever its size (a commit, the plans of some
// thirty statements, Temporal's part) is 3 % less a claim with 2,000 than with 1,000; memory for four of them at a time
// is small, and what a kill throws away is a second of work.
const ChunkSize = 2000

// ParallelChunks is how many chunks of a batch are in flight. The worker decides how many of them run.
const ParallelChunks = 16

// chunksPerRun bounds a run's history: three events a chunk stay far under the 4,096 at which Temporal suggests to
// continue as new.
const chunksPerRun = 500

// Every time-out and retry policy of the workflows, in one table.
//
//	step          one attempt   in all      why
//	plan          10 min        24 h        one sort of the batch in Postgres
//	chunk         10 min        24 h        about a second as a rule; Postgres may be away for long
//	complete      5 min         24 h        counts, staging emptied, a signature
//	claim (local) 20 s          60 s        somebody waits for the answer; then it goes on as an activity
//	review        2 min         24 h        one decision
//	sweep         10 min        1 h         the next sweep comes anyway
//
// Every activity but the local one sends heartbeats: when its process dies, another attempt follows 5 s later, however
// long an attempt may take. Nobody who starts the process again gets an answer sooner, so this is short; three beats may
// be late or lost, as when the machine swaps, before one too many attempts begins, which records nothing twice; the late
// one goes on to its end (outlast).
//
// A batch must outlive an outage of its database, so attempts are not counted there; what no retry can mend is marked
// non-retryable by the activity (see failure).
const (
	planTimeout      = 10 * time.Minute
	chunkTimeout     = 10 * time.Minute
	completeTimeout  = 5 * time.Minute
	batchPatience    = 24 * time.Hour
	claimTimeout     = 20 * time.Second
	claimPatience    = time.Minute
	reviewTimeout    = 2 * time.Minute
	sweepTimeout     = 10 * time.Minute
	sweepPatience    = time.Hour
	heartbeatTimeout = 5 * time.Second
	heartbeatEvery   = heartbeatTimeout / 4
	stickyPatience   = time.Second      // of a workflow's next step with the worker that had the one before
	stopPatience     = 10 * time.Second // of a worker with what is at work
	retryFirst       = 200 * time.Millisecond
	retryLongest     = 15 * time.Second
	retryCoefficient = 2
)

func retries() *temporal.RetryPolicy {
	return &temporal.RetryPolicy{InitialInterval: retryFirst, BackoffCoefficient: retryCoefficient, MaximumInterval: retryLongest}
}

func withActivity(ctx workflow.Context, attempt, patience time.Duration) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    attempt,
		ScheduleToCloseTimeout: patience,
		HeartbeatTimeout:       heartbeatTimeout,
		RetryPolicy:            retries(),
	})
}

func withLocalActivity(ctx workflow.Context) workflow.Context {
	return workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    claimTimeout,
		ScheduleToCloseTimeout: claimPatience,
		RetryPolicy:            retries(),
	})
}
