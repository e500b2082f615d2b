package policies

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// mutator makes one small change in a copy of a Rego file: the one that is reached after left others. It works on the
// syntax tree and knows no rule, so a new check is mutated as soon as it stands in the folder.
type mutator struct {
	left int
	name string // of the rule that is walked
	did  string // what was changed, "" when there was nothing left to change
}

// mutate returns the n-th mutant of a module, counted from 0, and what is changed in it; "" when there is none.
func mutate(module *ast.Module, n int) (*ast.Module, string) {
	m, changed := &mutator{left: n}, module.Copy()
	for i := 0; i < len(changed.Rules) && m.did == ""; i++ {
		rule := changed.Rules[i]
		m.name = fmt.Sprintf("%s.%d", headName(rule), ordinal(changed.Rules[:i], headName(rule)))
		if m.turn("leave it out") {
			changed.Rules = slices.Delete(changed.Rules, i, i+1)
			break
		}
		m.rule(rule)
	}
	return changed, m.did
}

// ordinal tells rules of one name apart, counted from 1.
func ordinal(before []*ast.Rule, name string) int {
	n := 1
	for _, rule := range before {
		if headName(rule) == name {
			n++
		}
	}
	return n
}

// source is what a node is written as.
func source(node ast.Node) string {
	if at := node.Loc(); at != nil && len(at.Text) > 0 {
		return string(at.Text)
	}
	return node.String()
}

// turn tells whether it is this change's turn.
func (m *mutator) turn(format string, args ...any) bool {
	if m.did != "" {
		return false
	}
	if m.left--; m.left >= 0 {
		return false
	}
	m.did = m.name + ": " + strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	return true
}

func (m *mutator) rule(rule *ast.Rule) {
	m.term(rule.Head.Key)
	if !holds(rule.Head.Value) {
		m.term(rule.Head.Value)
	}
	if len(rule.Body) > 1 || !holds(rule.Body[0].Terms) {
		rule.Body = m.body(rule.Body)
	}
	if rule.Else == nil {
		return
	}
	if m.turn("leave out else := %s", rule.Else.Head.Value) {
		rule.Else = nil
		return
	}
	m.rule(rule.Else)
}

// holds tells whether what follows from nothing is plain true, as the parser writes for what a rule leaves unsaid.
func holds(unsaid any) bool {
	term, ok := unsaid.(*ast.Term)
	return ok && term != nil && term.Equal(ast.BooleanTerm(true))
}

func (m *mutator) body(body ast.Body) ast.Body {
	for i, line := range body {
		if !guard(line, body) && m.turn("leave out %s", source(line)) {
			body = slices.Delete(body, i, i+1)
			break
		}
		m.expression(line)
	}
	if len(body) == 0 {
		return ast.NewBody(ast.NewExpr(ast.BooleanTerm(true)))
	}
	for i := range body {
		body.Set(body[i], i)
	}
	return body
}

// guard tells whether a line is there for the rule index alone, so that nothing but time is lost without it: a list is
// named before its rows are walked ("mue" in input.lists), or the list itself stands there (input.x.lost). Another name
// in it is tried all the same.
func guard(line *ast.Expr, body ast.Body) bool {
	if line.IsCall() && line.Operator().String() == "internal.member_2" && line.Operand(1).String() == "input.lists" {
		return true
	}
	walked := func(other *ast.Expr) bool {
		some, ok := other.Terms.(*ast.SomeDecl)
		return ok && strings.HasSuffix(some.Symbols[0].String(), ", "+line.String()+")")
	}
	return slices.ContainsFunc(body, walked)
}

func (m *mutator) expression(line *ast.Expr) {
	if before := source(line); line.Negated {
		if m.turn("%s without not", before) {
			line.Negated = false
		}
	} else if _, declares := line.Terms.(*ast.SomeDecl); !declares && !line.IsAssignment() && m.turn("not %s", before) {
		line.Negated = true
	}
	switch terms := line.Terms.(type) {
	case *ast.Term:
		m.term(terms)
	case []*ast.Term:
		m.call(source(line), terms)
	case *ast.SomeDecl:
		for _, symbol := range terms.Symbols {
			m.term(symbol)
		}
	}
}

// operators lists what is tried instead of an operator: the neighbour at the boundary, and the opposite.
var operators = map[string][]*ast.Builtin{
	"lt": {ast.LessThanEq, ast.GreaterThanEq}, "lte": {ast.LessThan, ast.GreaterThan},
	"gt": {ast.GreaterThanEq, ast.LessThanEq}, "gte": {ast.GreaterThan, ast.LessThan},
	"equal": {ast.NotEqual}, "neq": {ast.Equal},
	"plus": {ast.Minus}, "minus": {ast.Plus}, "mul": {ast.Divide}, "and": {ast.Or},
}

// call mutates an operator with its operands, as they stand in an expression or a term.
func (m *mutator) call(before string, terms []*ast.Term) {
	for _, other := range operators[terms[0].String()] {
		if m.turn("%s with %s", before, other.Infix) {
			terms[0] = ast.NewTerm(other.Ref())
		}
	}
	for _, operand := range terms[1:] {
		m.term(operand)
	}
}

// term mutates what is constant in a term. References are left as they are: Load refuses a field that no input has, and
// the cases of absent fields see to the others.
func (m *mutator) term(term *ast.Term) {
	if term == nil {
		return
	}
	switch value := term.Value.(type) {
	case ast.String:
		m.scalar(term, ast.String(string(value)+"0"))
	case ast.Number:
		if n, whole := value.Int(); whole {
			m.scalar(term, ast.Number(fmt.Sprint(n+1)))
		}
	case ast.Boolean:
		m.scalar(term, !value)
	case ast.Call:
		m.call(source(term), value)
	case *ast.Array:
		for i := range value.Len() {
			member := value.Elem(i).Copy()
			m.term(member)
			value.Set(i, member)
		}
	case ast.Set:
		term.Value = m.set(value)
	case ast.Object:
		term.Value = m.object(value)
	case *ast.ArrayComprehension:
		m.term(value.Term)
		value.Body = m.body(value.Body)
	case *ast.SetComprehension:
		m.term(value.Term)
		value.Body = m.body(value.Body)
	}
}

func (m *mutator) scalar(term *ast.Term, other ast.Value) {
	if m.turn("%s instead of %s", other, term) {
		term.Value = other
	}
}

// set leaves out each member in turn.
func (m *mutator) set(set ast.Set) ast.Set {
	return ast.NewSet(slices.DeleteFunc(slices.Clone(set.Slice()), func(member *ast.Term) bool {
		return m.turn("%s left out of a set", member)
	})...)
}

// object leaves out each pair in turn, and mutates each value.
func (m *mutator) object(object ast.Object) ast.Object {
	var pairs [][2]*ast.Term
	for _, key := range object.Keys() {
		value := object.Get(key)
		if m.turn("%s: %s left out", key, value) {
			continue
		}
		value = value.Copy()
		m.term(value)
		pairs = append(pairs, [2]*ast.Term{key, value})
	}
	return ast.NewObject(pairs...)
}
