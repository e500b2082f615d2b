//go:build !lean

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/internal/torture"
)

// running is the program at work, with its temporary files in a folder of their own.
type running struct {
	t      *testing.T
	cmd    *exec.Cmd
	tmp    string
	stdout output
	stderr output
	ended  chan struct{}
}

// output collects what a process writes, for a test to read meanwhile.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// startProgram starts the program in a process group of its own. It is killed should it outlive the test.
func startProgram(t *testing.T, tmp string, args ...string) *running {
	t.Helper()
	return startProgramWith(t, tmp, nil, args...)
}

// startProgramWith is startProgram with more in the environment.
func startProgramWith(t *testing.T, tmp string, environment []string, args ...string) *running {
	t.Helper()
	command := program(t, args...)
	r := &running{t: t, tmp: tmp, ended: make(chan struct{})}
	r.cmd = exec.Command(command.Path, command.Args...)
	r.cmd.Env = append(append(command.Env, "TMPDIR="+tmp), environment...)
	r.cmd.Stdout, r.cmd.Stderr = &r.stdout, &r.stderr
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	r.cmd.WaitDelay = 10 * time.Second // of a descendant that keeps our output open
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = r.cmd.Wait()
		close(r.ended)
	}()
	t.Cleanup(func() {
		select {
		case <-r.ended:
		default:
			_ = r.cmd.Process.Kill()
			<-r.ended
		}
	})
	return r
}

// patience is far more than anything here takes on a busy machine.
const patience = 90 * time.Second

// code waits for the program's end and returns its exit code.
func (r *running) code() int {
	r.t.Helper()
	select {
	case <-r.ended:
	case <-time.After(patience):
		r.t.Fatalf("%v does not end; it wrote: %s%s", r.cmd.Args[1:], r.stdout.String(), r.stderr.String())
	}
	return r.cmd.ProcessState.ExitCode()
}

// await waits until the program has written something to its standard output.
func (r *running) await(text string) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); !strings.Contains(r.stdout.String(), text); {
		select {
		case <-r.ended:
			r.t.Fatalf("%v ended with %d before it said %q: %s", r.cmd.Args[1:], r.cmd.ProcessState.ExitCode(), text, r.stderr.String())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("%v does not say %q; it wrote: %s%s", r.cmd.Args[1:], text, r.stdout.String(), r.stderr.String())
		}
	}
}

// requireEnd asserts an exit code and a text on standard error.
func (r *running) requireEnd(code int, text string) {
	r.t.Helper()
	if got := r.code(); got != code || !strings.Contains(r.stderr.String(), text) {
		r.t.Errorf("%v ended with %d, want %d; it wrote %q, want %q in it", r.cmd.Args[1:], got, code, r.stderr.String(), text)
	}
}

// requireNothingLeft asserts that neither a process nor a temporary file outlives the program.
func (r *running) requireNothingLeft() {
	r.t.Helper()
	left, err := os.ReadDir(r.tmp)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, entry := range left {
		r.t.Errorf("%v left %s behind", r.cmd.Args[1:], entry.Name())
	}
	for pid, line := range processesOf(r.tmp) {
		r.t.Errorf("%v left process %d behind: %s", r.cmd.Args[1:], pid, line)
	}
}

// processesOf lists the processes whose command line names a folder. Where there is no /proc it finds none.
func processesOf(folder string) map[int]string {
	found := map[int]string{}
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range lines {
		line, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(line, []byte(folder)) {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
			found[pid] = string(bytes.ReplaceAll(line, []byte{0}, []byte{' '}))
		}
	}
	return found
}

// Whatever hangs in spite of its context, a second interrupt ends; a terminal that closes may say so twice.
func TestASecondInterruptEndsTheProcessAtOnce(t *testing.T) {
	t.Parallel()
	for _, first := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		r := startProgramWith(t, folder(t), []string{asProgram + "=" + asStubborn})
		r.await("at work")
		for _, s := range []syscall.Signal{first, syscall.SIGHUP, syscall.SIGTERM} {
			if err := r.cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(patience); !strings.Contains(r.stderr.String(), "stopping in order"); time.Sleep(10 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%v: it does not say that it stops: %s", first, r.stderr.String())
				}
			}
		}
		r.code()
		if status := r.cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGTERM {
			t.Errorf("after %v it ended with %v, want by the second signal", first, r.cmd.ProcessState)
		}
	}
}

