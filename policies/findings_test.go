package policies

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// What the gate answers is a verdict with its reasons, or an error: never a payment by misunderstanding.
func TestVerdictsAreReadStrictly(t *testing.T) {
	in := newTerms()
	for text, want := range map[string]Verdict{
		`{"outcome": "pay", "pends": set()}`:  {Outcome: claim.Pay},
		`{"outcome": "deny", "pends": set()}`: {Outcome: claim.Deny},
		`{"outcome": "pend", "pends": {{"code": "b", "detail": ""}, {"code": "a", "detail": "y"}, {"code": "a", "detail": "x"}}}`: {
			Outcome: claim.Pend, Pends: []claim.PendReason{{Code: "a", Detail: "x"}, {Code: "a", Detail: "y"}, {Code: "b"}},
		},
	} {
		got, err := readVerdict(ast.MustParseTerm(text), &in)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v; -want +got:\n%s", text, err, diff)
		}
	}
	for _, text := range []string{
		`"pay"`, `{}`, `{"outcome": "pay"}`, `{"pends": set()}`, `{"outcome": 1, "pends": set()}`, `{"outcome": "pay", "pends": []}`,
		`{"outcome": "pay", "pends": {{"code": "a", "detail": ""}}}`, `{"outcome": "deny", "pends": {{"code": "a", "detail": ""}}}`, `{"outcome": "pend", "pends": set()}`,
		`{"outcome": "inform", "pends": set()}`, `{"outcome": "", "pends": set()}`, `{"outcome": "", "pends": {{"code": "a", "detail": ""}}}`,
		`{"outcome": "pend", "pends": {"a"}}`, `{"outcome": "pend", "pends": {{"code": "a"}}}`, `{"outcome": "pend", "pends": {{"detail": "a"}}}`,
		`{"outcome": "pend", "pends": {{"code": 1, "detail": "a"}}}`,
	} {
		if got, err := readVerdict(ast.MustParseTerm(text), &in); claim.KindOf(err) != claim.Internal || err == nil {
			t.Errorf("%s: got %v, %v, want an Internal error", text, got, err)
		}
	}
}

// An edit that is dropped could pay a claim: whatever is no edit is an error.
func TestEditsAreReadStrictly(t *testing.T) {
	const whole = `{"rule": "R", "line": 1, "outcome": "deny", "group": "CO", "carc": "96", "rarc": "N1", "units": 2, "amount": 3}`
	in := newTerms()
	edit := claim.Edit{Rule: "R", Line: 1, Outcome: claim.Deny, Group: claim.CO, CARC: "96", RARC: "N1", Units: 2, Amount: 3}
	got, err := readEdits(ast.MustParseTerm("{"+whole+"}"), &in)
	if diff := cmp.Diff([]claim.Edit{edit}, got); err != nil || diff != "" {
		t.Fatalf("%v; -want +got:\n%s", err, diff)
	}
	if got, err := readEdits(ast.MustParseTerm("set()"), &in); err != nil || got != nil {
		t.Errorf("no edits: %v, %v", got, err)
	}
	object := ast.MustParseTerm(whole).Value.(ast.Object)
	with := func(key string, value *ast.Term) *ast.Term {
		var pairs [][2]*ast.Term
		object.Foreach(func(k, v *ast.Term) {
			if !k.Equal(ast.StringTerm(key)) {
				pairs = append(pairs, [2]*ast.Term{k, v})
			}
		})
		if value != nil {
			pairs = append(pairs, [2]*ast.Term{ast.StringTerm(key), value})
		}
		return ast.SetTerm(ast.NewTerm(ast.NewObject(pairs...)))
	}
	bad := map[string]*ast.Term{"a list": ast.MustParseTerm("[" + whole + "]"), "a text in the set": ast.MustParseTerm(`{"R"}`), "a fraction of a line": with("line", ast.MustParseTerm("1.5")),
		"units below nothing": with("units", ast.IntNumberTerm(-1)), "an amount below nothing": with("amount", ast.IntNumberTerm(-1)), "units that are a text": with("units", ast.StringTerm("1")),
		"an outcome that is none": with("outcome", ast.StringTerm("pay")), "a group that is none": with("group", ast.StringTerm("XX"))}
	for _, key := range []string{"rule", "line", "outcome", "group", "carc", "rarc"} {
		bad["no "+key] = with(key, nil)
		bad["a "+key+" of another type"] = with(key, ast.BooleanTerm(true))
	}
	for name, answer := range bad {
		if got, err := readEdits(answer, &in); claim.KindOf(err) != claim.Internal || err == nil {
			t.Errorf("%s: got %v, %v, want an Internal error", name, got, err)
		}
	}
	for _, key := range []string{"units", "amount"} {
		if _, err := readEdits(with(key, nil), &in); err != nil {
			t.Errorf("an edit without %s: %v", key, err)
		}
	}
}

// Only a release waives, and only a pend that it names.
func TestWaiveIsForAReleaseOnly(t *testing.T) {
	pend, denial := claim.Edit{Rule: "A", Outcome: claim.Pend}, claim.Edit{Rule: "B", Outcome: claim.Deny}
	for name, tc := range map[string]struct {
		review *claim.HumanAction
		want   claim.Outcome
	}{
		"no review":                    {nil, claim.Pend},
		"a denial that names it":       {&claim.HumanAction{Action: actionDeny, Waived: []string{"A"}}, claim.Pend},
		"a release that names nothing": {&claim.HumanAction{Action: actionRelease}, claim.Pend},
		"a release that names another": {&claim.HumanAction{Action: actionRelease, Waived: []string{"B"}}, claim.Pend},
		"a release that names it, too": {&claim.HumanAction{Action: actionRelease, Waived: []string{"B", "A"}}, claim.Inform},
		"a release of the score":       {&claim.HumanAction{Action: actionRelease, Waived: []string{WaiveScore}}, claim.Pend},
		"a release of nothing that is": {&claim.HumanAction{Action: actionRelease, Waived: []string{""}}, claim.Pend},
	} {
		got := Waive([]claim.Edit{pend, denial}, tc.review)
		if len(got) != 2 || got[0].Outcome != tc.want || got[1].Outcome != claim.Deny {
			t.Errorf("%s: %v, want the pend as %s and the denial as it is", name, got, tc.want)
		}
	}
}
