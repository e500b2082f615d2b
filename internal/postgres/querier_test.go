package postgres_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/postgres"
)

// What the driver refuses before the server sees it, or cannot read, it writes into its error.
func TestErrorsOfTheDriverQuoteNoRow(t *testing.T) {
	members := postgres.Enrolment{Members: []claim.Member{
		{ID: id(51), Family: id(50), SubscriberNumber: marked, Last: marked, First: marked, BirthDate: 19800203, Sex: "F"},
	}}
	enrol := func(tx pgx.Tx) error { return postgres.Enrol(t.Context(), tx, 1, members) }
	read := func(tx pgx.Tx) error {
		return postgres.LoadMembers(t.Context(), tx, 1, postgres.Wanted{SubscriberKeys: []string{marked}}, facts.NewRecords())
	}
	cases := []struct {
		name, schema string
		do           func(pgx.Tx) error
		want         string
	}{
		{"a name for a number", `alter table member alter last_name type int using 0`, enrol, "adding members of payer 1: 22P03"},
		{"a date for an id", `alter table member alter birth_date type uuid using gen_random_uuid()`, enrol, "adding members of payer 1: 08P01"},
		{"a number asked for by name", `alter table member alter subscriber_key type int using 0`, read, "looking up members"},
		{"text where a number is read", `alter table member alter birth_date type text using '` + marked + `'`, read, "looking up members: column birth_date"},
		{"nothing where a name is read", `alter table member alter last_name drop not null; update member set last_name = null`, read, "column last_name is null"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pool := newPool(t)
			if err := attempt(t, pool, enrol); err != nil {
				t.Fatal(err)
			}
			if _, err := pool.Exec(t.Context(), c.schema); err != nil {
				t.Fatal(err)
			}
			members.Members[0].ID = id(52)
			err := attempt(t, pool, c.do)
			members.Members[0].ID = id(51)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %s", err, c.want)
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if text := e.Error(); strings.Contains(text, marked) || strings.Contains(text, "1980") {
					t.Errorf("%T quotes the row: %v", e, e)
				}
			}
		})
	}
}

func TestANameThatIsNoTextIsTheCallersFault(t *testing.T) {
	pool := newPool(t)
	for _, name := range []string{"\xff", "A\x00B", "\xc3"} {
		_, err := postgres.PayerByCode(t.Context(), pool, name)
		requireKind(t, err, claim.Invalid, fmt.Sprintf("%q", name))
	}
}

func TestAPlanWhoseTermsLeaveAFigureOutIsNotRead(t *testing.T) {
	pool := newPool(t)
	if err := attempt(t, pool, func(tx pgx.Tx) error { return postgres.Enrol(t.Context(), tx, 1, enrolment()) }); err != nil {
		t.Fatal(err)
	}
	for _, damage := range []string{`terms - 'deductibleIndividualCents'`, `terms || '{"copayCents": null}'`, `terms || '{"free": true}'`, `'[]'`} {
		if _, err := pool.Exec(t.Context(), `update plan set terms = `+damage+` where valid_from = 20250101`); err != nil {
			t.Fatal(err)
		}
		plans, err := postgres.Plans(t.Context(), pool, 1)
		if err == nil {
			t.Errorf("%s: got %+v, want an error", damage, plans)
			continue
		}
		requireKind(t, err, claim.Internal, damage)
	}
}
