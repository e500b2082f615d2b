package archtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// mayImport says which packages of ours each package imports outside its tests: no other, and not one less, so that the
// table is true. A name that ends in /... covers a folder and what lies below. A package always may import what lies
// below itself. The rows are ARCHITECTURE.md's graph: the vocabulary at the bottom, three engines that do not know one
// another, a pure core that joins two of them, workflows that join the core with the stores, and commands that join
// everything.
var mayImport = map[string][]string{
	"internal/claim": {},

	"policies":             {"internal/claim"},
	"scoring":              {"internal/claim"},
	"ledger":               {"internal/claim", "internal/pgcopy", "internal/pgerror"},
	"internal/reference":   {"internal/claim"},
	"internal/intake/x12":  {"internal/claim"},
	"internal/intake/flat": {"internal/claim"},

	// The front desk of documents: it knows the formats, below it, and the store, and they do not know it.
	"internal/intake": {"internal/claim", "internal/facts", "internal/postgres"},

	"internal/facts":      {"internal/claim", "internal/reference"},
	"internal/adjudicate": {"internal/claim", "policies", "scoring"},
	"internal/simulate":   {"internal/claim", "internal/reference"},

	// How rows look on the wire, which the two stores that write most share.
	"internal/pgcopy": {"internal/claim"},

	// What errors of the server and the driver are to callers, which is the same in both stores.
	"internal/pgerror": {"internal/claim"},

	"internal/postgres":            {"internal/claim", "internal/facts", "internal/pgcopy", "internal/pgerror"},
	"internal/postgres/migrations": {"internal/claim"},
	"internal/postgres/pgtest":     {"internal/embedded/cluster", "internal/postgres/migrations"},

	"internal/embedded":         {"internal/claim"},
	"internal/embedded/cluster": {"internal/claim"},

	"workflows": {
		"internal/adjudicate", "internal/claim", "internal/facts", "internal/intake/x12", "internal/postgres", "internal/reference",
		"ledger", "policies", "scoring",
	},

	// An installation put together: engines, stores, contracts, workers. Commands stand on it.
	"internal/installation": {
		"internal/adjudicate", "internal/claim", "internal/embedded", "internal/intake", "internal/postgres",
		"internal/reference", "ledger", "policies", "scoring", "workflows",
	},

	// The server is handed what it serves; it does not put an installation together. Its pages know words, not rows.
	"internal/server": {
		"internal/adjudicate", "internal/claim", "internal/intake/...", "internal/postgres", "ledger", "workflows",
	},
	"internal/server/pages": {"internal/claim"},

	// Tests of whole processes: a child that works in an installation, a parent that kills it and looks.
	"internal/torture": {
		"internal/adjudicate", "internal/claim", "internal/facts", "internal/installation", "internal/intake", "internal/postgres",
		"internal/simulate", "ledger", "workflows",
	},

	"cmd/assize": {
		"internal/adjudicate", "internal/claim", "internal/facts", "internal/installation", "internal/intake/...",
		"internal/postgres", "internal/reference", "internal/server", "internal/simulate", "internal/torture", "ledger", "policies",
		"scoring", "workflows",
	},
	// A program of its own, run when a model is trained: it plays a simulated world through the core.
	"scoring/train/export": {
		"internal/adjudicate", "internal/claim", "internal/facts", "internal/simulate", "policies", "scoring",
	},
}

// onlyForTests may be imported by tests alone.
var onlyForTests = []string{"internal/postgres/pgtest"}

// pure packages compute: no database, network, file, clock, chance or environment. What they need comes in as arguments.
var pure = []string{"internal/claim", "internal/facts", "internal/adjudicate"}

// impure are the packages a pure one may not import.
var impure = []string{
	"os", "net", "database/sql", "math/rand", "log", "syscall", "io/ioutil",
	"github.com/jackc/pgx", "go.temporal.io",
}

func TestImportsFollowTheGraph(t *testing.T) { report(t, wrongImports(goFiles(t))) }

func wrongImports(list []*source) (findings []string) {
	for _, s := range list {
		if s.test() {
			continue
		}
		allowed, known := mayImport[rowOf(s.dir())]
		for _, imported := range s.imports() {
			own, ours := strings.CutPrefix(imported, module+"/")
			switch {
			case !ours:
			case slices.Contains(onlyForTests, own):
				findings = append(findings, fmt.Sprintf("%s imports %s, which is for tests only", s.path, own))
			case !known:
				findings = append(findings, fmt.Sprintf("%s: package %s has no row in mayImport: give it one, with what it may import", s.path, s.dir()))
			case !covered(own, append([]string{s.dir() + "/..."}, allowed...)):
				findings = append(findings, fmt.Sprintf("%s imports %s: package %s may import only %s", s.path, own, s.dir(), strings.Join(allowed, ", ")))
			}
		}
	}
	return findings
}

