package archtest

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

const (
	functionLines = 70  // a function that a reader sees whole on one screen
	fileLines     = 400 // a file that is about one thing
)

func TestFunctionsAndFilesStayShort(t *testing.T) { report(t, tooLong(goFiles(t))) }

func tooLong(list []*source) (findings []string) {
	for _, s := range list {
		if s.test() {
			continue
		}
		if s.lines() > fileLines {
			findings = append(findings, fmt.Sprintf("%s has %d lines: at most %d; split it by what it is about", s.path, s.lines(), fileLines))
		}
		for _, d := range s.tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if lines := s.at(f.End()) - s.at(f.Pos()) + 1; lines > functionLines {
				findings = append(findings, fmt.Sprintf("%s:%d: %s has %d lines: at most %d", s.path, s.at(f.Pos()), f.Name.Name, lines, functionLines))
			}
		}
	}
	return findings
}

func TestPackagesAndExportedNamesAreDocumented(t *testing.T) {
	list := goFiles(t)
	report(t, undescribedPackages(list))
	report(t, undocumentedNames(list))
}

// undescribedPackages finds packages no file of which opens with "Package <name> ...", or for a command with
// "Command <folder> ...".
func undescribedPackages(list []*source) (findings []string) {
	described := map[string]bool{}
	for _, s := range list {
		if s.test() {
			continue
		}
		wanted := "Package " + s.tree.Name.Name + " "
		if s.tree.Name.Name == "main" {
			wanted = "Command " + path.Base(s.dir()) + " "
		}
		described[s.dir()] = described[s.dir()] || strings.HasPrefix(s.tree.Doc.Text(), wanted)
	}
	for dir, ok := range described {
		if !ok {
			findings = append(findings, fmt.Sprintf("%s: no file opens with a comment that says what the package is and is not (\"Package x ...\")", dir))
		}
	}
	slices.Sort(findings)
	return findings
}

func undocumentedNames(list []*source) (findings []string) {
	for _, s := range list {
		if s.test() {
			continue
		}
		for _, d := range s.tree.Decls {
			for _, name := range undocumented(d) {
				findings = append(findings, fmt.Sprintf("%s:%d: exported %s has no comment: meaning, units, errors; for a rule its source", s.path, s.at(name.Pos()), name.Name))
			}
		}
	}
	return findings
}

// undocumented lists the exported names of a declaration that nothing describes. In a group of constants or
// variables the comment of the group counts.
func undocumented(d ast.Decl) (names []*ast.Ident) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && exportedReceiver(d) {
			names = append(names, d.Name)
		}
	case *ast.GenDecl:
		if d.Tok == token.IMPORT || d.Doc != nil {
			return nil
		}
		for _, spec := range d.Specs {
			names = append(names, undocumentedSpec(spec)...)
		}
	}
	return names
}

func undocumentedSpec(spec ast.Spec) (names []*ast.Ident) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() && spec.Doc == nil && spec.Comment == nil {
			names = append(names, spec.Name)
		}
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() && spec.Doc == nil && spec.Comment == nil {
				names = append(names, name)
			}
		}
	}
	return names
}

// wellKnown are methods whose name says all, because an interface of the standard library does.
var wellKnown = []string{"Error", "String", "Len", "Less", "Swap", "Unwrap", "Close"}

// exportedReceiver tells whether a function can be seen from outside: it has no receiver, or one of an exported type
// and a name that needs words.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	if slices.Contains(wellKnown, f.Name.Name) {
		return false
	}
	exported := false
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		name, ok := n.(*ast.Ident)
		exported = exported || ok && name.IsExported()
		return !ok
	})
	return exported
}

func TestRulesOfShapeFindWhatTheyForbid(t *testing.T) {
	file := func(text string) []*source { return []*source{parse(t, "x/y.go", text)} }
	long := "package y\nfunc f() {\n" + strings.Repeat("\tg()\n", functionLines) + "}\n"
	requireFindings(t, tooLong(file(long)), "f has 72 lines")
	requireFindings(t, tooLong(file("package y\n"+strings.Repeat("\n", fileLines))), "401 lines")
	requireFindings(t, undescribedPackages(file("package y\n")), "x: no file opens")
	requireFindings(t, undescribedPackages(file("// Package y is a sample.\npackage y\n")))
	requireFindings(t, undocumentedNames(file("package y\nfunc F() {}\ntype T int\nfunc (T) M() {}\nconst C = 1\nvar V int\n")),
		"F has no comment", "T has no comment", "M has no comment", "C has no comment", "V has no comment")
	requireFindings(t, undocumentedNames(file("package y\n// F is.\nfunc F() {}\ntype t int\nfunc (t) M() {}\n// Codes.\nconst (\n\tC = 1\n)\n")))
}
