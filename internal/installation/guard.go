package installation

import (
	"context"
	"time"

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

// Guard returns a context for work in the installation. It is cancelled when the private Postgres ends before the work
// does, with a cause of kind claim.Unavailable that says what to do. Without Postgres nothing can be tried again in this
// process: Temporal, which runs in it, has lost its memory too.
func (i *Installation) Guard(ctx context.Context) (context.Context, context.CancelFunc) {
	guarded, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-i.EnginesEnded():
			cancel(i.ended())
		case <-guarded.Done():
		}
	}()
	return guarded, func() { cancel(context.Canceled) }
}

func (i *Installation) ended() error {
	if i.temporary {
		return claim.Errorf(claim.Unavailable, "the private PostgreSQL ended, and with it this temporary installation: start again; its last words: %s",
			i.engines.PostgresLastWords())
	}
	return claim.Errorf(claim.Unavailable, "the private PostgreSQL ended: start again; what was accepted is kept, and goes on; its last words, of %s: %s",
		i.engines.PostgresLog(), i.engines.PostgresLastWords())
}

// deathPatience is how long a postmaster may take to be gone after its connections are.
const deathPatience = time.Second

// Because returns the reason of an error: that the private Postgres ended, when it did, and else err itself. A broken
// connection is noticed before the death that broke it, so it waits a moment.
func (i *Installation) Because(err error) error {
	if i.engines == nil {
		return err
	}
	select {
	case <-i.EnginesEnded():
		return i.ended()
	case <-time.After(deathPatience):
		return err
	}
}
