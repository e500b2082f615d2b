package installation_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/ledger"
)

// temporaryFolder makes every folder for temporary files of this test lie in one that PostgreSQL's user can enter also
// when the tests run as root, which t.TempDir is not.
func temporaryFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "assize-installation-") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir)
	return dir
}

func TestTemporaryInstallationLeavesNothingBehind(t *testing.T) {
	dir := temporaryFolder(t)
	i, err := installation.Open(t.Context(), installation.Options{WithoutTemporal: true, Volatile: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := i.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A folder without the key file, beside databases whose keys were wrapped under it, is the wrong one: a key of its own would open
// nothing, and what it sealed nobody else could read.
func TestNoSecondKeyIsMadeBesideKeysThatAreThere(t *testing.T) {
	temporaryFolder(t)
	options := installation.Options{WithoutTemporal: true, Volatile: true}
	first, err := installation.Open(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := first.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	elsewhere := func() (string, error) {
		options := options
		options.Dir, options.DSN, options.KeysDSN = t.TempDir(), first.DSN, first.KeysDSN
		i, err := installation.Open(t.Context(), options)
		if err == nil {
			err = i.Close(t.Context())
		}
		return options.Dir, err
	}
	if _, err := elsewhere(); err != nil {
		t.Errorf("before there is a key: %v", err)
	}
	if _, err := first.Keys.ForSubjects(t.Context(), 1, []ledger.Subject{claim.NewID()}); err != nil {
		t.Fatal(err)
	}
	dir, err := elsewhere()
	if claim.KindOf(err) != claim.NotFound || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v, want NotFound with the folder", err)
	}
	if installation.IsIn(dir) {
		t.Error("a key was made all the same")
	}
}
