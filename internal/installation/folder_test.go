package installation_test

import (
	"os"
	"testing"

	"github.com/assize/assize/internal/installation"
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
