package policies

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Of what a helper is given OPA's check knows nothing. So each helper of a payer is shown to it once for each of its calls, with
// what the arguments are read from written out in front: `row = input.x.mue[_]`. What it refuses of all calls can never hold;
// neither can a call of which it refuses every rule of that name.

// copiesMax bounds how many rules are added to a compilation; helpers beyond are not looked at.
const copiesMax = 500

// given is what payers' helpers are given.
type given struct {
	shown   *schemas
	helpers map[string][]*ast.Rule   // with arguments, by name; each else by itself
	calls   map[string][][]*ast.Term // what each is called with: parts of the input, constants, nil for what cannot be told
}

// givenTo follows payers' rules from helper to helper.
func givenTo(modules map[string]*ast.Module, shown *schemas) *given {
	g := &given{shown: shown, helpers: map[string][]*ast.Rule{}, calls: map[string][][]*ast.Term{}}
	own := maps.Clone(modules)
	maps.DeleteFunc(own, func(file string, _ *ast.Module) bool { return !isPayer(file) })
	eachRule(own, func(rule *ast.Rule) {
		for part := rule; part != nil && len(rule.Head.Args) > 0 && !rule.Default; part = part.Else {
			g.helpers[headName(rule)] = append(g.helpers[headName(rule)], part)
		}
	})
	eachRule(own, func(rule *ast.Rule) {
		if len(rule.Head.Args) == 0 {
			g.follow(rule, nil)
		}
	})
	return g
}

// follow notes the calls in a rule that is itself called with what is given, and follows those.
func (g *given) follow(rule *ast.Rule, with []*ast.Term) {
	known := g.known(rule, with)
	mocked := false // then anything may stand in the input
	ast.WalkExprs(rule, func(expr *ast.Expr) bool {
		mocked = mocked || len(expr.With) > 0
		return false
	})
	eachCall(rule, func(call []*ast.Term) {
		name := strings.TrimPrefix(call[0].String(), "data."+contractPackage+".")
		helpers := g.helpers[name]
		if len(helpers) == 0 || len(call) <= len(helpers[0].Head.Args) {
			return
		}
		arguments := make([]*ast.Term, len(helpers[0].Head.Args))
		for i := range arguments {
			if !mocked {
				arguments[i] = g.source(call[i+1], known)
			}
		}
		if slices.ContainsFunc(g.calls[name], func(call []*ast.Term) bool { return slices.EqualFunc(call, arguments, sameTerm) }) {
			return
		}
		g.calls[name] = append(g.calls[name], arguments)
		for _, helper := range helpers {
			g.follow(helper, arguments)
		}
	})
}

func sameTerm(a, b *ast.Term) bool { return a == b || a != nil && b != nil && a.Equal(b) }

// known tells what the variables of a rule stand for. One that stands for several, in different places, stands for nothing.
func (g *given) known(rule *ast.Rule, with []*ast.Term) map[ast.Var]*ast.Term {
	known := map[ast.Var]*ast.Term{}
	set := func(name, source *ast.Term) {
		if v, ok := name.Value.(ast.Var); ok {
			if before, again := known[v]; again && !sameTerm(before, source) {
				source = nil
			}
			known[v] = source
		}
	}
	for i, source := range with {
		set(rule.Head.Args[i], source)
	}
	for range 2 { // what was found out to stand for several is told to those that were made of it
		eachCall(rule, func(call []*ast.Term) {
			switch call[0].String() {
			case ast.Assign.Name:
				set(call[1], g.source(call[2], known))
			case ast.Member.Name:
				set(call[1], g.member(call[2], known))
			case ast.MemberWithKey.Name:
				set(call[1], nil)
				set(call[2], g.member(call[3], known))
			}
		})
		ast.WalkExprs(rule, func(expr *ast.Expr) bool {
			if every, ok := expr.Terms.(*ast.Every); ok {
				set(every.Value, g.member(every.Domain, known))
			}
			return false
		})
	}
	return known
}

// source is the part of the input that a term is read from, or a constant; nil when it cannot be told.
func (g *given) source(term *ast.Term, known map[ast.Var]*ast.Term) *ast.Term {
	switch value := term.Value.(type) {
	case ast.Var:
		return known[value]
	case ast.String, ast.Number, ast.Boolean:
		return term
	case ast.Ref:
		if v, ok := value[0].Value.(ast.Var); ok && known[v] != nil {
			if from, ok := known[v].Value.(ast.Ref); ok {
				value = slices.Concat(from, value[1:])
			}
		}
		return g.part(value)
	}
	return nil
}

