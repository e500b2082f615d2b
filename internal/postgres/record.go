package postgres

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgcopy"
)

// BeginChunk inserts the row that makes recording a chunk happen once. It returns false when the chunk was recorded
// before: the caller must then write nothing.
func BeginChunk(ctx context.Context, tx pgx.Tx, payer claim.PayerID, batch claim.ID, ord, claims, redecided int) (fresh bool, err error) {
	tag, err := tx.Exec(ctx, `
		insert into chunk_done (payer_id, batch_id, ord, claims, redecided)
		values ($1, $2, $3, $4, $5)
		on conflict on constraint chunk_done_pk do nothing`, payer, [16]byte(batch), ord, claims, redecided)
	return tag.RowsAffected() == 1, failed(err, "beginning chunk %d of batch %s", ord, batch)
}

// CountRedecided notes how many claims of a chunk were decided again.
func CountRedecided(ctx context.Context, tx pgx.Tx, payer claim.PayerID, batch claim.ID, ord, redecided int) error {
	_, err := tx.Exec(ctx, `update chunk_done set redecided = $4 where payer_id = $1 and batch_id = $2 and ord = $3`,
		payer, [16]byte(batch), ord, redecided)
	return failed(err, "counting claims decided again in chunk %d of batch %s", ord, batch)
}

// LockFamilies locks the families' rows in key order, which is what keeps two recorders from waiting for each other in
// a circle, adds those that are missing, raises every version and returns the versions as they were before.
func LockFamilies(ctx context.Context, tx pgx.Tx, payer claim.PayerID, families []claim.ID) (map[claim.ID]int64, error) {
	sorted := slices.SortedFunc(slices.Values(families), func(a, b claim.ID) int { return slices.Compare(a[:], b[:]) })
	rows, err := tx.Query(ctx, `
		insert into family_state as f (payer_id, family_id, version)
		select $1, id, 1 from unnest($2::uuid[]) with ordinality as wanted (id, n) order by n
		on conflict on constraint family_state_pk do update set version = f.version + 1
		returning family_id, version - 1`, payer, uuids(sorted))
	if err != nil {
		return nil, failed(err, "locking %d families", len(families))
	}
	return collectVersions(rows, len(families))
}

// ClaimRow is a decided or pended claim as the claim table keeps it.
type ClaimRow struct {
	ClaimID              claim.ID
	ControlNumber        int64
	Batch, Document      claim.ID
	Position             int
	PatientControlNumber string
	Beneficiary, Family  claim.ID
	BillingNPI           string
	Received             claim.Date
	From, Through        claim.Date
	Outcome              claim.Outcome
	EntryID              claim.ID
	Charge, Paid         claim.Cents
	PatientOwes          claim.Cents
	CARCs                []string
	Flagged              bool
	History              []byte // nil when denied
	Replaces             int64  // control number that a replacement or void names, 0: none
}

// InsertClaims adds claims decided for the first time. One that is there already breaks claim_pk, and so the
// transaction: no claim is ever decided twice by accident.
func InsertClaims(ctx context.Context, tx pgx.Tx, payer claim.PayerID, rows []ClaimRow) error {
	err := pgcopy.From(ctx, tx, `
		copy claim (payer_id, claim_id, control_number, batch_id, document_id, position, patient_control_number, beneficiary,
			family_id, billing_npi, received, service_from, service_through, outcome, entry_id, charge_cents, paid_cents,
			patient_owes_cents, carcs, flagged, history, replaces) from stdin binary`,
		len(rows), func(row pgcopy.Row, i int) pgcopy.Row {
			r := &rows[i]
			row = row.Columns(22).Int32(int32(payer)).Bytes(r.ClaimID[:]).Int64(r.ControlNumber).Bytes(r.Batch[:]).Bytes(r.Document[:])
			row = row.Int32(int32(r.Position)).Text(r.PatientControlNumber).Bytes(r.Beneficiary[:]).Bytes(r.Family[:]).Text(r.BillingNPI)
			row = row.Int32(int32(r.Received)).Int32(int32(r.From)).Int32(int32(r.Through)).Text(string(r.Outcome)).Bytes(r.EntryID[:])
			row = row.Int64(int64(r.Charge)).Int64(int64(r.Paid)).Int64(int64(r.PatientOwes))
			row = row.Texts(r.CARCs).Bool(r.Flagged).NullableBytes(r.History)
			if r.Replaces == 0 {
				return row.Null()
			}
			return row.Int64(r.Replaces)
		})
	return failed(err, "recording %d claims", len(rows))
}

