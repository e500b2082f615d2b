package torture

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"github.com/assize/assize/internal/claim"
)

// Patience with a child. Both are far longer than a healthy one needs on a busy machine: what exceeds them is a finding.
const (
	workPatience = 3 * time.Minute
	stopPatience = 2 * time.Minute
)

// Command starts a child: a program with arguments, to which the fail point is added with --fail-at.
type Command struct {
	Path string
	Args []string
	Env  []string // all of it
}

// process is a child as its parent sees it.
type process struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers chan answer // closed when the child's output ends
	ended   chan struct{}
	exit    error // read after ended is closed
	stderr  *tail
	doomed  atomic.Bool // its trap has sprung
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
	p := &process{answers: make(chan answer, 16), ended: make(chan struct{}), stderr: &tail{}}
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

// errDied says that a child ended before it answered.
var errDied = errors.New("the child ended")

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
		case a.Done != word:
			return a, claim.Errorf(claim.Internal, "asked to %s, the child did %s", word, a.Done)
		}
		return a, nil
	case <-timer.C:
		return answer{}, claim.Errorf(claim.Unavailable, "the child did not %s within %s", word, workPatience)
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
	_ = p.cmd.Process.Kill()
	<-p.ended
	return claim.Errorf(claim.Unavailable, "the child did not end within %s", stopPatience)
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

// tail keeps the last of what a child wrote to its standard error.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 4 << 10

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

// String shows it.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.text))
}
