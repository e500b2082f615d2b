package policies

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// collecting tells whether a name is one of the sets that every check adds to, in whatever file it stands:
// edits and limits hold edits, holds the reasons why the gate must not pay.
func collecting(name string) bool { return name == "edits" || name == "limits" || name == "holds" }

// ruleIDPattern is the form of rule ids: three or more capitals, then digits, capitals and dashes.
var ruleIDPattern = regexp.MustCompile(`^[A-Z]{3,}(-[A-Z0-9]+)+$`)

// inspection walks a contract's files and remembers what they defined.
type inspection struct {
	rules   []Rule
	ruleIn  map[string]string        // rule id → file
	nameAt  map[string]*ast.Location // helper → its first definition
	payerIn map[string]bool          // helper → defined by a payer file
}

// checkModules holds the files to the naming rules and returns the checks they define, sorted by id.
// Base files are looked at first, so that a clash is blamed on the payer's file.
func checkModules(modules map[string]*ast.Module) ([]Rule, error) {
	in := inspection{ruleIn: map[string]string{}, nameAt: map[string]*ast.Location{}, payerIn: map[string]bool{}}
	files := slices.Sorted(maps.Keys(modules))
	slices.SortStableFunc(files, func(a, b string) int { return boolOrder(isPayer(a)) - boolOrder(isPayer(b)) })
	total := 0
	for _, file := range files {
		if total += len(modules[file].Rules); total > rulesMax {
			return nil, refuse(modules[file].Package.Location, "with this file the contract has %d rules; at most %d are compiled", total, rulesMax)
		}
		if err := in.module(file, modules[file]); err != nil {
			return nil, err
		}
	}
	if err := checkInput(modules); err != nil {
		return nil, err
	}
	sortRules(in.rules)
	return in.rules, nil
}

func isPayer(file string) bool { return strings.HasPrefix(file, payerFolder) }

// boolOrder is 1 for true, 0 for false.
func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}

func refuse(at *ast.Location, format string, args ...any) error {
	return claim.Errorf(claim.Invalid, "%s:%d: %w", at.File, at.Row, shortened(fmt.Sprintf(format, args...)))
}

func (in *inspection) module(file string, module *ast.Module) error {
	if module.Package.Path.String() != "data."+contractPackage {
		return refuse(module.Package.Location, "the package is %s; every file of a contract is in package %s", module.Package.Path, contractPackage)
	}
	if err := cmp.Or(checkImports(module), checkRefs(module), checkMembership(module), checkBounds(module)); err != nil {
		return err
	}
	prefixes, err := in.checks(file, module)
	if err != nil {
		return err
	}
	if !isPayer(file) {
		// What several checks share stands in a file of its own, and carries that file's name.
		prefixes = append(prefixes, strings.TrimSuffix(path.Base(file), ".rego"))
	}
	for _, rule := range module.Rules {
		if err := in.name(file, rule, prefixes); err != nil {
			return err
		}
	}
	return nil
}

// checks registers the rules that add to a collecting set. It returns the prefixes that the file's helpers may carry.
func (in *inspection) checks(file string, module *ast.Module) ([]string, error) {
	var prefixes []string
	for _, rule := range module.Rules {
		if !collecting(headName(rule)) {
			continue
		}
		described, err := describe(rule)
		if err != nil {
			return nil, err
		}
		if known, ok := in.ruleIn[described.ID]; ok {
			if known != file {
				return nil, refuse(rule.Location, "rule %s is defined in %s already", described.ID, known)
			}
			return nil, refuse(rule.Location, "rule %s is defined twice; alternatives belong into a helper", described.ID)
		}
		in.ruleIn[described.ID] = file
		in.rules = append(in.rules, described)
		prefixes = append(prefixes, strings.ReplaceAll(strings.ToLower(described.ID), "-", "_"))
	}
	return prefixes, nil
}

// name refuses a helper that another file defines too, and one that does not carry its file's prefix.
func (in *inspection) name(file string, rule *ast.Rule, prefixes []string) error {
	name := headName(rule)
	if collecting(name) {
		return nil
	}
	if first, ok := in.nameAt[name]; ok {
		switch {
		case first.File == file:
			return nil
		case isPayer(file) && !in.payerIn[name]:
			return refuse(rule.Location, "a payer's file may not define %s: it is the base contract's (%s:%d)", name, first.File, first.Row)
		}
		return refuse(rule.Location, "%s is defined in %s too; rules of one name are OR-ed", name, first.File)
	}
	in.nameAt[name], in.payerIn[name] = rule.Location, isPayer(file)
	if name == questionNames[questionGate] && !isPayer(file) {
		return nil
	}
	for _, prefix := range prefixes {
		if name == prefix || strings.HasPrefix(name, prefix+"_") {
			return nil
		}
	}
	return refuse(rule.Location, "%s carries the prefix of no rule of its file (%s)", name, strings.Join(prefixes, ", "))
}

func headName(rule *ast.Rule) string {
	if name, ok := rule.Head.Ref()[0].Value.(ast.Var); ok {
		return string(name)
	}
	return ""
}

// checkImports refuses another name for input or for a rule: who reads what is found by its own name (inputpaths.go).
func checkImports(module *ast.Module) error {
	for _, imported := range module.Imports {
		if path, ok := imported.Path.Value.(ast.Ref); ok && (path.HasPrefix(ast.InputRootRef) || path.HasPrefix(ast.DefaultRootRef)) {
			return refuse(imported.Location, "%s is imported: a contract calls input and its rules by their own names", path)
		}
	}
	return nil
}

// checkRefs refuses references to data outside the contract: there is none, so the rule would never hold.
func checkRefs(module *ast.Module) error {
	var err error
	for _, rule := range module.Rules {
		walkRefs(rule, func(ref ast.Ref) {
			if err == nil && len(ref) > 1 && ref[0].Equal(ast.DefaultRootDocument) && !ref[1].Equal(ast.StringTerm(contractPackage)) {
				err = refuse(ref[0].Location, "%s: a contract sees its own package and input only", ref)
			}
		})
	}
	return err
}

// checkMembership refuses `x in {input.y, "U"}`. The rule index of OPA 1.22 keeps the constant members of such a
// collection and forgets the others, so that the rule is passed over where it holds: a lost edit.
func checkMembership(module *ast.Module) error {
	var err error
	ast.WalkExprs(module, func(expr *ast.Expr) bool {
		if err != nil || !expr.IsCall() || expr.Operator().String() != ast.Member.Name || len(expr.Operands()) < 2 {
			return false
		}
		switch collection := expr.Operand(1).Value.(type) {
		case *ast.Array, ast.Set, ast.Object:
			if !collection.IsGround() || hasRef(collection) {
				err = refuse(expr.Location, "`in` over a collection written with anything but constants is not evaluated reliably; compare with == in a helper")
			}
		}
		return false
	})
	return err
}

func hasRef(value ast.Value) bool {
	found := false
	ast.WalkTerms(value, func(term *ast.Term) bool {
		switch term.Value.(type) {
		case ast.Ref, ast.Call, ast.Var:
			found = true
		}
		return found
	})
	return found
}
