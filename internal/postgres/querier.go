package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/assize/assize/internal/claim"
)

// Querier reads: a pool, a connection or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// failed wraps an error of the server with what was attempted. Only the code, the constraint and the message without
// detail remain of a server error, for details quote rows; a lost connection is claim.Unavailable.
func failed(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	kind := claim.Internal
	cause := err
	if server, ok := errors.AsType[*pgconn.PgError](err); ok {
		cause = &ServerError{Code: server.Code, Constraint: server.ConstraintName, Message: server.Message}
		if class := server.Code[:min(2, len(server.Code))]; class == "57" || class == "53" || class == "08" {
			kind = claim.Unavailable
		}
	} else if !errors.Is(err, pgx.ErrNoRows) && !errors.Is(err, context.Canceled) {
		kind = claim.Unavailable
	}
	return claim.Errorf(kind, format+": %w", append(args, cause)...)
}

// ServerError is what may be told of an error of the server: no detail, no hint, no row.
type ServerError struct {
	Code       string // SQLSTATE
	Constraint string
	Message    string
}

func (e *ServerError) Error() string {
	if e.Constraint != "" {
		return e.Code + " on " + e.Constraint
	}
	return e.Code + " " + e.Message
}

// uuids turns ids into what pgx sends without a detour through text.
func uuids(ids []claim.ID) [][16]byte {
	raw := make([][16]byte, len(ids))
	for i, id := range ids {
		raw[i] = id
	}
	return raw
}
