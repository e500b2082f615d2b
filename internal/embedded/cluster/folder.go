package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode"

	"github.com/assize/assize/internal/claim"
)

const (
	dataFolder   = "pg"
	socketFolder = "socket"
	lockFile     = "lock"

	// socketPathMax is the longest path that fits sockaddr_un on every system (Linux has 108 bytes with the final
	// zero, macOS 104).
	socketPathMax = 103
)

func (c *Cluster) data() string { return filepath.Join(c.dir, dataFolder) }

// makeFolders makes Dir, the socket's folder and what lies between, and checks that the cluster's user can get there.
func (c *Cluster) makeFolders() error {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return claim.Errorf(claim.Unavailable, "making the folder of the cluster: %w", err)
	}
	if c.identity.credential != nil {
		// The user may pass through to the data, and still may not list what else lies here.
		if err := os.Chmod(c.dir, 0o711); err != nil {
			return claim.Errorf(claim.Unavailable, "opening the folder of the cluster to %s: %w", c.identity.name, err)
		}
		if err := c.identity.canReach(c.dir); err != nil {
			return err
		}
	}
	c.socketDir = filepath.Join(c.dir, socketFolder)
	if !servesSocket(c.socketDir) {
		c.socketDir = shortSocketDir(c.dir)
	}
	return c.makeOwned(c.socketDir)
}

func socketFile(dir string) string { return filepath.Join(dir, fmt.Sprintf(".s.PGSQL.%d", port)) }

// servesSocket tells whether a folder's path can be where the socket lies: short enough, and of characters that mean the
// same to all who read it. PostgreSQL and pgx take a comma for the end of a path, and Temporal's addresses of databases
// are URLs, in which a space does not arrive as one.
func servesSocket(dir string) bool {
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-", r)
	}
	return len(socketFile(dir)) <= socketPathMax && !strings.ContainsFunc(dir, odd)
}

// shortSocketDir names a folder for the socket of a cluster whose own path does not serve. The same cluster always gets
// the same name, so that an orphan is found again.
func shortSocketDir(dir string) string {
	digest := sha256.Sum256([]byte(dir))
	return filepath.Join("/tmp", "assize-"+hex.EncodeToString(digest[:8]))
}

// makeOwned makes a folder that only the cluster's user can enter. It refuses one that is already there and belongs
// to somebody else: in a shared folder such as /tmp that is how a socket is stolen.
func (c *Cluster) makeOwned(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if err != nil && !errors.Is(err, os.ErrExist) {
		return claim.Errorf(claim.Unavailable, "making %s: %w", dir, err)
	}
	if err == nil && c.identity.credential != nil {
		if err := os.Lchown(dir, c.identity.uid, c.identity.gid); err != nil {
			return claim.Errorf(claim.Unavailable, "giving %s to %s: %w", dir, c.identity.name, err)
		}
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return claim.Errorf(claim.Unavailable, "looking at %s: %w", dir, err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(owner.Uid) != c.identity.uid || info.Mode().Perm()&0o077 != 0 {
		return claim.Errorf(claim.Unavailable, "%s is not a folder of user %s alone: remove it or choose another", dir, c.identity.name)
	}
	return nil
}

// lockFolder takes the folder for this process. The kernel drops the lock when the process ends, however it ends.
func lockFolder(dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "opening the lock of %s: %w", dir, err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, claim.Errorf(claim.Unavailable, "%s is in use by another process: wait until it has ended, or choose another folder", dir)
		}
		return nil, claim.Errorf(claim.Unavailable, "locking %s: %w", dir, err)
	}
	return file, nil
}

// quoteDSN writes a value of a key=value address.
func quoteDSN(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}
