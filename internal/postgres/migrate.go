package postgres

import (
	"context"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/postgres/migrations"
)

// Migrate brings the main database to the newest schema this binary knows. It may be called by several processes at
// once and killed at any moment. Errors as MigrateFS.
func Migrate(ctx context.Context, pool *pgxpool.Pool, applied ...func(file string)) error {
	return migrations.Run(ctx, pool, applied...)
}

// MigrateFS applies the files NNNN_name.sql of set that the database has not yet seen under that name; the ledger's
// key database has a set of its own. It returns claim.Conflict when a file was changed after it was applied or the
// database is newer than the binary, claim.Invalid for a misnamed file, claim.Unavailable when a file fails. applied is
// told of each file when it has run and is not committed.
func MigrateFS(ctx context.Context, pool *pgxpool.Pool, set fs.FS, name string, applied ...func(file string)) error {
	return migrations.RunFS(ctx, pool, set, name, applied...)
}
