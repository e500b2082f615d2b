package cluster

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/assize/assize/internal/claim"
)

// identity is the user the cluster runs as.
type identity struct {
	name       string
	uid, gid   int
	credential *syscall.Credential // nil: ourselves
}

// unprivileged is ourselves, or, as root, the user that packages of PostgreSQL make, or nobody.
func unprivileged() (*identity, error) {
	if uid := os.Geteuid(); uid != 0 {
		return &identity{name: strconv.Itoa(uid), uid: uid, gid: os.Getegid()}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUser := strconv.ParseUint(found.Uid, 10, 31)
		gid, errGroup := strconv.ParseUint(found.Gid, 10, 31)
		if errUser != nil || errGroup != nil {
			continue
		}
		return &identity{
			name: name, uid: int(uid), gid: int(gid),
			credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{}},
		}, nil
	}
	return nil, claim.Errorf(claim.Unavailable, "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody: make one (useradd --system postgres), or be an ordinary user")
}

// canReach tells whether the user may pass through every folder down to dir.
func (who *identity) canReach(dir string) error {
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			return claim.Errorf(claim.Unavailable, "looking at %s: %w", at, err)
		}
		owner, ok := info.Sys().(*syscall.Stat_t)
		if !ok || !who.mayEnter(info.Mode().Perm(), int(owner.Uid), int(owner.Gid)) {
			return claim.Errorf(claim.Invalid,
				"%s cannot be entered by user %s, as whom PostgreSQL runs when we are root: choose a folder elsewhere, such as under /var/lib or /tmp",
				at, who.name)
		}
		if at == filepath.Dir(at) {
			return nil
		}
	}
}

// mayEnter reads the search bit that applies: the owner's, the group's or everybody's, in that order (POSIX).
func (who *identity) mayEnter(mode os.FileMode, uid, gid int) bool {
	switch {
	case uid == who.uid:
		return mode&0o100 != 0
	case gid == who.gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}
