package intake_test

import (
	"context"
	"errors"
	"io"
	"sync"
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
		_, err := desk.Submit(ctx, harbor, []intake.Source{from}, nil)
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
	_, err := desk.Submit(impatient, harbor, []intake.Source{source("late", document(t, 100, 3, 3))}, nil)
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
