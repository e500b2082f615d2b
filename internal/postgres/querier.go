package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/pgerror"
)

// Querier reads: a pool, a connection or a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// AtOneMoment reads in a transaction that sees the database as it was at its beginning, whatever is committed meanwhile. The
// errors of read are returned as they are.
func AtOneMoment(ctx context.Context, pool *pgxpool.Pool, read func(pgx.Tx) error) error {
	var unread error
	err := pgx.BeginTxFunc(ctx, pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		unread = read(tx)
		return unread
	})
	if unread != nil {
		return unread
	}
	return failed(err, "reading at one moment")
}

// failed wraps an error of the server with what was attempted.
func failed(err error, format string, args ...any) error { return pgerror.Wrap(err, format, args...) }

// uuids turns ids into what pgx sends without a detour through text.
func uuids(ids []claim.ID) [][16]byte {
	raw := make([][16]byte, len(ids))
	for i, id := range ids {
		raw[i] = id
	}
	return raw
}
