package postgres

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
)

// Enrolment is a payer's own records in bulk: who is covered by what, and who may treat them.
type Enrolment struct {
	Plans          []claim.Plan
	Members        []claim.Member
	Coverages      map[claim.ID][]claim.Coverage
	Providers      []claim.ProviderFact
	Authorizations map[claim.ID][]claim.Authorization
}

// Enrol adds records by COPY. A record that is there already is an error: enrolment files are whole. So is a provider
// whose NPI fails its check digit (claim.Invalid), unless it says that it is assumed; no other may say so.
func Enrol(ctx context.Context, tx pgx.Tx, payer claim.PayerID, e Enrolment) error {
	if err := enrolPlans(ctx, tx, payer, e.Plans); err != nil {
		return err
	}
	if err := enrolMembers(ctx, tx, payer, e.Members); err != nil {
		return err
	}
	if err := enrolCoverages(ctx, tx, payer, e.Coverages); err != nil {
		return err
	}
	if err := enrolProviders(ctx, tx, payer, e.Providers); err != nil {
		return err
	}
	return enrolAuthorizations(ctx, tx, payer, e.Authorizations)
}

func enrolPlans(ctx context.Context, tx pgx.Tx, payer claim.PayerID, plans []claim.Plan) error {
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"plan"}, []string{"payer_id", "code", "valid_from", "terms"},
		pgx.CopyFromSlice(len(plans), func(i int) ([]any, error) {
			terms, err := json.Marshal(plans[i])
			return []any{payer, plans[i].Code, plans[i].From, terms}, err
		}))
	return failed(err, "adding plans of payer %d", payer)
}

func enrolMembers(ctx context.Context, tx pgx.Tx, payer claim.PayerID, members []claim.Member) error {
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"member"},
		[]string{"payer_id", "member_id", "family_id", "subscriber_key", "subscriber_number", "relationship",
			"last_name", "first_name", "birth_date", "death_date", "sex"},
		pgx.CopyFromSlice(len(members), func(i int) ([]any, error) {
			m := &members[i]
			return []any{payer, [16]byte(m.ID), [16]byte(m.Family), facts.SubscriberKey(m.SubscriberNumber), m.SubscriberNumber,
				m.Relationship, m.Last, m.First, m.BirthDate, m.DeathDate, m.Sex}, nil
		}))
	return failed(err, "adding members of payer %d", payer)
}

func enrolCoverages(ctx context.Context, tx pgx.Tx, payer claim.PayerID, coverages map[claim.ID][]claim.Coverage) error {
	var rows [][]any
	for _, member := range sortedIDs(coverages) {
		for _, c := range coverages[member] {
			rows = append(rows, []any{payer, [16]byte(member), c.PlanCode, c.From, c.Through})
		}
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"coverage"},
		[]string{"payer_id", "member_id", "plan_code", "valid_from", "valid_through"}, pgx.CopyFromRows(rows))
	return failed(err, "adding coverage of payer %d", payer)
}

func enrolProviders(ctx context.Context, tx pgx.Tx, payer claim.PayerID, providers []claim.ProviderFact) error {
	for i := range providers {
		if claim.ValidNPI(providers[i].NPI) == providers[i].Assumed {
			return claim.Errorf(claim.Invalid, "adding providers of payer %d: the NPI of provider %d fails its check digit, or holds and is assumed", payer, i+1)
		}
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"provider"},
		[]string{"payer_id", "npi", "specialty", "network", "valid_from", "valid_through", "assumed"},
		pgx.CopyFromSlice(len(providers), func(i int) ([]any, error) {
			p := &providers[i]
			return []any{payer, p.NPI, p.Specialty, p.Network, p.From, p.Through, p.Assumed}, nil
		}))
	return failed(err, "adding providers of payer %d", payer)
}

func enrolAuthorizations(ctx context.Context, tx pgx.Tx, payer claim.PayerID, all map[claim.ID][]claim.Authorization) error {
	var rows [][]any
	for _, member := range sortedIDs(all) {
		for _, a := range all[member] {
			rows = append(rows, []any{payer, [16]byte(member), a.Number, a.Procedure, a.NPI, a.From, a.Through,
				int64(a.Approved), int64(a.Used)})
		}
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"prior_authorization"},
		[]string{"payer_id", "member_id", "number", "procedure", "npi", "valid_from", "valid_through",
			"approved_thousandths", "used_thousandths"}, pgx.CopyFromRows(rows))
	return failed(err, "adding authorisations of payer %d", payer)
}

func sortedIDs[T any](m map[claim.ID]T) []claim.ID {
	return slices.SortedFunc(maps.Keys(m), func(a, b claim.ID) int { return slices.Compare(a[:], b[:]) })
}
