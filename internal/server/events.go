package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

const (
	progressEvery  = 500 * time.Millisecond // how often Postgres is asked
	keepAliveEvery = 15 * time.Second       // a comment line, so that nobody in between takes the stream for dead
	streamLongest  = 30 * time.Minute       // then the browser connects again
	writeWithin    = 10 * time.Second       // for one event, else the reader is gone
)

// streamBatch sends a batch's progress as server-sent events: "progress" whenever it changed, "done" once the batch is
// complete, each with a postgres.Progress.
func (s *Server) streamBatch(w http.ResponseWriter, r *http.Request, p postgres.Payer) error {
	batch, err := idOf(r.PathValue("batch"))
	if err != nil {
		return err
	}
	progress, err := postgres.BatchProgress(r.Context(), s.pool, p.ID, batch)
	if err != nil {
		return err
	}
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		return claim.Errorf(claim.Unavailable, "as many progress streams are open as are allowed")
	}
	ctx, cancel := context.WithTimeout(r.Context(), streamLongest)
	defer cancel()
	w.Header().Set("Content-Type", "text/event-stream")
	stream := stream{w: w, control: http.NewResponseController(w)}
	s.follow(ctx, &stream, p, batch, progress)
	return nil
}

// follow sends until the batch is complete, the reader is gone or the server ends.
func (s *Server) follow(ctx context.Context, to *stream, p postgres.Payer, batch claim.ID, progress postgres.Progress) {
	ticker := time.NewTicker(progressEvery)
	defer ticker.Stop()
	last := postgres.Progress{State: "unsent"}
	for {
		var err error
		switch {
		case progress.State == "complete":
			_ = to.send("done", progress) // the stream ends either way
			return
		case progress != last:
			err = to.send("progress", progress)
			last = progress
		case time.Since(to.sent) > keepAliveEvery:
			err = to.write(": still at work\n\n")
		}
		if err != nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-s.ending:
			return
		case <-ticker.C:
		}
		if progress, err = postgres.BatchProgress(ctx, s.pool, p.ID, batch); err != nil {
			return // the browser connects again
		}
	}
}

// stream writes server-sent events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	sent    time.Time
}

func (s *stream) send(event string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return s.write(fmt.Sprintf("event: %s\ndata: %s\n\n", event, data))
}

// write sets the deadline anew each time: the one of the whole answer would cut a stream off after minutes.
func (s *stream) write(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	s.sent = time.Now()
	return s.control.Flush()
}
