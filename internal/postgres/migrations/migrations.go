// Package migrations holds the schema of the main database as files NNNN_name.sql and the runner that applies them, each
// once, in order of NNNN and in a transaction of its own. It knows nothing of what the tables mean.
//
// Forward only: there is no way down, and a file that was released is never changed (its SHA-256 is recorded and
// compared at every start): mend it with the next number. Each file opens by saying why it exists; invariants
// are constraints, and constraints have names, since callers map errors by name. A file does not begin or commit
// and makes no index concurrently: the runner owns the transaction.
package migrations

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
)

//go:embed *.sql
var files embed.FS

var fileName = regexp.MustCompile(`^([0-9]{4})_([a-z0-9_]+)\.sql$`)

// migration is one file: its number, its name and its text.
type migration struct {
	number int
	file   string
	text   []byte
	digest [sha256.Size]byte
}

// Run brings the main database to the newest schema this binary knows. See RunFS for its errors.
func Run(ctx context.Context, pool *pgxpool.Pool, applied ...func(file string)) error {
	return RunFS(ctx, pool, files, "main", applied...)
}

// RunFS applies the files NNNN_name.sql of set, in order, that the database has not yet seen under that name. Several
// sets may share a database. Each migration commits together with its row in schema_migration, under a lock that
// dies with the transaction: a process killed at any moment leaves a migration done or not begun, and of two
// processes one waits for the other. Nothing to do is no error.
//
// It returns claim.Conflict when history differs (an applied file was changed, is gone, or a new file sorts before
// an applied one), claim.Invalid for a file that is badly named or ends its transaction, and otherwise Unavailable
// with the file and the server's message. applied is told of each file when it has run and is not committed.
func RunFS(ctx context.Context, pool *pgxpool.Pool, set fs.FS, name string, applied ...func(file string)) error {
	migrations, err := readMigrations(set)
	if err != nil {
		return err
	}
	for range len(migrations) + 1 {
		done, err := migrateOne(ctx, pool, migrations, name, applied)
		if err != nil || done {
			return err
		}
	}
	return claim.Errorf(claim.Internal, "migrating set %s: still not done after %d steps", name, len(migrations)+1)
}

// readMigrations lists the .sql files of the folder in order. Other files are ignored; a misnamed .sql is not, for it
// would silently never run.
func readMigrations(set fs.FS) ([]migration, error) {
	names, err := fs.Glob(set, "*.sql")
	if err != nil {
		return nil, claim.Errorf(claim.Internal, "listing migrations: %w", err)
	}
	slices.Sort(names)
	var list []migration
	for _, file := range names {
		parts := fileName.FindStringSubmatch(file)
		if parts == nil {
			return nil, claim.Errorf(claim.Invalid, "migration %s: the name must be NNNN_name.sql in lower case", file)
		}
		number, err := strconv.Atoi(parts[1])
		if err != nil {
			return nil, claim.Errorf(claim.Invalid, "migration %s: %w", file, err)
		}
		if len(list) > 0 && list[len(list)-1].number == number {
			return nil, claim.Errorf(claim.Invalid, "migrations %s and %s have the same number", list[len(list)-1].file, file)
		}
		text, err := fs.ReadFile(set, file)
		if err != nil {
			return nil, claim.Errorf(claim.Internal, "reading migration %s: %w", file, err)
		}
		list = append(list, migration{number, file, text, sha256.Sum256(text)})
	}
	return list, nil
}

// migrateOne applies the next migration, if there is one, and tells whether the set is complete.
func migrateOne(ctx context.Context, pool *pgxpool.Pool, list []migration, name string, told []func(file string)) (done bool, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := openHistory(ctx, tx, name); err != nil {
			return err
		}
		applied, err := readHistory(ctx, tx, name)
		if err != nil {
			return err
		}
		if err := compareHistory(applied, list, name); err != nil {
			return err
		}
		if done = len(applied) == len(list); done {
			return nil
		}
		next := list[len(applied)]
		if err := apply(ctx, tx, next, name); err != nil {
			return err
		}
		for _, tell := range told {
			tell(next.file)
		}
		return nil
	})
	if err != nil && claim.KindOf(err) == claim.Internal {
		return false, claim.Errorf(claim.Unavailable, "migrating set %s: %w", name, err)
	}
	return done, err
}

