// Package pgerror makes errors of PostgreSQL and of its driver into ours: of a kind by which callers know whether to try
// again, and without what could quote a row. Both stores, internal/postgres and ledger, hand out no others.
package pgerror

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/assize/assize/internal/claim"
)

// noText is the server's code for a text that is not UTF-8 or holds NUL: somebody's name for something, and of nothing we have.
const noText = "22021"

// Wrap wraps an error of the server with what was attempted. What remains of a server error is a ServerError; a lost
// connection, a deadlock, a lock that was held too long and a server that is stopping are claim.Unavailable: the same may
// work a moment later.
func Wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	kind := claim.Internal
	cause := err
	server, ok := errors.AsType[*pgconn.PgError](err)
	ours, known := errors.AsType[*claim.Error](err)
	switch {
	case ok:
		cause = serverError(server)
		switch {
		case slices.Contains([]string{"08", "40", "53", "55", "57"}, class(server.Code)):
			kind = claim.Unavailable
		case server.Code == noText:
			kind = claim.Invalid
		}
	case known: // of a row that was read
		kind = ours.Kind
	case !errors.Is(err, pgx.ErrNoRows) && !errors.Is(err, context.Canceled):
		kind, cause = claim.Unavailable, driverError(err)
	}
	return claim.Errorf(kind, format+": %w", append(args, cause)...)
}

// ServerError is what may be told of an error of the server: no detail, no hint, no row.
type ServerError struct {
	Code       string // SQLSTATE
	Constraint string
	Message    string // "" where it could quote a value
}

// serverError leaves out what could quote a value. Details do so always; messages about data (class 22) and what a
// function raised (P0) may.
func serverError(e *pgconn.PgError) *ServerError {
	told := &ServerError{Code: e.Code, Constraint: e.ConstraintName}
	if c := class(e.Code); c != "22" && c != "P0" {
		told.Message = e.Message
	}
	return told
}

// driverError leaves out what the driver quotes: a value that does not fit its column, it writes into its error. What
// only tells of the connection is told as it is.
func driverError(err error) error {
	if unread, ok := errors.AsType[pgx.ScanArgError](err); ok {
		return fmt.Errorf("column %s is null, or not of its type", unread.FieldName)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return err
	}
	if _, ok := errors.AsType[net.Error](err); ok || pgconn.SafeToRetry(err) || pgconn.Timeout(err) {
		return err
	}
	for _, lost := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, context.DeadlineExceeded, pgconn.ErrConnClosed, pgx.ErrTxClosed} {
		if errors.Is(err, lost) {
			return err
		}
	}
	if err.Error() == closedPool {
		return err
	}
	return fmt.Errorf("the driver refuses it (%T): a value that is not of its column's type, as a rule", err)
}

// closedPool is what a pool says after it was closed, by an error that it does not export.
const closedPool = "closed pool"

func class(code string) string { return code[:min(2, len(code))] }

func (e *ServerError) Error() string {
	if e.Constraint != "" {
		return e.Code + " on " + e.Constraint
	}
	return strings.TrimSuffix(e.Code+" "+e.Message, " ")
}
