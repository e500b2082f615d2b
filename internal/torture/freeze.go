package torture

import (
	"context"
	"math/rand/v2"
	"sync"
	"syscall"
	"time"
)

// A frozen worker is missed after its heartbeat's time-out of 5 s, and others do its work; what it has locked in a
// transaction they are given after a minute. Most stand still for less than that, some for more.
const (
	shortestFreeze = 6 * time.Second
	longestFreeze  = 25 * time.Second
	lockedFreeze   = 70 * time.Second
)

func freezeFor(random *rand.Rand) time.Duration {
	if random.IntN(8) == 0 {
		return lockedFreeze
	}
	return shortestFreeze + time.Duration(random.Int64N(int64(longestFreeze-shortestFreeze)))
}

// frozenRound has a second worker stand still in the middle of its work, while the first takes it for dead. When it goes on,
// it believes that it still owns what it was at; the next life checks what came of that.
func (t *run) frozenRound(ctx context.Context) error {
	t.begin(planned{frozen, freezePoint(t.random)})
	p, err := t.recovered(ctx)
	if err != nil || p == nil {
		return t.endWith(ctx, err)
	}
	second, err := t.startSecond(ctx, p)
	if err != nil {
		p.kill()
		return t.endWith(ctx, err)
	}
	var thaw sync.WaitGroup
	over := make(chan struct{}) // the first has done everything
	standing := freezeFor(t.random)
	thaw.Go(func() { second.thaw(ctx, over, standing) })
	for left := attempts; err == nil && left > 0 && !second.doomed.Load(); left-- {
		err = t.submit(p)
	}
	close(over)
	thaw.Wait()
	if err != nil {
		t.trouble("beside one that stands still", err, p)
	}
	t.round.Died = second.doomed.Load()
	if _, err := second.ask(request{Do: doCount}); err != nil {
		t.trouble("going on", err, second)
	}
	for _, child := range []*process{second, p} {
		t.stop(child)
	}
	return t.end(ctx)
}

// startSecond starts a worker beside the process that holds the engines, both at work, and the trap set.
func (t *run) startSecond(ctx context.Context, p *process) (*process, error) {
	second, err := t.options.Command.start(ctx, t.dir(), nil, append(t.childFlags(),
		"--database-url", p.at.DSN, "--keys-database-url", p.at.KeysDSN, "--temporal-address", p.at.Temporal)...)
	if err != nil {
		return nil, err
	}
	point := t.round.Point
	_, err = second.await(opened)
	for _, r := range []request{{Do: doServe}, {Do: doArm, Point: &point}} {
		if err == nil {
			_, err = second.ask(r)
		}
	}
	if err == nil {
		_, err = p.ask(request{Do: doServe})
	}
	if err != nil {
		second.kill()
	}
	return second, err
}

// thaw waits until the process stands still and has it go on some time later: whatever becomes of the others.
func (p *process) thaw(ctx context.Context, over <-chan struct{}, standing time.Duration) {
	for !p.doomed.Load() {
		select {
		case <-over:
			return // it was never reached
		case <-time.After(pollEvery):
		}
	}
	_ = pause(ctx, standing) // told to stop, we let it stop too
	_ = p.cmd.Process.Signal(syscall.SIGCONT)
}
