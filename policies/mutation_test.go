package policies

import (
	"maps"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// survivors lists the mutants that no test can catch by file, in the order in which they are made, each with the reason
// beside it. One that is caught after all, or that is not there any more, has to leave the list.
var survivors = map[string][]string{}

// specimen is the contract taken apart: modules by path, and where each name stands.
type specimen struct {
	base, tests map[string]*ast.Module
	definedIn   map[string][]string
	rows        map[string][]string // of README.md
	mutants     atomic.Int64
}

func newSpecimen(t *testing.T) *specimen {
	t.Helper()
	s := &specimen{base: map[string]*ast.Module{}, tests: map[string]*ast.Module{}, definedIn: map[string][]string{}, rows: readmeRows(t)}
	regoFiles(t, func(path string, content []byte) {
		module, err := ast.ParseModuleWithOpts(path, string(content), ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, "_test.rego") {
			s.tests[path] = module
		} else {
			s.base[path] = module
		}
		for _, rule := range module.Rules {
			if name := headName(rule); !collecting(name) {
				s.definedIn[name] = append(s.definedIn[name], path)
			}
		}
	})
	return s
}

// answers evaluates the tests beside one file, against a version of a file and the files that either uses. All other
// checks are left out, so that this costs milliseconds. It fails for a version that does not compile.
func (s *specimen) answers(t *testing.T, beside, file string, version *ast.Module) (any, error) {
	t.Helper()
	tests := strings.TrimSuffix(beside, ".rego") + "_test.rego"
	modules := map[string]*ast.Module{file: version, tests: s.tests[tests]}
	if beside != file {
		modules[beside] = s.base[beside]
	}
	s.addUsed(modules, s.base, version)
	s.addUsed(modules, s.base, s.base[beside])
	s.addUsed(modules, s.tests, s.tests[tests])
	compiler := ast.NewCompiler().WithStrict(true).WithCapabilities(capabilities())
	if compiler.Compile(modules); compiler.Failed() {
		return nil, compiler.Errors
	}
	found, err := rego.New(rego.Compiler(compiler), rego.Query("tests := data.contract_test")).Eval(t.Context())
	if err != nil {
		return err.Error(), nil //nolint:nilerr // such as two values of one rule: an answer, and another than it should be
	}
	return found[0].Bindings["tests"], nil
}

// addUsed adds the modules among all that define what a module names, and what those name in turn.
func (s *specimen) addUsed(modules, all map[string]*ast.Module, user *ast.Module) {
	ast.WalkVars(user, func(name ast.Var) bool {
		for _, path := range s.definedIn[string(name)] {
			if used := all[path]; used != nil && modules[path] == nil {
				modules[path] = used
				s.addUsed(modules, all, used)
			}
		}
		return false
	})
}

// users are the files that use a file, itself first: their tests see it too.
func (s *specimen) users(file string) []string {
	users := []string{file}
	for _, path := range slices.Sorted(maps.Keys(s.base)) {
		used := map[string]*ast.Module{}
		s.addUsed(used, s.base, s.base[path])
		if path != file && used[file] != nil {
			users = append(users, path)
		}
	}
	return users
}

// TestMutantsOfTheContractAreCaught changes one small thing of the contract after the other, and insists that Load
// refuses it, that it is not what rego/README.md says, or that a test beside the file, or beside one that uses it, fails.
func TestMutantsOfTheContractAreCaught(t *testing.T) {
	s, listed := newSpecimen(t), 0
	t.Run("files", func(t *testing.T) {
		for _, file := range slices.Sorted(maps.Keys(s.base)) {
			listed += len(survivors[path.Base(file)])
			t.Run(path.Base(file), func(t *testing.T) {
				t.Parallel()
				s.try(t, file)
			})
		}
	})
	if want := len(slices.Concat(slices.Collect(maps.Values(survivors))...)); listed != want {
		t.Errorf("%d of %d listed survivors are of files that are there", listed, want)
	}
	t.Logf("%d mutants, %d listed as survivors", s.mutants.Load(), listed)
}

func (s *specimen) try(t *testing.T, file string) {
	users := s.users(file)
	want := make([]any, len(users))
	for i, user := range users {
		var err error
		if want[i], err = s.answers(t, user, file, s.base[file]); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for n := 0; ; n++ {
		mutant, did := mutate(s.base[file], n)
		if did == "" {
			break
		}
		s.mutants.Add(1)
		if !s.caught(t, file, mutant, users, want) {
			got = append(got, did)
		}
	}
	if diff := cmp.Diff(survivors[path.Base(file)], got); diff != "" {
		t.Errorf("mutants that nothing notices (-listed +found):\n%s", diff)
	}
}

// caught tells whether anything notices that a file is no longer as it was.
func (s *specimen) caught(t *testing.T, file string, mutant *ast.Module, users []string, want []any) bool {
	if _, err := checkModules(map[string]*ast.Module{file: mutant}); err != nil {
		return true
	}
	for _, rule := range mutant.Rules {
		if collecting(headName(rule)) && undocumented(s.rows, rule) != "" {
			return true
		}
	}
	for i, user := range users {
		if got, err := s.answers(t, user, file, mutant); err != nil || !cmp.Equal(want[i], got) {
			return true
		}
	}
	return false
}
