package policies

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// What a rule may read is what some claim's input has: all flips of the contract together, without a field and with a
// plan, show nothing that is not in the table, and everything that is.
func TestEachQuestionShowsTheFieldsItIsSaidTo(t *testing.T) {
	e := embeddedContract(t).NewEvaluator()
	e.in.wantsLines = true
	seen := [questions]map[string]bool{{}, {}, {}}
	see := func(of question, input part) {
		if input != nil {
			pathsOf(e.in.build(input), func(path string) { seen[of][path] = true })
		}
	}
	limits := flip{name: "a benefit with a limit", change: func(ev *claim.Evidence) { ev.Facts.Benefits[0].LimitUnits = claim.One }}
	for i, f := range append(flips(), limits) {
		ev := flipped(f)
		seeAll := func() {
			see(questionEdits, e.in.edits(ev))
			amounts := make([]LineAmount, len(ev.Claim.Lines))
			for i := range amounts {
				amounts[i] = LineAmount{Line: ev.Claim.Lines[i].Number, Allowed: 100, Units: claim.One}
			}
			see(questionLimits, e.in.limits(ev, amounts))
			edits, err := e.Edits(t.Context(), ev)
			if err != nil {
				t.Fatal(err)
			}
			see(questionGate, e.in.gate(&GateInput{
				Evidence: ev, Edits: edits, Score: scored(), Lines: decided(ev, edits), Unpriced: []claim.PendReason{{Code: "price", Detail: "fee"}},
			}))
		}
		seeAll()
		if i > 0 {
			continue // one claim without each of its rows is enough
		}
		zeroings(reflect.ValueOf(ev).Elem(), "", func(path string) {
			if strings.Count(path, ".") < 2 && strings.HasPrefix(path, "Facts.") { // shows rows as not plainly right
				seeAll()
			}
		})
	}
	for of, has := range inputFields() {
		want := map[string]bool{}
		for name, below := range has {
			if below == nil {
				want[name] = true
			}
			for _, k := range below {
				want[name+"."+keyNames[k]] = true
			}
		}
		got := map[string]bool{}
		for path := range seen[of] {
			name, _, deep := strings.Cut(path, ".")
			if below, known := has[name]; deep && known && below == nil {
				path = name
			}
			got[path] = true
		}
		if diff := cmp.Diff(sortedKeys(want), sortedKeys(got)); diff != "" {
			t.Errorf("input of %s (-said +shown):\n%s", questionNames[of], diff)
		}
	}
}

// pathsOf calls visit with the names of the top of an input, each with those directly below.
func pathsOf(input *ast.Term, visit func(path string)) {
	top, ok := input.Value.(ast.Object)
	if !ok {
		return
	}
	top.Foreach(func(k, v *ast.Term) {
		name := string(k.Value.(ast.String))
		inner, ok := v.Value.(ast.Object)
		if !ok {
			visit(name)
			return
		}
		inner.Foreach(func(k, _ *ast.Term) { visit(name + "." + string(k.Value.(ast.String))) })
	})
}

func sortedKeys(m map[string]bool) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
