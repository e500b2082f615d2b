// Package cluster runs a private PostgreSQL cluster as a child process: it finds the installed binaries, makes the data
// folder, starts the postmaster on a Unix socket only, and sees to it that the postmaster ends with us.
//
// It is not a way to administer a PostgreSQL that somebody else runs, and it makes no databases of its own: callers
// connect as Superuser and make theirs. Connections are trusted: the folder of the socket can be entered only by the
// user the cluster runs as (and by root), and that is the whole access control.
//
// As root the postmaster runs as postgres or nobody, since PostgreSQL refuses root; every folder above the data must
// then be searchable by that user. When we are killed, Linux sends the postmaster SIGINT (a fast, clean shutdown);
// elsewhere an orphan is recognized by its socket at the next start and stopped first.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
)

// Superuser is the role that owns a new cluster.
const Superuser = "assize_admin"

// port only names the socket file: there is no TCP listener.
const port = 5432

const (
	// startPatience covers a former postmaster that is still writing its last checkpoint.
	startPatience = 30 * time.Second
	startPause    = 100 * time.Millisecond
	answerPause   = 5 * time.Millisecond
	// stopPatience bounds a fast shutdown whose context has no deadline.
	stopPatience = 60 * time.Second
)

// Options say where a cluster lives and what it must promise.
type Options struct {
	// Dir is the folder of the cluster: data, log, lock and, when the path is short enough, socket. It is made if
	// absent, and belongs to one process at a time.
	Dir string
	// Binaries is the folder with postgres and initdb; "" searches the places where packages put them.
	Binaries string
	// Volatile gives up durability for speed. Only for tests: a crash of the machine may corrupt the data.
	Volatile bool
}

// Cluster is a running postmaster.
type Cluster struct {
	dir       string
	socketDir string
	binaries  string
	identity  *identity
	volatile  bool
	lock      *os.File
	process   *os.Process
	logged    int64         // bytes of the log before this start
	ended     chan struct{} // closed when the postmaster is gone
	exit      error         // how it ended; read after ended is closed
	released  sync.Once
}

// errExited marks a postmaster that ended before it answered, which is worth another try.
var errExited = errors.New("the postmaster ended before it answered")

// Start makes the cluster if the folder has none, starts it and returns when it answers. ctx bounds the start only.
// Missing binaries, a folder in use by another process and a postmaster that does not come up are claim.Unavailable;
// a folder that the unprivileged user cannot enter is claim.Invalid.
func Start(ctx context.Context, options Options) (_ *Cluster, err error) {
	c, err := prepare(options)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.release()
		}
	}()
	if err := c.initialize(ctx); err != nil {
		return nil, err
	}
	if err := c.stopOrphan(ctx); err != nil {
		return nil, err
	}
	if before, err := os.Stat(c.LogFile()); err == nil {
		c.logged = before.Size()
	}
	for deadline := time.Now().Add(startPatience); ; {
		err := c.startOnce(ctx)
		if err == nil {
			return c, nil
		}
		if errors.Is(err, errExited) && time.Now().Before(deadline) && pause(ctx, startPause) == nil {
			continue
		}
		return nil, claim.Errorf(claim.Unavailable, "starting PostgreSQL in %s: %w; its last words: %s", c.dir, err, c.LastWords())
	}
}

// prepare finds the binaries and the user, makes the folders and takes the lock.
func prepare(options Options) (*Cluster, error) {
	dir, err := filepath.Abs(options.Dir)
	if err != nil || options.Dir == "" {
		return nil, claim.Errorf(claim.Invalid, "the folder of the cluster %q: it needs a path", options.Dir)
	}
	binaries, err := findBinaries(options.Binaries)
	if err != nil {
		return nil, err
	}
	who, err := unprivileged()
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, binaries: binaries, identity: who, volatile: options.Volatile}
	if err := c.makeFolders(); err != nil {
		return nil, err
	}
	if c.lock, err = lockFolder(dir); err != nil {
		return nil, err
	}
	return c, nil
}

