package policies

import (
	"fmt"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// What would take the compiler minutes is refused before it is compiled; what is just within the bounds is compiled.
func TestLoadRefusesWhatWouldNotCompileInTime(t *testing.T) {
	within := strings.Repeat
	nested := func(n int, left, right string) string {
		return check("OWN-1", anyLine+"\n\tcount("+within(left, n)+"1"+within(right, n)+") > 0", "")
	}
	rules := func(n int) string {
		var more strings.Builder
		for i := range n {
			fmt.Fprintf(&more, "\nown_1_%d := %d\n", i, i)
		}
		return check("OWN-1", anyLine, more.String())
	}
	// This many rules stand in the embedded contract, and one is the check.
	free := rulesMax - embeddedRules(t) - 1
	for name, tc := range map[string]struct {
		source string
		want   string // "": it is compiled
	}{
		"as deep as may be":      {nested(nestingMax, "[x | x := ", "]"), ""},
		"one deeper":             {nested(nestingMax+1, "[x | x := ", "]"), "payer/0/own.rego:10: 9 comprehensions in one another"},
		"sets":                   {nested(nestingMax+1, "{x | x := ", "}"), "payer/0/own.rego:10: 9 comprehensions in one another"},
		"objects":                {nested(nestingMax+1, `{"a": x | x := `, "}"), "payer/0/own.rego:10: 9 comprehensions in one another"},
		"every":                  {check("OWN-1", anyLine+"\n\t"+within("every x in [1] { x > 0; ", 9)+"true"+within("}", 9), ""), "payer/0/own.rego:10: 9 comprehensions in one another"},
		"beside one another":     {check("OWN-1", anyLine+within("\n\tcount([x | x := line.line]) > 0", 20), ""), ""},
		"as many steps":          {check("OWN-1", anyLine+within("\n\tline.line > 3", stepsMax-2), ""), ""},
		"one more":               {check("OWN-1", anyLine+within("\n\tline.line > 3", stepsMax-1), ""), "payer/0/own.rego:10: a rule of 501 steps"},
		"steps of alternatives":  {check("OWN-1", anyLine, "\nown_1_x := 1 if line.line > 0"+within(" else := 2 if line.line > 1\n", stepsMax)), "payer/0/own.rego:14: a rule of 501 steps"},
		"steps of an expression": {check("OWN-1", anyLine+"\n\t0 < 1"+within(" + 1", stepsMax-2), ""), "payer/0/own.rego:10: a rule of 501 steps"},
		"many constants":         {check("OWN-1", anyLine, "\nown_1_x := {"+within(`"A0001", `, 20*stepsMax)+`"B"}`), ""},
		"as many rules":          {rules(free), ""},
		"a rule more":            {rules(free + 1), "payer/0/own.rego:1: with this file the contract has 4001 rules"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(base(t), own(t, tc.source))
			if tc.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v\nwant an error of kind Invalid with %q", err, tc.want)
			}
		})
	}
}

// The bounds are for what nobody writes: the embedded contract, and one many times its size, are well within.
func TestTheContractIsFarFromItsBounds(t *testing.T) {
	for file, module := range parsed(t, base(t)) {
		for _, rule := range module.Rules {
			if steps, deepest := extent(rule); steps > stepsMax/10 || deepest > nestingMax/2 {
				t.Errorf("%s:%d: %d steps, %d closures in one another", file, rule.Location.Row, steps, deepest)
			}
		}
	}
	if n := embeddedRules(t); n > rulesMax/10 {
		t.Errorf("%d rules", n)
	}
}

func embeddedRules(t *testing.T) int {
	t.Helper()
	total := 0
	for _, module := range parsed(t, base(t)) {
		total += len(module.Rules)
	}
	return total
}

func parsed(t testing.TB, b Bundle) map[string]*ast.Module {
	t.Helper()
	modules, err := parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return modules
}

// What OPA says of a file quotes the line at fault, which may be the whole of it.
func TestARefusalIsAsLongAsAPersonReads(t *testing.T) {
	for name, source := range map[string]string{
		"a line":           "package contract\n\nown_1 := " + strings.Repeat("[", 900_000),
		"a name":           check("OWN-1", anyLine+"\n\t"+strings.Repeat("x", 900_000)+" > 1", ""),
		"a reference":      check("OWN-1", anyLine+"\n\tinput."+strings.Repeat("x", 900_000)+" > 1", ""),
		"a name of ours":   check("OWN-1", anyLine, "\n"+strings.Repeat("é", 400_000)+" := 1"),
		"very many faults": check("OWN-1", anyLine+strings.Repeat("\n\tunknown(line)", 400), ""),
	} {
		_, err := Load(base(t), own(t, source))
		if err == nil || claim.KindOf(err) != claim.Invalid || !strings.Contains(err.Error(), "own.rego:") || len(err.Error()) > 4_000 {
			t.Errorf("%s: an error of %d bytes: %.500v", name, len(fmt.Sprint(err)), err)
		}
	}
}
