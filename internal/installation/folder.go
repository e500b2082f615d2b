package installation

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/assize/assize/internal/claim"
)

// IsIn tells whether an installation was once opened in a folder: its keys are the last that a first start makes.
func IsIn(dir string) bool {
	_, err := os.Stat(keyFile(dir))
	return !errors.Is(err, fs.ErrNotExist)
}

// keyFile is where the key-encryption key of an installation lies.
func keyFile(dir string) string { return filepath.Join(dir, "keys", "data-keys.key") }

// makeFolder makes the installation's folder when it is not there. Postgres runs as another user when we are root, and
// must be able to pass through; keys lie in a folder of mode 0700 below.
func (i *Installation) makeFolder() error {
	if i.Dir == "" {
		dir, err := os.MkdirTemp("", "assize-")
		if err != nil {
			return claim.Errorf(claim.Unavailable, "making a temporary folder: %w", err)
		}
		i.Dir, i.temporary = dir, true
		return openFolder(dir)
	}
	if _, err := os.Stat(i.Dir); !errors.Is(err, fs.ErrNotExist) {
		return nil // whoever made it chose its mode; the engines say so when it does not serve
	}
	if err := os.MkdirAll(i.Dir, folderMode()); err != nil {
		return claim.Errorf(claim.Unavailable, "making the folder of the installation: %w; name another that may be written to", err)
	}
	return openFolder(i.Dir)
}

func folderMode() os.FileMode {
	if os.Geteuid() == 0 {
		return 0o711
	}
	return 0o700
}

// openFolder sets the mode that the process's umask may have narrowed.
func openFolder(dir string) error {
	if err := os.Chmod(dir, folderMode()); err != nil {
		return claim.Errorf(claim.Unavailable, "opening the folder of the installation: %w", err)
	}
	return nil
}
