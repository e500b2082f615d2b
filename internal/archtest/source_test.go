package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/assize/assize"

// source is one Go file.
type source struct {
	path  string // from the root of the repository, with slashes
	text  string
	tree  *ast.File
	files *token.FileSet
}

func (s *source) test() bool         { return strings.HasSuffix(s.path, "_test.go") }
func (s *source) dir() string        { return path.Dir(s.path) }
func (s *source) lines() int         { return strings.Count(s.text, "\n") }
func (s *source) at(p token.Pos) int { return s.files.Position(p).Line }

// imports lists the paths the file imports.
func (s *source) imports() []string {
	var list []string
	for _, spec := range s.tree.Imports {
		list = append(list, strings.Trim(spec.Path.Value, `"`))
	}
	return list
}

// parse reads a Go file from text, as the rules' own tests do.
func parse(t *testing.T, name, text string) *source {
	t.Helper()
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return &source{path: name, text: text, tree: tree, files: files}
}

// root is the folder of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// walk calls visit for every file of the repository that people wrote, with its path from the root. Folders of tools
// (Git's, Python's) and test data are left out.
func walk(t *testing.T, visit func(name, text string)) {
	t.Helper()
	top := root(t)
	err := filepath.WalkDir(top, func(full string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		hidden := strings.HasPrefix(name, ".") && name != ".ci" && full != top
		if entry.IsDir() && (hidden || name == "testdata" || name == "dist" || name == "venv" || name == "__pycache__") {
			return fs.SkipDir
		}
		if !entry.Type().IsRegular() || !written(name) {
			return nil
		}
		text, err := os.ReadFile(full)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(top, full)
		if err != nil {
			return err
		}
		visit(filepath.ToSlash(relative), string(text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// written tells whether a file is text of ours, by its name.
func written(name string) bool {
	switch path.Ext(name) {
	case ".go", ".rego", ".sql", ".md", ".py", ".sh", ".yml", ".yaml", ".tmpl", ".css", ".js", ".html":
		return true
	}
	return name == "run" || name == "go.mod"
}

// goFiles parses every Go file of the main module.
func goFiles(t *testing.T) []*source {
	t.Helper()
	var list []*source
	walk(t, func(name, text string) {
		if strings.HasSuffix(name, ".go") && !strings.HasPrefix(name, "tools/") {
			list = append(list, parse(t, name, text))
		}
	})
	if len(list) == 0 {
		t.Fatal("no Go files found")
	}
	return list
}

// report fails the test once a finding.
func report(t *testing.T, findings []string) {
	t.Helper()
	for _, finding := range findings {
		t.Error(finding)
	}
}

// requireFindings insists that a rule finds exactly what a sample holds: a rule that finds nothing guards nothing.
func requireFindings(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d findings %q, want %d", len(got), got, len(want))
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("finding %d: got %q, want it to hold %q", i, got[i], want[i])
		}
	}
}