func TestTheGraphHasNoRowTooMany(t *testing.T) { report(t, staleRows(mayImport, goFiles(t))) }

// staleRows finds rows of packages that are not there, and permissions that nobody uses.
func staleRows(graph map[string][]string, list []*source) (findings []string) {
	imported := map[string][]string{}
	for _, s := range list {
		if row := rowOf(s.dir()); !s.test() {
			imported[row] = append(imported[row], s.imports()...)
		}
	}
	for _, row := range slices.Sorted(maps.Keys(graph)) {
		if _, ok := imported[row]; !ok {
			findings = append(findings, fmt.Sprintf("mayImport has a row for %s, where there is no package", row))
			continue
		}
		for _, allowed := range graph[row] {
			uses := func(path string) bool {
				own, ours := strings.CutPrefix(path, module+"/")
				return ours && covered(own, []string{allowed})
			}
			if !slices.ContainsFunc(imported[row], uses) {
				findings = append(findings, fmt.Sprintf("%s may import %s and does not: withdraw it from mayImport", row, allowed))
			}
		}
	}
	return findings
}

// rowOf finds the row of a package: its own, or that of the nearest folder above which has one.
func rowOf(dir string) string {
	for at := dir; at != "."; {
		if _, ok := mayImport[at]; ok {
			return at
		}
		cut := strings.LastIndex(at, "/")
		if cut < 0 {
			break
		}
		at = at[:cut]
	}
	return dir
}

// covered tells whether a package is named by one of the patterns.
func covered(dir string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		folder, below := strings.CutSuffix(pattern, "/...")
		return dir == folder || below && strings.HasPrefix(dir, folder+"/")
	})
}

func TestPurePackagesTouchNothing(t *testing.T) { report(t, impureImports(goFiles(t))) }

func impureImports(list []*source) (findings []string) {
	for _, s := range list {
		if s.test() || !slices.Contains(pure, s.dir()) {
			continue
		}
		for _, imported := range s.imports() {
			for _, forbidden := range impure {
				if imported == forbidden || strings.HasPrefix(imported, forbidden+"/") {
					findings = append(findings, fmt.Sprintf("%s imports %s: package %s computes and touches nothing", s.path, imported, s.dir()))
				}
			}
		}
	}
	return findings
}

// The Temporal server is most of a build. One package may import it, and the tag lean leaves it out there.
func TestOnlyEmbeddedLinksTheTemporalServer(t *testing.T) { report(t, serverImports(goFiles(t))) }

func serverImports(list []*source) (findings []string) {
	for _, s := range list {
		links := slices.ContainsFunc(s.imports(), func(imported string) bool {
			return strings.HasPrefix(imported, "go.temporal.io/server/")
		})
		if links && (s.dir() != "internal/embedded" || !strings.Contains(s.text, "//go:build !lean\n")) {
			findings = append(findings, fmt.Sprintf("%s imports the Temporal server: only internal/embedded may, in a file with //go:build !lean", s.path))
		}
	}
	return findings
}

func TestRulesOfImportsFindWhatTheyForbid(t *testing.T) {
	file := func(name string, imports ...string) []*source {
		text := "package x\n"
		for _, imported := range imports {
			text += fmt.Sprintf("import _ %q\n", imported)
		}
		return []*source{parse(t, name, text)}
	}
	requireFindings(t, wrongImports(file("policies/x.go", module+"/scoring")), "policies/x.go imports scoring")
	requireFindings(t, wrongImports(file("internal/intake/x12/x.go", module+"/internal/intake/flat")), "imports internal/intake/flat")
	requireFindings(t, wrongImports(file("internal/newcomer/x.go", module+"/internal/claim")), "has no row")
	requireFindings(t, wrongImports(file("workflows/x.go", module+"/internal/postgres/pgtest")), "for tests only")
	requireFindings(t, wrongImports(file("scoring/train/x.go", module+"/ledger")), "imports ledger")
	requireFindings(t, wrongImports(file("workflows/x_test.go", module+"/internal/postgres/pgtest")))
	requireFindings(t, wrongImports(file("cmd/assize/x.go", module+"/internal/intake/x12", module+"/ledger")))
	requireFindings(t, staleRows(map[string][]string{"policies": nil, "workflows": {"ledger", "scoring"}},
		slices.Concat(file("workflows/x.go", module+"/ledger"), file("workflows/x_test.go", module+"/scoring"))),
		"row for policies, where there is no package", "workflows may import scoring and does not")
	requireFindings(t, impureImports(file("internal/adjudicate/x.go", "os/exec", "strings")), "imports os/exec")
	requireFindings(t, serverImports(file("cmd/assize/x.go", "go.temporal.io/server/temporal")), "imports the Temporal server")
}