// Redecide changes a pended claim to what a review made of it. It returns claim.Conflict when the claim is not, or no
// longer, pended under the entry the review was about.
func Redecide(ctx context.Context, tx pgx.Tx, payer claim.PayerID, r *ClaimRow, predecessor claim.ID) error {
	tag, err := tx.Exec(ctx, `
		update claim set outcome = $4, entry_id = $5, paid_cents = $6, patient_owes_cents = $7, carcs = $8, flagged = $9,
			history = $10, beneficiary = $11, family_id = $12
		where payer_id = $1 and claim_id = $2 and entry_id = $3 and outcome = 'pend'`,
		payer, [16]byte(r.ClaimID), [16]byte(predecessor), string(r.Outcome), [16]byte(r.EntryID), int64(r.Paid),
		int64(r.PatientOwes), r.CARCs, r.Flagged, r.History, [16]byte(r.Beneficiary), [16]byte(r.Family))
	if err != nil {
		return failed(err, "recording the review of claim %s", r.ClaimID)
	}
	if tag.RowsAffected() != 1 {
		return claim.Errorf(claim.Conflict, "claim %s no longer waits under entry %s", r.ClaimID, predecessor)
	}
	return nil
}

// Accrued is one accrual with the family and beneficiary that it belongs to.
type Accrued struct {
	Family, Beneficiary claim.ID
	claim.Accrual
}

// Accrue adds to accumulators and uses up authorisations. Requires the families' locks. An authorisation that would
// be used beyond what was approved breaks prior_authorization_used_ck.
func Accrue(ctx context.Context, tx pgx.Tx, payer claim.PayerID, accruals []Accrued) error {
	var families, members [][16]byte
	var years []int32
	var kinds, groups []string
	var amounts []int64
	used := map[Authorized]int64{}
	for i := range accruals {
		a := &accruals[i]
		if a.Authorization != "" {
			used[Authorized{Member: a.Beneficiary, Number: a.Authorization}] += a.Amount
			continue
		}
		families, members = append(families, a.Family), append(members, a.Member)
		years, kinds, groups = append(years, int32(a.Year)), append(kinds, string(a.Kind)), append(groups, a.Group)
		amounts = append(amounts, a.Amount)
	}
	if err := useAuthorizations(ctx, tx, payer, used); err != nil || len(families) == 0 {
		return err
	}
	_, err := tx.Exec(ctx, `
		insert into accumulator as a (payer_id, family_id, member_id, year, kind, benefit_group, amount)
		select $1, family, member, year, kind, benefit_group, sum(amount)
		from unnest($2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::bigint[])
			as added (family, member, year, kind, benefit_group, amount)
		group by family, member, year, kind, benefit_group
		on conflict on constraint accumulator_pk do update set amount = a.amount + excluded.amount`,
		payer, families, members, years, kinds, groups, amounts)
	return failed(err, "adding %d amounts to accumulators", len(families))
}

