package workflows

import (
	"context"
	"errors"
	"fmt"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// Erased is the replay verdict on an entry whose evidence can no longer be read, because a subject's key was destroyed.
const Erased adjudicate.ReplayVerdict = "erased"

// Replayed is what became of deciding one entry's evidence again.
type Replayed struct {
	adjudicate.Replayed
	Entry    *ledger.Entry
	Evidence *claim.Evidence // nil when it cannot be read
}

// Replay decides the evidence of an entry again and compares bytes with what was recorded. The recorded decision is
// unsealed only after the new one has been made, and no answer of the contract is taken over from another claim.
func (d *Desk) Replay(ctx context.Context, record ledger.Record) (Replayed, error) {
	entry, err := ledger.Decode(record.Bytes)
	if err != nil {
		return Replayed{}, err
	}
	r := Replayed{Entry: entry}
	// Before any of it is believed: whose key a section is sealed under stands in clear, and a changed record that names one
	// that was destroyed would seem erased.
	if ledger.CiphertextDigest(record.Evidence, record.Decision) != entry.Ciphertext {
		return r.unreadable(fmt.Errorf("entry %s commits to another sealed record: %w", entry.ID, ledger.ErrSealed))
	}
	stored := ledger.Stored{Entry: entry, Record: record}
	evidence, err := d.unsealEvidence(ctx, stored)
	if errors.Is(err, ledger.ErrErased) {
		r.Verdict, r.Reason = Erased, "a subject's key was destroyed"
		return r, nil
	}
	if err != nil {
		return r.unreadable(err)
	}
	r.Evidence = evidence
	engine, err := d.Shelf.Engine(ctx, d.Pool, entry.Contract, entry.Model)
	if err != nil {
		return r, err
	}
	r.Replayed, err = engine.Replay(ctx, evidence, func() ([]byte, error) { return d.recordedDecision(ctx, stored) })
	if err != nil {
		return r.unreadable(err)
	}
	return r, nil
}

// recordedDecision unseals the bytes of what was decided.
func (d *Desk) recordedDecision(ctx context.Context, stored ledger.Stored) ([]byte, error) {
	keys, err := d.keysOf(ctx, stored.Entry.Payer, stored.Record.Decision)
	if err != nil {
		return nil, err
	}
	recorded, err := d.Sealer.OpenDecision(stored.Entry, keys, stored.Record.Decision)
	return recorded.Plain, errors.Join(err, recorded.Err)
}

// unreadable tells faults of the record, which are verdicts, from faults of the replay.
func (r Replayed) unreadable(err error) (Replayed, error) {
	found, fault := adjudicate.Unreplayable(err)
	if fault != nil && (claim.KindOf(fault) == claim.Conflict || errors.Is(fault, ledger.ErrWrapped) || errors.Is(fault, ledger.ErrUnknownKey)) {
		found, fault = adjudicate.Replayed{Verdict: adjudicate.Unreadable, Reason: fault.Error()}, nil
	}
	if fault != nil {
		return r, fmt.Errorf("replaying entry %s: %w", r.Entry.ID, fault)
	}
	r.Replayed = found
	return r, nil
}
