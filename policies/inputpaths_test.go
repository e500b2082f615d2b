package policies

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// What a rule may read is what some claim's input has: all flips of the contract together, without a field and with a
// plan, show nothing that is not in the schemas, and everything that is, of that type.
func TestSchemasSayWhatQuestionsShow(t *testing.T) {
	e := embeddedContract(t).NewEvaluator()
	e.in.wantsLines = true
	seen := [questions]map[string]bool{{}, {}, {}}
	see := func(of question, input part) {
		if input != nil {
			shownPaths(e.in.build(input), "input", func(path string) { seen[of][path] = true })
		}
	}
	limits := flip{name: "a benefit with limits", change: func(ev *claim.Evidence) {
		ev.Facts.Benefits[0].LimitUnits, ev.Facts.Benefits[0].LimitAmount = claim.One, 100
	}}
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
	shown, err := inputSchemas()
	if err != nil {
		t.Fatal(err)
	}
	for of, has := range shown.of {
		want := map[string]bool{}
		schemaPaths(t, has, has, "input", func(path string) { want[path] = true })
		if diff := cmp.Diff(sortedKeys(want), sortedKeys(seen[of])); diff != "" {
			t.Errorf("schemas/%s.json (-said +shown):\n%s", questionNames[of], diff)
		}
	}
}

// The words that schemas list are all there are.
func TestSchemasListEveryWord(t *testing.T) {
	shown, err := inputSchemas()
	if err != nil {
		t.Fatal(err)
	}
	var said, known []string
	for _, of := range []question{questionEdits, questionLimits} {
		for _, name := range shown.of[of].field("lists").items().oneOf() {
			said = append(said, name.(string))
		}
	}
	for _, of := range listKeys {
		known = append(known, keyNames[of])
	}
	slices.Sort(said)
	slices.Sort(known)
	if diff := cmp.Diff(known, said); diff != "" {
		t.Errorf("lists (-known +said):\n%s", diff)
	}
	types := shown.of[questionEdits].field("claim").field("type").oneOf()
	if diff := cmp.Diff([]any{string(claim.Professional), string(claim.Institutional)}, types); diff != "" {
		t.Errorf("types of claim (-known +said):\n%s", diff)
	}
}

// shownPaths calls visit with the path of each value in an input that is neither object nor list, and with its type.
func shownPaths(input *ast.Term, path string, visit func(string)) {
	switch value := input.Value.(type) {
	case ast.Object:
		value.Foreach(func(k, v *ast.Term) { shownPaths(v, path+"."+string(k.Value.(ast.String)), visit) })
	case *ast.Array:
		value.Foreach(func(v *ast.Term) { shownPaths(v, path+"[]", visit) })
	case ast.Number:
		visit(path + " integer")
	default:
		visit(path + " " + ast.ValueName(value))
	}
}

// schemaPaths does the same with a schema; JSON has no sets, and their schema is empty but for what they are.
func schemaPaths(t *testing.T, top, s schema, path string, visit func(string)) {
	t.Helper()
	if to, ok := s["$ref"].(string); ok {
		name := strings.TrimPrefix(to, "#/definitions/")
		s = top["definitions"].(map[string]any)[name].(map[string]any)
	}
	switch s["type"] {
	case "object":
		if s["additionalProperties"] != false {
			t.Errorf("%s: other fields are allowed", path)
		}
		for name := range s.properties() {
			schemaPaths(t, top, s.field(name), path+"."+name, visit)
		}
	case "array":
		schemaPaths(t, top, s["items"].(map[string]any), path+"[]", visit)
	case nil:
		visit(path + " set")
	default:
		visit(fmt.Sprint(path, " ", s["type"]))
	}
}

func sortedKeys(m map[string]bool) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
