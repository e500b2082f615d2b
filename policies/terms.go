package policies

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
)

// internMax bounds the terms an evaluator keeps. Codes, dates and small numbers of a batch are far fewer.
const internMax = 1 << 14

// terms builds Rego values straight from structs, sharing those that recur.
type terms struct {
	keys  [keyCount]*ast.Term
	ints  map[int64]*ast.Term
	texts map[string]*ast.Term
	yes   *ast.Term
	no    *ast.Term
}

func newTerms() terms {
	t := terms{
		ints: map[int64]*ast.Term{}, texts: map[string]*ast.Term{},
		yes: ast.BooleanTerm(true), no: ast.BooleanTerm(false),
	}
	for k, name := range keyNames {
		t.keys[k] = ast.StringTerm(name)
	}
	return t
}

func (t *terms) int(n int64) *ast.Term {
	if term, ok := t.ints[n]; ok {
		return term
	}
	if len(t.ints) >= internMax {
		clear(t.ints)
	}
	term := ast.IntNumberTerm(int(n))
	t.ints[n] = term
	return term
}

// text is for codes only: names and member numbers never enter the contract's input.
func (t *terms) text(s string) *ast.Term {
	if term, ok := t.texts[s]; ok {
		return term
	}
	if len(t.texts) >= internMax {
		clear(t.texts)
	}
	s = strings.Clone(s) // the text it is cut from is a whole claim's, names included, and would stay with it
	term := ast.StringTerm(s)
	t.texts[s] = term
	return term
}

func noMetrics() metrics.Metrics { return metrics.NoOp() }
