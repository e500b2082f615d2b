package torture

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/assize/assize/internal/claim"
)

// Patience with a child. Both are far longer than a healthy one needs on a busy machine: what exceeds them is a finding,
// and ends a run.
const (
	workPatience = 3 * time.Minute
	stopPatience = time.Minute
	// dumpPatience is how long a child may take to write down what its goroutines wait for.
	dumpPatience = 10 * time.Second
)

// Command starts a child: a program with arguments, to which the fail point is added with --fail-at.
type Command struct {
	Path string
	Args []string
	Env  []string // all of it
}

// process is a child as its parent sees it.
type process struct {
	dir     string // of the installation
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers chan answer // closed when the child's output ends
	ended   chan struct{}
	exit    error // read after ended is closed
	stderr  *tail
	doomed  atomic.Bool // its trap has sprung
	at      answer      // where its engines are, once it is open
}

// start starts a child, set to a fail point of its start when one is given.
func (c Command) start(ctx context.Context, dir string, point *FailPoint, args ...string) (*process, error) {
	args = append(append(append([]string{}, c.Args...), "--dir", dir), args...)
	if point != nil {
		text, err := json.Marshal(point)
		if err != nil {
			return nil, claim.Errorf(claim.Internal, "encoding a fail point: %w", err)
		}
		args = append(args, "--fail-at", string(text))
	}
	p := &process{dir: dir, answers: make(chan answer, 16), ended: make(chan struct{}), stderr: &tail{}}
	p.cmd = exec.CommandContext(ctx, c.Path, args...)
	p.cmd.Env = c.Env
	p.cmd.Stderr = p.stderr
	// When we are told to stop, so is the child; what does not listen is killed.
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(os.Interrupt) }
	p.cmd.WaitDelay = stopPatience
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		p.in, err = p.cmd.StdinPipe()
	}
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "starting a child: %w", err)
	}
	go p.attend(out)
	return p, nil
}

// attend passes on answers until the child's output ends, then waits for the child.
func (p *process) attend(out io.Reader) {
	decoder := json.NewDecoder(bufio.NewReader(out))
	for {
		var a answer
		if decoder.Decode(&a) != nil {
			break
		}
		if a.Done == sprung {
			p.doomed.Store(true)
			continue
		}
		p.answers <- a
	}
	close(p.answers)
	p.exit = p.cmd.Wait()
	close(p.ended)
}

var (
	// errDied says that a child ended before it answered.
	errDied = errors.New("the child ended")
	// errSilent says that a child neither answered nor ended.
	errSilent = errors.New("the child stood still")
)

// await waits for the answer to a request, or for the child's end.
func (p *process) await(word string) (answer, error) {
	timer := time.NewTimer(workPatience)
	defer timer.Stop()
	select {
	case a, ok := <-p.answers:
		switch {
		case !ok:
			return answer{}, errDied
		case a.Error != "":
			return a, claim.Errorf(claim.Internal, "asked to %s, the child said: %s", word, a.Error)
		case a.Done == opened:
			p.at = a
		}
		if a.Done != word {
			return a, claim.Errorf(claim.Internal, "asked to %s, the child did %s", word, a.Done)
		}
		return a, nil
	case <-timer.C:
		return answer{}, p.explain(fmt.Sprintf("the child did not %s within %s", word, workPatience))
	}
}

// ask sends a request and waits for its answer, or for the child's end.
func (p *process) ask(r request) (answer, error) {
	if err := json.NewEncoder(p.in).Encode(r); err != nil {
		return answer{}, errDied
	}
	return p.await(r.Do)
}

// wait waits until the child has ended; one that does not is killed, and that is an error.
func (p *process) wait() error {
	select {
	case <-p.ended:
		return nil
	case <-time.After(stopPatience):
	}
	return p.explain(fmt.Sprintf("the child did not end within %s", stopPatience))
}

// explain ends a child that stands still and says where it keeps what its goroutines waited for.
func (p *process) explain(what string) error {
	p.stderr.freeze()
	_ = p.cmd.Process.Signal(syscall.SIGQUIT)
	select {
	case <-p.ended:
	case <-time.After(dumpPatience):
		p.kill()
	}
	kept := filepath.Join(filepath.Dir(p.dir), fmt.Sprintf("silent-%d.txt", p.cmd.Process.Pid))
	if err := os.WriteFile(kept, p.stderr.all(), 0o600); err != nil {
		kept = "nowhere: " + err.Error()
	}
	return claim.Errorf(claim.Unavailable, "%w: %s; what it waited for is in %s", errSilent, what, kept)
}

// stop closes the child's input, which asks it to stop, and waits for its end. How it ended is the error.
func (p *process) stop() error {
	_ = p.in.Close()
	if err := p.wait(); err != nil {
		return err
	}
	return p.exit
}

// kill ends the child at once.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
}

// tail keeps the last of what a child wrote to its standard error: enough for all its goroutines.
type tail struct {
	mu     sync.Mutex
	text   []byte
	frozen *string // what it showed when it was frozen
}

const (
	tailSize  = 4 << 20
	shownSize = 4 << 10
)

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, b...)
	if over := len(t.text) - tailSize; over > 0 {
		t.text = t.text[over:]
	}
	return len(b), nil
}

// all returns everything kept.
func (t *tail) all() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.text)
}

// String shows the end of it.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.frozen != nil {
		return *t.frozen
	}
	return string(bytes.TrimSpace(t.text[max(0, len(t.text)-shownSize):]))
}

// freeze has String show nothing that comes from now on: what a child says of its goroutines is long.
func (t *tail) freeze() {
	shown := t.String()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.frozen = &shown
}
