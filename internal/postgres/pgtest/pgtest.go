// Package pgtest gives each test a PostgreSQL database of its own, migrated and empty, on a real server.
//
// The first test of a binary that asks starts one private cluster (package cluster, without fsync) and migrates a template;
// every test then copies the template, which costs tens of milliseconds, and drops its copy at the end. Tests may run
// in parallel. The cluster and its files go away when the test binary ends, also when it is killed.
//
// ASSIZE_TEST_DSN names a running server to use instead; its role must be allowed to create databases. A missing
// server fails the test: a store that was not tried is not a store that works.
package pgtest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/postgres/migrations"
)

const (
	poolSize   = 8
	dropBudget = 30 * time.Second
	empty      = "template0" // the one every server has
)

// New returns a pool on a fresh database with all migrations applied. Pool and database go away with the test.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	s := running(t)
	if s.external {
		// No template: on a server that outlives us nobody would ever drop it.
		pool := open(t, createDatabase(t, s, empty))
		if err := migrations.Run(t.Context(), pool); err != nil {
			t.Fatalf("migrating a test database: %v", err)
		}
		return pool
	}
	template, err := sharedTemplate()
	if err != nil {
		t.Fatalf("making the migrated template: %v", err)
	}
	return open(t, createDatabase(t, s, template))
}

// NewDatabase returns the address of a fresh database without any schema, dropped at the end of the test.
func NewDatabase(t testing.TB) (dsn string) {
	t.Helper()
	return createDatabase(t, running(t), empty)
}

func running(t testing.TB) *server {
	t.Helper()
	s, err := sharedServer()
	if err != nil {
		t.Fatalf("starting PostgreSQL for tests: %v", err)
	}
	return s
}

func open(t testing.TB, dsn string) *pgxpool.Pool {
	t.Helper()
	pool, err := connect(t.Context(), dsn, poolSize)
	if err != nil {
		t.Fatalf("opening the test database: %v", err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// createDatabase copies a template and drops the copy at the end of the test.
func createDatabase(t testing.TB, s *server, template string) (dsn string) {
	t.Helper()
	name := "assize_test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := s.execute(t.Context(), fmt.Sprintf("create database %s template %s", name, template)); err != nil {
		t.Fatalf("creating database %s: %v", name, err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		ctx, cancel := context.WithTimeout(context.Background(), dropBudget)
		defer cancel()
		if err := s.execute(ctx, fmt.Sprintf("drop database %s with (force)", name)); err != nil {
			t.Errorf("dropping database %s: %v", name, err)
		}
	})
	return s.dsn(name)
}
