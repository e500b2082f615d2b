package cluster

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/assize/assize/internal/claim"
)

// folder is a folder that PostgreSQL's user can enter also when the tests run as root; t.TempDir is not.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "assize-cluster-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func start(t *testing.T, options Options) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func stop(t *testing.T, c *Cluster) {
	t.Helper()
	if err := c.Stop(t.Context()); err != nil {
		t.Errorf("stopping: %v", err)
	}
}

func execute(t *testing.T, c *Cluster, statements ...string) error {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), c.DSN("postgres", Superuser))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close(t.Context()) }()
	for _, statement := range statements {
		if _, err := connection.Exec(t.Context(), statement); err != nil {
			return err
		}
	}
	return nil
}

func count(t *testing.T, c *Cluster, query string) (n int) {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), c.DSN("postgres", Superuser))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close(t.Context()) }()
	if err := connection.QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDataOutlivesStopAndStart(t *testing.T) {
	dir := folder(t)
	c := start(t, Options{Dir: dir})
	if err := execute(t, c, `create table kept as select generate_series(1, 3)`); err != nil {
		t.Fatal(err)
	}
	stop(t, c)
	c = start(t, Options{Dir: dir})
	defer stop(t, c)
	if got := count(t, c, `select count(*) from kept`); got != 3 {
		t.Errorf("got %d rows, want 3", got)
	}
}

func TestDurableClusterKeepsItsPromises(t *testing.T) {
	c := start(t, Options{Dir: folder(t)})
	defer stop(t, c)
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes", "data_checksums"} {
		if got := count(t, c, `select count(*) from pg_settings where name = '`+name+`' and setting = 'on'`); got != 1 {
			t.Errorf("%s is not on", name)
		}
	}
	if got := count(t, c, `select count(*) from pg_settings where name = 'listen_addresses' and setting <> ''`); got != 0 {
		t.Error("the cluster listens on TCP")
	}
}

func TestCommittedRowsOutliveSIGKILLOfThePostmaster(t *testing.T) {
	dir := folder(t)
	c := start(t, Options{Dir: dir})
	if err := execute(t, c, `create table kept (n integer)`, `insert into kept values (1)`); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(c.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Ended()
	stop(t, c)
	c = start(t, Options{Dir: dir})
	defer stop(t, c)
	if got := count(t, c, `select count(*) from kept`); got != 1 {
		t.Errorf("got %d rows, want 1", got)
	}
}

func TestLogNeverShowsValuesOrStatements(t *testing.T) {
	c := start(t, Options{Dir: folder(t), Volatile: true})
	defer stop(t, c)
	err := execute(t, c,
		`create table person (name text constraint person_name_key unique)`,
		`insert into person values ('Somebody Secret')`,
		`insert into person values ('Somebody Secret')`)
	if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.ConstraintName != "person_name_key" {
		t.Fatalf("got %v, want a violation of person_name_key", err)
	}
	text, err := os.ReadFile(c.LogFile())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "person_name_key") {
		t.Error("the log does not tell of the error")
	}
	if strings.Contains(string(text), "Secret") {
		t.Errorf("the log shows a value:\n%s", text)
	}
}

func TestFolderInUseIsRefused(t *testing.T) {
	dir := folder(t)
	c := start(t, Options{Dir: dir, Volatile: true})
	defer stop(t, c)
	if _, err := Start(t.Context(), Options{Dir: dir, Volatile: true}); claim.KindOf(err) != claim.Unavailable {
		t.Errorf("got %v, want an error of kind Unavailable", err)
	}
	if got := count(t, c, `select 1`); got != 1 {
		t.Error("the refused start disturbed the running cluster")
	}
}

