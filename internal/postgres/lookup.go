package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
)

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
		select subscriber_key, member_id, family_id, subscriber_number, relationship, last_name, first_name,
			birth_date, death_date, sex
		from member where payer_id = $1 and subscriber_key = any($2)
		order by member_id`, payer, w.SubscriberKeys)
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
		select npi, specialty, network, valid_from, valid_through
		from provider where payer_id = $1 and npi = any($2)`, payer, npis)
	if err != nil {
		return failed(err, "looking up providers")
	}
	var p claim.ProviderFact
	_, err = pgx.ForEachRow(rows, []any{&p.NPI, &p.Specialty, &p.Network, &p.From, &p.Through}, func() error {
		into.Providers[p.NPI] = p
		return nil
	})
	return failed(err, "looking up providers")
}

// LoadRecords reads everything that hangs on the matched patients and their families. Families not in the database
// have version 0.
func LoadRecords(ctx context.Context, q Querier, codec *claim.Codec, payer claim.PayerID, w Wanted, members, families []claim.ID, into *facts.Records) error {
	steps := []func() error{
		func() error { return loadCoverages(ctx, q, payer, members, into) },
		func() error { return loadAuthorizations(ctx, q, payer, members, into) },
		func() error { return loadAccumulators(ctx, q, payer, families, into) },
		func() error { return loadHistory(ctx, q, codec, payer, w, members, into) },
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
		select member_id, plan_code, valid_from, valid_through
		from coverage where payer_id = $1 and member_id = any($2)
		order by member_id, valid_from`, payer, uuids(members))
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
		select member_id, number, procedure, npi, valid_from, valid_through, approved_thousandths, used_thousandths
		from prior_authorization where payer_id = $1 and member_id = any($2)
		order by member_id, number`, payer, uuids(members))
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
		select family_id, member_id, year, kind, benefit_group, amount
		from accumulator where payer_id = $1 and family_id = any($2)
		order by family_id, member_id, year, kind, benefit_group`, payer, uuids(families))
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

func loadHistory(ctx context.Context, q Querier, codec *claim.Codec, payer claim.PayerID, w Wanted, members []claim.ID, into *facts.Records) error {
	if !w.FirstDay.Known() {
		return nil
	}
	rows, err := q.Query(ctx, `
		select beneficiary, history
		from claim
		where payer_id = $1 and beneficiary = any($2) and history is not null and service_from between $3 and $4
		order by beneficiary, service_from, claim_id`,
		payer, uuids(members), w.FirstDay.AddDays(-historyMarginDays), w.LastDay)
	if err != nil {
		return failed(err, "looking up history")
	}
	var beneficiary claim.ID
	var packed []byte
	_, err = pgx.ForEachRow(rows, []any{(*[16]byte)(&beneficiary), &packed}, func() error {
		var lines []claim.HistoryLine
		if err := codec.DecodeTrusted(packed, &lines); err != nil {
			return err
		}
		into.History[beneficiary] = append(into.History[beneficiary], lines...)
		return nil
	})
	return failed(err, "looking up history")
}

func loadPredecessors(ctx context.Context, q Querier, payer claim.PayerID, references []int64, into *facts.Records) error {
	if len(references) == 0 {
		return nil
	}
	rows, err := q.Query(ctx, `
		select control_number, claim_id, beneficiary, billing_npi, outcome, paid_cents
		from claim where payer_id = $1 and control_number = any($2)`, payer, references)
	if err != nil {
		return failed(err, "looking up replaced claims")
	}
	var number int64
	var p facts.Predecessor
	_, err = pgx.ForEachRow(rows, []any{&number, (*[16]byte)(&p.Claim), (*[16]byte)(&p.Beneficiary), &p.BillingNPI, &p.Outcome, &p.Paid},
		func() error {
			into.Predecessors[claim.ControlNumber(number)] = p
			return nil
		})
	return failed(err, "looking up replaced claims")
}

// FamilyVersions reads the version of each family; one that has no row yet is at 0.
func FamilyVersions(ctx context.Context, q Querier, payer claim.PayerID, families []claim.ID) (map[claim.ID]int64, error) {
	rows, err := q.Query(ctx, `select family_id, version from family_state where payer_id = $1 and family_id = any($2)`,
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
