package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgerror"
)

// readPage is how many entries one query reads, so that no snapshot is held for long. Evidence is probed by its key an
// entry at a time (the limit pins that plan, see FindFingerprints).
const readPage = 2000

// EachEntry calls each for every entry of a chain from seq on up to the chain's head, in order, with its sealed record
// when asked for.
func EachEntry(ctx context.Context, q Querier, payer claim.PayerID, chain Chain, from int64, withSealed bool, each func(Record) error) error {
	head, err := ReadHead(ctx, q, payer, chain)
	if err != nil {
		return err
	}
	return eachUpTo(ctx, q, head, from, withSealed, each)
}

// eachUpTo reads page after page from where the last one ended, for as long as there are entries: what the head says bounds
// them and is not believed.
func eachUpTo(ctx context.Context, q Querier, head Head, from int64, withSealed bool, each func(Record) error) error {
	read := readEntries
	if withSealed {
		read = readSealedEntries
	}
	for {
		rows, err := read(ctx, q, head, from)
		if err != nil {
			return pgerror.Wrap(err, "reading %d entries from %d on of payer %d", readPage, from, head.Payer)
		}
		n, last, err := eachRecord(rows, each)
		if err != nil {
			return fmt.Errorf("reading %d entries from %d on of payer %d: %w", readPage, from, head.Payer, err)
		}
		if n < readPage {
			return nil
		}
		from = last + 1
	}
}

func readEntries(ctx context.Context, q Querier, head Head, from int64) (pgx.Rows, error) {
	return q.Query(ctx, `
		select seq,
		       bytes,
		       leaf_hash,
		       entry_id,
		       claim_id,
		       null::bytea,
		       null::bytea
		  from ledger_entry
		 where payer_id = $1
		   and chain = $2
		   and seq between $3 and $4
		 order by seq
		 limit $5`, head.Payer, int16(head.Chain), from, head.Seq, readPage)
}

// sealedEntries reads entries with their sealed records, where there are any: a record that names another claim is none.
const sealedEntries = `
		select entry.seq,
		       entry.bytes,
		       entry.leaf_hash,
		       entry.entry_id,
		       entry.claim_id,
		       evidence.sealed,
		       evidence.decision
		  from ledger_entry entry
		  left join lateral (
			select sealed,
			       decision
			  from evidence
			 where payer_id = entry.payer_id
			   and entry_id = entry.entry_id
			   and claim_id = entry.claim_id
			 limit 1
		  ) evidence on true`

func readSealedEntries(ctx context.Context, q Querier, head Head, from int64) (pgx.Rows, error) {
	return q.Query(ctx, sealedEntries+`
		 where entry.payer_id = $1
		   and entry.chain = $2
		   and entry.seq between $3 and $4
		 order by entry.seq
		 limit $5`, head.Payer, int16(head.Chain), from, head.Seq, readPage)
}

// eachRecord calls each for every row, and tells how many there were and the place of the last. Errors of each are returned as
// they are.
func eachRecord(rows pgx.Rows, each func(Record) error) (n int, last int64, err error) {
	defer rows.Close()
	for ; rows.Next(); n++ {
		var r Record
		var leaf []byte
		if err := rows.Scan(&last, &r.Bytes, &leaf, &r.EntryColumn, &r.ClaimColumn, &r.Evidence, &r.Decision); err != nil {
			return n, last, pgerror.Wrap(err, "reading a row")
		}
		copy(r.Leaf[:], leaf)
		if err := each(r); err != nil {
			return n, last, err
		}
	}
	return n, last, pgerror.Wrap(rows.Err(), "reading rows")
}

