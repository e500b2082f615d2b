package x12

import (
	"bytes"
	"context"

	"github.com/assize/assize/internal/claim"
)

// Reread reads the claim of a Parsed.Slice again: the same claim, with Ordinal 1 and problems placed in the slice.
// It returns claim.Invalid when the bytes hold no claim, or more than one.
func Reread(slice []byte) (*Parsed, error) {
	var only collector
	limits := Limits{SegmentBytes: max(len(slice), 1), ClaimBytes: max(2*len(slice), 1)}
	d := newDocument(context.Background(), bytes.NewReader(slice), limits.orDefault(), &only)
	d.excerpt = true
	if err := d.run(); err != nil {
		return nil, err
	}
	if len(only.claims) != 1 {
		return nil, claim.Errorf(claim.Invalid, "reading a claim again: the slice holds %d claims, expected 1", len(only.claims))
	}
	return only.claims[0], nil
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