// member is what each member of a list is read from.
func (g *given) member(list *ast.Term, known map[ast.Var]*ast.Term) *ast.Term {
	if from := g.source(list, known); from != nil {
		if ref, ok := from.Value.(ast.Ref); ok {
			return g.part(slices.Concat(ref, ast.Ref{ast.VarTerm("_")}))
		}
	}
	return nil
}

// part is a part of the input that a schema describes, with one name for every place in a list; nil of anything else.
func (g *given) part(ref ast.Ref) *ast.Term {
	ref = slices.Clone(ref)
	for i := 1; i < len(ref); i++ {
		if _, ok := ref[i].Value.(ast.String); !ok {
			ref[i] = ast.VarTerm(fmt.Sprintf("given_%d", i))
		}
	}
	term := ast.NewTerm(ref)
	if !slices.ContainsFunc(g.shown.of[:], func(has schema) bool { return has.at(term) != nil }) {
		return nil
	}
	return term
}

// shownCall is one rule of a helper as it is shown to the check for one of its calls.
type shownCall struct {
	file   string
	helper *ast.Rule
	call   int
	fault  *ast.Error
}

// write adds to the modules what is to be shown, from the helpers in them, and returns it by the name it has instead of a file.
func (g *given) write(modules map[string]*ast.Module) map[string]*shownCall {
	written := map[string]*shownCall{}
	for _, name := range slices.Sorted(maps.Keys(g.calls)) {
		if len(written)+len(g.calls[name])*len(g.helpers[name]) > copiesMax {
			continue // of some of its calls alone nothing follows
		}
		for at, arguments := range g.calls[name] {
			for _, helper := range g.helpers[name] {
				as, file := fmt.Sprintf("%s__%d", name, len(written)), helper.Location.File
				written[as] = &shownCall{file: file, helper: helper, call: at}
				if !readsMetadata(helper) { // a copy has none
					modules[file].Rules = append(modules[file].Rules, shownWith(helper, arguments, as, modules[file]))
				}
			}
		}
	}
	return written
}

func readsMetadata(rule *ast.Rule) bool {
	found := false
	eachCall(rule, func(call []*ast.Term) { found = found || strings.HasPrefix(call[0].String(), "rego.metadata.") })
	return found
}

// shownWith is a copy of a helper in which its arguments are read from what is given.
func shownWith(helper *ast.Rule, arguments []*ast.Term, at string, module *ast.Module) *ast.Rule {
	rule := helper.Copy()
	rule.Else, rule.Module, rule.Annotations = nil, module, nil
	rule.Head.SetRef(ast.Ref{ast.VarTerm(at).SetLocation(helper.Location)})
	var body ast.Body
	for i, source := range arguments {
		if source != nil {
			body.Append(ast.Equality.Expr(rule.Head.Args[i].Copy(), source.Copy()).SetLocation(helper.Location))
		}
	}
	for _, expr := range rule.Body {
		body.Append(expr)
	}
	rule.Body = body
	rewrite(rule)
	place(rule, at)
	ast.WalkExprs(rule, func(expr *ast.Expr) bool {
		if expr.Negated {
			place(expr, unheard)
		}
		return false
	})
	return rule
}

// unheard is where stands what a helper says is not: of a row without a field, that it has none holds. By that helpers tell
// rows apart, of which some have fields that others have not.
const unheard = "not"

// place has faults in a part of a rule told of a place instead of its file.
func place(part any, at string) {
	ast.WalkNodes(part, func(node ast.Node) bool {
		if l := node.Loc(); l != nil {
			node.SetLoc(ast.NewLocation(l.Text, at, l.Row, l.Col))
		}
		return false
	})
}

// dead are the faults of what can never hold.
func dead(written map[string]*shownCall) ast.Errors {
	lives, answers := map[*ast.Rule]bool{}, map[string]bool{}
	called := func(s *shownCall) string { return fmt.Sprint(headName(s.helper), " ", s.call) }
	for _, s := range written {
		lives[s.helper] = lives[s.helper] || s.fault == nil
		answers[called(s)] = answers[called(s)] || s.fault == nil
	}
	var faults ast.Errors
	for _, name := range slices.Sorted(maps.Keys(written)) {
		if s := written[name]; !lives[s.helper] || !answers[called(s)] {
			s.fault.Location.File = s.file
			faults = append(faults, s.fault)
		}
	}
	faults.Sort()
	return slices.CompactFunc(faults, func(a, b *ast.Error) bool { return a.Error() == b.Error() })
}
