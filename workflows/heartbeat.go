package workflows

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
)

// keepAlive tells Temporal every now and then that the activity lives, until stopped, and returns the context of its work
// (outlast). In a local activity no heartbeat is sent.
func keepAlive(ctx context.Context) (work context.Context, stop func()) {
	work, end := outlast(ctx, activity.GetWorkerStopChannel(ctx))
	go func() {
		ticker := time.NewTicker(heartbeatEvery)
		defer ticker.Stop()
		for {
			select {
			case <-work.Done():
				return
			case <-ctx.Done(): // nobody listens any more
				return
			case <-ticker.C:
				activity.RecordHeartbeat(ctx)
			}
		}
	}()
	return work, end
}

// outlast returns a context that goes on when an activity is cancelled because its heartbeats came too late. Another
// attempt has begun then, and what it finds recorded it does not record again. On a machine so busy that every attempt is
// late, none would ever come to its end otherwise. It ends at the attempt's deadline, and when the activity is cancelled
// while its worker stops.
func outlast(ctx context.Context, stopping <-chan struct{}) (work context.Context, end func()) {
	lasting := context.WithoutCancel(ctx)
	work, cancel := context.WithCancel(lasting)
	if deadline, ok := ctx.Deadline(); ok {
		cancel()
		work, cancel = context.WithDeadline(lasting, deadline)
	}
	go func() {
		defer cancel()
		select {
		case <-work.Done():
			return
		case <-ctx.Done():
		}
		select {
		case <-work.Done():
		case <-stopping:
		}
	}()
	return work, cancel
}
