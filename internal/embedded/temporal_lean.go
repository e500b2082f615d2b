//go:build lean

package embedded

import (
	"context"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/embedded/cluster"
)

// temporalOptions as in temporal.go.
type temporalOptions struct {
	namespace string
	retention time.Duration
	port      int
	logFile   string
}

// temporalServer never exists in a lean build.
type temporalServer struct{ address string }

func startTemporal(context.Context, *cluster.Cluster, temporalOptions) (*temporalServer, error) {
	return nil, claim.Errorf(claim.Unavailable,
		"this binary was built without the Temporal server (tag lean): build it without the tag, or name a running server")
}

func (*temporalServer) stop(context.Context) error { return nil }
