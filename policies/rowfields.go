package policies

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// checkRowFields refuses a helper that reads a field which no row of any input has and no rule makes: as in checkInput, it
// would be silent for ever. In the rule that reads a list the compiler sees by itself that a row has no such field, or is
// compared with what it never is: it knows the type of the input. Of what a helper is given it knows nothing, and checkTypes
// only as much as can be followed.
func checkRowFields(modules map[string]*ast.Module) error {
	shown, err := inputSchemas()
	if err != nil {
		return err
	}
	known := maps.Clone(shown.names)
	for _, name := range annotationFields {
		known[name] = true
	}
	eachRule(modules, func(rule *ast.Rule) { madeNames(rule, func(name string) { known[name] = true }) })
	eachRule(modules, func(rule *ast.Rule) {
		refuseUnknown := func(at *ast.Location, name *ast.Term, read any) {
			if text, ok := name.Value.(ast.String); ok && err == nil && !known[string(text)] {
				err = refuse(at, "%s: no input has a field %s, nor does a rule make it", read, name)
			}
		}
		if len(rule.Head.Args) > 0 {
			rowFields(rule, refuseUnknown)
		}
		gotFields(rule, refuseUnknown)
	})
	return err
}

// eachRule visits the rules of all files, in the order of their paths.
func eachRule(modules map[string]*ast.Module, visit func(*ast.Rule)) {
	for _, file := range slices.Sorted(maps.Keys(modules)) {
		for _, rule := range modules[file].Rules {
			visit(rule)
		}
	}
}

// rowFields visits the names of fields that a rule reads of what variables stand for.
func rowFields(rule *ast.Rule, visit func(at *ast.Location, name *ast.Term, read any)) {
	walkRefs(rule, func(ref ast.Ref) {
		if _, ok := ref[0].Value.(ast.Var); !ok || ast.RootDocumentNames.Contains(ref[0]) || ast.BuiltinMap[ref.String()] != nil {
			return
		}
		for _, name := range ref[1:] {
			visit(ref[0].Location, name, ref)
		}
	})
}

// gotFields visits the names of fields that a rule asks object.get for, which answers for a missing one as well.
func gotFields(rule *ast.Rule, visit func(at *ast.Location, name *ast.Term, read any)) {
	eachCall(rule, func(call []*ast.Term) {
		if len(call) < 3 || call[0].String() != ast.ObjectGet.Name {
			return
		}
		path, ok := call[2].Value.(*ast.Array)
		if !ok {
			path = ast.NewArray(call[2])
		}
		path.Foreach(func(name *ast.Term) { visit(call[0].Location, name, ast.Call(call)) })
	})
}

// annotationFields are what rego.metadata.rule and .chain make of METADATA, as far as a check has it.
var annotationFields = []string{"annotations", "custom", "path", "scope", "title", "description"}

// madeNames visits the names of the fields that a rule gives to what it makes, and those of its METADATA.
func madeNames(rule *ast.Rule, visit func(name string)) {
	see := func(term *ast.Term) {
		if name, ok := term.Value.(ast.String); ok {
			visit(string(name))
		}
	}
	for _, term := range rule.Head.Ref() {
		see(term)
	}
	for _, note := range rule.Annotations {
		for name := range note.Custom {
			visit(name)
		}
	}
	ast.WalkTerms(rule, func(term *ast.Term) bool {
		if object, ok := term.Value.(ast.Object); ok {
			object.Foreach(func(key, _ *ast.Term) { see(key) })
		}
		return false
	})
}
