package embedded_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/embedded"
)

// folder is a folder that PostgreSQL's user can enter also when the tests run as root; t.TempDir is not.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "assize-embedded-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func start(t *testing.T, options embedded.Options) *embedded.Engines {
	t.Helper()
	options.Volatile = true
	engines, err := embedded.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return engines
}

func stop(t *testing.T, engines *embedded.Engines) {
	t.Helper()
	if err := engines.Stop(t.Context()); err != nil {
		t.Errorf("stopping: %v", err)
	}
}

func TestMainRoleCannotEnterTheKeys(t *testing.T) {
	engines := start(t, embedded.Options{Dir: folder(t), WithoutTemporal: true})
	defer stop(t, engines)

	keys, err := pgx.ParseConfig(engines.KeysDSN)
	if err != nil {
		t.Fatal(err)
	}
	main, err := pgx.ParseConfig(engines.DSN)
	if err != nil {
		t.Fatal(err)
	}
	connection, err := pgx.ConnectConfig(t.Context(), keys)
	if err != nil {
		t.Fatalf("the keys' own role cannot enter: %v", err)
	}
	if err := connection.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	main.Database = keys.Database
	if connection, err := pgx.ConnectConfig(t.Context(), main); err == nil {
		_ = connection.Close(t.Context())
		t.Error("the main role could enter the database of the keys")
	}
}

func TestSecondProcessOnTheSameFolderIsRefused(t *testing.T) {
	dir := folder(t)
	engines := start(t, embedded.Options{Dir: dir, WithoutTemporal: true})
	defer stop(t, engines)

	_, err := embedded.Start(t.Context(), embedded.Options{Dir: dir, WithoutTemporal: true, Volatile: true})
	if claim.KindOf(err) != claim.Unavailable {
		t.Errorf("got %v, want an error of kind Unavailable", err)
	}
	other := start(t, embedded.Options{Dir: folder(t), WithoutTemporal: true})
	stop(t, other)
}