// An interrupt, to the process alone or to its whole group as a terminal sends it, comes at any moment of a demonstration.
func TestInterruptedDemoLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 4))
	for n := range 4 {
		tmp := folder(t)
		r := startProgram(t, tmp, "demo", "--claims", "400")
		moment := time.Duration(random.Int64N(int64(9 * time.Second)))
		select {
		case <-r.ended:
		case <-time.After(moment):
		}
		target := r.cmd.Process.Pid
		if n%2 == 1 {
			target = -target
		}
		_ = syscall.Kill(target, syscall.SIGINT)
		if code := r.code(); code != exitUnavailable && code != exitGood {
			t.Errorf("interrupted after %s it ended with %d: %s", moment, code, r.stderr.String())
		} else if code == exitUnavailable && !strings.Contains(r.stderr.String(), "interrupted") {
			t.Errorf("interrupted after %s it does not say so: %s", moment, r.stderr.String())
		}
		r.requireNothingLeft()
	}
}

// The second is told of engines elsewhere, which are no business of a demonstration, nor of the process that replays for it.
func TestTwoDemosAtOnce(t *testing.T) {
	t.Parallel()
	tmp := folder(t)
	elsewhere := []string{"ASSIZE_DIR=/nowhere", "ASSIZE_DATABASE_URL=postgres://nowhere/a", "ASSIZE_KEYS_DATABASE_URL=postgres://nowhere/b", "ASSIZE_TEMPORAL_ADDRESS=nowhere:1"}
	first, second := startProgram(t, tmp, "demo", "--claims", "100"), startProgramWith(t, tmp, elsewhere, "demo", "--claims", "100")
	first.requireEnd(exitGood, "")
	second.requireEnd(exitGood, "")
	first.requireNothingLeft()
}

func TestUpIsInterruptedAtAnyMoment(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 5))
	dir := filepath.Join(folder(t), "installation") // made by the program, the same for all
	for range 4 {
		tmp := folder(t)
		r := startProgram(t, tmp, "up", "--dir", dir)
		moment := time.Duration(random.Int64N(int64(4 * time.Second)))
		time.Sleep(moment)
		_ = r.cmd.Process.Signal(syscall.SIGINT)
		if code := r.code(); code != exitGood && (code != exitUnavailable || !strings.Contains(r.stderr.String(), "interrupted")) {
			t.Errorf("interrupted after %s it ended with %d: %s", moment, code, r.stderr.String())
		}
		r.requireNothingLeft()
		for pid, line := range processesOf(dir) {
			t.Errorf("interrupted after %s it left process %d behind: %s", moment, pid, line)
		}
	}
	r := startProgram(t, folder(t), "up", "--dir", dir)
	r.await("serving")
	second := startProgram(t, folder(t), "up", "--dir", dir)
	second.requireEnd(exitUnavailable, "runs in "+dir+" already")
	_ = r.cmd.Process.Signal(syscall.SIGTERM)
	r.requireEnd(exitGood, "")
}

// lasting makes a folder with the payers of a world set up, and documents for the first of them.
func lasting(t *testing.T, claims int) (dir string, files []string) {
	t.Helper()
	options := simulate.Defaults(1)
	options.Members, options.Providers, options.Claims, options.HistoryClaims, options.HistoryDays = 400, 60, 2*claims, 0, 0
	world, err := simulate.NewWorld(options)
	if err != nil {
		t.Fatal(err)
	}
	below := folder(t)
	dir = filepath.Join(below, "installation")
	i, err := installation.Open(t.Context(), installation.Options{Dir: dir, WithoutTemporal: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = settle(t.Context(), i, world)
	if err := errors.Join(err, i.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	for _, d := range parcels(t, world, filepath.Join(below, "documents"), claims)[1].Files {
		files = append(files, d.Path)
	}
	return dir, files
}

// look opens the installation that `up` runs in a folder, waits until no batch is open, and holds everything against
// everything.
func look(t *testing.T, dir string, wantBatches int) {
	t.Helper()
	text, err := os.ReadFile(addressFile(dir))
	if err != nil {
		t.Fatal(err)
	}
	var at address
	if err := json.Unmarshal(text, &at); err != nil {
		t.Fatal(err)
	}
	i, err := installation.Open(t.Context(), installation.Options{Dir: dir, DSN: at.DSN, KeysDSN: at.KeysDSN, WithoutTemporal: true})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close(context.WithoutCancel(t.Context()))
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		open, err := postgres.OpenBatches(t.Context(), i.Pool, time.Now().Add(time.Hour), 1)
		if err != nil {
			t.Fatal(err)
		}
		if len(open) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a batch does not complete")
		}
	}
	batches, err := postgres.RecentBatches(t.Context(), i.Pool, 1, [16]byte{}, 10)
	if err != nil || len(batches) != wantBatches {
		t.Errorf("there are %d batches, %v, want %d", len(batches), err, wantBatches)
	}
	found, err := torture.Check(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range found {
		t.Error(text)
	}
}

// The engines die under somebody who sends a batch: both processes say so; the next start goes on where they stopped.
func TestEnginesThatDieUnderASenderLoseNothing(t *testing.T) {
	t.Parallel()
	dir, files := lasting(t, 600)
	random := rand.New(rand.NewPCG(1, 6))
	for n, file := range files[:2] {
		up := startProgram(t, folder(t), "up", "--dir", dir)
		up.await("serving")
		sender := startProgram(t, folder(t), "submit", "--dir", dir, "--payer", "SIM01", file)
		time.Sleep(time.Duration(random.Int64N(int64(1500 * time.Millisecond))))
		victim := up.cmd.Process.Pid
		if n > 0 { // the postmaster alone; its process must notice and say so
			victim = postmaster(t, dir)
		}
		_ = syscall.Kill(victim, syscall.SIGKILL)
		if code := sender.code(); code != exitUnavailable && code != exitGood && code != exitFindings {
			t.Errorf("the sender ended with %d: %s", code, sender.stderr.String())
		}
		if code := up.code(); n > 0 && (code != exitUnavailable || !strings.Contains(up.stderr.String(), "start again")) {
			t.Errorf("up ended with %d: %s", code, up.stderr.String())
		}
	}
	up := startProgram(t, folder(t), "up", "--dir", dir)
	up.await("serving")
	for _, file := range files[:2] { // whoever had no answer sends again
		sender := startProgram(t, folder(t), "submit", "--dir", dir, "--payer", "SIM01", file)
		if code := sender.code(); code != exitGood && code != exitFindings {
			t.Errorf("sent again, it ended with %d: %s", code, sender.stderr.String())
		}
	}
	look(t, dir, 2)
}

// postmaster reads the process id of the postmaster that runs in an installation's folder.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "engines", "pg", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil || pid < 2 {
		t.Fatalf("postmaster.pid begins with %q", first)
	}
	return pid
}

