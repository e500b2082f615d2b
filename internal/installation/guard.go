package installation

import (
	"context"

	"github.com/assize/assize/internal/claim"
)

// EnginesEnded is closed when the private Postgres is gone, whoever ended it. It is nil, and blocks for ever, when the
// engines run elsewhere.
func (i *Installation) EnginesEnded() <-chan struct{} {
	if i.engines == nil {
		return nil
	}
	return i.engines.PostgresEnded()
}

// PostgresPID is the private Postgres's process id, 0 when the engines run elsewhere. Tests kill it.
func (i *Installation) PostgresPID() int {
	if i.engines == nil {
		return 0
	}
	return i.engines.PostgresPID()
}

// Guard returns a context for work in the installation. It is cancelled when the private Postgres ends before the work
// does, with a cause of kind claim.Unavailable that says what to do; see Cause. Without Postgres there is nothing
// that could be tried again in this process: Temporal, which runs in it, has lost its memory too.
func (i *Installation) Guard(ctx context.Context) (context.Context, context.CancelFunc) {
	guarded, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-i.EnginesEnded():
			cancel(claim.Errorf(claim.Unavailable,
				"the private PostgreSQL ended, see %s; what was accepted is safe: start again, and it goes on", i.engines.PostgresLog()))
		case <-guarded.Done():
		}
	}()
	return guarded, func() { cancel(context.Canceled) }
}
