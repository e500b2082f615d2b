package workflows

import (
	"runtime"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// NewWorker returns a worker that serves every workflow and activity, with twice as many chunks at work as there are
// cores: half of a chunk's time is spent waiting for Postgres. Stopping it lets what is at work end: a chunk that is cut
// off waits for its heartbeat to fail before anybody takes it up.
func NewWorker(c client.Client, a *Activities) worker.Worker {
	w := worker.New(c, TaskQueue, worker.Options{
		MaxConcurrentActivityExecutionSize: 2 * runtime.GOMAXPROCS(0), WorkerStopTimeout: stopPatience,
		// Left to itself the SDK passes on one beat in four fifths of the time-out, and one that is late is one too late.
		MaxHeartbeatThrottleInterval: heartbeatEvery,
		// When that worker died, this is how long its workflows stand still; when it is only busy, another replays a few events.
		StickyScheduleToStartTimeout: stickyPatience,
	})
	Register(w, a)
	return w
}

// Register adds everything a worker serves.
func Register(r worker.Registry, a *Activities) {
	r.RegisterWorkflow(AdjudicateBatch)
	r.RegisterWorkflow(AdjudicateClaim)
	r.RegisterWorkflow(ReviewClaim)
	r.RegisterWorkflow(SweepClocks)
	r.RegisterActivity(a)
}
