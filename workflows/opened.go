package workflows

import (
	"context"
	"fmt"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// Opened is what an entry commits to, unsealed and checked against its commitments.
type Opened struct {
	Entry    *ledger.Entry
	Evidence *claim.Evidence
	Bytes    []byte // the evidence as one canonical text
	Decision []byte // the decision as recorded
	Nonce    ledger.Nonce
}

// OpenEvidence reads, checks and unseals what stands behind an entry. It returns ledger.ErrErased (found with
// errors.Is) when a subject's key was destroyed.
func (d *Desk) OpenEvidence(ctx context.Context, payer claim.PayerID, entry claim.ID) (*Opened, error) {
	record, err := ledger.Find(ctx, d.Pool, payer, entry)
	if err != nil {
		return nil, err
	}
	ids, err := ledger.KeyIDs(record.Evidence)
	if err != nil {
		return nil, err
	}
	more, err := ledger.KeyIDs(record.Decision)
	if err != nil {
		return nil, err
	}
	keys, err := d.Keys.ForIDs(ctx, payer, append(ids, more...))
	if err != nil {
		return nil, err
	}
	sections, err := d.Sealer.OpenEvidence(record.Entry, keys, record.Evidence)
	if err != nil {
		return nil, err
	}
	decision, err := d.Sealer.OpenDecision(record.Entry, keys, record.Decision)
	if err != nil {
		return nil, err
	}
	opened := &Opened{Entry: record.Entry, Decision: decision.Plain, Nonce: decision.Nonce}
	if opened.Evidence, err = joinSections(sections); err != nil {
		return nil, fmt.Errorf("joining the evidence of entry %s: %w", entry, err)
	}
	opened.Bytes, err = adjudicate.EncodeEvidence(opened.Evidence)
	return opened, err
}

// joinSections puts opened sections together in the order the evidence has them.
func joinSections(opened []ledger.Opened) (*claim.Evidence, error) {
	parts := make([]adjudicate.Section, 0, len(opened))
	for _, s := range opened {
		for kind, number := range sectionKinds {
			if number == s.Kind {
				parts = append(parts, adjudicate.Section{Kind: kind, Bytes: s.Plain})
			}
		}
	}
	return adjudicate.Join(parts)
}
