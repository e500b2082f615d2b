package torture

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/assize/assize/internal/installation"
)

// Pair is two processes that work in one installation at once: the first holds the engines, the second reaches them
// from outside. Both serve workflows.
type Pair struct {
	Installation *installation.Installation // to look at what they do, from a third process
	first        *process
	second       *process
	mu           sync.Mutex // guards audit.accept
	audit        *audit
}

// StartPair starts two children in a folder whose payers are set up. Close the pair.
func StartPair(ctx context.Context, command Command, dir string, chunkSize int) (*Pair, error) {
	p := &Pair{audit: newAudit(nil)}
	if err := p.start(ctx, command, dir, fmt.Sprint(chunkSize)); err != nil {
		for _, child := range []*process{p.second, p.first} {
			if child != nil {
				child.kill()
			}
		}
		return nil, err
	}
	return p, nil
}

func (p *Pair) start(ctx context.Context, command Command, dir, chunkSize string) (err error) {
	if p.first, err = command.start(ctx, dir, nil, "--chunk-size", chunkSize); err != nil {
		return err
	}
	at, err := p.first.await(opened)
	if err != nil {
		return fmt.Errorf("%w; it wrote: %s", err, p.first.stderr)
	}
	p.second, err = command.start(ctx, dir, nil, "--chunk-size", chunkSize,
		"--database-url", at.DSN, "--keys-database-url", at.KeysDSN, "--temporal-address", at.Temporal)
	if err != nil {
		return err
	}
	if _, err = p.second.await(opened); err != nil {
		return fmt.Errorf("%w; it wrote: %s", err, p.second.stderr)
	}
	p.Installation, err = installation.Open(ctx, installation.Options{
		Dir: dir, DSN: at.DSN, KeysDSN: at.KeysDSN, WithoutTemporal: true, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	if err := p.audit.check(ctx, p.Installation, true); err != nil {
		return err
	}
	_, _, err = p.both(request{Do: doServe}, request{Do: doServe})
	return err
}

// both asks both at once.
func (p *Pair) both(first, second request) (answer, answer, error) {
	type outcome struct {
		answer
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		a, err := p.second.ask(second)
		done <- outcome{a, err}
	}()
	a, err := p.first.ask(first)
	other := <-done
	return a, other.answer, errors.Join(err, other.err)
}

// Submit has the first process send parcels, each as a batch, and waits for their decisions.
func (p *Pair) Submit(parcels []Parcel) error { return p.submit(p.first, parcels) }

// SubmitOther has the second process do so. It may be called while Submit waits.
func (p *Pair) SubmitOther(parcels []Parcel) error { return p.submit(p.second, parcels) }

func (p *Pair) submit(child *process, parcels []Parcel) error {
	a, err := child.ask(request{Do: doSubmit, Parcels: parcels})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.audit.accept(a.Accepted)
	return err
}

// Chunks counts the chunks that each process has recorded.
func (p *Pair) Chunks() (first, second int, err error) {
	a, b, err := p.both(request{Do: doCount}, request{Do: doCount})
	return a.Count, b.Count, err
}

// ChunksOfOther counts those of the second process, which must have nothing else to answer.
func (p *Pair) ChunksOfOther() (int, error) {
	a, err := p.second.ask(request{Do: doCount})
	return a.Count, err
}

// PostgresPID is the process id of the postmaster that the first process runs; 0 when there is none.
func (p *Pair) PostgresPID() int { return postmasterPID(p.Installation.Dir) }

// Check holds everything against everything, as Run does after a recovery, and returns what it found.
func (p *Pair) Check(ctx context.Context) ([]string, error) {
	err := p.audit.check(ctx, p.Installation, true)
	return p.audit.findings, err
}

// KillOther kills the second process.
func (p *Pair) KillOther() {
	p.second.kill()
	p.second = nil
}

// Close stops both processes.
func (p *Pair) Close(ctx context.Context) error {
	err := p.Installation.Close(ctx)
	for _, child := range []*process{p.second, p.first} {
		if child == nil {
			continue
		}
		if ended := child.stop(); ended != nil {
			err = errors.Join(err, fmt.Errorf("%w; it wrote: %s", ended, child.stderr))
		}
	}
	return err
}
