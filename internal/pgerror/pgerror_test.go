package pgerror_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgerror"
)

// quoted stands for what a row holds.
const quoted = "ZYGMUNTOVA"

func TestAnErrorSaysWhetherToTryAgainAndQuotesNoRow(t *testing.T) {
	server := func(code string) error {
		return &pgconn.PgError{Code: code, Message: "of the server", Detail: "Key (last_name)=(" + quoted + ") exists.", Hint: quoted, Where: quoted}
	}
	for name, tc := range map[string]struct {
		err  error
		want claim.Kind
	}{
		"a connection that broke":               {server("08006"), claim.Unavailable},
		"a deadlock":                            {server("40P01"), claim.Unavailable},
		"too many connections":                  {server("53300"), claim.Unavailable},
		"a lock held by somebody for too long":  {server("55P03"), claim.Unavailable},
		"a server that is stopping":             {server("57P01"), claim.Unavailable},
		"a key that is there":                   {server("23505"), claim.Internal},
		"a text that is none":                   {&pgconn.PgError{Code: "22021", Message: "invalid byte sequence: " + quoted}, claim.Invalid},
		"a value that is none":                  {&pgconn.PgError{Code: "22P02", Message: "invalid input: " + quoted}, claim.Internal},
		"a function's own":                      {&pgconn.PgError{Code: "P0001", Message: quoted}, claim.Internal},
		"a connection that is gone":             {fmt.Errorf("reading: %w", io.ErrUnexpectedEOF), claim.Unavailable},
		"a deadline":                            {context.DeadlineExceeded, claim.Unavailable},
		"a pool that was closed":                {errors.New("closed pool"), claim.Unavailable},
		"what the driver cannot encode":         {errors.New("cannot encode " + quoted), claim.Unavailable},
		"what the driver cannot scan":           {pgx.ScanArgError{FieldName: "last_name", Err: errors.New(quoted)}, claim.Unavailable},
		"somebody who waits no longer":          {context.Canceled, claim.Internal},
		"no row":                                {pgx.ErrNoRows, claim.Internal},
		"one of ours":                           {claim.Errorf(claim.Conflict, "it was changed"), claim.Conflict},
		"one of ours made of one of the server": {pgerror.Wrap(server("40001"), "moving the head"), claim.Unavailable},
	} {
		err := pgerror.Wrap(tc.err, "writing %d rows", 3)
		if claim.KindOf(err) != tc.want || !strings.HasPrefix(err.Error(), "writing 3 rows: ") {
			t.Errorf("%s: kind %d, %v; want kind %d", name, claim.KindOf(err), err, tc.want)
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(e.Error(), quoted) {
				t.Errorf("%s: %T quotes the row: %v", name, e, e)
			}
		}
		if _, whole := errors.AsType[*pgconn.PgError](err); whole {
			t.Errorf("%s: the server's error is handed out with its detail", name)
		}
	}
	if err := pgerror.Wrap(nil, "writing"); err != nil {
		t.Errorf("no error: got %v", err)
	}
}
