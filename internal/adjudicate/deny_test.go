package adjudicate

import (
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// The order of reason codes is part of the semantics: another order decides recorded claims differently, so whoever
// changes it here raises claim.Semantics.
func TestOrderOfReasonsIsPartOfTheSemantics(t *testing.T) {
	order := strings.Fields(`31 26 27 13 29 18
		14 140 32 33 109 110 22
		16 129 206 207 208 185 B7 8
		181 182 146 147 6 9 7 10 5 4 11
		96 204 15 197 198 236 97 151 35 119
		100`) // and last what stands in no list
	for i := range order[1:] {
		before, after := denial(1, claim.CO, order[i]), denial(1, claim.CO, order[i+1])
		if comparePrecedence(&before, &after) >= 0 || comparePrecedence(&after, &before) <= 0 {
			t.Errorf("%s does not decide before %s", order[i], order[i+1])
		}
	}
}

// Of two denials with one code the same one decides, in whatever order they were found.
func TestEqualCodesAreToldApart(t *testing.T) {
	base := claim.Edit{Rule: "B", Line: 1, Outcome: claim.Deny, Group: claim.CO, CARC: "16", RARC: "M2"}
	for name, earlier := range map[string]func(*claim.Edit){
		"line":    func(e *claim.Edit) { e.Line = 0 },
		"rule":    func(e *claim.Edit) { e.Rule = "A" },
		"CARC":    func(e *claim.Edit) { e.CARC = "15" },
		"group":   func(e *claim.Edit) { e.Group = "AA" },
		"RARC":    func(e *claim.Edit) { e.RARC = "M1" },
		"outcome": func(e *claim.Edit) { e.Outcome = "a" },
		"units":   func(e *claim.Edit) { e.Units = -1 },
		"amount":  func(e *claim.Edit) { e.Amount = -1 },
	} {
		first := base
		earlier(&first)
		if compareEdits(first, base) >= 0 || compareEdits(base, first) <= 0 || compareEdits(base, base) != 0 {
			t.Errorf("two edits that differ in their %s are not told apart", name)
		}
	}
}