// useAuthorizations uses up amounts, in thousandths of a unit. An authorisation that is not on file is claim.Internal: facts
// were read under the families' locks, and nothing takes one away.
func useAuthorizations(ctx context.Context, tx pgx.Tx, payer claim.PayerID, used map[Authorized]int64) error {
	if len(used) == 0 {
		return nil
	}
	keys := slices.SortedFunc(maps.Keys(used), func(a, b Authorized) int {
		return cmp.Or(bytes.Compare(a.Member[:], b.Member[:]), cmp.Compare(a.Number, b.Number))
	})
	members, numbers, amounts := make([][16]byte, len(keys)), make([]string, len(keys)), make([]int64, len(keys))
	for i, key := range keys {
		members[i], numbers[i], amounts[i] = key.Member, key.Number, used[key]
	}
	// Each is one probe of the index, whatever the planner believes (lookup.go); joined outright, a payer's whole table was
	// read for each chunk until it was analysed.
	tag, err := tx.Exec(ctx, `
		update prior_authorization a set used_thousandths = a.used_thousandths + used.amount
		from unnest($2::uuid[], $3::text[], $4::bigint[]) as used (member_id, number, amount)
		cross join lateral (
			select p.ctid as place from prior_authorization p
			where p.payer_id = $1 and p.member_id = used.member_id and p.number = used.number
			offset 0 for update
		) held
		where a.ctid = held.place`, payer, members, numbers, amounts)
	if err == nil && tag.RowsAffected() != int64(len(used)) {
		return claim.Errorf(claim.Internal, "using %d authorisations: %d are on file", len(used), tag.RowsAffected())
	}
	return failed(err, "using %d authorisations", len(used))
}

// Case opens the wait of one pended claim, with the legal clock that runs meanwhile.
type Case struct {
	ClaimID claim.ID
	Reasons []string
	Due     claim.Date // last day of prompt payment
	Ground  string     // the rule that sets it
}

// OpenCases adds cases and their clocks.
func OpenCases(ctx context.Context, tx pgx.Tx, payer claim.PayerID, cases []Case, at time.Time) error {
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"pend_case"}, []string{"payer_id", "claim_id", "reasons", "opened_at"},
		pgx.CopyFromSlice(len(cases), func(i int) ([]any, error) {
			return []any{payer, [16]byte(cases[i].ClaimID), cases[i].Reasons, at}, nil
		}))
	if err != nil {
		return failed(err, "opening %d cases", len(cases))
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"clock"}, []string{"payer_id", "claim_id", "kind", "ground", "due"},
		pgx.CopyFromSlice(len(cases), func(i int) ([]any, error) {
			return []any{payer, [16]byte(cases[i].ClaimID), "promptPay", cases[i].Ground, cases[i].Due}, nil
		}))
	return failed(err, "starting %d clocks", len(cases))
}

// ChangeReasons says anew why a claim waits. It returns claim.Conflict when its case is not open.
func ChangeReasons(ctx context.Context, tx pgx.Tx, payer claim.PayerID, id claim.ID, reasons []string) error {
	tag, err := tx.Exec(ctx, `update pend_case set reasons = $3 where payer_id = $1 and claim_id = $2 and closed_at is null`,
		payer, [16]byte(id), reasons)
	if err == nil && tag.RowsAffected() != 1 {
		return claim.Errorf(claim.Conflict, "claim %s has no open case", id)
	}
	return failed(err, "changing the case of claim %s", id)
}

// CloseCase ends a case and stops its clocks. Closing a case that is closed changes nothing.
func CloseCase(ctx context.Context, tx pgx.Tx, payer claim.PayerID, id claim.ID, at time.Time) error {
	_, err := tx.Exec(ctx, `update pend_case set closed_at = $3 where payer_id = $1 and claim_id = $2 and closed_at is null`,
		payer, [16]byte(id), at)
	if err != nil {
		return failed(err, "closing the case of claim %s", id)
	}
	_, err = tx.Exec(ctx, `update clock set stopped_at = $3 where payer_id = $1 and claim_id = $2 and stopped_at is null`,
		payer, [16]byte(id), at)
	return failed(err, "stopping the clocks of claim %s", id)
}
