//go:build !lean

package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/temporal"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/embedded/cluster"
)

const (
	// portAttempts bounds how often ports are drawn again when another process takes one between drawing and binding.
	portAttempts = 5
)

// temporalServer is a Temporal server of all four services inside this process.
type temporalServer struct {
	server  temporal.Server
	address string
}

// startTemporal makes Temporal's databases when missing, and starts the server. Everything that goes wrong is
// claim.Unavailable: a fault of ours and one of the surroundings look the same from here.
func startTemporal(ctx context.Context, postgres *cluster.Cluster, options temporalOptions) (*temporalServer, error) {
	logger, err := fileLogger(options.logFile)
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "opening Temporal's log: %w", err)
	}
	if err := makeTemporalDatabases(ctx, postgres, options, logger); err != nil {
		return nil, claim.Errorf(claim.Unavailable, "making Temporal's databases: %w", err)
	}
	for attempt := 1; ; attempt++ {
		if err := ctx.Err(); err != nil {
			return nil, claim.Errorf(claim.Unavailable, "starting Temporal: %w", context.Cause(ctx))
		}
		server, err := startOnPorts(ctx, postgres, options, logger)
		if err == nil {
			return server, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) || options.port != 0 || attempt == portAttempts {
			return nil, claim.Errorf(claim.Unavailable, "starting Temporal: %w", err)
		}
	}
}

// startOnPorts draws ports, builds the server and starts it.
func startOnPorts(ctx context.Context, postgres *cluster.Cluster, options temporalOptions, logger log.Logger) (_ *temporalServer, err error) {
	ports, err := drawPorts(ctx, options.port)
	if err != nil {
		return nil, err
	}
	defer recoverGaveUp(&err)
	server, err := buildServer(serverConfig(postgres, ports), ports, logger)
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, errors.Join(err, server.Stop())
	}
	return &temporalServer{server: server, address: ports.frontendAddress()}, nil
}

func buildServer(settings *config.Config, ports servicePorts, logger log.Logger) (temporal.Server, error) {
	authorizer, err := authorization.GetAuthorizerFromConfig(&settings.Global.Authorization)
	if err != nil {
		return nil, fmt.Errorf("making the authorizer: %w", err)
	}
	mapper, err := authorization.GetClaimMapperFromConfig(&settings.Global.Authorization, logger)
	if err != nil {
		return nil, fmt.Errorf("making the claim mapper: %w", err)
	}
	return temporal.NewServer(
		temporal.WithConfig(settings),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(ports.hosts()),
		temporal.WithLogger(logger),
		temporal.WithAuthorizer(authorizer),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return mapper }),
		temporal.WithDynamicConfigClient(dynamicSettings()),
	)
}

// stop ends the server. When ctx ends first it is left as it is: all it knows is in PostgreSQL, and the next start
// takes up from there.
func (s *temporalServer) stop(ctx context.Context) error {
	stopped := make(chan error, 1)
	go func() { stopped <- s.server.Stop() }()
	select {
	case err := <-stopped:
		if err != nil {
			return claim.Errorf(claim.Unavailable, "stopping Temporal: %w", err)
		}
		return nil
	case <-ctx.Done():
		return claim.Errorf(claim.Unavailable, "Temporal did not stop in time: %w", context.Cause(ctx))
	}
}

// freePort asks the kernel for a port that is free now, and tries it: where the loopback is down, as in a sandbox without
// any network, a port can be had and not reached, and Temporal would end the process over it.
func freePort(ctx context.Context) (int, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return 0, fmt.Errorf("finding a free port: %w", err)
	}
	defer listener.Close()
	var dialer net.Dialer
	connection, err := dialer.DialContext(ctx, "tcp", listener.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("reaching a port of our own, without which Temporal's services cannot talk to one another: %w", err)
	}
	return listener.Addr().(*net.TCPAddr).Port, connection.Close()
}

// fileLogger writes errors to a file that only we can read. Nothing of Temporal's appears on the terminal.
func fileLogger(path string) (log.Logger, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	return givingUp{log.NewZapLogger(log.BuildZapLogger(log.Config{Level: "error", OutputFile: path}))}, nil
}