// openHistory takes the lock of the set and sees to it that the history table exists. The lock comes first: two
// "create table if not exists" at once can fail on the catalog's own unique index.
func openHistory(ctx context.Context, tx pgx.Tx, name string) error {
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('assize schema_migration', 0))`); err != nil {
		return fmt.Errorf("locking the migrations: %w", err)
	}
	_, err := tx.Exec(ctx, `
		create table if not exists schema_migration (
			set_name   text        not null,
			number     integer     not null,
			file       text        not null,
			sha256     bytea       not null constraint schema_migration_sha256_size check (octet_length(sha256) = 32),
			applied_at timestamptz not null default now(),
			constraint schema_migration_pkey primary key (set_name, number)
		)`)
	if err != nil {
		return fmt.Errorf("making schema_migration for set %s: %w", name, err)
	}
	return nil
}

// appliedMigration is one row of schema_migration.
type appliedMigration struct {
	Number int
	File   string
	SHA256 []byte
}

func readHistory(ctx context.Context, tx pgx.Tx, name string) ([]appliedMigration, error) {
	rows, err := tx.Query(ctx, `
		select number,
		       file,
		       sha256
		  from schema_migration
		 where set_name = $1
		 order by number`, name)
	if err != nil {
		return nil, fmt.Errorf("reading schema_migration: %w", err)
	}
	applied, err := pgx.CollectRows(rows, pgx.RowToStructByPos[appliedMigration])
	if err != nil {
		return nil, fmt.Errorf("reading schema_migration: %w", err)
	}
	return applied, nil
}

// compareHistory insists that what was applied is a prefix of what the binary carries, text by text. Anything else
// means that the database and the binary tell different stories, and guessing which is right loses data.
func compareHistory(applied []appliedMigration, list []migration, name string) error {
	for i, row := range applied {
		if i >= len(list) {
			return claim.Errorf(claim.Conflict,
				"set %s: the database has migration %s, which this binary does not know: it was migrated by a newer one", name, row.File)
		}
		if list[i].number != row.Number {
			return claim.Errorf(claim.Conflict,
				"set %s: the database has migration %s where this binary has %s: migrations run forward only", name, row.File, list[i].file)
		}
		if !bytes.Equal(list[i].digest[:], row.SHA256) {
			return claim.Errorf(claim.Conflict,
				"set %s: migration %s was changed after it was applied: add a new one instead", name, row.File)
		}
	}
	return nil
}

// apply runs one migration and records it. The transaction's number is compared before and after, because a file that
// commits by itself would leave a half-done schema behind after a crash.
func apply(ctx context.Context, tx pgx.Tx, m migration, name string) error {
	before, err := transactionNumber(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, string(m.text)); err != nil {
		return fmt.Errorf("migration %s: %w", m.file, err)
	}
	after, err := transactionNumber(ctx, tx)
	if err != nil {
		return fmt.Errorf("migration %s: %w", m.file, err)
	}
	if before != after {
		return claim.Errorf(claim.Invalid, "migration %s ends its transaction: leave begin and commit to the runner", m.file)
	}
	_, err = tx.Exec(ctx, `
		insert into schema_migration (set_name, number, file, sha256)
		values ($1, $2, $3, $4)`, name, m.number, m.file, m.digest[:])
	if err != nil {
		return fmt.Errorf("recording migration %s: %w", m.file, err)
	}
	return nil
}

func transactionNumber(ctx context.Context, tx pgx.Tx) (int64, error) {
	var number int64
	if err := tx.QueryRow(ctx, `select txid_current()`).Scan(&number); err != nil {
		return 0, fmt.Errorf("reading the transaction's number: %w", err)
	}
	return number, nil
}