// initialize runs initdb unless the folder already has a cluster. It works beside the final place and renames, so that
// being killed in the middle leaves no half-made cluster.
func (c *Cluster) initialize(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(c.data(), "PG_VERSION")); err == nil {
		return nil
	}
	unfinished := c.data() + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return claim.Errorf(claim.Unavailable, "removing an unfinished cluster: %w", err)
	}
	if err := c.makeOwned(unfinished); err != nil {
		return err
	}
	arguments := []string{"--pgdata", unfinished, "--username", Superuser, "--auth", "trust", "--encoding", "UTF8",
		"--locale", "C", "--data-checksums", "--no-instructions"}
	if c.volatile {
		arguments = append(arguments, "--no-sync")
	}
	if out, err := run(c.command(ctx, unfinished, "initdb", arguments...)); err != nil {
		return claim.Errorf(claim.Unavailable, "making a cluster with initdb in %s: %w: %s", c.dir, err, reasonIn(string(out)))
	}
	if err := os.Rename(unfinished, c.data()); err != nil {
		return claim.Errorf(claim.Unavailable, "moving the new cluster into place: %w", err)
	}
	return nil
}

// command prepares a PostgreSQL program to run as the cluster's user in folder, which that user can enter. Its
// environment is ours to choose, so that PG* variables of the caller change nothing.
func (c *Cluster) command(ctx context.Context, folder, program string, arguments ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(c.binaries, program), arguments...)
	cmd.Dir = folder
	cmd.Env = []string{"PATH=" + c.binaries + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = childAttributes(c.identity.credential, syscall.SIGKILL)
	return cmd
}

// run runs a short program to its end on one locked thread; see attend for why.
func run(cmd *exec.Cmd) ([]byte, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	return cmd.CombinedOutput()
}

// startOnce starts the postmaster and waits until it answers or ends.
func (c *Cluster) startOnce(ctx context.Context) error {
	log, err := os.OpenFile(c.LogFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the log: %w", err)
	}
	defer log.Close()
	// Not CommandContext: ctx bounds the start, and the postmaster must outlive it.
	cmd := c.command(context.WithoutCancel(ctx), c.data(), "postgres", c.arguments()...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = childAttributes(c.identity.credential, syscall.SIGINT)
	c.ended, c.exit = make(chan struct{}), nil
	started := make(chan error, 1)
	go c.attend(cmd, started)
	if err := <-started; err != nil {
		return fmt.Errorf("running %s: %w", cmd.Path, err)
	}
	c.process = cmd.Process
	return c.awaitAnswer(ctx)
}

// attend starts the child and waits for it on one locked thread: Linux sends the parent-death signal when the thread
// that forked ends, not the process, and the Go runtime ends idle threads.
func (c *Cluster) attend(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := cmd.Start()
	started <- err
	if err == nil {
		c.exit = cmd.Wait()
		close(c.ended)
	}
}

func (c *Cluster) awaitAnswer(ctx context.Context) error {
	for {
		if c.answers(ctx) {
			return nil
		}
		select {
		case <-c.ended:
			return fmt.Errorf("%w: %w", errExited, c.exit)
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), c.end(context.WithoutCancel(ctx)))
		case <-time.After(answerPause):
		}
	}
}

// answers tells whether a postmaster takes connections on our socket.
func (c *Cluster) answers(ctx context.Context) bool {
	connection, err := pgx.Connect(ctx, c.DSN("postgres", Superuser))
	return err == nil && connection.Close(ctx) == nil
}

// DSN returns the address of a database of the cluster for a role, as pgx and libpq read it.
func (c *Cluster) DSN(database, role string) string {
	return fmt.Sprintf("host=%s port=%d user=%s dbname=%s sslmode=disable", quoteDSN(c.socketDir), port, role, database)
}

// Socket returns the folder of the Unix socket and the port number that names it.
func (c *Cluster) Socket() (dir string, number int) { return c.socketDir, port }

// PID is the postmaster's process id.
func (c *Cluster) PID() int { return c.process.Pid }

// LogFile is where the postmaster logs: warnings and errors, without the texts and values of statements.
func (c *Cluster) LogFile() string { return filepath.Join(c.dir, "postgres.log") }

// LastWords is the line of the log that says why the postmaster ended, or else its last, and what to do when that is plain. An
// error quotes it, since the log of a temporary folder is gone when somebody wants to read it.
func (c *Cluster) LastWords() string { return c.advised(reasonIn(c.words())) }

