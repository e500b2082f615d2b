package workflows

import (
	"bytes"
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
	Entry       *ledger.Entry
	Verdict     adjudicate.ReplayVerdict
	Reason      string          // for every verdict but equal
	Evidence    *claim.Evidence // nil when it cannot be read
	Decision    *claim.Decision
	Differences []adjudicate.Difference
}

// Replay decides the evidence of an entry again and compares bytes with what was recorded. The recorded decision is
// unsealed only after the new one has been made, and no answer of the contract is taken over from another claim.
func (d *Desk) Replay(ctx context.Context, record ledger.Record) (Replayed, error) {
	entry, err := ledger.Decode(record.Bytes)
	if err != nil {
		return Replayed{}, err
	}
	r := Replayed{Entry: entry}
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
	again, err := engine.Witness(ctx, evidence)
	if err != nil {
		return r.unreadable(err)
	}
	r.Decision = again
	return d.compare(ctx, r, stored, again)
}

// compare unseals the recorded decision and sets the verdict.
func (d *Desk) compare(ctx context.Context, r Replayed, stored ledger.Stored, again *claim.Decision) (Replayed, error) {
	keys, err := d.keysOf(ctx, stored.Entry.Payer, stored.Record.Decision)
	if err != nil {
		return r.unreadable(err)
	}
	recorded, err := d.Sealer.OpenDecision(stored.Entry, keys, stored.Record.Decision)
	if err = errors.Join(err, recorded.Err); err != nil {
		return r.unreadable(err)
	}
	encoded, err := adjudicate.EncodeDecision(again)
	if err != nil {
		return r, err
	}
	if bytes.Equal(encoded, recorded.Plain) {
		r.Verdict = adjudicate.Equal
		return r, nil
	}
	r.Verdict, r.Reason = adjudicate.Different, "the evidence gives another decision"
	r.Differences, err = adjudicate.Compare(recorded.Plain, again)
	return r, err
}

// unreadable tells faults of the record, which are verdicts, from faults of the replay.
func (r Replayed) unreadable(err error) (Replayed, error) {
	if other, ok := errors.AsType[*adjudicate.OtherVersion](err); ok {
		r.Verdict, r.Reason = adjudicate.OtherVersions, other.Error()
		return r, nil
	}
	switch kind := claim.KindOf(err); {
	case kind == claim.Invalid, kind == claim.Conflict, kind == claim.Forbidden, errors.Is(err, ledger.ErrWrapped):
		r.Verdict, r.Reason = adjudicate.Unreadable, err.Error()
		return r, nil
	}
	return r, fmt.Errorf("replaying entry %s: %w", r.Entry.ID, err)
}
