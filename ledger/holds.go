package ledger

import (
	"cmp"
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgcopy"
	"github.com/assize/assize/internal/pgerror"
)

// Holder is who holds a fingerprint.
type Holder struct {
	Claim  claim.ID
	Line   int
	Pended bool
}

// Hold asks for a fingerprint. Paid lines and pended claims hold theirs; denied and voided ones do not.
type Hold struct {
	Fingerprint Fingerprint
	Holder
}

// Loss says that a hold was refused: Index in the list given, and who holds the fingerprint instead, which is another
// claim or another line of the same claim.
type Loss struct {
	Index int
	Other Holder
}

const (
	// maxHoldRounds bounds how often a holder may vanish between losing to it and looking at it.
	maxHoldRounds = 5
	// copyHoldsFrom is the number of fingerprints from which COPY under a savepoint is tried first. It costs half of
	// "on conflict" a row, and a chunk that has looked before it asks seldom meets another holder.
	copyHoldsFrom = 256
)

// HoldFingerprints takes fingerprints for claims and answers the ones that others hold, sorted by index. It waits for
// transactions that are taking or releasing the same ones, and so decides the race between two copies of a claim: of two
// transactions exactly one holds, whichever connection it came on. Within the list the first of two equals holds.
// A claim and line that hold the fingerprint already keep it; to change Pended, release first.
//
// Fingerprints are taken in ascending order, so two such calls do not deadlock; two calls in one transaction may, which
// Postgres ends with an error after which the transaction is tried again.
func HoldFingerprints(ctx context.Context, tx pgx.Tx, payer claim.PayerID, holds []Hold) ([]Loss, error) {
	wanted := make([]int, len(holds)) // indexes still to be settled, by fingerprint
	for i := range wanted {
		wanted[i] = i
	}
	slices.SortFunc(wanted, func(a, b int) int {
		return cmp.Or(holds[a].Fingerprint.compare(holds[b].Fingerprint), a-b)
	})
	var lost []Loss
	if len(wanted) >= copyHoldsFrom {
		first, twins := splitTwins(holds, wanted)
		taken, err := copyHolds(ctx, tx, payer, holds, first)
		if err != nil {
			return nil, pgerror.Wrap(err, "taking %d fingerprints of payer %d", len(wanted), payer)
		}
		if taken {
			wanted, lost = nil, twins
		}
	}
	for round := 0; len(wanted) > 0; round++ {
		if round == maxHoldRounds {
			return nil, claim.Errorf(claim.Unavailable, "taking %d fingerprints of payer %d: holders come and go", len(wanted), payer)
		}
		taken, err := insertHolds(ctx, tx, payer, holds, wanted)
		if err != nil {
			return nil, pgerror.Wrap(err, "taking %d fingerprints of payer %d", len(wanted), payer)
		}
		if taken == len(wanted) {
			break
		}
		if wanted, lost, err = settleHolds(ctx, tx, payer, holds, wanted, lost); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(lost, func(a, b Loss) int { return a.Index - b.Index })
	return lost, nil
}

// splitTwins returns the first of each run of equal fingerprints, and the others as lost to it.
func splitTwins(holds []Hold, sorted []int) (first []int, twins []Loss) {
	first = make([]int, 0, len(sorted))
	for _, w := range sorted {
		if len(first) == 0 || holds[first[len(first)-1]].Fingerprint != holds[w].Fingerprint {
			first = append(first, w)
			continue
		}
		holder := holds[first[len(first)-1]].Holder
		if holder.Claim != holds[w].Claim || holder.Line != holds[w].Line {
			twins = append(twins, Loss{Index: w, Other: holder})
		}
	}
	return first, twins
}

// copyHolds takes all or none: false when another holds one of them, which undoes the attempt and nothing else.
func copyHolds(ctx context.Context, tx pgx.Tx, payer claim.PayerID, holds []Hold, wanted []int) (bool, error) {
	savepoint, err := tx.Begin(ctx)
	if err != nil {
		return false, err
	}
	err = pgcopy.From(ctx, savepoint, `copy fingerprint_live (payer_id, fingerprint, claim_id, line, pended) from stdin binary`,
		len(wanted), func(row pgcopy.Row, i int) pgcopy.Row {
			h := &holds[wanted[i]]
			return row.Columns(5).Int32(int32(payer)).Bytes(h.Fingerprint[:]).Bytes(h.Claim[:]).Int16(int16(h.Line)).Bool(h.Pended)
		})
	if violates(err, "fingerprint_live_pk") {
		return false, savepoint.Rollback(ctx)
	}
	if err != nil {
		return false, err // the caller's transaction is over
	}
	return true, savepoint.Commit(ctx)
}

// insertHolds inserts what nobody holds and returns how many that were.
func insertHolds(ctx context.Context, tx pgx.Tx, payer claim.PayerID, holds []Hold, wanted []int) (int, error) {
	fingerprints, claims := make([][16]byte, len(wanted)), make([]claim.ID, len(wanted))
	lines, pended := make([]int16, len(wanted)), make([]bool, len(wanted))
	for i, w := range wanted {
		h := &holds[w]
		fingerprints[i], claims[i], lines[i], pended[i] = h.Fingerprint, h.Claim, int16(h.Line), h.Pended
	}
	tag, err := tx.Exec(ctx, `
		insert into fingerprint_live (payer_id, fingerprint, claim_id, line, pended)
		select $1,
		       new.fingerprint,
		       new.claim_id,
		       new.line,
		       new.pended
		  from unnest($2::uuid[], $3::uuid[], $4::smallint[], $5::boolean[]) as new (fingerprint, claim_id, line, pended)
		    on conflict on constraint fingerprint_live_pk do nothing`, payer, fingerprints, claims, lines, pended)
	return int(tag.RowsAffected()), err
}

// settleHolds looks who holds what was wanted: lost are those held by others, still wanted those held by nobody any more.
func settleHolds(ctx context.Context, tx pgx.Tx, payer claim.PayerID, holds []Hold, wanted []int, lost []Loss) ([]int, []Loss, error) {
	list := make([]Fingerprint, len(wanted))
	for i, w := range wanted {
		list[i] = holds[w].Fingerprint
	}
	holders, err := FindFingerprints(ctx, tx, payer, list)
	if err != nil {
		return nil, nil, err
	}
	var open []int
	for _, w := range wanted {
		holder, held := holders[holds[w].Fingerprint]
		switch {
		case !held:
			open = append(open, w)
		case holder.Claim != holds[w].Claim || holder.Line != holds[w].Line:
			lost = append(lost, Loss{Index: w, Other: holder})
		}
	}
	return open, lost, nil
}

// FindFingerprints returns who holds which of the fingerprints given. One that nobody holds is not in the map.
//
// The limit pins the plan to one index probe a fingerprint. With "fingerprint = any($2)" a table that was never analysed
// was read whole for each chunk: the planner then takes payer_id alone for selective.
func FindFingerprints(ctx context.Context, q Querier, payer claim.PayerID, list []Fingerprint) (map[Fingerprint]Holder, error) {
	rows, err := q.Query(ctx, `
		select live.fingerprint,
		       live.claim_id,
		       live.line,
		       live.pended
		  from unnest($2::uuid[]) as wanted (fingerprint)
		 cross join lateral (
			select l.fingerprint,
			       l.claim_id,
			       l.line,
			       l.pended
			  from fingerprint_live l
			 where l.payer_id = $1
			   and l.fingerprint = wanted.fingerprint
			 limit 1
		 ) live`, payer, sortedFingerprints(list))
	if err != nil {
		return nil, pgerror.Wrap(err, "looking for %d fingerprints of payer %d", len(list), payer)
	}
	found := map[Fingerprint]Holder{}
	err = scanHolders(rows, func(f Fingerprint, h Holder) { found[f] = h })
	if err != nil {
		return nil, pgerror.Wrap(err, "looking for %d fingerprints of payer %d", len(list), payer)
	}
	return found, nil
}

func scanHolders(rows pgx.Rows, each func(Fingerprint, Holder)) error {
	var value [16]byte
	var h Holder
	_, err := pgx.ForEachRow(rows, []any{&value, &h.Claim, &h.Line, &h.Pended}, func() error {
		each(value, h)
		return nil
	})
	return err
}

// sortedFingerprints returns the values in order and once, so that the probes walk the index from left to right.
func sortedFingerprints(list []Fingerprint) [][16]byte {
	ordered := slices.Clone(list)
	slices.SortFunc(ordered, Fingerprint.compare)
	ordered = slices.Compact(ordered)
	sorted := make([][16]byte, len(ordered))
	for i := range ordered {
		sorted[i] = ordered[i]
	}
	return sorted
}

// ReleaseFingerprints gives back what claims hold, because they were denied, voided or replaced, or are about to hold anew
// in another state. Every one must be held by the claim named; Conflict otherwise, and the transaction must end.
func ReleaseFingerprints(ctx context.Context, tx pgx.Tx, payer claim.PayerID, holds []Hold) error {
	if len(holds) == 0 {
		return nil
	}
	sorted := slices.SortedFunc(slices.Values(holds), func(a, b Hold) int { return a.Fingerprint.compare(b.Fingerprint) })
	fingerprints, claims := make([][16]byte, len(sorted)), make([]claim.ID, len(sorted))
	for i := range sorted {
		fingerprints[i], claims[i] = sorted[i].Fingerprint, sorted[i].Claim
	}
	// Locked in the order given, which is that of the index and of HoldFingerprints, before they go.
	tag, err := tx.Exec(ctx, `
		delete from fingerprint_live
		 where ctid = any (array (
			select live.ctid
			  from unnest($2::uuid[], $3::uuid[]) as gone (fingerprint, claim_id)
			 cross join lateral (
				select ctid
				  from fingerprint_live
				 where payer_id = $1
				   and fingerprint = gone.fingerprint
				   and claim_id = gone.claim_id
				 limit 1
				   for update
			 ) live))`, payer, fingerprints, claims)
	if err != nil {
		return pgerror.Wrap(err, "releasing %d fingerprints of payer %d", len(holds), payer)
	}
	if tag.RowsAffected() != int64(len(holds)) {
		return claim.Errorf(claim.Conflict, "releasing %d fingerprints of payer %d: %d were held", len(holds), payer, tag.RowsAffected())
	}
	return nil
}
