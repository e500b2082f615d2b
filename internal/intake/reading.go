package intake

import (
	"bufio"
	"context"
	"crypto/sha256"
	"io"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/intake/x12"
	"github.com/assize/assize/internal/postgres"
)

// A block is copied at once: few enough claims to keep memory small, many enough for COPY's speed. Claims as large as they
// may be make shorter blocks.
const (
	blockClaims = 2000
	blockBytes  = 8 << 20
	// blocksAhead is how many blocks of a document may wait to be copied: the claims of a transaction set of the size
	// that X12 recommends, 5,000, with room.
	blocksAhead = 4
)

// block is claims of a document in its order, with nothing yet that depends on other documents.
type block struct {
	withdrawn int // so many of the claims in earlier blocks of the document are taken back first, the last ones
	claims    []postgres.StagedClaim
}

// reading is one document on its way from bytes to blocks. A goroutine of its own runs it.
type reading struct {
	desk     *Desk
	batch    claim.ID
	source   Source
	document claim.ID
	received claim.Date
	blocks   chan block // closed at the end; what follows is then set
	receipt  Receipt
	recorded postgres.Document
	err      error

	open  block // being filled
	bytes int   // of the claims in it
	sent  int   // claims in the blocks before that were not withdrawn
}

// run reads the document to its end, or until ctx is over. A panic of a parser is an error of this document: nobody else is
// above this goroutine to stop it, and other people's work would end with the process.
func (r *reading) run(ctx context.Context) {
	defer close(r.blocks)
	defer func() {
		if fault := recover(); fault != nil {
			r.err = claim.Errorf(claim.Internal, "reading it: panic of type %T", fault)
		}
	}()
	r.err = r.read(ctx)
}

func (r *reading) read(ctx context.Context) error {
	file, err := r.source.Open()
	if err != nil {
		return claim.Errorf(claim.Unavailable, "opening it: %w", err)
	}
	defer file.Close()
	digest := sha256.New()
	content := io.TeeReader(file, digest)
	format, report, refused, err := r.parse(ctx, bufio.NewReaderSize(content, 1<<16))
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, content); err != nil { // what a parser left unread is part of the document
		return claim.Errorf(claim.Unavailable, "reading it: %w", err)
	}
	claims := r.claims()
	if err := r.send(ctx); err != nil {
		return err
	}
	r.receipt = Receipt{Name: r.source.Name, Document: r.document, Batch: r.batch, Format: format, Claims: claims, Refused: refused, Report: report}
	r.recorded = postgres.Document{
		ID: r.document, Batch: r.batch, SHA256: claim.Digest(digest.Sum(nil)), Format: string(format), Received: r.received,
		ReceivedAt: r.desk.Now(), Claims: claims, Refused: refused, Report: report,
	}
	return nil
}

// parse recognises the document by its first bytes and has it parsed.
func (r *reading) parse(ctx context.Context, from *bufio.Reader) (Format, any, int, error) {
	format := Detect(from)
	switch format {
	case NDJSON:
		report, err := flat.ReadNDJSON(ctx, from, flat.Limits{}, &flatHandler{ctx: ctx, reading: r})
		return format, report, report.Refused, err
	case CSV:
		report, err := flat.ReadCSV(ctx, from, flat.Limits{}, &flatHandler{ctx: ctx, reading: r})
		return format, report, report.Refused, err
	default:
		report, err := x12.Read(ctx, from, x12.Limits{TakesTests: r.desk.TakesTests}, &x12Handler{ctx: ctx, reading: r})
		return format, report, report.Refused, err
	}
}

// claims counts the claims read so far, provisional ones included and those taken back not.
func (r *reading) claims() int { return r.sent + len(r.open.claims) }

// add takes the claim at a position of the document. Body is nil where the claim can be read again from its slice.
func (r *reading) add(ctx context.Context, c *claim.Claim, position int, body, slice []byte) error {
	if r.open.claims == nil {
		r.open.claims = make([]postgres.StagedClaim, 0, min(blockClaims, max(r.sent, 16)))
	}
	r.open.claims = append(r.open.claims, postgres.StagedClaim{
		Document: r.document, Position: position, Received: r.received,
		FamilyKey: facts.SubscriberKey(c.Subscriber.MemberID), ServiceDate: c.From, Body: body, Slice: slice,
	})
	r.bytes += len(body) + len(slice)
	if len(r.open.claims) < blockClaims && r.bytes < blockBytes {
		return nil
	}
	return r.send(ctx)
}

// send hands the open block over, and waits for room.
func (r *reading) send(ctx context.Context) error {
	if len(r.open.claims) == 0 && r.open.withdrawn == 0 {
		return nil
	}
	select {
	case r.blocks <- r.open:
		r.sent += len(r.open.claims)
		r.open, r.bytes = block{}, 0
		return nil
	case <-ctx.Done():
		return claim.Errorf(claim.Unavailable, "reading it: %w", context.Cause(ctx))
	}
}

// keep takes back all claims but the first n.
func (r *reading) keep(n int) {
	kept := max(n-r.sent, 0)
	for _, c := range r.open.claims[kept:] {
		r.bytes -= len(c.Body) + len(c.Slice)
	}
	r.open.claims = r.open.claims[:kept]
	if n >= r.sent {
		return
	}
	r.open.withdrawn += r.sent - n
	r.sent = n
}

// x12Handler takes what the X12 reader delivers.
type x12Handler struct {
	ctx     context.Context //nolint:containedctx // the reader's interface has no place for it
	reading *reading
	mark    int // claims before the transaction set at hand
	begun   bool
}

// Claim implements x12.Handler.
func (h *x12Handler) Claim(p *x12.Parsed) error {
	if !h.begun {
		h.mark, h.begun = h.reading.claims(), true
	}
	if p.Refused {
		return nil
	}
	return h.reading.add(h.ctx, &p.Claim, p.Ordinal, nil, p.Slice)
}

// TransactionEnd implements x12.Handler.
func (h *x12Handler) TransactionEnd(r x12.TransactionResult) error {
	if h.begun && !r.Accepted {
		h.reading.keep(h.mark)
	}
	h.begun = false
	return nil
}

// flatHandler takes what the flat readers deliver; each claim there stands for itself.
type flatHandler struct {
	ctx     context.Context //nolint:containedctx // the reader's interface has no place for it
	reading *reading
}

// Claim implements flat.Handler.
func (h *flatHandler) Claim(p *flat.Parsed) error {
	if p.Refused {
		return nil
	}
	body, err := h.reading.desk.Codec.Encode(&p.Claim)
	if err != nil {
		return err
	}
	return h.reading.add(h.ctx, &p.Claim, p.Ordinal, body, p.Slice)
}