// Complaint is LastWords when they say that something went wrong, and else empty: PostgreSQL may have recovered by itself from
// what broke somebody's connection.
func (c *Cluster) Complaint() string { return c.advised(complaintIn(c.words())) }

// words is what the present postmaster wrote to the log.
func (c *Cluster) words() string {
	text, err := os.ReadFile(c.LogFile())
	if err != nil {
		return err.Error()
	}
	return string(text[min(c.logged, int64(len(text))):])
}

// advised adds what to do. On a full disk the log may be empty too.
func (c *Cluster) advised(words string) string {
	var disk syscall.Statfs_t
	full := syscall.Statfs(c.dir, &disk) == nil && disk.Bavail*uint64(disk.Bsize) < leastFree
	if full || strings.Contains(words, diskFull) {
		words = strings.TrimPrefix(words+"; free some space on the disk of "+c.dir, "; ")
	}
	return words
}

// leastFree is what PostgreSQL cannot begin without: less is a full disk.
const leastFree = 1 << 20

// diskFull is how the C library words it.
const diskFull = "No space left on device"

// lastLines is how many lines are looked through for a reason. What ends the postmaster may be followed by hundreds that tell
// clients to wait.
const lastLines = 2000

// unready is what clients are told while the postmaster starts or stops: never the reason of anything.
var unready = regexp.MustCompile(`FATAL:  the database system is (starting up|shutting down|in recovery mode|not yet accepting connections)`)

// reasonIn finds the line of a program's output that says why it failed, or else its last.
func reasonIn(text string) string {
	if line := complaintIn(text); line != "" {
		return line
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func complaintIn(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	lines = slices.DeleteFunc(lines[max(0, len(lines)-lastLines):], unready.MatchString)
	for _, severity := range []string{"PANIC:", "FATAL:", "error:"} {
		for _, line := range slices.Backward(lines) {
			if strings.Contains(line, severity) {
				return line
			}
		}
	}
	return ""
}

// Ended is closed when the postmaster is gone, whoever ended it.
func (c *Cluster) Ended() <-chan struct{} { return c.ended }

// Stop ends the cluster by a fast shutdown: open transactions roll back, a checkpoint is written. When ctx ends first
// it is shut down at once instead, which loses nothing committed but costs a recovery at the next start, and Stop
// says so as claim.Unavailable. Stopping a cluster that has ended is no error.
func (c *Cluster) Stop(ctx context.Context) error {
	defer c.release()
	return c.end(ctx)
}

func (c *Cluster) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopPatience)
	defer cancel()
	_ = c.process.Signal(syscall.SIGINT) // fails only when it has ended, which the next lines see
	select {
	case <-c.ended:
		return nil
	case <-ctx.Done():
	}
	_ = c.process.Signal(syscall.SIGQUIT)
	<-c.ended
	return claim.Errorf(claim.Unavailable, "PostgreSQL in %s did not stop in time and was shut down at once: %w", c.dir, context.Cause(ctx))
}

// stopOrphan ends a postmaster that a killed process of ours left behind. It is known to be ours because it answers
// on our socket while we hold the folder's lock; a process id in a file alone would prove nothing.
func (c *Cluster) stopOrphan(ctx context.Context) error {
	if !c.answers(ctx) {
		return nil
	}
	seconds := strconv.Itoa(int(stopPatience / time.Second))
	out, err := run(c.command(ctx, c.data(), "pg_ctl", "stop", "--pgdata", c.data(), "--mode", "fast", "--timeout", seconds))
	// pg_ctl also fails when the orphan ended by itself in the meantime; the start that follows tells.
	if err != nil && ctx.Err() != nil {
		return claim.Errorf(claim.Unavailable, "stopping a former postmaster in %s: %w: %s", c.dir, err, reasonIn(string(out)))
	}
	return nil
}

// release gives the folder free. The socket folder goes with it: it may lie outside Dir.
func (c *Cluster) release() {
	c.released.Do(func() {
		if c.socketDir != filepath.Join(c.dir, socketFolder) {
			_ = os.RemoveAll(c.socketDir)
		}
		_ = c.lock.Close()
	})
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
