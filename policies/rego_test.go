package policies

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"
)

var update = flag.Bool("update", false, "rewrite the Rego files in the form of opa fmt")

// regoFiles calls f with every Rego file, tests included.
func regoFiles(t *testing.T, f func(path string, content []byte)) {
	t.Helper()
	err := filepath.WalkDir("rego", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".rego") {
			return err
		}
		content, err := os.ReadFile(path)
		f(path, content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestRegoTestsPass(t *testing.T) {
	modules := map[string]*ast.Module{}
	regoFiles(t, func(path string, content []byte) {
		module, err := ast.ParseModuleWithOpts(path, string(content), ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		if err != nil {
			t.Fatal(err)
		}
		modules[path] = module
	})
	results, err := tester.NewRunner().SetStore(inmem.New()).SetModules(modules).CapturePrintOutput(true).RunTests(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for r := range results {
		ran++
		if r.Error != nil || r.Fail || r.Skip {
			t.Errorf("%s.%s at %v: error %v, cases %v\n%s", r.Package, r.Name, r.Location, r.Error, r.SubResults, r.Output)
		}
	}
	if ran == 0 {
		t.Fatal("no Rego test ran")
	}
	t.Logf("%d Rego tests", ran)
}

func TestRegoIsFormatted(t *testing.T) {
	regoFiles(t, func(path string, content []byte) {
		want, err := format.SourceWithOpts(path, content, format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(want, content) {
			return
		}
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		t.Errorf("%s is not in the form of opa fmt (-want +got):\n%s", path, cmp.Diff(string(want), string(content)))
	})
}

// Each check has its own tests beside it, one of which is the case that something is absent.
func TestEveryRegoFileHasTests(t *testing.T) {
	regoFiles(t, func(path string, _ []byte) {
		if strings.HasSuffix(path, "_test.rego") {
			return
		}
		tests, err := os.ReadFile(strings.TrimSuffix(path, ".rego") + "_test.rego")
		if err != nil {
			t.Error(err)
			return
		}
		for _, want := range []string{"\ntest_pass", "\ntest_fail", "\ntest_absent"} {
			if !bytes.Contains(tests, []byte(want)) {
				t.Errorf("%s has no %s… among its tests", path, strings.TrimSpace(want))
			}
		}
	})
}
