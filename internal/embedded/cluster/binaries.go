package cluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/assize/assize/internal/claim"
)

// packageFolders are where Debian, Red Hat's PGDG and Homebrew put the programs of each major version.
var packageFolders = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
}

// findBinaries returns the folder given, or the newest installed one, or the one of the postgres on the search path.
// None found is claim.Unavailable and names the package to install.
func findBinaries(given string) (string, error) {
	if given != "" {
		if complete(given) {
			return given, nil
		}
		return "", claim.Errorf(claim.Unavailable, "%s does not have the programs postgres, initdb and pg_ctl", given)
	}
	var found []string
	for _, pattern := range packageFolders {
		matches, err := filepath.Glob(pattern)
		if err != nil {
			return "", claim.Errorf(claim.Internal, "searching %s: %w", pattern, err)
		}
		found = append(found, matches...)
	}
	found = slices.DeleteFunc(found, func(dir string) bool { return !complete(dir) })
	if len(found) > 0 {
		return slices.MaxFunc(found, func(a, b string) int { return majorVersion(a) - majorVersion(b) }), nil
	}
	if dir, ok := onSearchPath(); ok {
		return dir, nil
	}
	return "", claim.Errorf(claim.Unavailable,
		"no PostgreSQL server programs found: install the package postgresql (Debian and Ubuntu: apt-get install postgresql; macOS: brew install postgresql)")
}

// onSearchPath follows the link that packages put on the path to the folder with the other programs.
func onSearchPath() (string, bool) {
	program, err := exec.LookPath("postgres")
	if err != nil {
		return "", false
	}
	if target, err := filepath.EvalSymlinks(program); err == nil {
		program = target
	}
	dir := filepath.Dir(program)
	return dir, complete(dir)
}

func complete(dir string) bool {
	for _, program := range []string{"postgres", "initdb", "pg_ctl"} {
		if _, err := os.Stat(filepath.Join(dir, program)); err != nil {
			return false
		}
	}
	return true
}

var firstNumber = regexp.MustCompile(`[0-9]+`)

func majorVersion(dir string) int {
	number, err := strconv.Atoi(firstNumber.FindString(dir))
	if err != nil {
		return 0
	}
	return number
}
