package archtest

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// vague names say nothing about what a package is for, and so collect everything.
var vague = []string{"util", "utils", "common", "helper", "helpers", "manager", "models", "types", "misc", "shared", "base"}

func TestPackagesHaveNamesThatSaySomething(t *testing.T) { report(t, vaguePackages(goFiles(t))) }

func vaguePackages(list []*source) (findings []string) {
	for _, s := range list {
		if name := strings.TrimSuffix(s.tree.Name.Name, "_test"); slices.Contains(vague, name) {
			findings = append(findings, fmt.Sprintf("%s: package %s: name it for what it does", s.path, name))
		}
	}
	return findings
}

// call is a function of the standard library that only some folders may use, and why.
type call struct {
	name    string
	folders []string
	reason  string
}

// programs are where processes start.
const programs, training = "cmd/...", "scoring/train/export"

// clocks are the edges that hand the time to everything else.
var clocks = []string{programs, training, "internal/installation", "internal/embedded/...", "internal/server/..."}

// restricted are the doors to the world. The environment is read where a process starts; clock and chance come into
// everything else as arguments, else a decision could not be replayed.
var restricted = []call{
	{"os.Getenv", []string{programs, "internal/postgres/pgtest"}, "only cmd reads the environment"},
	{"os.LookupEnv", []string{programs}, "only cmd reads the environment"},
	{"os.Environ", []string{programs}, "only cmd reads the environment"},
	{"os.Exit", []string{programs, training}, "only cmd ends the process"},
	{"log.Fatal", nil, "return an error"},
	{"log.Fatalf", nil, "return an error"},
	{"time.Now", clocks, "time comes in as an argument"},
	{"time.Since", append([]string{"workflows"}, clocks...), "time comes in as an argument"}, // workflows: activities measure their own cost; workflowcheck guards the rest
	{"time.Sleep", []string{programs}, "wait for an event, with a context"},
	{"http.DefaultClient", nil, "a client needs a time-out"},
}

func TestDoorsToTheWorldAreUsedWhereTheyMayBe(t *testing.T) { report(t, wrongCalls(goFiles(t))) }

func wrongCalls(list []*source) (findings []string) {
	for _, s := range list {
		if s.test() {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			of, ok := selector.X.(*ast.Ident)
			if !ok {
				return true
			}
			for _, c := range restricted {
				if c.name == of.Name+"."+selector.Sel.Name && !covered(s.dir(), c.folders) {
					findings = append(findings, fmt.Sprintf("%s:%d uses %s: %s", s.path, s.at(n.Pos()), c.name, c.reason))
				}
			}
			return true
		})
	}
	return findings
}

func TestNothingRunsBeforeMain(t *testing.T) { report(t, initializers(goFiles(t))) }

func initializers(list []*source) (findings []string) {
	for _, s := range list {
		for _, d := range s.tree.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				findings = append(findings, fmt.Sprintf("%s:%d: func init: do it where somebody calls it and sees the error", s.path, s.at(f.Pos())))
			}
		}
	}
	return findings
}

// A test that is skipped proves nothing. What needs real files has the build tag realfiles and fails without them.
func TestNoTestIsSkipped(t *testing.T) { report(t, skips(goFiles(t))) }

func skips(list []*source) (findings []string) {
	for _, s := range list {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			selector, ok := call.Fun.(*ast.SelectorExpr)
			if ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, selector.Sel.Name) && s.test() {
				findings = append(findings, fmt.Sprintf("%s:%d skips a test: give it what it needs, or a build tag", s.path, s.at(n.Pos())))
			}
			return true
		})
	}
	return findings
}

func TestNothingIsLeftToDo(t *testing.T) {
	var findings []string
	walk(t, func(name, text string) { findings = append(findings, leftovers(name, text)...) })
	report(t, findings)
}

// leftovers finds the words that mark unfinished work. They are put together here, so that this file does not find itself.
func leftovers(name, text string) (findings []string) {
	words := []string{"TO" + "DO", "FIX" + "ME", "XX" + "X:", "not " + "implemented"}
	for i, line := range strings.Split(text, "\n") {
		for _, word := range words {
			if strings.Contains(line, word) {
				findings = append(findings, fmt.Sprintf("%s:%d says %q: finish it or open an issue", name, i+1, word))
			}
		}
	}
	return findings
}

func TestEveryRegoFileHasATestBesideIt(t *testing.T) {
	var names []string
	walk(t, func(name, _ string) { names = append(names, name) })
	report(t, untestedRego(names))
}

func untestedRego(names []string) (findings []string) {
	for _, name := range names {
		base, ok := strings.CutSuffix(name, ".rego")
		if ok && !strings.HasSuffix(base, "_test") && !slices.Contains(names, base+"_test.rego") {
			findings = append(findings, fmt.Sprintf("%s has no %s_test.rego beside it: passing, failing, and field absent", name, base))
		}
	}
	return findings
}

func TestRulesOfWordsFindWhatTheyForbid(t *testing.T) {
	file := func(name, text string) []*source { return []*source{parse(t, name, text)} }
	requireFindings(t, vaguePackages(file("x/y.go", "package util\n")), "package util")
	requireFindings(t, wrongCalls(file("ledger/y.go", "package y\nvar now = time.Now()\n")), "uses time.Now")
	requireFindings(t, wrongCalls(file("ledger/y.go", "package y\nvar now = time.Now\n")), "uses time.Now")
	requireFindings(t, wrongCalls(file("cmd/assize/y.go", "package main\nvar now = time.Now()\n")))
	requireFindings(t, initializers(file("x/y.go", "package y\nfunc init() {}\n")), "func init")
	requireFindings(t, skips(file("x/y_test.go", "package y\nfunc f(t *testing.T) { t.Sk"+"ip() }\n")), "skips a test") // put together: it skips nothing here
	requireFindings(t, leftovers("x.md", "fine\nTO"+"DO later\n"), "x.md:2")
	requireFindings(t, untestedRego([]string{"a.rego", "b.rego", "b_test.rego"}), "a.rego")
}
