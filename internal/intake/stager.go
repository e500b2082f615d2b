package intake

import (
	"context"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

// stager copies the claims of a batch into staging, in the order of its documents, while they are read. Claims of a
// transaction set are provisional until its end is verified; those of a rejected set are taken back.
type stager struct {
	desk  *Desk
	tx    pgx.Tx
	payer postgres.Payer
	batch claim.ID

	next    int   // ord of the next claim of the batch
	numbers int64 // next control number of the block taken, and
	left    int   // how many of it are left
}

// receiveAll reads the documents and stages their claims. While one is read and copied the next is read: both cost about
// the same, and what is copied next is mostly there by then.
func (s *stager) receiveAll(ctx context.Context, readings []*reading) error {
	ctx, cancel := context.WithCancel(ctx)
	var readers sync.WaitGroup
	defer readers.Wait() // no file is read any more after this
	defer cancel()
	begun := 0
	begin := func(r *reading) {
		begun++
		if r.source.Stream { // it may stand still in its Read, and then for ever
			go r.run(ctx)
			return
		}
		readers.Go(func() { r.run(ctx) })
	}
	for n, r := range readings {
		if begun == n {
			begin(r)
		}
		if begun < len(readings) && !readings[begun].source.Stream {
			begin(readings[begun])
		}
		if err := s.take(ctx, r); err != nil {
			return claim.Errorf(claim.KindOf(err), "receiving %s: %w", r.source.Name, err)
		}
	}
	return nil
}

// take stages what is read of one document, to its end or that of ctx.
func (s *stager) take(ctx context.Context, r *reading) error {
	for {
		select {
		case b, more := <-r.blocks:
			if !more {
				return r.err
			}
			if err := s.stage(ctx, b); err != nil {
				return err
			}
		case <-ctx.Done():
			return claim.Errorf(claim.Unavailable, "waiting for it: %w", context.Cause(ctx))
		}
	}
}

// stage takes back what a block withdraws, and numbers and copies its claims.
func (s *stager) stage(ctx context.Context, b block) error {
	if b.withdrawn > 0 {
		s.next -= b.withdrawn
		if err := postgres.UnstageFrom(ctx, s.tx, s.payer.ID, s.batch, s.next); err != nil {
			return err
		}
	}
	for i := range b.claims {
		number, err := s.number(ctx)
		if err != nil {
			return err
		}
		b.claims[i].Ord, b.claims[i].ClaimID, b.claims[i].ControlNumber = s.next, claim.NewID(), number
		s.next++
	}
	if err := postgres.Stage(ctx, s.tx, s.payer.ID, s.batch, b.claims); err != nil {
		return err
	}
	s.desk.reach(StageStaged)
	return nil
}

// number takes the next payer claim control number, in blocks that grow with the batch.
func (s *stager) number(ctx context.Context) (int64, error) {
	if s.left == 0 {
		block := min(max(s.next, 1), blockClaims)
		first, err := postgres.TakeControlNumbers(ctx, s.desk.Pool, s.payer.ID, block)
		if err != nil {
			return 0, err
		}
		s.numbers, s.left = first, block
		s.desk.reach(StageNumbered)
	}
	s.numbers++
	s.left--
	return s.numbers - 1, nil
}
