package policies

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// guards is a set of lists (lists.go), one bit each: those that must be there before a rule goes on.
type guards uint32

// compares are the built-ins that cannot tell a number from another in the same order. count makes numbers, but small
// ones: a collection has at most as many elements as the input has tokens, the contract's source names (namedNumbers),
// or the evaluation made steps (steps).
var compares = []string{
	ast.Equality.Name, ast.Assign.Name, ast.Equal.Name, ast.NotEqual.Name, ast.LessThan.Name, ast.LessThanEq.Name, ast.GreaterThan.Name,
	ast.GreaterThanEq.Name, ast.Member.Name, ast.MemberWithKey.Name, ast.Count.Name, ast.ObjectGet.Name, ast.And.Name,
}

// weighing finds out when a contract weighs numbers: under which lists a rule may reach a built-in that does more with
// them than compare. Its rules are the compiled ones, in which every call is an expression of its own.
type weighing struct {
	rules map[string][]*ast.Rule
	known map[string][]guards
}

func newWeighing(compiler *ast.Compiler) *weighing {
	w := &weighing{rules: map[string][]*ast.Rule{}, known: map[string][]guards{}}
	for _, module := range compiler.Modules {
		for _, rule := range module.Rules {
			ref := rule.Ref()
			name, _ := ruleName(ref[:min(len(ref), 3)]) // what follows the name makes parts of one document
			for ; rule != nil; rule = rule.Else {
				w.rules[name] = append(w.rules[name], rule)
			}
		}
	}
	return w
}

// of returns the sets of lists under each of which a rule may weigh numbers; a set without lists: it always may.
// Rego allows no recursion. A name without rules may be anything.
func (w *weighing) of(name string) []guards {
	if found, ok := w.known[name]; ok {
		return found
	}
	var found []guards
	if len(w.rules[name]) == 0 {
		found = append(found, 0)
	}
	for _, rule := range w.rules[name] {
		found = append(found, w.ofRule(rule)...)
	}
	slices.Sort(found)
	w.known[name] = slices.Compact(found)
	return w.known[name]
}

// ofRule goes through a rule's expressions in the order in which they are evaluated: each is reached only when the
// guards before it are there.
func (w *weighing) ofRule(rule *ast.Rule) []guards {
	var found []guards
	var passed guards
	lists := map[ast.Var]bool{} // variables that are input.lists
	for _, expr := range rule.Body {
		found = append(found, w.ofNode(expr, passed)...)
		passed |= guardOf(expr, lists)
	}
	found = append(found, w.ofNode(rule.Head, passed)...)
	return append(found, w.ofNode(rule.Head.Ref(), passed)...) // a head is walked without it
}

// ofNode looks at every call and every reference to another rule, however deep. Under `with` anything may be called by
// the name of another, and any list may be there.
func (w *weighing) ofNode(node any, passed guards) []guards {
	var found []guards
	ast.WalkExprs(node, func(expr *ast.Expr) bool {
		operator := expr.Operator()
		if len(expr.With) > 0 || expr.IsCall() && !operator.HasPrefix(ast.DefaultRootRef) && !slices.Contains(compares, operator.String()) {
			found = append(found, passed)
		}
		return false
	})
	ast.WalkRefs(node, func(ref ast.Ref) bool {
		if !ref.HasPrefix(ast.DefaultRootRef) {
			return false
		}
		name, ok := ruleName(ref[:min(len(ref), 3)])
		if !ok {
			found = append(found, passed) // whatever it refers to
		}
		for _, more := range w.of(name) {
			found = append(found, passed|more)
		}
		return false
	})
	return found
}

// guardOf is the list of an expression `"list" in input.lists`. The compiler makes two of it: one that gives input.lists
// a name, and the built-in.
func guardOf(expr *ast.Expr, lists map[ast.Var]bool) guards {
	if expr.Negated || len(expr.With) > 0 || !expr.IsCall() || len(expr.Operands()) != 2 {
		return 0
	}
	left, right := expr.Operand(0), expr.Operand(1)
	name, isVar := left.Value.(ast.Var)
	if expr.IsEquality() && isVar && isLists(right) {
		lists[name] = true
		return 0
	}
	text, isText := left.Value.(ast.String)
	of, isVar := right.Value.(ast.Var)
	if expr.Operator().String() != ast.Member.Name || !isText || !(isLists(right) || isVar && lists[of]) {
		return 0
	}
	for i, k := range listKeys {
		if keyNames[k] == string(text) {
			return 1 << i
		}
	}
	return 0
}

func isLists(term *ast.Term) bool {
	ref, ok := term.Value.(ast.Ref)
	return ok && len(ref) == 2 && ref[0].Equal(ast.InputRootDocument) && ref[1].Equal(ast.StringTerm(keyNames[keyLists]))
}

// weighs tells whether a question about an input with these lists may weigh numbers.
func (c *Contract) weighs(asked question, present guards) bool {
	return slices.ContainsFunc(c.weighings[asked], func(needed guards) bool { return needed&^present == 0 })
}

// namedNumbers are the numbers that a contract names, without small ones, sorted. Its modules are the compiled ones: a
// rule that reads its METADATA has it written into its body. Not ok: the contract holds a number that is no whole one, or
// a text or collection that counts more than smallMax, so that what it finds of one input cannot be carried over to another.
func namedNumbers(modules map[string]*ast.Module) (named []int64, ok bool) {
	ok = true
	look := func(term *ast.Term) bool {
		switch value := term.Value.(type) {
		case ast.Number:
			n, whole := value.Int64()
			ok = ok && whole
			if !small(n) {
				named = append(named, n)
			}
		case ast.String:
			ok = ok && len(value) <= smallMax
		case interface{ Len() int }: // lists, sets and objects
			ok = ok && value.Len() <= smallMax
		}
		return false
	}
	for _, module := range modules {
		ast.WalkTerms(module, look)
		ast.WalkRules(module, func(rule *ast.Rule) bool {
			ast.WalkTerms(rule.Head.Ref(), look) // a head is walked without it
			return false
		})
	}
	slices.Sort(named)
	return slices.Compact(named), ok
}

// steps counts the steps of an evaluation. OPA asks before every one whether it was cancelled.
type steps struct {
	cancel topdown.Cancel
	made   int
}

// Cancel implements topdown.Cancel.
func (s *steps) Cancel() { s.cancel.Cancel() }

// Cancelled implements topdown.Cancel.
func (s *steps) Cancelled() bool {
	s.made++
	return s.cancel.Cancelled()
}