// A database that stands still for a while, as on a machine that is suspended or swaps, is waited for.
func TestFrozenPostgresIsWaitedFor(t *testing.T) {
	t.Parallel()
	p, world, dir := pair(t, 10)
	list := parcels(t, world, filepath.Join(dir, "documents"), 300)
	sent := make(chan error, 1)
	go func() { sent <- p.Submit([]torture.Parcel{list[1], list[2]}) }()
	for _, stage := range []string{"staging or planning", "recording"} {
		time.Sleep(300 * time.Millisecond)
		frozen := family(p.PostgresPID())
		if frozen[0] == 0 || len(frozen) < 2 { // 0 would be ourselves
			t.Fatalf("while %s: no connections to freeze", stage)
		}
		signalAll(frozen, syscall.SIGSTOP)
		time.Sleep(3 * time.Second)
		signalAll(frozen, syscall.SIGCONT)
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	check(t, p)
}

func signalAll(pids []int, signal syscall.Signal) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, signal)
	}
}

// family lists a process and its children, as ps knows them.
func family(pid int) []int {
	list := []int{pid}
	out, err := exec.Command("ps", "-e", "-o", "pid=,ppid=").Output()
	if err != nil {
		return list
	}
	for line := range strings.Lines(string(out)) {
		var child, parent int
		if _, err := fmt.Sscan(line, &child, &parent); err == nil && parent == pid {
			list = append(list, child)
		}
	}
	return list
}

func TestEnginesOutOfReachAreSaidSo(t *testing.T) {
	t.Parallel()
	dir, files := lasting(t, 20)
	tmp := folder(t)
	nowhere := []string{"--database-url", "host=127.0.0.1 port=1 dbname=a user=b", "--keys-database-url", "host=127.0.0.1 port=1 dbname=a user=b"}
	send := append([]string{"submit", "--dir", dir, "--payer", "SIM01"}, nowhere...)
	startProgram(t, tmp, append(send, "--temporal-address", "127.0.0.1:1", files[0])...).requireEnd(exitUnavailable, "reaching the database")

	// Postgres is there, Temporal is not: nothing is received.
	i, err := installation.Open(t.Context(), installation.Options{Dir: dir, WithoutTemporal: true})
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close(context.WithoutCancel(t.Context()))
	startProgram(t, tmp, "submit", "--dir", dir, "--payer", "SIM01", "--database-url", i.DSN, "--keys-database-url", i.KeysDSN,
		"--temporal-address", "127.0.0.1:1", files[0]).requireEnd(exitUnavailable, "reaching Temporal at 127.0.0.1:1")
	batches, err := postgres.RecentBatches(t.Context(), i.Pool, 1, [16]byte{}, 10)
	if err != nil || len(batches) != 0 {
		t.Errorf("there are %d batches, %v, want none", len(batches), err)
	}
}
