package intake_test

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
)

// A submission holds one connection and takes control numbers on another. Were every connection held by a submission, all
// of them would wait for ever, and with them everybody else who needs the database.
func TestMoreSendersThanConnections(t *testing.T) {
	desk := newDesk(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	senders := 2 * int(desk.Pool.Config().MaxConns)
	received, mayRead := make(chan error, senders), make(chan struct{})
	send := func(seed uint64) {
		from := source("file", document(t, seed, 3, 3))
		open := from.Open
		from.Open = func() (io.ReadCloser, error) { // by now the submission holds its transaction
			<-mayRead
			return open()
		}
		_, err := desk.Submit(ctx, harbor, []intake.Source{from})
		received <- err
	}
	var wait sync.WaitGroup
	for i := range senders {
		wait.Go(func() { send(uint64(i + 1)) })
	}
	time.Sleep(300 * time.Millisecond) // until all that may hold a connection hold one

	look, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	if _, err := postgres.Payers(look, desk.Pool); err != nil {
		t.Errorf("looking something up meanwhile: %v", err)
	}
	impatient, stop := context.WithTimeout(ctx, 20*time.Millisecond)
	defer stop()
	_, err := desk.Submit(impatient, harbor, []intake.Source{source("late", document(t, 100, 3, 3))})
	if claim.KindOf(err) != claim.Unavailable || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a sender who does not wait for a turn: got %v, want Unavailable for want of time", err)
	}

	close(mayRead)
	wait.Wait()
	for range senders {
		if err := <-received; err != nil {
			t.Error(err)
		}
	}
}

// Two senders of the same two documents, each with another one first. Were each to record its own first one, both would hold
// one when they come to the other.
func TestTheSameDocumentsAtOnceInAnotherOrder(t *testing.T) {
	desk := newDesk(t)
	documents := [][]byte{document(t, 1, 3, 3), document(t, 2, 3, 3)}
	var both sync.WaitGroup // with their first document
	both.Add(2)
	var recorded atomic.Int32
	second := make(chan struct{})
	desk.Reach = func(stage intake.Stage) {
		if stage != intake.StageDocumented {
			return
		}
		if recorded.Add(1) == 2 {
			close(second)
		}
		select { // for the other to record one too; where it waits for this one, it cannot
		case <-second:
		case <-time.After(300 * time.Millisecond):
		}
	}
	send := func(first, second int) (intake.Submission, error) {
		next := source("second", documents[second])
		open := next.Open
		next.Open = func() (io.ReadCloser, error) {
			both.Done()
			both.Wait()
			return open()
		}
		return desk.Submit(t.Context(), harbor, []intake.Source{source("first", documents[first]), next})
	}
	var answers [2]intake.Submission
	var failures [2]error
	var wait sync.WaitGroup
	wait.Go(func() { answers[0], failures[0] = send(0, 1) })
	wait.Go(func() { answers[1], failures[1] = send(1, 0) })
	wait.Wait()
	if err := errors.Join(failures[:]...); err != nil {
		t.Fatal(err)
	}
	if answers[0].Claims+answers[1].Claims != 6 {
		t.Errorf("%d and %d claims were taken in, want 6 in all", answers[0].Claims, answers[1].Claims)
	}
	for n := range 2 { // whoever was second is given the first one's answer
		one, other := answers[0].Documents[n], answers[1].Documents[1-n]
		if one.Document != other.Document || one.Batch != other.Batch || one.Repeated == other.Repeated {
			t.Errorf("document %d: answered %+v and %+v", n, one, other)
		}
	}
}
