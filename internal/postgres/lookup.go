package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
)

// Every look-up of many keys joins them laterally, "offset 0" keeping the planner from turning the join round: each key
// is then one probe of the index, whatever the planner believes of a table that was never analysed. With
// "key = any($2)" it has read all of a payer's rows instead, which costs more the larger the payer grows.

// Wanted names what the claims of a chunk need looked up, besides what their fingerprints need.
type Wanted struct {
	SubscriberKeys []string
	NPIs           []string
	References     []int64 // control numbers named by replacements and voids
	FirstDay       claim.Date
	LastDay        claim.Date
}

// LoadMembers reads the members of the subscriber numbers and the providers of the NPIs: what matching needs.
func LoadMembers(ctx context.Context, q Querier, payer claim.PayerID, w Wanted, into *facts.Records) error {
	rows, err := q.Query(ctx, `
		select m.subscriber_key, m.member_id, m.family_id, m.subscriber_number, m.relationship, m.last_name, m.first_name,
			m.birth_date, m.death_date, m.sex
		from unnest($2::text[]) as wanted (subscriber_key)
		cross join lateral (
			select * from member m where m.payer_id = $1 and m.subscriber_key = wanted.subscriber_key offset 0
		) m
		order by m.member_id`, payer, w.SubscriberKeys)
	if err != nil {
		return failed(err, "looking up members")
	}
	var key string
	var m claim.Member
	_, err = pgx.ForEachRow(rows, []any{&key, (*[16]byte)(&m.ID), (*[16]byte)(&m.Family), &m.SubscriberNumber, &m.Relationship,
		&m.Last, &m.First, &m.BirthDate, &m.DeathDate, &m.Sex}, func() error {
		into.Members[key] = append(into.Members[key], m)
		return nil
	})
	if err != nil {
		return failed(err, "looking up members")
	}
	return loadProviders(ctx, q, payer, w.NPIs, into)
}

func loadProviders(ctx context.Context, q Querier, payer claim.PayerID, npis []string, into *facts.Records) error {
	rows, err := q.Query(ctx, `
		select p.npi, p.specialty, p.network, p.valid_from, p.valid_through, p.assumed
		from unnest($2::text[]) as wanted (npi)
		cross join lateral (
			select * from provider p where p.payer_id = $1 and p.npi = wanted.npi offset 0
		) p`, payer, npis)
	if err != nil {
		return failed(err, "looking up providers")
	}
	var p claim.ProviderFact
	_, err = pgx.ForEachRow(rows, []any{&p.NPI, &p.Specialty, &p.Network, &p.From, &p.Through, &p.Assumed}, func() error {
		into.Providers[p.NPI] = p
		return nil
	})
	return failed(err, "looking up providers")
}

