package policies

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// words refuses a rule that compares what has one of a few words, as its schema lists them, with another: the name of a list
// under which a rule stands, misspelt, would silence it for ever.
func (r *inputReading) words(rule *ast.Rule) error {
	var err error
	compare := func(words []any, with *ast.Term) {
		word, ok := with.Value.(ast.String)
		if ok && err == nil && words != nil && !slices.Contains(words, any(string(word))) {
			err = refuse(with.Location, "%s is compared with what is one of %q in the input of %s", with, words, questionNames[r.of])
		}
	}
	eachCall(rule, func(call []*ast.Term) {
		if len(call) < 3 {
			return
		}
		a, b := call[1], call[2]
		switch call[0].String() {
		case ast.Member.Name:
			compare(r.has.at(b).items().oneOf(), a)
			eachMember(b, func(member *ast.Term) { compare(r.has.at(a).oneOf(), member) })
		case ast.Equality.Name, ast.Equal.Name, ast.NotEqual.Name:
			compare(r.has.at(b).oneOf(), a)
			compare(r.has.at(a).oneOf(), b)
		}
	})
	return err
}

// eachMember visits the members of a set or list that is written out.
func eachMember(term *ast.Term, visit func(*ast.Term)) {
	switch value := term.Value.(type) {
	case ast.Set:
		value.Foreach(visit)
	case *ast.Array:
		value.Foreach(visit)
	}
}

// eachCall visits the calls of built-ins and helpers in a part of a rule, operator first.
func eachCall(node any, visit func(call []*ast.Term)) {
	ast.WalkExprs(node, func(expr *ast.Expr) bool {
		if call, ok := expr.Terms.([]*ast.Term); ok {
			visit(call)
		}
		return false
	})
	ast.WalkTerms(node, func(term *ast.Term) bool {
		if call, ok := term.Value.(ast.Call); ok {
			visit(call)
		}
		return false
	})
}

// at is the schema of what a reference to the input leads to; nil when it cannot be told.
func (s schema) at(term *ast.Term) schema {
	ref, ok := term.Value.(ast.Ref)
	if !ok || !ref[0].Equal(ast.InputRootDocument) {
		return nil
	}
	for _, step := range ref[1:] {
		if name, ok := step.Value.(ast.String); ok {
			s = s.field(string(name))
		} else {
			s = s.items()
		}
	}
	return s
}

// items is the schema of a list's members; nil of anything else.
func (s schema) items() schema {
	items, _ := s["items"].(map[string]any)
	return items
}

// oneOf are the words that a text may be; nil when it may be any.
func (s schema) oneOf() []any {
	words, _ := s["enum"].([]any)
	return words
}
