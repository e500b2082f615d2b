package intake

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/intake/x12"
	"github.com/assize/assize/internal/postgres"
)

// stageRows is how many claims are copied at once: few enough to keep memory small, many enough for COPY's speed.
const stageRows = 2000

// stager collects the claims of a batch and copies them into staging. Claims of a transaction set are provisional
// until its end is verified; those of a rejected set are taken back.
type stager struct {
	desk     *Desk
	tx       pgx.Tx
	payer    postgres.Payer
	batch    claim.ID
	zone     *time.Location
	progress func(int)

	document claim.ID
	received claim.Date
	staged   int // claims of the document, provisional ones included
	next     int // ord of the next claim of the batch
	pending  []postgres.StagedClaim
	spare    []postgres.StagedClaim // the other buffer, while it is not being copied
	copying  chan copied            // of the buffer that is on its way to Postgres; nil when none is
	numbers  int64                  // next control number of the block taken, and
	left     int                    // how many of it are left
}

// begin starts a document.
func (s *stager) begin(received claim.Date) {
	s.document, s.received, s.staged = claim.NewID(), received, 0
	if !received.Known() {
		s.received = claim.DateOf(s.desk.Now().In(s.zone))
	}
}

// add stages the claim at a position of the document. Body is nil where the claim can be read again from its slice.
func (s *stager) add(ctx context.Context, c *claim.Claim, position int, body, slice []byte) error {
	number, err := s.number(ctx)
	if err != nil {
		return err
	}
	s.pending = append(s.pending, postgres.StagedClaim{
		Ord: s.next, ClaimID: claim.NewID(), Document: s.document, Position: position, ControlNumber: number, Received: s.received,
		FamilyKey: facts.SubscriberKey(c.Subscriber.MemberID), ServiceDate: c.From, Body: body, Slice: slice,
	})
	s.next++
	s.staged++
	if len(s.pending) < stageRows {
		return nil
	}
	return s.flush(ctx)
}

// number takes the next payer claim control number, in blocks that grow with the batch.
func (s *stager) number(ctx context.Context) (int64, error) {
	if s.left == 0 {
		block := min(max(s.next, 1), stageRows)
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

// copied is the end of one COPY, with its buffer to be used again.
type copied struct {
	buffer []postgres.StagedClaim
	err    error
}

// flush sends the pending claims to Postgres while the next ones are read: reading and copying take about as long. The
// transaction is the copy's until settle.
func (s *stager) flush(ctx context.Context) error {
	if len(s.pending) == 0 {
		return nil
	}
	if err := s.settle(); err != nil {
		return err
	}
	buffer, done := s.pending, make(chan copied, 1)
	s.pending, s.spare, s.copying = s.spare, nil, done
	go func() {
		err := postgres.Stage(ctx, s.tx, s.payer.ID, s.batch, buffer)
		clear(buffer)
		done <- copied{buffer[:0], err}
	}()
	return nil
}

// settle waits for the copy under way. Call it before the transaction is used for anything else.
func (s *stager) settle() error {
	if s.copying == nil {
		return nil
	}
	end := <-s.copying
	s.copying, s.spare = nil, end.buffer
	if end.err == nil {
		s.desk.reach(StageStaged)
	}
	return end.err
}

// takeBack removes the claims from a position on.
func (s *stager) takeBack(ctx context.Context, from int) error {
	if s.next == from {
		return nil
	}
	copied := s.next - len(s.pending) // ord of the first claim that is not copied yet
	kept := s.pending[:min(max(from-copied, 0), len(s.pending))]
	s.pending = kept
	s.staged -= s.next - from
	s.next = from
	if from >= copied {
		return nil
	}
	if err := s.settle(); err != nil {
		return err
	}
	return postgres.UnstageFrom(ctx, s.tx, s.payer.ID, s.batch, from)
}

// x12Handler stages what the X12 reader delivers.
type x12Handler struct {
	ctx    context.Context //nolint:containedctx // the reader's interface has no place for it
	stager *stager
	mark   int // ord where the transaction set at hand begins
	begun  bool
}

// Claim implements x12.Handler.
func (h *x12Handler) Claim(p *x12.Parsed) error {
	if !h.begun {
		h.mark, h.begun = h.stager.next, true
	}
	if p.Refused {
		return nil
	}
	return h.stager.add(h.ctx, &p.Claim, p.Ordinal, nil, p.Slice)
}

// TransactionEnd implements x12.Handler.
func (h *x12Handler) TransactionEnd(r x12.TransactionResult) error {
	begun := h.begun
	h.begun = false
	if r.Accepted || !begun {
		return nil
	}
	return h.stager.takeBack(h.ctx, h.mark)
}

// flatHandler stages what the flat readers deliver; each claim there stands for itself.
type flatHandler struct {
	ctx    context.Context //nolint:containedctx // the reader's interface has no place for it
	stager *stager
}

// Claim implements flat.Handler.
func (h *flatHandler) Claim(p *flat.Parsed) error {
	if p.Refused {
		return nil
	}
	body, err := h.stager.desk.Codec.Encode(&p.Claim)
	if err != nil {
		return err
	}
	return h.stager.add(h.ctx, &p.Claim, p.Ordinal, body, p.Slice)
}
