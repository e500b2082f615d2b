//go:build !lean

package embedded

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/server/common/log"
	v12 "go.temporal.io/server/schema/postgresql/v12"
	"go.temporal.io/server/schema/sqlite"
	"go.temporal.io/server/tools/common/schema"
	"go.temporal.io/server/tools/sql"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/assize/assize/internal/embedded/cluster"
)

// Temporal's two databases, and the role that owns both.
var (
	temporalDatabase   = database{"assize_temporal", "assize_temporal"}
	visibilityDatabase = database{"assize_temporal_visibility", "assize_temporal"}
)

// retention is how long Temporal keeps a closed workflow. What was decided lies in our own tables, so the history serves
// only to look into yesterday's trouble. It is fixed when the namespace is made.
const retention = 24 * time.Hour

// store is one of Temporal's databases, its schema in Temporal's own source, and the version this server wants.
type store struct {
	database
	schema, version string
}

// makeTemporalDatabases makes or upgrades both databases and registers the namespace.
func makeTemporalDatabases(ctx context.Context, postgres *cluster.Cluster, options temporalOptions, logger log.Logger) error {
	stores := []store{
		{temporalDatabase, "postgresql/v12/temporal", v12.Version},
		{visibilityDatabase, "postgresql/v12/visibility", v12.VisibilityVersion},
	}
	for _, s := range stores {
		if err := s.make(ctx, postgres, logger); err != nil {
			return fmt.Errorf("database %s: %w", s.name, err)
		}
		if err := s.upgrade(postgres, logger); err != nil {
			return fmt.Errorf("schema of %s: %w", s.name, err)
		}
	}
	return registerNamespace(postgres, options)
}

// make sets up a database that is not there yet. Temporal's set-up is many statements without a transaction, so it runs
// under another name and is renamed when whole: killed in between, the next start begins anew.
func (s store) make(ctx context.Context, postgres *cluster.Cluster, logger log.Logger) error {
	unfinished := store{database{s.name + "_new", s.role}, s.schema, s.version}
	var there bool
	err := asAdmin(ctx, postgres, func(admin *pgx.Conn) (err error) {
		there, err = s.exists(ctx, admin)
		if err != nil || there {
			return err
		}
		_, err = admin.Exec(ctx, fmt.Sprintf(`drop database if exists %s`, pgx.Identifier{unfinished.name}.Sanitize()))
		return err
	})
	if err != nil || there {
		return err
	}
	if err := makeDatabases(ctx, postgres, unfinished.database); err != nil {
		return err
	}
	if err := unfinished.setUp(postgres, s.name, logger); err != nil {
		return err
	}
	return asAdmin(ctx, postgres, func(admin *pgx.Conn) error {
		_, err := admin.Exec(ctx, fmt.Sprintf(`alter database %s rename to %s`,
			pgx.Identifier{unfinished.name}.Sanitize(), pgx.Identifier{s.name}.Sanitize()))
		return err
	})
}

// setUp fills an empty database with the whole schema at its newest version. The version is kept by the database's
// name, so it gets the name that the database is about to have.
func (s store) setUp(postgres *cluster.Cluster, finalName string, logger log.Logger) error {
	connection, err := sql.NewConnection(storeConfig(postgres, s.database), logger)
	if err != nil {
		return err
	}
	defer connection.Close()
	task := schema.NewSetupSchemaTask(connection, &schema.SetupConfig{SchemaName: s.schema, InitialVersion: s.version}, logger)
	if err := task.Run(); err != nil {
		return err
	}
	return connection.Exec(`update schema_version set db_name = $1`, finalName)
}

// upgrade brings a database made by an older server up to date; it does nothing on a new one.
func (s store) upgrade(postgres *cluster.Cluster, logger log.Logger) error {
	connection, err := sql.NewConnection(storeConfig(postgres, s.database), logger)
	if err != nil {
		return err
	}
	defer connection.Close()
	return schema.NewUpdateSchemaTask(connection, &schema.UpdateConfig{
		DBName: s.name, SchemaName: s.schema, TargetVersion: s.version,
	}, logger).Run()
}

// registerNamespace writes the namespace before the server starts, so that the first worker does not wait for a
// cache to refresh. The functions serve every SQL store, whatever their package is called; one that exists stays.
func registerNamespace(postgres *cluster.Cluster, options temporalOptions) error {
	namespace, err := sqlite.NewNamespaceConfig(clusterName, options.namespace, false, nil)
	if err != nil {
		return fmt.Errorf("describing namespace %s: %w", options.namespace, err)
	}
	namespace.Detail.Config.Retention = durationpb.New(retention)
	return sqlite.CreateNamespaces(storeConfig(postgres, temporalDatabase), namespace)
}
