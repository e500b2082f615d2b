package torture

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/workflows"
)

// Trap springs in a child when it reaches the fail point it was set to. It is safe for concurrent use.
type Trap struct {
	dir   string // of the installation
	mu    sync.Mutex
	point *FailPoint
	seen  int

	recorded int // chunks, whether a trap is set or not

	speaking sync.Mutex
	out      io.Writer // to the parent
}

// NewTrap returns a trap for the installation in a folder, set to a fail point or, with nil, to none yet. It tells the
// parent on out when it springs.
func NewTrap(dir string, point *FailPoint, out io.Writer) *Trap {
	return &Trap{dir: dir, point: point, out: out}
}

// say tells the parent something.
func (t *Trap) say(a answer) error {
	text, err := json.Marshal(a)
	if err != nil {
		return claim.Errorf(claim.Internal, "encoding an answer: %w", err)
	}
	t.speaking.Lock()
	defer t.speaking.Unlock()
	if _, err := t.out.Write(append(text, '\n')); err != nil {
		return claim.Errorf(claim.Unavailable, "answering: %w", err)
	}
	return nil
}

// Set sets the trap to another fail point.
func (t *Trap) Set(point FailPoint) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.point, t.seen = &point, 0
}

// Reach is what an installation calls at every stage.
func (t *Trap) Reach(stage installation.Stage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if stage == workflows.StageCommitted {
		t.recorded++
	}
	if t.point == nil || t.point.Stage != stage {
		return
	}
	if t.seen++; t.seen != t.point.Nth {
		return
	}
	point := *t.point
	if point.After > 0 {
		time.AfterFunc(point.After, func() { t.spring(point.How) })
		return
	}
	t.spring(point.How)
}

// Recorded counts the chunks that were recorded.
func (t *Trap) Recorded() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.recorded
}

// spring kills. Signals to ourselves and to our own child do not fail but when it is dead already.
func (t *Trap) spring(how How) {
	if t.say(answer{Done: sprung}) != nil {
		how = Kill // nobody is there any more
	}
	switch how {
	case KillPostgres:
		t.signalPostgres(syscall.SIGKILL)
		return
	case QuitPostgres:
		t.signalPostgres(syscall.SIGQUIT)
		return
	case Interrupt:
		_ = syscall.Kill(os.Getpid(), syscall.SIGINT)
		return
	case Freeze:
		_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
		return
	case KillBoth:
		t.signalPostgres(syscall.SIGKILL)
	case Tear:
		t.tear()
	case Kill:
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // the signal is on its way
}

// signalPostgres sends a signal to the postmaster that runs in our folder, whose lock we hold: it is ours. It waits until
// the postmaster is gone: backends end when they next wait for us and see that, so what has run at a stage is not committed
// after it. Without the wait a busy machine lets a life run on past the stage, and past the next one.
func (t *Trap) signalPostgres(signal syscall.Signal) {
	pid := postmasterPID(t.dir)
	if pid == 0 || syscall.Kill(pid, signal) != nil {
		return
	}
	look, enough := time.NewTicker(time.Millisecond), time.After(goneWithin)
	defer look.Stop()
	for syscall.Kill(pid, 0) == nil {
		select {
		case <-look.C:
		case <-enough:
			return
		}
	}
}

// goneWithin is far more than a postmaster takes to end at once; it waits for its backends for 5 s at most.
const goneWithin = 10 * time.Second

// postmasterPID reads the process id of the postmaster in an installation's folder; 0 when it has ended in order.
func postmasterPID(dir string) int {
	text, err := os.ReadFile(filepath.Join(dir, "engines", "pg", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil || pid < 2 {
		return 0
	}
	return pid
}

// tear leaves in the checkpoint file what a write leaves that was cut short: the beginning of the next note.
func (t *Trap) tear() {
	path := filepath.Join(t.dir, "checkpoints")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.WriteString("assize/ledger/payer/1/decisions\n12345\nq83vEjRWeJ") // failing, it leaves a whole file
}
