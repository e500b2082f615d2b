package policies

import (
	"cmp"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// checkTypes refuses payers' rules that read or compare what never is, where OPA's check of types does not look. It takes the
// fields of a row in the body of every for anything, and < and its kin for comparisons of whatever with whatever: a date
// written as a text is later than any number, so that a rule that asks for later ones would be silent for ever. So it is shown
// the same rules written as it does look at them: every as a comprehension, < as =.
func checkTypes(modules map[string]*ast.Module) error {
	shown, err := inputSchemas()
	if err != nil {
		return err
	}
	written, own := make(map[string]*ast.Module, len(modules)), false
	for file, module := range modules {
		written[file] = module
		if isPayer(file) {
			own, written[file] = true, module.Copy()
			rewrite(written[file])
		}
	}
	if !own {
		return nil
	}
	calls := givenTo(modules, shown).write(written)
	compiler := ast.NewCompiler().WithCapabilities(capabilities()).WithSchemas(shown.types).SetErrorLimit(0)
	var faults ast.Errors
	compiler.Compile(written)
	for _, fault := range compiler.Errors {
		at := cmp.Or(fault.Location, &ast.Location{})
		switch call := calls[at.File]; {
		case at.File == unheard && fault.Code == ast.TypeErr:
		case call == nil || fault.Code != ast.TypeErr:
			faults = append(faults, fault)
		case call.fault == nil:
			call.fault = fault
		}
	}
	faults = append(faults, dead(calls)...)
	if len(faults) > 0 {
		return claim.Errorf(claim.Invalid, "compiling the contract: %w", sourceFault(faults))
	}
	return nil
}

// rewrite writes a part of a contract as OPA's check looks at it.
func rewrite(part any) {
	ast.WalkExprs(part, func(expr *ast.Expr) bool { // sees what it is rewritten to as well
		openEvery(expr)
		equate(expr)
		return false
	})
}

// openEvery makes `{true | some k, v in rows; body}` of `every k, v in rows { body }`.
func openEvery(expr *ast.Expr) {
	every, ok := expr.Terms.(*ast.Every)
	if !ok {
		return
	}
	at := expr.Location
	member := []*ast.Term{ast.NewTerm(ast.Member.Ref()), every.Value, every.Domain}
	if every.Key != nil {
		member = []*ast.Term{ast.NewTerm(ast.MemberWithKey.Ref()), every.Key, every.Value, every.Domain}
	}
	some := &ast.SomeDecl{Location: at, Symbols: []*ast.Term{ast.NewTerm(ast.Call(member)).SetLocation(at)}}
	all := ast.NewBody(&ast.Expr{Location: at, Terms: some})
	for _, each := range every.Body {
		all.Append(each)
	}
	expr.Terms = ast.SetComprehensionTerm(ast.BooleanTerm(true), all).SetLocation(at)
}

// equate makes `a = b` of `a < b`. With null anything may be compared: that asks whether it is there.
func equate(expr *ast.Expr) {
	call, ok := expr.Terms.([]*ast.Term)
	if !ok || len(call) != 3 || call[1].Equal(ast.NullTerm()) || call[2].Equal(ast.NullTerm()) {
		return
	}
	switch call[0].String() {
	case ast.LessThan.Name, ast.LessThanEq.Name, ast.GreaterThan.Name, ast.GreaterThanEq.Name, ast.NotEqual.Name:
		expr.Terms = []*ast.Term{ast.NewTerm(ast.Equality.Ref()).SetLocation(call[0].Location), call[1], call[2]}
	}
}