// LoadRecords reads everything that hangs on the matched patients and their families. Families not in the database
// have version 0.
func LoadRecords(ctx context.Context, q Querier, payer claim.PayerID, w Wanted, members, families []claim.ID, into *facts.Records) error {
	steps := []func() error{
		func() error { return loadCoverages(ctx, q, payer, members, into) },
		func() error { return loadAuthorizations(ctx, q, payer, members, into) },
		func() error { return loadAccumulators(ctx, q, payer, families, into) },
		func() error { return loadHistory(ctx, q, payer, w, members, into) },
		func() error { return loadPredecessors(ctx, q, payer, w.References, into) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func loadCoverages(ctx context.Context, q Querier, payer claim.PayerID, members []claim.ID, into *facts.Records) error {
	rows, err := q.Query(ctx, `
		select c.member_id, c.plan_code, c.valid_from, c.valid_through
		from unnest($2::uuid[]) as wanted (member_id)
		cross join lateral (
			select * from coverage c where c.payer_id = $1 and c.member_id = wanted.member_id offset 0
		) c
		order by c.member_id, c.valid_from`, payer, uuids(members))
	if err != nil {
		return failed(err, "looking up coverage")
	}
	var member claim.ID
	var c claim.Coverage
	_, err = pgx.ForEachRow(rows, []any{(*[16]byte)(&member), &c.PlanCode, &c.From, &c.Through}, func() error {
		into.Coverages[member] = append(into.Coverages[member], c)
		return nil
	})
	return failed(err, "looking up coverage")
}

func loadAuthorizations(ctx context.Context, q Querier, payer claim.PayerID, members []claim.ID, into *facts.Records) error {
	rows, err := q.Query(ctx, `
		select a.member_id, a.number, a.procedure, a.npi, a.valid_from, a.valid_through, a.approved_thousandths, a.used_thousandths
		from unnest($2::uuid[]) as wanted (member_id)
		cross join lateral (
			select * from prior_authorization a where a.payer_id = $1 and a.member_id = wanted.member_id offset 0
		) a
		order by a.member_id, a.number`, payer, uuids(members))
	if err != nil {
		return failed(err, "looking up authorisations")
	}
	var member claim.ID
	var a claim.Authorization
	_, err = pgx.ForEachRow(rows, []any{(*[16]byte)(&member), &a.Number, &a.Procedure, &a.NPI, &a.From, &a.Through,
		&a.Approved, &a.Used}, func() error {
		into.Authorizations[member] = append(into.Authorizations[member], a)
		return nil
	})
	return failed(err, "looking up authorisations")
}

func loadAccumulators(ctx context.Context, q Querier, payer claim.PayerID, families []claim.ID, into *facts.Records) error {
	rows, err := q.Query(ctx, `
		select a.family_id, a.member_id, a.year, a.kind, a.benefit_group, a.amount
		from unnest($2::uuid[]) as wanted (family_id)
		cross join lateral (
			select * from accumulator a where a.payer_id = $1 and a.family_id = wanted.family_id offset 0
		) a
		order by a.family_id, a.member_id, a.year, a.kind, a.benefit_group`, payer, uuids(families))
	if err != nil {
		return failed(err, "looking up accumulators")
	}
	var family claim.ID
	var a claim.Accumulator
	_, err = pgx.ForEachRow(rows, []any{(*[16]byte)(&family), (*[16]byte)(&a.Member), &a.Year, &a.Kind, &a.Group, &a.Amount},
		func() error {
			into.Accumulators[family] = append(into.Accumulators[family], a)
			return nil
		})
	return failed(err, "looking up accumulators")
}

// historyMarginDays widens the window so that a claim that began before the first day is found too.
const historyMarginDays = 366

func loadHistory(ctx context.Context, q Querier, payer claim.PayerID, w Wanted, members []claim.ID, into *facts.Records) error {
	if !w.FirstDay.Known() {
		return nil
	}
	rows, err := q.Query(ctx, `
		select c.beneficiary, c.history
		from unnest($2::uuid[]) as wanted (beneficiary)
		cross join lateral (
			select * from claim c
			where c.payer_id = $1 and c.beneficiary = wanted.beneficiary and c.history is not null
				and c.service_from between $3 and $4
			offset 0
		) c
		order by c.beneficiary, c.service_from, c.claim_id`,
		payer, uuids(members), w.FirstDay.AddDays(-historyMarginDays), w.LastDay)
	if err != nil {
		return failed(err, "looking up history")
	}
	var beneficiary claim.ID
	var packed []byte
	_, err = pgx.ForEachRow(rows, []any{(*[16]byte)(&beneficiary), &packed}, func() error {
		lines, err := claim.AppendHistory(into.History[beneficiary], packed)
		if err == nil {
			into.History[beneficiary] = lines
		}
		return err
	})
	return failed(err, "looking up history")
}

// loadPredecessors finds the claims with the control numbers given, whether a claim that names them was paid in their place,
// and which of the numbers were given out for a claim that is not decided yet.
func loadPredecessors(ctx context.Context, q Querier, payer claim.PayerID, references []int64, into *facts.Records) error {
	if len(references) == 0 {
		return nil
	}
	rows, err := q.Query(ctx, `
		select wanted.control_number, c.claim_id, c.beneficiary, c.billing_npi, c.outcome, c.paid_cents,
			exists (
				select from claim r where r.payer_id = $1 and r.replaces = wanted.control_number and r.outcome = 'pay' offset 0
			)
		from unnest($2::bigint[]) as wanted (control_number)
		left join lateral (
			select * from claim c where c.payer_id = $1 and c.control_number = wanted.control_number offset 0
		) c on true
		left join lateral (
			select s.claim_id from staged_claim s where s.payer_id = $1 and s.control_number = wanted.control_number offset 0
		) s on true
		where c.claim_id is not null or s.claim_id is not null`, payer, references)
	if err != nil {
		return failed(err, "looking up replaced claims")
	}
	var number int64
	var id, beneficiary *[16]byte
	var billing *string
	var outcome *claim.Outcome
	var paid *claim.Cents
	var superseded bool
	_, err = pgx.ForEachRow(rows, []any{&number, &id, &beneficiary, &billing, &outcome, &paid, &superseded}, func() error {
		if id == nil {
			into.InProcess[claim.ControlNumber(number)] = true
			return nil
		}
		into.Predecessors[claim.ControlNumber(number)] = facts.Predecessor{
			Claim: *id, Beneficiary: *beneficiary, BillingNPI: *billing, Outcome: *outcome, Paid: *paid, Superseded: superseded,
		}
		return nil
	})
	return failed(err, "looking up replaced claims")
}

// FamilyVersions reads the version of each family; one that has no row yet is at 0.
func FamilyVersions(ctx context.Context, q Querier, payer claim.PayerID, families []claim.ID) (map[claim.ID]int64, error) {
	rows, err := q.Query(ctx, `
		select f.family_id, f.version
		from unnest($2::uuid[]) as wanted (family_id)
		cross join lateral (
			select * from family_state f where f.payer_id = $1 and f.family_id = wanted.family_id offset 0
		) f`,
		payer, uuids(families))
	if err != nil {
		return nil, failed(err, "reading family versions")
	}
	return collectVersions(rows, len(families))
}

func collectVersions(rows pgx.Rows, n int) (map[claim.ID]int64, error) {
	versions := make(map[claim.ID]int64, n)
	var family uuid.UUID
	var version int64
	_, err := pgx.ForEachRow(rows, []any{(*[16]byte)(&family), &version}, func() error {
		versions[family] = version
		return nil
	})
	return versions, failed(err, "reading family versions")
}
