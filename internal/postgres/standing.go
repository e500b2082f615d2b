package postgres

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
)

// What stands in the tables beside the ledger, read to be held against it.

// StandingCase is a claim's case with its clock of prompt payment.
type StandingCase struct {
	Reasons []string
	Closed  bool
	Ground  string
	Due     claim.Date
	Stopped bool
}

// StandingCaseOf reads the case of a claim, or returns claim.NotFound when it has none, or none with a clock.
func StandingCaseOf(ctx context.Context, q Querier, payer claim.PayerID, id claim.ID) (StandingCase, error) {
	var c StandingCase
	err := q.QueryRow(ctx, `
		select p.reasons, p.closed_at is not null, k.ground, k.due, k.stopped_at is not null
		from pend_case p
		join clock k on k.payer_id = p.payer_id and k.claim_id = p.claim_id and k.kind = 'promptPay'
		where p.payer_id = $1 and p.claim_id = $2`, payer, [16]byte(id)).
		Scan(&c.Reasons, &c.Closed, &c.Ground, &c.Due, &c.Stopped)
	if errors.Is(err, pgx.ErrNoRows) {
		return c, claim.Errorf(claim.NotFound, "claim %s has no case with a clock", id)
	}
	return c, failed(err, "reading the case of claim %s", id)
}

// Account names one accumulator.
type Account struct {
	Family, Member claim.ID
	Year           int
	Kind           claim.AccumulatorKind
	Group          string
}

// Accounts reads every accumulator of a payer.
func Accounts(ctx context.Context, q Querier, payer claim.PayerID) (map[Account]int64, error) {
	rows, err := q.Query(ctx, `select family_id, member_id, year, kind, benefit_group, amount from accumulator where payer_id = $1`, payer)
	if err != nil {
		return nil, failed(err, "reading the accumulators of payer %d", payer)
	}
	list := map[Account]int64{}
	var at Account
	var amount int64
	_, err = pgx.ForEachRow(rows, []any{(*[16]byte)(&at.Family), (*[16]byte)(&at.Member), &at.Year, &at.Kind, &at.Group, &amount}, func() error {
		list[at] = amount
		return nil
	})
	return list, failed(err, "reading the accumulators of payer %d", payer)
}

// Authorized names one prior authorisation.
type Authorized struct {
	Member claim.ID
	Number string
}

// AuthorizationsUsed reads how many thousandths of every authorisation of a payer are used.
func AuthorizationsUsed(ctx context.Context, q Querier, payer claim.PayerID) (map[Authorized]claim.Quantity, error) {
	rows, err := q.Query(ctx, `select member_id, number, used_thousandths from prior_authorization where payer_id = $1`, payer)
	if err != nil {
		return nil, failed(err, "reading the authorisations of payer %d", payer)
	}
	list := map[Authorized]claim.Quantity{}
	var at Authorized
	var used claim.Quantity
	_, err = pgx.ForEachRow(rows, []any{(*[16]byte)(&at.Member), &at.Number, &used}, func() error {
		list[at] = used
		return nil
	})
	return list, failed(err, "reading the authorisations of payer %d", payer)
}

// RecordedReviews reads every review of a payer that led to an entry.
func RecordedReviews(ctx context.Context, q Querier, payer claim.PayerID) ([]Review, error) {
	rows, err := q.Query(ctx, `
		select claim_id, actor, action, edits, waived, rationale, acted_at, entry_id, coalesce(outcome, '')
		from review_action where payer_id = $1 and entry_id is not null`, payer)
	if err != nil {
		return nil, failed(err, "reading the reviews of payer %d", payer)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Review, err error) {
		var edits []byte
		var at time.Time
		err = row.Scan((*[16]byte)(&r.Claim), &r.Actor, &r.Action, &edits, &r.Waived, &r.Rationale, &at, (*[16]byte)(&r.Entry), &r.Outcome)
		if err == nil {
			err = claim.DecodeWhole(bytes.NewReader(edits), &r.Edits)
		}
		r.At = claim.InstantOf(at)
		return r, err
	})
	return list, failed(err, "reading the reviews of payer %d", payer)
}

// Misplaced lists claims whose rows do not name the last entry about them, at most limit: also rows that no entry is about.
func Misplaced(ctx context.Context, q Querier, payer claim.PayerID, limit int) ([]claim.ID, error) {
	rows, err := q.Query(ctx, `
		select c.claim_id
		from claim c
		left join lateral (
			select entry_id from ledger_entry e where e.payer_id = c.payer_id and e.claim_id = c.claim_id and e.chain = 1 order by e.seq desc limit 1
		) last on true
		where c.payer_id = $1 and c.entry_id is distinct from last.entry_id
		order by c.claim_id limit $2`, payer, limit)
	if err != nil {
		return nil, failed(err, "looking for claims of payer %d that stand elsewhere", payer)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	return list, failed(err, "looking for claims of payer %d that stand elsewhere", payer)
}
