package postgres_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgerror"
	"github.com/assize/assize/internal/postgres"
)

// marked stands for personal data in rows that the server refuses.
const marked = "ZYGMUNTOVA"

func TestErrorsQuoteNoRow(t *testing.T) {
	pool := newPool(t)
	member := claim.Member{ID: id(51), Family: id(50), SubscriberNumber: marked, Last: marked, First: marked, BirthDate: 19800101, Sex: "F"}
	patient := rowOf(0, claim.Pay)
	patient.PatientControlNumber = marked
	insertClaims(t, pool, 1, patient)
	cases := map[string]func(tx pgx.Tx) error{
		"a key that is there": func(tx pgx.Tx) error {
			return postgres.Enrol(t.Context(), tx, 1, postgres.Enrolment{Members: []claim.Member{member, member}})
		},
		"a check that fails, whose detail is the row": func(tx pgx.Tx) error {
			row := patient
			row.ClaimID, row.ControlNumber, row.Paid = id(1), 1, -1
			return postgres.InsertClaims(t.Context(), tx, 1, []postgres.ClaimRow{row})
		},
		"a text that the server cannot keep": func(tx pgx.Tx) error {
			member.Last = marked + "\x00" + marked
			return postgres.Enrol(t.Context(), tx, 1, postgres.Enrolment{Members: []claim.Member{member}})
		},
		"a value of the wrong kind, which the message quotes": func(tx pgx.Tx) error {
			row := patient
			row.ClaimID, row.ControlNumber, row.Outcome = id(1), 1, claim.Outcome(marked)
			return postgres.InsertClaims(t.Context(), tx, 1, []postgres.ClaimRow{row})
		},
		"a unique number that is there": func(tx pgx.Tx) error {
			row := patient
			row.ClaimID = id(1)
			return postgres.InsertClaims(t.Context(), tx, 1, []postgres.ClaimRow{row})
		},
		"a review that says nothing": func(tx pgx.Tx) error {
			return postgres.AddReview(t.Context(), tx, 1, id(7), id(1000), claim.HumanAction{Actor: marked, Action: marked, Rationale: marked})
		},
	}
	for name, do := range cases {
		t.Run(name, func(t *testing.T) {
			err := attempt(t, pool, do)
			if err == nil {
				t.Fatal("the server took it")
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if strings.Contains(e.Error(), marked) {
					t.Errorf("%T quotes the row: %v", e, e)
				}
			}
			server, ok := errors.AsType[*pgerror.ServerError](err)
			if !ok || strings.Contains(server.Message, marked) || server.Code == "" {
				t.Errorf("got %#v, want a code without values", server)
			}
		})
	}
}
