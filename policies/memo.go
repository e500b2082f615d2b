package policies

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// memo remembers what rules and functions gave during one evaluation, and keeps its memory for the next. OPA's own
// cache is a tree of maps that is made anew for every question, which costs more than most of a contract's rules.
//
// It knows a rule by its name, and a call by the function's name and what it was given: scalars by value, everything
// else by identity. So it may miss where OPA's cache would find, and then the rule runs again; it never finds what
// OPA's cache would not. Keys of any other form, and evaluations under `with`, it leaves to OPA's cache.
type memo struct {
	known  map[memoKey]memoValue
	others topdown.VirtualCache // made when first wanted
	inWith int                  // how many `with` are open
}

// memoMax bounds what is kept of a claim with very many lines.
const memoMax = 1 << 10

type memoKey struct {
	name string
	args [2]any // a scalar ast.Value, or the *ast.Term of something larger; nil where there is none
}

type memoValue struct {
	term      *ast.Term
	undefined bool
}

func newMemo() *memo { return &memo{known: map[memoKey]memoValue{}} }

// forget makes it ready for the next evaluation.
func (m *memo) forget() {
	m.others, m.inWith = nil, 0
	if len(m.known) > memoMax {
		m.known = map[memoKey]memoValue{}
		return
	}
	clear(m.known)
}

// Get implements topdown.VirtualCache: the value, or whether the rule is known to be undefined.
func (m *memo) Get(ref ast.Ref) (*ast.Term, bool) {
	if key, ok := m.key(ref); ok {
		found := m.known[key]
		return found.term, found.undefined
	}
	return m.rest().Get(ref)
}

// Put implements topdown.VirtualCache. Nil means that the rule is undefined.
func (m *memo) Put(ref ast.Ref, value *ast.Term) {
	if key, ok := m.key(ref); ok {
		m.known[key] = memoValue{term: value, undefined: value == nil}
		return
	}
	m.rest().Put(ref, value)
}

// Push opens a `with`, under which rules may give something else.
func (m *memo) Push() {
	m.rest().Push()
	m.inWith++
}

// Pop closes a `with`.
func (m *memo) Pop() {
	m.rest().Pop()
	m.inWith--
}

// Keys implements topdown.VirtualCache for debuggers, which see what OPA's cache holds.
func (m *memo) Keys() []ast.Ref { return m.rest().Keys() }

func (m *memo) rest() topdown.VirtualCache {
	if m.others == nil {
		m.others = topdown.NewVirtualCache()
	}
	return m.others
}

// key is that of data.contract.name, or of a call [data.contract.name, arguments…].
func (m *memo) key(ref ast.Ref) (key memoKey, ok bool) {
	if m.inWith > 0 || len(ref) == 0 {
		return key, false
	}
	called, isCall := ref[0].Value.(ast.Ref)
	if !isCall {
		key.name, ok = ruleName(ref)
		return key, ok
	}
	if key.name, ok = ruleName(called); !ok || len(ref)-1 > len(key.args) {
		return key, false
	}
	for i, arg := range ref[1:] {
		switch value := arg.Value.(type) {
		case ast.String, ast.Number, ast.Boolean, ast.Null:
			key.args[i] = value
		case ast.Object, ast.Set, *ast.Array:
			key.args[i] = arg
		default:
			return key, false
		}
	}
	return key, true
}

func ruleName(ref ast.Ref) (string, bool) {
	if len(ref) != 3 || !ref[0].Equal(ast.DefaultRootDocument) {
		return "", false
	}
	of, _ := ref[1].Value.(ast.String)
	name, ok := ref[2].Value.(ast.String)
	return string(name), ok && of == contractPackage
}

// noBase is the cache of base documents of a contract, which has none.
type noBase struct{}

// Get implements topdown.BaseCache.
func (noBase) Get(ast.Ref) ast.Value { return nil }

// Put implements topdown.BaseCache.
func (noBase) Put(ast.Ref, ast.Value) {}
