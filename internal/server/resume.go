package server

import (
	"context"
	"time"

	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

const (
	resumeEvery = time.Minute
	resumeAge   = time.Minute // a batch that young is most likely being started by whoever staged it
	resumeMost  = 1000        // a round
)

// resume starts, now and every minute, the batches that were staged and never started: their process died between
// committing them and starting their workflow. Nobody else would, and an accepted claim must be decided.
func (s *Server) resume(ctx context.Context) {
	ticker := time.NewTicker(resumeEvery)
	defer ticker.Stop()
	for {
		if err := s.resumeOnce(ctx, s.desk.Now().Add(-resumeAge)); err != nil && ctx.Err() == nil {
			s.logger.Error("starting batches left behind", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// resumeOnce starts what was staged before a moment. One whose workflow runs, or ended for good, is left alone. A claim
// that was sent by itself is a batch of one, whoever decides it.
func (s *Server) resumeOnce(ctx context.Context, before time.Time) error {
	open, err := postgres.OpenBatches(ctx, s.pool, before, resumeMost)
	if err != nil {
		return err
	}
	for _, b := range open {
		if _, err := workflows.RequestBatch(ctx, s.temporal, workflows.BatchInput{Payer: b.Payer, Batch: b.Batch}, true); err != nil {
			return err
		}
	}
	return nil
}
