package x12

import (
	"context"

	"github.com/assize/assize/internal/claim"
)

// Rereader reads claims again from their slices, one after another. It keeps its buffers: use one a goroutine.
type Rereader struct {
	document *document
	only     collector
}

// NewRereader returns a reader of slices.
func NewRereader() *Rereader {
	r := &Rereader{}
	r.document = newDocument(context.Background(), nil, Limits{}, &r.only)
	r.document.excerpt = true
	return r
}

// Reread reads the claim of a Parsed.Slice again: the same claim, with Ordinal 1 and problems placed in the slice, which
// it keeps. It returns claim.Invalid when the bytes hold no claim, or more than one.
func (r *Rereader) Reread(slice []byte) (*Parsed, error) {
	r.only.claims = r.only.claims[:0]
	r.document.again(slice)
	if err := r.document.run(); err != nil {
		return nil, err
	}
	if begun := r.document.report.Claims; begun != 1 || len(r.only.claims) != 1 {
		return nil, claim.Errorf(claim.Invalid, "reading a claim again: the slice holds %d claims, expected 1", begun)
	}
	p := r.only.claims[0]
	p.Slice = slice
	return p, nil
}

// again begins with the next slice. What a slice may hold is bounded by what its document was allowed to.
func (d *document) again(slice []byte) {
	n := len(slice)
	d.limits = Limits{SegmentBytes: n, ClaimBytes: 2 * n, ClaimLines: n, Problems: 1}
	d.report = Report{}
	d.interchange, d.group, d.set.open = interchange{raw: d.interchange.raw}, group{raw: d.group.raw}, false
	d.seg.ordinal = 0
	d.seg.text.Reset()
	d.seg.text.Grow(n) // the texts of one claim share one allocation
	d.scan = scanner{ctx: d.scan.ctx, limit: n, buffer: slice, to: n, ended: true}
}

// collector keeps every claim it is handed.
type collector struct{ claims []*Parsed }

// Claim keeps a claim.
func (c *collector) Claim(p *Parsed) error {
	c.claims = append(c.claims, p)
	return nil
}

// TransactionEnd tells nothing new: a slice is no whole transaction set.
func (c *collector) TransactionEnd(TransactionResult) error { return nil }