func TestTheReasonIsFoundInWhatAProgramWrote(t *testing.T) {
	for text, want := range map[string]string{
		"LOG:  starting\nPANIC:  could not write: No space left on device\nLOG:  shut down\n":                                              "PANIC:  could not write: No space left on device",
		"initdb: error: could not look up user\ninitdb: hint: make one\n":                                                                  "initdb: error: could not look up user",
		"FATAL:  could not extend file\n\nSTATEMENT:  create database\nchild process exited with 1\n":                                      "FATAL:  could not extend file",
		"PANIC:  could not write\n" + strings.Repeat("FATAL:  the database system is not yet accepting connections\n", 300) + "FATAL:  th": "PANIC:  could not write",
		"nothing of note\nthe last line\n": "the last line",
		"":                                 "",
	} {
		if got := reasonIn(text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What ended an earlier postmaster of the folder is not the reason of this one's end.
func TestLastWordsAreThoseOfThePresentPostmaster(t *testing.T) {
	dir := folder(t)
	c := &Cluster{dir: dir}
	before := "PANIC:  an old story\n"
	for text, want := range map[string]string{
		"LOG:  database system is shut down\n": "LOG:  database system is shut down",
		"FATAL:  could not write lock file \"postmaster.pid\": No space left on device\n": "FATAL:  could not write lock file \"postmaster.pid\": " +
			"No space left on device; free some space on the disk of " + dir,
	} {
		if err := os.WriteFile(c.LogFile(), []byte(before+text), 0o600); err != nil {
			t.Fatal(err)
		}
		c.logged = int64(len(before))
		if got := c.LastWords(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := c.Complaint(); got != want && strings.HasPrefix(text, "FATAL") || got != "" && strings.HasPrefix(text, "LOG") {
			t.Errorf("it complains %q", got)
		}
	}
}

func TestSocketsLieWhereEveryReaderFindsThem(t *testing.T) {
	for dir, want := range map[string]bool{
		"/srv/assize/engines/socket": true, "/home/ü/1.0_a-b/socket": true, "/" + strings.Repeat("a", socketPathMax): false,
		"/a b": false, "/a,b": false, "/a'b": false, "/a%20b": false, "/a?b": false, `/a\b`: false,
	} {
		if got := servesSocket(dir); got != want {
			t.Errorf("%q: got %v, want %v", dir, got, want)
		}
	}
}

// A path that is too long for a socket, or holds what means something in an address of a database, gets its socket
// elsewhere, and leaves nothing there.
func TestFolderOfAnyNameGetsASocket(t *testing.T) {
	for _, name := range []string{strings.Repeat("long", 30), "a space, a comma"} {
		t.Run(name, func(t *testing.T) {
			parent := folder(t)
			if err := os.Chmod(parent, 0o711); err != nil {
				t.Fatal(err)
			}
			c := start(t, Options{Dir: filepath.Join(parent, name), Volatile: true})
			socket, _ := c.Socket()
			if !servesSocket(socket) {
				t.Errorf("the socket lies in %q", socket)
			}
			stop(t, c)
			if entries, err := os.ReadDir(socket); len(entries) > 0 || err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("left in the socket's folder %s: %v %v", socket, entries, err)
			}
		})
	}
}

// The log of a temporary folder is gone when somebody wants to read it, so the error quotes it.
func TestAPostmasterThatDoesNotStartSaysWhy(t *testing.T) {
	dir := folder(t)
	stop(t, start(t, Options{Dir: dir, Volatile: true}))
	if err := os.WriteFile(filepath.Join(dir, dataFolder, "postgresql.conf"), []byte("no_such_setting = on\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// The deadline ends the patience with a postmaster that does not come up.
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := Start(ctx, Options{Dir: dir, Volatile: true})
	if claim.KindOf(err) != claim.Unavailable || !strings.Contains(err.Error(), "configuration file") {
		t.Errorf("got %v, want the last line of the log", err)
	}
}

func TestInterruptedMakingOfTheClusterIsBegunAnew(t *testing.T) {
	dir := folder(t)
	if err := os.MkdirAll(filepath.Join(dir, dataFolder+".new", "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	stop(t, start(t, Options{Dir: dir, Volatile: true}))
}

// An orphan is what a killed process leaves behind where no parent-death signal exists. Closing the lock behind
// the cluster's back makes one.
func TestOrphanIsStoppedFirst(t *testing.T) {
	dir := folder(t)
	orphan := start(t, Options{Dir: dir, Volatile: true})
	if err := orphan.lock.Close(); err != nil {
		t.Fatal(err)
	}
	c := start(t, Options{Dir: dir, Volatile: true})
	defer stop(t, c)
	select {
	case <-orphan.Ended():
	default:
		t.Error("the orphan still runs")
	}
	if c.PID() == orphan.PID() || count(t, c, `select 1`) != 1 {
		t.Error("the new postmaster does not answer")
	}
}

func TestMissingProgramsNameThePackage(t *testing.T) {
	_, err := Start(t.Context(), Options{Dir: folder(t), Binaries: t.TempDir()})
	if claim.KindOf(err) != claim.Unavailable {
		t.Errorf("got %v, want an error of kind Unavailable", err)
	}
}

func TestOnlyTheUserMayPassAnAncestor(t *testing.T) {
	who := &identity{name: "somebody", uid: 1000, gid: 1000}
	cases := []struct {
		name     string
		mode     os.FileMode
		uid, gid int
		want     bool
	}{
		{"own folder, search bit", 0o700, 1000, 0, true},
		{"own folder, no search bit though others have it", 0o677, 1000, 0, false},
		{"group's folder, search bit", 0o710, 0, 1000, true},
		{"group's folder, no search bit though others have it", 0o701, 0, 1000, false},
		{"foreign folder, search bit for others", 0o711, 0, 0, true},
		{"root's home", 0o700, 0, 0, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := who.mayEnter(c.mode, c.uid, c.gid); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// childEnvironment makes the test binary be the process that TestPostmasterEndsWithUs kills.
const childEnvironment = "ASSIZE_CLUSTER_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnvironment); dir != "" {
		if _, err := Start(context.Background(), Options{Dir: dir}); err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString("up\n")
		select {}
	}
	os.Exit(m.Run())
}

// TestPostmasterEndsWithUs kills a process that runs a cluster, and starts the same cluster again: at once, so that
// the former postmaster is still going down or, without a parent-death signal, still up.
func TestPostmasterEndsWithUs(t *testing.T) {
	dir := folder(t)
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childEnvironment+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 3)); err != nil {
		t.Fatalf("the child did not start a cluster: %v", err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed, and says so

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := Start(ctx, Options{Dir: dir})
	if err != nil {
		t.Fatalf("starting after the kill: %v", err)
	}
	if got := count(t, c, `select 1`); got != 1 {
		t.Error("the cluster does not answer")
	}
	stop(t, c)
}
