// Package postgres keeps claims, facts, evidence, reference tables, batches and cases in PostgreSQL: the pool, the
// migrations, and the queries themselves, as literal SQL beside the function that uses it.
//
// It is the store, not the rules: nothing here decides about a claim. A function that writes takes the caller's
// pgx.Tx, so that a decision and its ledger entry commit together. Errors that leave the package never carry
// PgError.Detail, which quotes rows and so personal data.
package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
)

// connectTimeout bounds one attempt to reach the server, so that a wrong address is an error and not a wait.
const connectTimeout = 10 * time.Second

// Open returns a pool of at most maxConns connections to dsn (a URL or key=value text), after one round trip
// on it. Sessions run in UTC and call themselves "assize". The caller closes the pool. A dsn that cannot be read or
// a maxConns below 1 is claim.Invalid, a server that does not answer claim.Unavailable; neither shows the password.
func Open(ctx context.Context, dsn string, maxConns int) (*pgxpool.Pool, error) {
	if maxConns < 1 {
		return nil, claim.Errorf(claim.Invalid, "opening a pool of %d connections: at least one is needed", maxConns)
	}
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		// The driver's error quotes the address, and where that is garbled, the password.
		return nil, claim.Errorf(claim.Invalid, "the database address cannot be read: it is postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=MODE, "+
			"or host=HOST port=PORT user=USER password=PASSWORD dbname=DATABASE sslmode=MODE, with what PostgreSQL knows for each")
	}
	config.MaxConns = int32(min(maxConns, 1<<15))
	config.ConnConfig.ConnectTimeout = connectTimeout
	config.ConnConfig.RuntimeParams["application_name"] = "assize"
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	// Tables here grow from nothing to millions of rows and staging empties again, faster than statistics follow. A plan
	// made for the empty table and kept has read all of staging once for every claim of a chunk. So every statement is
	// planned when it runs, and reads a table whole only when it has no index to use.
	config.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
	config.ConnConfig.RuntimeParams["enable_seqscan"] = "off"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, claim.Errorf(claim.Internal, "making the pool: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, claim.Errorf(claim.Unavailable, "reaching the database: %w", err)
	}
	return pool, nil
}
