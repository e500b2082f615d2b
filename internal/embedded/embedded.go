// Package embedded starts the engines that an installation of one machine needs: a private PostgreSQL (package cluster) and a
// Temporal server inside this process, which keeps its own databases in that same PostgreSQL. `demo` and `up` use it;
// with real engines elsewhere nothing here runs.
//
// It makes databases and roles, not tables: the callers migrate. It opens no TCP port but Temporal's, on 127.0.0.1.
// Built with the tag `lean` it starts PostgreSQL only, and asking for Temporal is claim.Unavailable: the server is
// most of the binary and of the time a first build takes.
//
// The order of stopping matters: workers first, then Temporal, then pools, then PostgreSQL. Stop does the second and
// the last; the caller's deferred calls do the others. After kill -9 nothing needs to be done by hand: the postmaster
// is told by the kernel, and the next Start recovers.
package embedded

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/embedded/cluster"
)

const (
	defaultNamespace = "assize"
	loopback         = "127.0.0.1"
)

// Options say where the engines live.
type Options struct {
	// Dir holds all data and logs and belongs to one process at a time.
	Dir string
	// Namespace is Temporal's; "" is "assize".
	Namespace string
	// TemporalPort is the port of Temporal's frontend on 127.0.0.1; 0 takes the one of the last
	// start in Dir, or else a free one.
	TemporalPort int
	// WithoutTemporal starts PostgreSQL only.
	WithoutTemporal bool
	// Volatile gives up durability for speed. Only for tests.
	Volatile bool
}

// Engines are running engines and how to reach them.
type Engines struct {
	DSN             string // main database, as its owner
	KeysDSN         string // database of the data keys, as its own owner; the main role cannot enter it
	TemporalAddress string // host:port of Temporal's frontend; "" without Temporal
	Namespace       string

	postgres *cluster.Cluster
	temporal *temporalServer
}

// Start makes what is missing in the folder and starts the engines. ctx bounds the start only. What cannot be started
// here and now (no PostgreSQL programs, folder in use, a lean build) is claim.Unavailable; a folder that does not
// serve is claim.Invalid. After an error nothing is left running.
func Start(ctx context.Context, options Options) (_ *Engines, err error) {
	e := &Engines{Namespace: options.Namespace}
	if e.Namespace == "" {
		e.Namespace = defaultNamespace
	}
	defer func() {
		if err != nil {
			err = errors.Join(e.because(ctx, err), e.Stop(context.WithoutCancel(ctx)))
		}
	}()
	if err := e.startPostgres(ctx, options); err != nil {
		return e, err
	}
	if options.WithoutTemporal {
		return e, nil
	}
	return e, e.startTemporal(ctx, options)
}

// because adds to an error on the way up what PostgreSQL complained of: a full disk shows as a connection that broke.
func (e *Engines) because(ctx context.Context, err error) error {
	if e.postgres == nil || ctx.Err() != nil {
		return err
	}
	if words := e.postgres.Complaint(); words != "" {
		return claim.Errorf(claim.KindOf(err), "%w; PostgreSQL's last words: %s", err, words)
	}
	return err
}

func (e *Engines) startPostgres(ctx context.Context, options Options) error {
	var err error
	e.postgres, err = cluster.Start(ctx, cluster.Options{
		Dir:      options.Dir,
		Volatile: options.Volatile,
	})
	if err != nil {
		return err
	}
	if err := makeDatabases(ctx, e.postgres, mainDatabase, keysDatabase); err != nil {
		return err
	}
	e.DSN = e.postgres.DSN(mainDatabase.name, mainDatabase.role)
	e.KeysDSN = e.postgres.DSN(keysDatabase.name, keysDatabase.role)
	return nil
}

// temporalOptions say how the server runs.
type temporalOptions struct {
	namespace string
	port      int // of the frontend; 0: a free one
	logFile   string
}

// startTemporal starts the server where it was the last time, when that port is free: processes that found the address in this
// folder go on when the engines are back.
func (e *Engines) startTemporal(ctx context.Context, options Options) error {
	to := temporalOptions{namespace: e.Namespace, port: options.TemporalPort, logFile: filepath.Join(options.Dir, "temporal.log")}
	portFile := filepath.Join(options.Dir, "temporal.port")
	if to.port == 0 {
		to.port = lastPort(ctx, portFile)
	}
	var err error
	e.temporal, err = startTemporal(ctx, e.postgres, to)
	if errors.Is(err, syscall.EADDRINUSE) && options.TemporalPort == 0 { // taken at this moment
		to.port = 0
		e.temporal, err = startTemporal(ctx, e.postgres, to)
	}
	if err != nil {
		return err
	}
	e.TemporalAddress = e.temporal.address
	_, port, _ := net.SplitHostPort(e.TemporalAddress) // we made it
	if err := os.WriteFile(portFile, []byte(port), 0o600); err != nil {
		return claim.Errorf(claim.Unavailable, "keeping Temporal's port: %w", err)
	}
	return nil
}

// lastPort reads the port in a file; 0 when there is none, or when it is not free.
func lastPort(ctx context.Context, file string) int {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	port, err := strconv.ParseUint(string(text), 10, 16)
	if err != nil {
		return 0
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", net.JoinHostPort(loopback, string(text)))
	if err != nil || listener.Close() != nil {
		return 0
	}
	return int(port)
}

// PostgresEnded is closed when the postmaster is gone, expected or not.
func (e *Engines) PostgresEnded() <-chan struct{} { return e.postgres.Ended() }

// PostgresLog is the file that the postmaster logs to.
func (e *Engines) PostgresLog() string { return e.postgres.LogFile() }

// PostgresLastWords is what the postmaster's log says of its end.
func (e *Engines) PostgresLastWords() string { return e.postgres.LastWords() }

// stopTemporal waits for Temporal to stop, but not for long once PostgreSQL has ended: without it Temporal has nothing to
// save and many seconds of attempts to do so ahead of it.
func (e *Engines) stopTemporal(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	broken := make(chan struct{})
	go func() {
		select {
		case <-e.PostgresEnded():
			close(broken)
			time.AfterFunc(brokenPatience, cancel)
		case <-ctx.Done():
		}
	}()
	err := e.temporal.stop(ctx)
	select {
	case <-broken:
		return nil // that it did not stop in time, or in order, is no news
	default:
		return err
	}
}

// brokenPatience is how long a Temporal server without its database may take to stop.
const brokenPatience = 500 * time.Millisecond

// Stop ends Temporal, then PostgreSQL. Stop workers and close pools before. What
// does not end before ctx is cut off and reported as claim.Unavailable; nothing committed is lost by that.
func (e *Engines) Stop(ctx context.Context) error {
	var failures []error
	if e.temporal != nil {
		failures = append(failures, e.stopTemporal(ctx))
	}
	if e.postgres != nil {
		failures = append(failures, e.postgres.Stop(ctx))
	}
	return errors.Join(failures...)
}
