package workflows

import (
	"context"
	"errors"
	"testing"
	"time"
)

// An attempt whose heartbeats came too late is cancelled, and another begins. It ends its work all the same: on a machine
// where every attempt is late, no chunk would ever be recorded.
func TestAnAttemptThatIsLateEndsItsWork(t *testing.T) {
	attempt, late := context.WithTimeout(t.Context(), time.Hour)
	stopping := make(chan struct{})
	work, end := outlast(attempt, stopping)
	defer end()
	late()
	select {
	case <-work.Done():
		t.Fatal("the work was broken off")
	case <-time.After(50 * time.Millisecond):
	}
	want, _ := attempt.Deadline()
	if got, ok := work.Deadline(); !ok || !got.Equal(want) {
		t.Errorf("the work has the deadline %v, its attempt %v", got, want)
	}
	close(stopping) // nobody waits for the work of a worker that is cancelled and stops
	<-work.Done()
	if !errors.Is(work.Err(), context.Canceled) {
		t.Errorf("%v", work.Err())
	}
}

// A worker that stops lets what is at work end, for as long as its activities are not cancelled.
func TestAStoppingWorkerLetsWorkEnd(t *testing.T) {
	attempt, cancel := context.WithCancel(t.Context())
	stopping := make(chan struct{})
	work, end := outlast(attempt, stopping)
	defer end()
	close(stopping)
	select {
	case <-work.Done():
		t.Fatal("the work was broken off")
	case <-time.After(50 * time.Millisecond):
	}
	cancel()
	<-work.Done()
}

// The end of an attempt's time is the end of its work.
func TestAnAttemptEndsWithItsTime(t *testing.T) {
	attempt, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	work, end := outlast(attempt, nil)
	defer end()
	<-work.Done()
	if !errors.Is(work.Err(), context.DeadlineExceeded) {
		t.Errorf("%v", work.Err())
	}
	other, endOther := outlast(t.Context(), nil)
	endOther()
	<-other.Done()
}
