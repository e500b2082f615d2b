//go:build !lean

package main

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/embedded"
	"github.com/assize/assize/internal/embedded/cluster"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/internal/torture"
)

// elsewhere is engines that run outside the program: a PostgreSQL and a Temporal server that can go and come back.
type elsewhere struct {
	t        *testing.T
	dir      string
	port     int
	postgres *cluster.Cluster
	temporal *embedded.Engines
}

func startElsewhere(t *testing.T) *elsewhere {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &elsewhere{t: t, dir: folder(t), port: listener.Addr().(*net.TCPAddr).Port}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		if e.temporal != nil {
			if err := e.temporal.Stop(ctx); err != nil {
				t.Errorf("stopping Temporal: %v", err)
			}
		}
		if e.postgres != nil {
			if err := e.postgres.Stop(ctx); err != nil {
				t.Errorf("stopping PostgreSQL: %v", err)
			}
		}
	})
	e.startPostgres()
	e.startTemporal()
	admin, err := pgx.Connect(t.Context(), e.postgres.DSN("postgres", cluster.Superuser))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(context.WithoutCancel(t.Context()))
	for _, name := range []string{"claims", "keys"} {
		if _, err := admin.Exec(t.Context(), "create database "+name); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func (e *elsewhere) startPostgres() {
	e.t.Helper()
	var err error
	// It must be able to outlive the context of a test that has ended.
	if e.postgres, err = cluster.Start(context.WithoutCancel(e.t.Context()), cluster.Options{Dir: filepath.Join(e.dir, "postgres")}); err != nil {
		e.t.Fatal(err)
	}
}

func (e *elsewhere) startTemporal() {
	e.t.Helper()
	var err error
	e.temporal, err = embedded.Start(context.WithoutCancel(e.t.Context()), embedded.Options{Dir: filepath.Join(e.dir, "temporal"), TemporalPort: e.port})
	if err != nil {
		e.t.Fatal(err)
	}
}

func (e *elsewhere) options() installation.Options {
	return installation.Options{
		Dir: filepath.Join(e.dir, "installation"), DSN: e.postgres.DSN("claims", cluster.Superuser),
		KeysDSN: e.postgres.DSN("keys", cluster.Superuser), TemporalAddress: fmt.Sprintf("127.0.0.1:%d", e.port),
	}
}

// Engines elsewhere go and come back while a batch is at work: worker and sender wait, and nothing is lost or doubled.
func TestEnginesElsewhereMayGoAndComeBack(t *testing.T) {
	t.Parallel()
	e := startElsewhere(t)
	options := simulate.Defaults(1)
	options.Members, options.Providers, options.Claims, options.HistoryClaims, options.HistoryDays = 400, 60, 1600, 0, 0
	world, err := simulate.NewWorld(options)
	if err != nil {
		t.Fatal(err)
	}
	i, err := installation.Open(t.Context(), e.options())
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close(context.WithoutCancel(t.Context()))
	if _, err := settle(t.Context(), i, world); err != nil {
		t.Fatal(err)
	}
	o := e.options()
	engines := []string{"--dir", o.Dir, "--database-url", o.DSN, "--keys-database-url", o.KeysDSN, "--temporal-address", o.TemporalAddress}
	worker := startProgram(t, folder(t), append([]string{"worker"}, engines...)...)
	worker.await("serving")
	var senders []*running
	for _, parcel := range parcels(t, world, filepath.Join(e.dir, "documents"), 800) {
		args := append([]string{"submit", "--payer", world.Payer(parcel.Payer).Code, "--wait"}, engines...)
		for _, d := range parcel.Files {
			args = append(args, d.Path)
		}
		senders = append(senders, startProgram(t, folder(t), args...))
	}
	awaitStaged(t, i, len(senders))
	_ = syscall.Kill(e.postgres.PID(), syscall.SIGKILL)
	<-e.postgres.Ended()
	if err := e.postgres.Stop(t.Context()); err != nil { // gives its folder free
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
	e.startPostgres()
	time.Sleep(time.Second)
	stopping, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := e.temporal.Stop(stopping); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
	e.startTemporal()
	for _, s := range senders {
		if code := s.code(); code != exitGood && code != exitFindings {
			t.Errorf("the sender ended with %d: %s", code, s.stderr.String())
		}
	}
	_ = worker.cmd.Process.Signal(syscall.SIGINT)
	worker.requireEnd(exitGood, "")
	found, err := torture.Check(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range found {
		t.Error(text)
	}
}

// awaitStaged waits until so many batches are accepted and at work.
func awaitStaged(t *testing.T, i *installation.Installation, batches int) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(25 * time.Millisecond) {
		open, err := postgres.OpenBatches(t.Context(), i.Pool, time.Now().Add(time.Hour), 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(open) == batches {
			return
		}
	}
	t.Fatalf("not %d batches are open after %s", batches, patience)
}
