package policies

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"

	"github.com/assize/assize/internal/claim"
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

func (t *terms) bool(b bool) *ast.Term {
	if b {
		return t.yes
	}
	return t.no
}

func (t *terms) list(items []*ast.Term) *ast.Term {
	return ast.NewTerm(ast.NewArray(items...))
}

func (t *terms) codes(list []string) *ast.Term {
	items := make([]*ast.Term, len(list))
	for i, code := range list {
		items[i] = t.text(code)
	}
	return t.list(items)
}

// objectMax is the largest object of an input.
const objectMax = 24

// object collects the fields of one Rego object. An absent text, date or number is left out, so that a rule that
// reads it is undefined there: zero would compare as the earliest date and the smallest amount.
type object struct {
	*terms
	fields [objectMax][2]*ast.Term
	count  int
}

func (t *terms) object() object { return object{terms: t} }

func (o *object) put(k key, value *ast.Term) {
	o.fields[o.count] = [2]*ast.Term{o.keys[k], value}
	o.count++
}

func (o *object) number(k key, n int64) { o.put(k, o.int(n)) }

func (o *object) date(k key, d claim.Date) {
	if d.Known() {
		o.put(k, o.int(int64(d)))
	}
}

func (o *object) positive(k key, n int64) {
	if n > 0 {
		o.put(k, o.int(n))
	}
}

func (o *object) code(k key, s string) {
	if s != "" {
		o.put(k, o.text(s))
	}
}

func (o *object) flag(k key, b bool) { o.put(k, o.bool(b)) }

func (o *object) term() *ast.Term { return ast.NewTerm(ast.NewObject(o.fields[:o.count]...)) }

func noMetrics() metrics.Metrics { return metrics.NoOp() }
