package policies

import (
	"errors"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// What OPA's compiler takes too long for, as measured with OPA 1.22. A closure is checked twice for each closure around it:
// fifteen of them, one in the other, take five seconds, and twenty take minutes. Time grows with the square of the steps of a
// rule and of the rules of a contract. The embedded contract is far below (TestTheContractIsFarFromItsBounds).
const (
	nestingMax = 8     // closures in one another
	stepsMax   = 500   // of a rule with its alternatives: expressions, calls and closures
	rulesMax   = 4_000 // of a contract
)

// checkBounds refuses a rule that would take the compiler minutes. It counts before anything is compiled.
func checkBounds(module *ast.Module) error {
	for _, rule := range module.Rules {
		steps, deepest := extent(rule)
		switch {
		case deepest > nestingMax:
			return refuse(rule.Location, "%d comprehensions in one another; at most %d are compiled: give the inner ones a name", deepest, nestingMax)
		case steps > stepsMax:
			return refuse(rule.Location, "a rule of %d steps; at most %d are compiled: make several of it, or a set of its constants", steps, stepsMax)
		}
	}
	return nil
}

// extent counts the steps of a rule, and the most closures that stand in one another.
func extent(rule *ast.Rule) (steps, deepest int) {
	nested := 0
	enter := func(node any) bool {
		steps += weight(node)
		nested += boolOrder(closes(node))
		deepest = max(deepest, nested)
		return false
	}
	leave := func(node any) { nested -= boolOrder(closes(node)) }
	ast.NewBeforeAfterVisitor(enter, leave).Walk(rule)
	return steps, deepest
}

// weight is what a part of a rule counts as.
func weight(node any) int {
	switch node.(type) {
	case *ast.Expr, ast.Call:
		return 1
	}
	return boolOrder(closes(node))
}

// closes tells whether a part of a rule has a body of its own that sees the variables around it.
func closes(node any) bool {
	switch node.(type) {
	case *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension, *ast.Every:
		return true
	}
	return false
}

// Of what OPA says as much is shown as a person reads. It quotes the line at fault, which may be a whole file.
const (
	faultsShown    = 10
	faultTextShown = 300
)

// sourceFault is an error of OPA's parser or compiler, with its places.
func sourceFault(err error) error {
	list, ok := errors.AsType[ast.Errors](err)
	if !ok {
		return shortened(err.Error())
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%d faults", len(list))
	for _, fault := range list[:min(len(list), faultsShown)] {
		if len(fault.Error()) > faultTextShown {
			fault = &ast.Error{Code: fault.Code, Location: fault.Location, Message: fault.Message} // without the line
		}
		fmt.Fprintf(&text, "\n%s", shortened(fault.Error()))
	}
	return errors.New(text.String())
}

func shortened(text string) error {
	if len(text) > faultTextShown {
		text = strings.ToValidUTF8(text[:faultTextShown], "") + "…"
	}
	return errors.New(text)
}
