package archtest

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// paper is one Markdown file.
type paper struct{ path, text string }

// papers lists the Markdown files.
func papers(t *testing.T) []paper {
	t.Helper()
	var list []paper
	walk(t, func(name, text string) {
		if path.Ext(name) == ".md" {
			list = append(list, paper{name, text})
		}
	})
	return list
}

// architecture is the paper that says where everything is.
func architecture(t *testing.T) paper {
	t.Helper()
	list := papers(t)
	at := slices.IndexFunc(list, func(p paper) bool { return p.path == "ARCHITECTURE.md" })
	if at < 0 {
		t.Fatal("no ARCHITECTURE.md")
	}
	return list[at]
}

// A paper that names a test as the guard of something is believed. So the test is there.
func TestPapersNameTestsThatExist(t *testing.T) {
	report(t, unknownTests(papers(t), goFiles(t)))
}

var namedTest = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Z][A-Za-z0-9]*)`")

func unknownTests(list []paper, files []*source) (findings []string) {
	for _, p := range list {
		for _, match := range namedTest.FindAllStringSubmatch(p.text, -1) {
			defined := func(s *source) bool { return s.test() && strings.Contains(s.text, "\nfunc "+match[1]+"(") }
			if !slices.ContainsFunc(files, defined) {
				findings = append(findings, fmt.Sprintf("%s names %s, which is no test", p.path, match[1]))
			}
		}
	}
	return findings
}

func TestPapersLinkToFilesThatAreThere(t *testing.T) {
	top := root(t)
	there := func(name string) bool {
		_, err := os.Stat(filepath.Join(top, filepath.FromSlash(name)))
		return err == nil
	}
	report(t, brokenLinks(papers(t), there))
}

var link = regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`)

func brokenLinks(list []paper, there func(name string) bool) (findings []string) {
	for _, p := range list {
		for _, match := range link.FindAllStringSubmatch(p.text, -1) {
			if !strings.Contains(match[1], "://") && !there(path.Join(path.Dir(p.path), match[1])) {
				findings = append(findings, fmt.Sprintf("%s links to %s, which is not there", p.path, match[1]))
			}
		}
	}
	return findings
}

func TestTheArchitectureHasEveryPackageTableAndModule(t *testing.T) {
	text := architecture(t).text
	var folders, tables, modules []string
	for _, s := range goFiles(t) {
		folders = append(folders, s.dir())
	}
	walk(t, func(name, text string) {
		if path.Ext(name) == ".sql" {
			tables = append(tables, tablesOf(text)...)
		}
		if name == "go.mod" {
			modules = modulesOf(text)
		}
	})
	if len(tables) == 0 || len(modules) == 0 {
		t.Fatalf("found tables %v, modules %v", tables, modules)
	}
	report(t, missing(text, "\n%s/ ", "package %s has no line in its tree", folders))
	report(t, missing(text, "`%s`", "table %s is not in its list of what holds personal data", tables))
	report(t, missing(text, "`%s`", "module %s is not in its list of dependencies, with why it is there", modules))
}

var requiredModule = regexp.MustCompile(`(?m)^\t(\S+) v\S+$`)

// modulesOf lists the modules that a go.mod requires for the code's own sake; the others are marked as indirect.
func modulesOf(mod string) (names []string) {
	for _, match := range requiredModule.FindAllStringSubmatch(mod, -1) {
		names = append(names, match[1])
	}
	return names
}

var createTable = regexp.MustCompile(`(?m)^create table (\w+)`)

func tablesOf(sql string) (names []string) {
	for _, match := range createTable.FindAllStringSubmatch(sql, -1) {
		names = append(names, match[1])
	}
	return names
}

// missing finds the names that do not stand in the architecture in the form given.
func missing(text, form, finding string, names []string) (findings []string) {
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !strings.Contains(text, fmt.Sprintf(form, name)) {
			findings = append(findings, "ARCHITECTURE.md: "+fmt.Sprintf(finding, name))
		}
	}
	return findings
}

func TestRulesOfPapersFindWhatTheyForbid(t *testing.T) {
	files := []*source{parse(t, "x/y_test.go", "package y\n\nfunc TestThere(t *testing.T) {}\n"), parse(t, "x/y.go", "package y\n\nfunc TestElsewhere() {}\n")}
	text := "see `TestThere`, `TestGone`, `TestElsewhere`, [a](there.md#x) [b](gone.md) [c](https://x/y) [d](#here)"
	list := []paper{{"docs/x.md", text}}
	requireFindings(t, unknownTests(list, files), "TestGone", "TestElsewhere")
	requireFindings(t, brokenLinks(list, func(name string) bool { return name == "docs/there.md" }), "gone.md")
	requireFindings(t, missing("\nx/y/ what\n", "\n%s/ ", "package %s is missing", []string{"x/y", "x/z", "x/z"}), "x/z")
	if got := modulesOf("require (\n\tx.org/a v1.0.0\n\tx.org/b v2.0.0 // indirect\n)\n"); !slices.Equal(got, []string{"x.org/a"}) {
		t.Errorf("got modules %v", got)
	}
	if got := tablesOf("create table a (\n\tb int\n);\n-- create table c\ncreate table d ("); !slices.Equal(got, []string{"a", "d"}) {
		t.Errorf("got tables %v", got)
	}
}
