package torture

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
)

// startAndDie starts a child that dies on its way up.
func (t *run) startAndDie(ctx context.Context, dir string, at planned) error {
	t.begin(at)
	p, err := t.start(ctx, dir, &at.point)
	if err != nil {
		return err
	}
	if _, err = p.await(opened); err == nil {
		_, err = p.ask(request{Do: doResume})
	}
	t.died(p, err)
	return t.end(ctx)
}

func (t *run) start(ctx context.Context, dir string, point *FailPoint) (*process, error) {
	return t.options.Command.start(ctx, dir, point, t.childFlags()...)
}

func (t *run) childFlags() []string { return []string{"--chunk-size", fmt.Sprint(t.options.ChunkSize)} }

// died takes the outcome of what a child was asked to do last. It was meant to die of it: to reach the fail point, and to
// end; what it answered meanwhile does not matter.
func (t *run) died(p *process, err error) {
	if !p.doomed.Load() {
		switch {
		case errors.Is(err, errDied):
			t.find("the child ended by itself: %v; it wrote: %s", p.exit, p.stderr)
		case err != nil:
			t.trouble("at work", err, p)
		case t.round.Kind != random:
			t.find("the fail point was not reached")
		}
		if t.stuck == nil {
			t.stop(p)
		}
		return
	}
	t.round.Died = true
	if err := p.wait(); err != nil {
		t.trouble("dying", err, p)
		return
	}
	t.checkExit(p)
}

// trouble notes what a child could not do. One that stood still ends the run.
func (t *run) trouble(doing string, err error, p *process) {
	t.find("%s: %v; it wrote: %s", doing, err, p.stderr)
	if errors.Is(err, errSilent) {
		t.stuck = err
	}
}

// stop has a child end in order.
func (t *run) stop(p *process) {
	if err := p.stop(); err != nil {
		t.trouble("stopping", err, p)
	}
}

// Exit codes of a child that was not killed: it did what it was asked to, or says why it could not go on.
const (
	exitGood        = 0
	exitUnavailable = 3
)

// checkExit looks at how a child ended that was not killed. On its way out it may not notice any more.
func (t *run) checkExit(p *process) {
	how := t.round.Point.How
	if how == Kill || how == KillBoth || how == Tear {
		return
	}
	code := p.cmd.ProcessState.ExitCode()
	if code == exitUnavailable || code == exitGood && spanOf(t.round.Point.Stage) == closing {
		return
	}
	t.find("%s: the child ended with code %d, not %d; it wrote: %s", how, code, exitUnavailable, p.stderr)
}

// attempts is how often a child is given the work that reaches its point. One batch may hold no claim that pends, and a
// round that has nothing left to review reaches nothing.
const attempts = 5

// roundAt is one life: a child recovers from the death before, everything is checked, and it dies at the point given.
func (t *run) roundAt(ctx context.Context, at planned) error {
	t.begin(at)
	p, err := t.recovered(ctx)
	if err != nil || p == nil {
		return t.endWith(ctx, err)
	}
	point := at.point
	_, err = p.ask(request{Do: doArm, Point: &point})
	when := spanOf(point.Stage)
	for left := attempts; err == nil && left > 0 && !p.doomed.Load(); left-- {
		err = t.work(ctx, p, when)
		if when == closing || t.round.Kind == random {
			break // a child ends once, and a random moment may come to nothing
		}
	}
	t.died(p, err)
	return t.end(ctx)
}

// work has the child do what reaches the fail point: a named one by the shortest way, a random one on a day with
// everything in it.
func (t *run) work(ctx context.Context, p *process, when span) error {
	steps := []func(*process) error{t.submit}
	switch {
	case when == starting: // the first start is over, so what migrates is an upgrade
		steps = []func(*process) error{t.upgrade}
	case t.round.Kind == random:
		steps = append(steps, t.review, t.single)
		t.random.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	case when == reviewing:
		steps = append(steps, t.review)
	}
	for _, step := range steps {
		if err := step(p); err != nil {
			return err
		}
	}
	if when == closing {
		_ = p.in.Close()
		return p.wait() // the point is passed on the way
	}
	if t.round.Kind == random {
		return pause(ctx, 2*longestAfter) // what comes after its stage may come now; what is never reached ends the round alive
	}
	return nil
}

// submit sends every payer its next documents, in one batch or in several at once.
func (t *run) submit(p *process) error {
	t.owed = append(t.owed, t.corpus.parcels(documentsARound, t.random.IntN(2) == 0)...)
	return t.send(p)
}

// review has some pended claims decided. A review signs no head.
func (t *run) review(p *process) error {
	_, err := p.ask(request{Do: doReview, Count: reviewsARound})
	return err
}

// single sends some claims by themselves. They sign no head either.
func (t *run) single(p *process) error {
	parcel, err := t.corpus.singles(singlesARound)
	if err != nil {
		return err
	}
	t.owedSingles = append(t.owedSingles, parcel)
	return t.send(p)
}

