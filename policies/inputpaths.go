package policies

import (
	"cmp"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// asked is the question in which a rule is evaluated, by its name; false for a helper.
func asked(name string) (question, bool) {
	if name == "holds" { // the verdict's own set
		return questionGate, true
	}
	at := slices.Index(questionNames[:], name)
	return question(at), at >= 0
}

// checkInput refuses a rule that reads, by itself or through a helper, what the input of its question has not: a
// misspelt, bygone or other question's field is undefined, the rule would be silent for ever, and what it should deny or
// hold would pay.
func checkInput(modules map[string]*ast.Module) error {
	shown, err := inputSchemas()
	if err != nil {
		return err
	}
	named := map[string][]*ast.Rule{}
	eachRule(modules, func(rule *ast.Rule) { named[headName(rule)] = append(named[headName(rule)], rule) })
	for of, has := range shown.of {
		for _, name := range slices.Sorted(maps.Keys(named)) {
			if at, ok := asked(name); ok && at == question(of) {
				reading := inputReading{named: named, has: has, of: question(of), seen: map[string]bool{}}
				if err := reading.rules(name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// inputReading follows one question from rule to helper.
type inputReading struct {
	named map[string][]*ast.Rule
	has   schema
	of    question
	seen  map[string]bool
}

// rules looks at all rules of a name, and then at those they use.
func (r *inputReading) rules(name string) error {
	if r.seen[name] {
		return nil
	}
	r.seen[name] = true
	for _, rule := range r.named[name] {
		if err := r.paths(rule); err != nil {
			return err
		}
		for _, used := range r.used(rule) {
			if err := r.rules(used); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *inputReading) paths(rule *ast.Rule) error {
	var err error
	unnamed := unnamed(rule)
	walkRefs(rule, func(ref ast.Ref) {
		if err != nil || !ref[0].Equal(ast.InputRootDocument) {
			return
		}
		if path := unknownPath(r.has, ref); path != "" {
			err = refuse(ref[0].Location, "%s: there is no such field in the input of %s, which asks this rule", path, questionNames[r.of])
		} else if isWhole(r.has, ref) && !unnamed[ref[0]] {
			err = refuse(ref[0].Location, "%s goes by another name here: a contract reads each field of it as input.…, so that it can be seen", ref)
		}
	})
	return cmp.Or(err, r.words(rule))
}

// walkRefs visits the references in a rule, those in its name included, which OPA's own walk leaves out.
func walkRefs(rule *ast.Rule, visit func(ast.Ref)) {
	for _, node := range [...]any{rule, rule.Head.Ref()} {
		ast.WalkRefs(node, func(ref ast.Ref) bool {
			visit(ref)
			return false
		})
	}
}

// isWhole tells whether a reference is to all of input, to whatever of it a variable names, or to an object of it and no field.
func isWhole(has schema, ref ast.Ref) bool {
	if len(ref) == 1 {
		return true
	}
	name, ok := ref[1].Value.(ast.String)
	return !ok || len(ref) == 2 && has.field(string(name)).properties() != nil
}

// unnamed are the beginnings of those references of a rule by which an object of the input gets no other name: it is there
// or not, is a built-in's operand, or has another put in its place (with).
func unnamed(rule *ast.Rule) map[*ast.Term]bool {
	found := map[*ast.Term]bool{}
	add := func(terms ...*ast.Term) {
		for _, term := range terms {
			if ref, ok := term.Value.(ast.Ref); ok && len(ref) > 1 && ref[1].IsGround() {
				found[ref[0]] = true
			}
		}
	}
	operands := func(call []*ast.Term) {
		name := call[0].String()
		if ast.BuiltinMap[name] != nil && name != ast.Equality.Name && name != ast.Assign.Name {
			add(call[1:]...)
		}
	}
	ast.WalkExprs(rule, func(expr *ast.Expr) bool {
		if term, ok := expr.Terms.(*ast.Term); ok {
			add(term)
		}
		for _, with := range expr.With {
			if ref, ok := with.Target.Value.(ast.Ref); ok {
				found[ref[0]] = true
			}
		}
		return false
	})
	eachCall(rule, operands)
	return found
}

// used are the names of the contract that stand in a rule.
func (r *inputReading) used(rule *ast.Rule) []string {
	names := map[string]bool{}
	see := func(term *ast.Term) bool {
		switch value := term.Value.(type) {
		case ast.Var:
			names[string(value)] = true
		case ast.Ref: // data.contract.name; the name alone is a variable, above
			if len(value) > 2 && value[0].Equal(ast.DefaultRootDocument) {
				if name, ok := value[2].Value.(ast.String); ok {
					names[string(name)] = true
				}
			}
		}
		return false
	}
	ast.WalkTerms(rule, see)
	ast.WalkTerms(rule.Head.Ref(), see) // see walkRefs
	maps.DeleteFunc(names, func(name string, _ bool) bool { return r.named[name] == nil })
	return slices.Sorted(maps.Keys(names))
}

// unknownPath returns the beginning of a reference that leads nowhere, as far as it is written out; "" when it leads
// somewhere. What stands in rows the compiler sees by itself: it knows the type of the input.
func unknownPath(has schema, ref ast.Ref) string {
	path := "input"
	for _, term := range ref[1:] {
		name, ok := term.Value.(ast.String)
		if !ok || has.properties() == nil {
			break
		}
		path += "." + string(name)
		if has = has.field(string(name)); has == nil {
			return path
		}
	}
	return ""
}
