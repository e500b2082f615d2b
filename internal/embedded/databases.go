package embedded

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/embedded/cluster"
)

// database is one database and the role that owns it and alone may enter it.
type database struct{ name, role string }

// Our own databases of an installation; temporal_schema.go has Temporal's. Keys lie apart from the data they open, so that a copy or a backup of the main
// database alone shows nobody's claims.
var (
	mainDatabase = database{"assize", "assize"}
	keysDatabase = database{"assize_keys", "assize_keys"}
)

// makeDatabases makes what is missing of the databases and their roles.
func makeDatabases(ctx context.Context, postgres *cluster.Cluster, list ...database) error {
	return asAdmin(ctx, postgres, func(admin *pgx.Conn) error {
		for _, d := range list {
			if err := d.makeRole(ctx, admin); err != nil {
				return err
			}
			there, err := d.exists(ctx, admin)
			if err != nil {
				return err
			}
			if !there {
				if err := d.create(ctx, admin); err != nil {
					return err
				}
			}
			if err := d.shut(ctx, admin); err != nil {
				return err
			}
		}
		return nil
	})
}

func asAdmin(ctx context.Context, postgres *cluster.Cluster, work func(*pgx.Conn) error) error {
	admin, err := pgx.Connect(ctx, postgres.DSN("postgres", cluster.Superuser))
	if err != nil {
		return claim.Errorf(claim.Unavailable, "connecting to the private PostgreSQL: %w", err)
	}
	defer func() { _ = admin.Close(ctx) }() // the session has nothing left to say
	if err := work(admin); err != nil {
		return claim.Errorf(claim.Unavailable, "preparing the private PostgreSQL: %w", err)
	}
	return nil
}

func (d database) makeRole(ctx context.Context, admin *pgx.Conn) error {
	var there bool
	err := admin.QueryRow(ctx, `select exists (select from pg_roles where rolname = $1)`, d.role).Scan(&there)
	if err != nil || there {
		return err
	}
	if _, err := admin.Exec(ctx, fmt.Sprintf(`create role %s login`, pgx.Identifier{d.role}.Sanitize())); err != nil {
		return fmt.Errorf("role %s: %w", d.role, err)
	}
	return nil
}

func (d database) exists(ctx context.Context, admin *pgx.Conn) (there bool, err error) {
	err = admin.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, d.name).Scan(&there)
	return there, err
}

func (d database) create(ctx context.Context, admin *pgx.Conn) error {
	statement := fmt.Sprintf(`create database %s owner %s`, pgx.Identifier{d.name}.Sanitize(), pgx.Identifier{d.role}.Sanitize())
	if _, err := admin.Exec(ctx, statement); err != nil {
		return fmt.Errorf("database %s: %w", d.name, err)
	}
	return nil
}

// shut keeps other roles out. A new database is open to everybody, and a process may be killed between making and
// shutting it, so this is done at every start.
func (d database) shut(ctx context.Context, admin *pgx.Conn) error {
	if _, err := admin.Exec(ctx, fmt.Sprintf(`revoke all on database %s from public`, pgx.Identifier{d.name}.Sanitize())); err != nil {
		return fmt.Errorf("closing database %s to other roles: %w", d.name, err)
	}
	return nil
}
