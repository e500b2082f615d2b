//go:build !lean

package embedded_test

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/embedded"
)

const queue = "test"

// double waits for a word from outside, then has an activity double the number.
func double(ctx workflow.Context, n int) (int, error) {
	workflow.GetSignalChannel(ctx, "go").Receive(ctx, nil)
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	var result int
	err := workflow.ExecuteActivity(ctx, "twice", n).Get(ctx, &result)
	return result, err
}

func twice(_ context.Context, n int) (int, error) { return 2 * n, nil }

// dial connects to the engines and serves the queue until the test ends or the returned function is called.
func dial(t *testing.T, engines *embedded.Engines) (client.Client, func()) {
	t.Helper()
	c, err := client.Dial(client.Options{
		HostPort: engines.TemporalAddress, Namespace: engines.Namespace, Logger: silent{},
	})
	if err != nil {
		t.Fatalf("dialling Temporal: %v", err)
	}
	w := worker.New(c, queue, worker.Options{})
	w.RegisterWorkflow(double)
	w.RegisterActivityWithOptions(twice, activity.RegisterOptions{Name: "twice"})
	if err := w.Start(); err != nil {
		t.Fatalf("starting a worker: %v", err)
	}
	return c, func() {
		w.Stop()
		c.Close()
	}
}

func TestWorkflowOutlivesARestart(t *testing.T) {
	dir := folder(t)
	engines := start(t, embedded.Options{Dir: dir})
	c, hangUp := dial(t, engines)
	options := client.StartWorkflowOptions{ID: "doubling", TaskQueue: queue}
	if _, err := c.ExecuteWorkflow(t.Context(), options, double, 21); err != nil {
		t.Fatalf("starting a workflow: %v", err)
	}
	hangUp()
	stop(t, engines)

	engines = start(t, embedded.Options{Dir: dir})
	defer stop(t, engines)
	c, hangUp = dial(t, engines)
	defer hangUp()
	if err := c.SignalWorkflow(t.Context(), "doubling", "", "go", nil); err != nil {
		t.Fatalf("signalling the workflow after the restart: %v", err)
	}
	var got int
	if err := c.GetWorkflow(t.Context(), "doubling", "").Get(t.Context(), &got); err != nil {
		t.Fatalf("waiting for the workflow after the restart: %v", err)
	}
	if got != 42 {
		t.Errorf("got %d, want 42", got)
	}
}

func TestTakenPortIsAnErrorAndNotTheEndOfTheProcess(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, err = embedded.Start(t.Context(), embedded.Options{
		Dir: folder(t), Volatile: true, TemporalPort: listener.Addr().(*net.TCPAddr).Port,
	})
	if claim.KindOf(err) != claim.Unavailable || !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("got %v, want an error of kind Unavailable that says that the address is in use", err)
	}
}

// Processes that found the engines in a folder find them again after a restart, unless somebody took the port meanwhile.
func TestTemporalComesBackWhereItWas(t *testing.T) {
	dir := folder(t)
	start := func() (address string) {
		t.Helper()
		e, err := embedded.Start(t.Context(), embedded.Options{Dir: dir, Volatile: true})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := e.Stop(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		return e.TemporalAddress
	}
	first := start()
	if again := start(); again != first {
		t.Errorf("Temporal was at %s and came back at %s", first, again)
	}
	taken, err := net.Listen("tcp", first)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if elsewhere := start(); elsewhere == first {
		t.Errorf("Temporal came back at %s, which is taken", elsewhere)
	}
}

// silent keeps the SDK from logging to the test's output.
type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}

var _ log.Logger = silent{}
