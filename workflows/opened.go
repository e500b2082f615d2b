package workflows

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// Opened is what an entry commits to, unsealed and checked against its commitments.
type Opened struct {
	Entry    *ledger.Entry
	Evidence *claim.Evidence
	Decision []byte // the decision as recorded
	Receipt  ledger.Receipt
}

// Open reads, checks and unseals what stands behind the entries of a claim, in order. It returns ledger.ErrErased
// (found with errors.Is) when a subject's key was destroyed.
func (d *Desk) Open(ctx context.Context, payer claim.PayerID, id claim.ID) ([]Opened, error) {
	entries, err := ledger.EntriesOf(ctx, d.Pool, payer, id)
	if err != nil {
		return nil, err
	}
	opened := make([]Opened, len(entries))
	for i, stored := range entries {
		if opened[i], err = d.unseal(ctx, stored); err != nil {
			return nil, err
		}
	}
	return opened, nil
}

// unseal opens the record of one entry.
func (d *Desk) unseal(ctx context.Context, stored ledger.Stored) (Opened, error) {
	opened := Opened{Entry: stored.Entry}
	evidence, err := d.unsealEvidence(ctx, stored)
	if err != nil {
		return opened, err
	}
	opened.Evidence = evidence
	keys, err := d.keysOf(ctx, stored.Entry.Payer, stored.Record.Decision)
	if err != nil {
		return opened, err
	}
	decision, err := d.Sealer.OpenDecision(stored.Entry, keys, stored.Record.Decision)
	if err = errors.Join(err, decision.Err); err != nil {
		return opened, err
	}
	opened.Decision = decision.Plain
	opened.Receipt = ledger.Receipt{Entry: stored.Bytes, Nonce: decision.Nonce, Decision: decision.Plain}
	return opened, nil
}

// unsealEvidence opens the evidence alone, so that a replay can decide before it looks at what was decided.
func (d *Desk) unsealEvidence(ctx context.Context, stored ledger.Stored) (*claim.Evidence, error) {
	keys, err := d.keysOf(ctx, stored.Entry.Payer, stored.Record.Evidence)
	if err != nil {
		return nil, err
	}
	return d.openEvidence(stored, keys)
}

// openEvidence opens the evidence with keys that were read.
func (d *Desk) openEvidence(stored ledger.Stored, keys ledger.OpenKeys) (*claim.Evidence, error) {
	sections, err := d.Sealer.OpenEvidence(stored.Entry, keys, stored.Record.Evidence)
	if err != nil {
		return nil, err
	}
	parts := make([]adjudicate.Section, 0, len(sections))
	for _, s := range sections {
		if s.Err != nil {
			return nil, s.Err
		}
		parts = append(parts, adjudicate.Section{Kind: nameOf(s.Kind), Bytes: s.Plain})
	}
	evidence, err := adjudicate.Join(parts)
	if err != nil {
		return nil, fmt.Errorf("joining the evidence of entry %s: %w", stored.Entry.ID, err)
	}
	if evidence.ClaimID != stored.Entry.Claim || evidence.Payer != stored.Entry.Payer {
		return nil, fmt.Errorf("joining the evidence of entry %s: it is of another claim: %w", stored.Entry.ID, ledger.ErrSealed)
	}
	return evidence, nil
}

func (d *Desk) keysOf(ctx context.Context, payer claim.PayerID, blob []byte) (ledger.OpenKeys, error) {
	ids, err := ledger.KeyIDs(blob)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(ids, func(a, b claim.ID) int { return slices.Compare(a[:], b[:]) })
	return d.Keys.ForIDs(ctx, payer, slices.Compact(ids))
}

// nameOf is sectionKinds the other way round.
func nameOf(number ledger.SectionKind) adjudicate.SectionKind {
	for kind, n := range sectionKinds {
		if n == number {
			return kind
		}
	}
	return ""
}

// Each opens every entry of a payer's decisions in order of the chain. What was erased is passed over.
func (d *Desk) Each(ctx context.Context, payer claim.PayerID, each func(Opened) error) error {
	return ledger.EachEntry(ctx, d.Pool, payer, ledger.Decisions, 1, true, func(record ledger.Record) error {
		entry, err := ledger.Decode(record.Bytes)
		if err != nil {
			return err
		}
		opened, err := d.unseal(ctx, ledger.Stored{Entry: entry, Record: record})
		if errors.Is(err, ledger.ErrErased) {
			return nil
		}
		if err != nil {
			return err
		}
		return each(opened)
	})
}