const (
	reviewsARound = 2
	singlesARound = 3
)

// send sends what is owed, and what is answered is no longer owed.
func (t *run) send(p *process) error {
	if len(t.owed) > 0 {
		a, err := p.ask(request{Do: doSubmit, Parcels: t.owed})
		if err != nil {
			return err
		}
		t.audit.accept(a.Accepted)
		t.owed = nil
	}
	if len(t.owedSingles) > 0 {
		a, err := p.ask(request{Do: doSingle, Parcels: t.owedSingles})
		if err != nil {
			return err
		}
		t.audit.accept(a.Accepted)
		t.owedSingles = nil
	}
	return nil
}

// recovered starts a child, checks what must hold before it has done anything, has it recover, and checks everything.
// It returns nil when the child did not come up, which is a finding.
func (t *run) recovered(ctx context.Context) (*process, error) {
	p, err := t.start(ctx, t.dir(), nil)
	if err != nil {
		return nil, err
	}
	a, err := p.await(opened)
	if err != nil {
		t.trouble("after the last death", err, p)
		p.kill()
		return nil, nil
	}
	i, err := installation.Open(ctx, installation.Options{
		Dir: t.dir(), DSN: a.DSN, KeysDSN: a.KeysDSN, WithoutTemporal: true, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		p.kill()
		return nil, err
	}
	err = t.recover(ctx, p, i)
	if err = errors.Join(err, i.Close(ctx)); err != nil {
		p.kill()
		return nil, err
	}
	return p, nil
}

func (t *run) recover(ctx context.Context, p *process, i *installation.Installation) error {
	if err := t.audit.check(ctx, i, false); err != nil {
		return err
	}
	if err := t.migrate(p); err != nil {
		t.trouble("upgrading", err, p)
		return t.stuck
	}
	if t.round.Kind != last && t.round.Number%max(1, t.options.Settle) != 0 {
		return t.resume(p)
	}
	if _, err := p.ask(request{Do: doResume}); err != nil {
		t.trouble("recovering", err, p)
		return t.stuck
	}
	if err := t.send(p); err != nil {
		t.trouble("sending again", err, p)
		return t.stuck
	}
	switch a, err := p.ask(request{Do: doEnded}); {
	case err != nil:
		t.trouble("looking at workflows", err, p)
		return t.stuck
	case a.Count > 0:
		t.find("%d workflows did not end, or ended badly", a.Count)
	}
	if err := t.audit.checkBatchesSigned(ctx, i); err != nil {
		return err
	}
	if err := t.sign(ctx, p, i); err != nil {
		return err
	}
	if t.round.Kind == last {
		t.audit.forget()
	}
	return t.audit.check(ctx, i, true)
}

// sign has the child sign the heads that have moved, as an installation does each minute, and looks for its signatures. A
// review that a death broke off goes on when Temporal finds it again, which may be after a signature: then it takes another.
func (t *run) sign(ctx context.Context, p *process, i *installation.Installation) error {
	for range signatures {
		before, err := t.audit.heads(ctx, i)
		if err != nil {
			return err
		}
		if _, err := p.ask(request{Do: doSign}); err != nil {
			t.trouble("signing", err, p)
			return t.stuck
		}
		if moved, err := t.audit.checkSigned(ctx, i, before); err != nil || !moved {
			return err
		}
	}
	t.find("heads move on after %d signatures, although every batch is complete", signatures)
	return nil
}

// signatures are more than there are reviews under way.
const signatures = 20

// resume has a child take up what was left behind without waiting for it: the next death comes on top.
func (t *run) resume(p *process) error {
	if _, err := p.ask(request{Do: doServe}); err != nil {
		t.trouble("taking up", err, p)
	}
	return t.stuck
}

// freshRound kills the first start of a new folder at a random moment, and finds the folder usable.
func (t *run) freshRound(ctx context.Context) error {
	delay := time.Duration(t.random.Int64N(int64(longestFirstStart)))
	at := planned{fresh, FailPoint{Stage: "firstStart", Nth: 1, How: Kill, After: delay}}
	t.begin(at)
	dir := filepath.Join(t.options.Dir, fmt.Sprintf("fresh-%d", t.round.Number))
	p, err := t.start(ctx, dir, nil)
	if err != nil {
		return err
	}
	if err := pause(ctx, delay); err != nil {
		return err
	}
	p.kill()
	t.round.Died = true
	err = t.open(ctx, installation.Options{Dir: dir}, func(i *installation.Installation) error { return i.StartWorker() })
	if err != nil {
		t.find("killed after %s of its first start: %v", delay, err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return claim.Errorf(claim.Unavailable, "removing %s: %w", dir, err)
	}
	return t.end(ctx)
}

// longestFirstStart is about what a first start takes on a busy machine.
const longestFirstStart = 4 * time.Second
