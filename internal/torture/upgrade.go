package torture

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
)

// There is one release of the schema so far. So that a death can fall into an upgrade of tables that hold something, torture
// has migrations of its own, in a set of their own, of the kinds that later releases will have.

// upgradeSet is their name in schema_migration.
const upgradeSet = "torture"

// migrationsAnUpgrade is how many one upgrade adds: a death may fall between two.
const migrationsAnUpgrade = 2

func (t *run) upgradeFolder() string { return filepath.Join(t.options.Dir, "upgrades") }

// addMigrations writes the next migrations: each adds a column to a table with rows, fills it, and makes an index.
func (t *run) addMigrations() error {
	if err := os.MkdirAll(t.upgradeFolder(), 0o700); err != nil {
		return claim.Errorf(claim.Unavailable, "making a folder for migrations: %w", err)
	}
	for range migrationsAnUpgrade {
		t.migrations++
		text := fmt.Sprintf(`-- An upgrade under torture.
alter table claim add column torture_%[1]d bigint not null default 0;
update claim set torture_%[1]d = control_number;
create index torture_%[1]d on claim (payer_id, torture_%[1]d);
`, t.migrations)
		file := filepath.Join(t.upgradeFolder(), fmt.Sprintf("%04d_torture.sql", t.migrations))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return claim.Errorf(claim.Unavailable, "writing a migration: %w", err)
		}
	}
	return nil
}

// upgrade has a child come up with migrations that the database has not seen.
func (t *run) upgrade(p *process) error {
	if err := t.addMigrations(); err != nil {
		return err
	}
	return t.migrate(p)
}

// migrate has a child do what every start does: apply what is missing.
func (t *run) migrate(p *process) error {
	if t.migrations == 0 {
		return nil
	}
	_, err := p.ask(request{Do: doUpgrade, Folder: t.upgradeFolder()})
	return err
}

// upgrade applies the migrations in a folder. The worker may be at work: another machine may run the next version already.
func (c *Child) upgrade(ctx context.Context, folder string) error {
	return postgres.MigrateFS(ctx, c.Installation.Pool, os.DirFS(folder), upgradeSet, func(string) { c.Trap.Reach(installation.StageMigrating) })
}

// checkUpgrades finds migrations that are half done: each is done, with all that it does, or not begun.
func (a *audit) checkUpgrades(ctx context.Context, l *look) error {
	var broken int
	err := l.tx.QueryRow(ctx, `
		select count(*)
		from (select number from schema_migration where set_name = 'torture') done
		full join (
			select substring(attname from 9)::int as number from pg_attribute
			where attrelid = 'claim'::regclass and attname like 'torture\_%' and not attisdropped) columns using (number)
		full join (select substring(indexname from 9)::int as number from pg_indexes where indexname like 'torture\_%') indexes using (number)
		where done is null or columns is null or indexes is null`).Scan(&broken)
	if err != nil {
		return claim.Errorf(claim.Unavailable, "looking for migrations that are half done: %w", err)
	}
	if broken > 0 {
		a.find("%d migrations that are half done", broken)
	}
	return nil
}