// EntriesOf returns the entries about a claim in the order of the chain, with their sealed records. The entries are decoded
// and compared with their leaf hashes; that they stand on the chain is for Verify. NotFound when there is none.
func EntriesOf(ctx context.Context, q Querier, payer claim.PayerID, claimID claim.ID) ([]Stored, error) {
	rows, err := q.Query(ctx, sealedEntries+`
		 where entry.payer_id = $1
		   and entry.claim_id = $2
		   and entry.chain = $3
		 order by entry.seq`, payer, claimID, int16(Decisions))
	if err != nil {
		return nil, pgerror.Wrap(err, "reading the entries of claim %s", claimID)
	}
	var list []Stored
	_, _, err = eachRecord(rows, func(r Record) error {
		s, err := r.stored()
		list = append(list, s)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the entries of claim %s: %w", claimID, err)
	}
	if len(list) == 0 {
		return nil, claim.Errorf(claim.NotFound, "claim %s has no entry on the ledger of payer %d", claimID, payer)
	}
	return list, nil
}

// Stored is an entry decoded, with the bytes it was decoded from and its sealed record (nil when it has none).
type Stored struct {
	Entry *Entry
	Record
}

// stored decodes a record. Conflict when its bytes or its sealed record are not what was recorded.
func (r Record) stored() (Stored, error) {
	e, err := Decode(r.Bytes)
	if err != nil {
		return Stored{}, err
	}
	if LeafHash(r.Bytes) != r.Leaf {
		return Stored{}, claim.Errorf(claim.Conflict, "entry %s: %w", e.ID, Fault{e.Seq, WrongLeaf, "the stored bytes were changed"})
	}
	if r.Evidence != nil && CiphertextDigest(r.Evidence, r.Decision) != e.Ciphertext {
		return Stored{}, claim.Errorf(claim.Conflict, "entry %s: %w", e.ID, Fault{e.Seq, WrongSealed, "the sealed record was changed"})
	}
	return Stored{e, r}, nil
}

// HeldAfter returns what a claim holds after its entries, given in order: what was added and not released since.
func HeldAfter(entries []Stored) []Hold {
	var held []Hold
	for _, s := range entries {
		held = applyHolds(held, s.Entry)
	}
	return held
}

func applyHolds(held []Hold, e *Entry) []Hold {
	kept := held[:0:0]
	released := make(map[Fingerprint]bool, len(e.Released))
	for _, f := range e.Released {
		released[f] = true
	}
	for _, h := range held {
		if !released[h.Fingerprint] {
			kept = append(kept, h)
		}
	}
	for _, a := range e.Added {
		kept = append(kept, Hold{a.Value, Holder{e.Claim, a.Line, e.Kind == Pended}})
	}
	return kept
}

// VerifyStore verifies a chain as Postgres holds it against its own head and the checkpoints given, with the sealed records
// when asked for. A head that is ahead of its entries is a cut tail; one that is behind them was put back.
func VerifyStore(ctx context.Context, q Querier, payer claim.PayerID, chain Chain, withSealed bool, checkpoints ...Head) (Report, error) {
	head, err := ReadHead(ctx, q, payer, chain)
	if err != nil {
		return Report{}, err
	}
	v := NewVerifier(payer, chain, checkpoints...)
	v.stored = true
	if withSealed {
		v.RequireSealed()
	}
	err = eachUpTo(ctx, q, head, 1, withSealed, func(r Record) error {
		v.Add(r)
		return nil
	})
	if err != nil {
		return v.Finish(), err
	}
	v.checkEnd(head)
	stray, err := strayEntries(ctx, q, head)
	for _, seq := range stray {
		v.fault(seq, OutOfOrder, "an entry stands outside the chain that its stored head ends")
	}
	return v.Finish(), err
}

// strayEntries lists entries that no reading in order meets: behind the present head, or before the first place.
func strayEntries(ctx context.Context, q Querier, head Head) ([]int64, error) {
	rows, err := q.Query(ctx, `
		select seq
		  from ledger_entry
		 where payer_id = $1
		   and chain = $2
		   and seq < 1
		 union all
		select seq
		  from ledger_entry
		 where payer_id = $1
		   and chain = $2
		   and seq > coalesce((
			select seq
			  from ledger_head
			 where payer_id = $1
			   and chain = $2), 0)
		 limit $3`, head.Payer, int16(head.Chain), MaxFaults)
	if err != nil {
		return nil, pgerror.Wrap(err, "looking for entries behind %s", head)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return nil, pgerror.Wrap(err, "looking for entries behind %s", head)
	}
	return list, nil
}

// Export writes a chain, with its sealed records when asked for, and returns the head it ends at. Sign that head, or hand
// a checkpoint over with the file: without one the reader cannot see a cut tail.
func Export(ctx context.Context, q Querier, payer claim.PayerID, chain Chain, withSealed bool, w *ExportWriter) (Head, error) {
	head, err := ReadHead(ctx, q, payer, chain)
	if err != nil {
		return Head{}, err
	}
	if err := eachUpTo(ctx, q, head, 1, withSealed, w.Write); err != nil {
		return Head{}, err
	}
	return head, w.Flush()
}
