package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/embedded/cluster"
	"github.com/assize/assize/internal/postgres/migrations"
)

// startBudget covers initdb and a start on a machine that is busy compiling.
const startBudget = 2 * time.Minute

// server is where the databases of a test binary live.
type server struct {
	dsn      func(database string) string
	external bool
	// lifeline is the pipe whose end tells the attendant that this process is gone. It is held here because an os.File
	// that nobody holds is closed by the collector.
	lifeline *os.File
}

// The only state of the process: a cluster for each test would cost seconds, and package testing has no hook that
// hands something from one test to the next.
var (
	sharedServer   = sync.OnceValues(startServer)
	sharedTemplate = sync.OnceValues(makeTemplate)
)

func startServer() (*server, error) {
	if dsn := os.Getenv("ASSIZE_TEST_DSN"); dsn != "" {
		return &server{dsn: func(database string) string { return withDatabase(dsn, database) }, external: true}, nil
	}
	dir, err := os.MkdirTemp("", "assize-pgtest-")
	if err != nil {
		return nil, err
	}
	lifeline, err := removeAtExit(dir)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startBudget)
	defer cancel()
	private, err := cluster.Start(ctx, cluster.Options{Dir: dir, Volatile: true})
	if err != nil {
		return nil, err
	}
	return &server{
		dsn:      func(database string) string { return private.DSN(database, cluster.Superuser) },
		lifeline: lifeline,
	}, nil
}

// makeTemplate migrates one database for all tests of the binary to copy, and returns its name.
func makeTemplate() (string, error) {
	const name = "assize_template"
	s, err := sharedServer()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startBudget)
	defer cancel()
	if err := s.execute(ctx, "create database "+name); err != nil {
		return "", err
	}
	pool, err := connect(ctx, s.dsn(name), 1)
	if err != nil {
		return "", err
	}
	defer pool.Close() // PostgreSQL copies only a template that nobody is connected to
	return name, migrations.Run(ctx, pool)
}

// connect is not postgres.Open, so that the tests inside package postgres can use this package.
func connect(ctx context.Context, dsn string, size int32) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	config.MaxConns = size
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	return pgxpool.NewWithConfig(ctx, config)
}

func (s *server) execute(ctx context.Context, statement string) error {
	connection, err := pgx.Connect(ctx, s.dsn("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(ctx) }() // the session has nothing left to say
	_, err = connection.Exec(ctx, statement)
	return err
}

// withDatabase points an address, URL or key=value text, at another database of the same server.
func withDatabase(dsn, database string) string {
	if !strings.Contains(dsn, "://") {
		return fmt.Sprintf("%s dbname=%s", dsn, database) // of two equal keys the last one counts
	}
	address, err := url.Parse(dsn)
	if err != nil {
		return dsn // connecting reports it, without the password
	}
	address.Path = "/" + database
	return address.String()
}

// attendant waits until its input ends, which happens when the test binary does, however it does; then it sees the
// postmaster out and removes the files. $1 is the folder of the cluster.
const attendant = `
cat >/dev/null
pid=$(head -n 1 "$1/pg/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
	kill -INT "$pid" 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
fi
rm -rf "$1"
`

// removeAtExit leaves an attendant behind and returns its lifeline, which must stay open. A test binary has no other
// last word: package testing runs no hook at the end, and nothing of ours runs after SIGKILL.
func removeAtExit(dir string) (lifeline *os.File, err error) {
	input, lifeline, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer input.Close()
	// It outlives every context of ours, and nobody waits for it.
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", attendant, "assize-pgtest", dir)
	cmd.Stdin = input
	// A group of its own, so that ^C on the terminal does not end it before its work.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return lifeline, nil
}
