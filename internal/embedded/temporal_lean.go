//go:build lean

package embedded

import (
	"context"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/embedded/cluster"
)

// temporalServer never exists in a lean build.
type temporalServer struct{ address string }

func startTemporal(context.Context, *cluster.Cluster, temporalOptions) (*temporalServer, error) {
	return nil, claim.Errorf(claim.Unavailable,
		"this binary was built without the Temporal server (tag lean): build it without the tag, or name a running server")
}

func (*temporalServer) stop(context.Context) error { return nil }
