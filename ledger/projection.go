package ledger

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgcopy"
	"github.com/assize/assize/internal/pgerror"
)

// Projection is who holds which fingerprint, as the entries say it. fingerprint_live must be equal to it.
type Projection map[Fingerprint]Holder

// Apply adds what one entry says: what it releases goes, then what it adds comes. Conflict when it releases what nobody
// holds, or adds what another holds: then two live claims are duplicates of one another.
func (p Projection) Apply(e *Entry) error {
	for _, f := range e.Released {
		if _, held := p[f]; !held {
			return claim.Errorf(claim.Conflict, "entry %d releases fingerprint %x, which nobody holds", e.Seq, f)
		}
		delete(p, f)
	}
	for _, a := range e.Added {
		if other, held := p[a.Value]; held {
			return claim.Errorf(claim.Conflict, "entry %d adds fingerprint %x of line %d, which claim %s line %d holds", e.Seq, a.Value, a.Line, other.Claim, other.Line)
		}
		p[a.Value] = Holder{Claim: e.Claim, Line: a.Line, Pended: e.Kind == Pended}
	}
	return nil
}

// ProjectFingerprints reads the decisions chain of a payer into a projection.
func ProjectFingerprints(ctx context.Context, q Querier, payer claim.PayerID) (Projection, error) {
	p := Projection{}
	err := EachEntry(ctx, q, payer, Decisions, 1, false, func(r Record) error {
		e, err := Decode(r.Bytes)
		if err != nil {
			return err
		}
		return p.Apply(e)
	})
	return p, err
}

// FingerprintDifference is one fingerprint on which entries and table disagree. Nil: nobody holds it there.
type FingerprintDifference struct {
	Fingerprint Fingerprint
	Entries     *Holder
	Table       *Holder
}

// CheckFingerprints compares fingerprint_live with the entries and returns where they differ, in order of fingerprint. Run
// it in a repeatable-read transaction, or while nothing is being recorded.
func CheckFingerprints(ctx context.Context, q Querier, payer claim.PayerID) ([]FingerprintDifference, error) {
	expected, err := ProjectFingerprints(ctx, q, payer)
	if err != nil {
		return nil, fmt.Errorf("checking fingerprints of payer %d: %w", payer, err)
	}
	rows, err := q.Query(ctx, `
		select fingerprint,
		       claim_id,
		       line,
		       pended
		  from fingerprint_live
		 where payer_id = $1`, payer)
	if err != nil {
		return nil, pgerror.Wrap(err, "checking fingerprints of payer %d", payer)
	}
	var list []FingerprintDifference
	err = scanHolders(rows, func(f Fingerprint, table Holder) {
		entries, held := expected[f]
		switch {
		case !held:
			list = append(list, FingerprintDifference{Fingerprint: f, Table: &table})
		case entries != table:
			list = append(list, FingerprintDifference{Fingerprint: f, Entries: &entries, Table: &table})
		}
		delete(expected, f)
	})
	if err != nil {
		return nil, pgerror.Wrap(err, "checking fingerprints of payer %d", payer)
	}
	for f, h := range expected {
		list = append(list, FingerprintDifference{Fingerprint: f, Entries: &h})
	}
	slices.SortFunc(list, func(a, b FingerprintDifference) int { return bytes.Compare(a.Fingerprint[:], b.Fingerprint[:]) })
	return list, nil
}

// RebuildFingerprints replaces a payer's rows of fingerprint_live by what the entries say. The head is locked meanwhile, so
// that nothing is recorded in between. A recording transaction that already took fingerprints may deadlock with it; Postgres
// ends one of the two, which is run again.
func RebuildFingerprints(ctx context.Context, tx pgx.Tx, payer claim.PayerID) error {
	if _, err := LockHead(ctx, tx, payer, Decisions); err != nil {
		return err
	}
	p, err := ProjectFingerprints(ctx, tx, payer)
	if err != nil {
		return fmt.Errorf("rebuilding fingerprints of payer %d: %w", payer, err)
	}
	if _, err := tx.Exec(ctx, `delete from fingerprint_live where payer_id = $1`, payer); err != nil {
		return pgerror.Wrap(err, "rebuilding fingerprints of payer %d", payer)
	}
	order := slices.SortedFunc(maps.Keys(p), func(a, b Fingerprint) int { return bytes.Compare(a[:], b[:]) })
	err = pgcopy.From(ctx, tx, `copy fingerprint_live (payer_id, fingerprint, claim_id, line, pended) from stdin binary`,
		len(order), func(row pgcopy.Row, i int) pgcopy.Row {
			h := p[order[i]]
			return row.Columns(5).Int32(int32(payer)).Bytes(order[i][:]).Bytes(h.Claim[:]).Int16(int16(h.Line)).Bool(h.Pended)
		})
	if err != nil {
		return pgerror.Wrap(err, "rebuilding fingerprints of payer %d", payer)
	}
	return nil
}
