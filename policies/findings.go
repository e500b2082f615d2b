package policies

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// readEdits turns a set of edits into values, sorted. An edit that is no edit is an error: the contract is at fault,
// and a finding that is dropped could pay a claim.
func readEdits(answer *ast.Term, t *terms) ([]claim.Edit, error) {
	set, ok := answer.Value.(ast.Set)
	if !ok {
		return nil, claim.Errorf(claim.Internal, "the contract's edits are no set")
	}
	if set.Len() == 0 {
		return nil, nil
	}
	edits := make([]claim.Edit, 0, set.Len())
	err := set.Iter(func(term *ast.Term) error {
		edit, err := readEdit(term, t)
		if err != nil {
			return err
		}
		edits = append(edits, edit)
		return nil
	})
	sortEdits(edits)
	return edits, err
}

// checkLines holds edits to the lines of their claim.
func checkLines(edits []claim.Edit, lines []claim.Line) error {
	for i := range edits {
		if n := edits[i].Line; n != 0 && !slices.ContainsFunc(lines, func(l claim.Line) bool { return l.Number == n }) {
			return claim.Errorf(claim.Internal, "rule %s found fault with line %d, which the claim has not", edits[i].Rule, n)
		}
	}
	return nil
}

// sortEdits puts edits in the order in which decisions keep them.
func sortEdits(edits []claim.Edit) {
	slices.SortFunc(edits, func(a, b claim.Edit) int {
		return cmp.Or(
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Outcome, b.Outcome),
			cmp.Compare(a.Group, b.Group), cmp.Compare(a.CARC, b.CARC), cmp.Compare(a.RARC, b.RARC),
			cmp.Compare(a.Units, b.Units), cmp.Compare(a.Amount, b.Amount),
		)
	})
}

func readEdit(term *ast.Term, t *terms) (claim.Edit, error) {
	object, ok := term.Value.(ast.Object)
	if !ok {
		return claim.Edit{}, claim.Errorf(claim.Internal, "the contract's edits hold something that is no object")
	}
	r := reader{object: object, terms: t}
	edit := claim.Edit{
		Rule:    r.text(keyRule),
		Line:    int(r.number(keyLine, true)),
		Outcome: claim.Outcome(r.text(keyOutcome)),
		Group:   claim.Group(r.text(keyGroup)),
		CARC:    r.text(keyCARC),
		RARC:    r.text(keyRARC),
		Units:   claim.Quantity(r.number(keyUnits, false)),
		Amount:  claim.Cents(r.number(keyAmount, false)),
	}
	if r.bad != "" {
		return claim.Edit{}, claim.Errorf(claim.Internal, "rule %q: the edit has no proper %q", edit.Rule, r.bad)
	}
	return edit, checkFinding(&edit)
}

// checkFinding holds an edit to what an edit may be. A denial for medical necessity becomes a pend.
func checkFinding(edit *claim.Edit) error {
	switch edit.Outcome {
	case claim.Deny, claim.Pend, claim.Inform, claim.Pass:
	default:
		return claim.Errorf(claim.Internal, "rule %s: an edit is deny, pend, inform or pass", edit.Rule)
	}
	switch edit.Group {
	case claim.CO, claim.PR, claim.OA, claim.PI:
	default:
		return claim.Errorf(claim.Internal, "rule %s: an edit's group is CO, PR, OA or PI", edit.Rule)
	}
	if !claim.IsReason(edit.CARC, edit.RARC) {
		return claim.Errorf(claim.Internal, "rule %s: %q with remark %q is no reason code", edit.Rule, edit.CARC, edit.RARC)
	}
	if edit.Units < 0 || edit.Amount < 0 {
		return claim.Errorf(claim.Internal, "rule %s leaves a negative rest of the line", edit.Rule)
	}
	if edit.Outcome == claim.Deny && claim.MedicalNecessity(edit.CARC) {
		edit.Outcome = claim.Pend // Load refuses such a rule where it can read the code; here the rule computed it
	}
	return nil
}

// reader takes fields out of one object and remembers the first that is not there or of another type.
type reader struct {
	object ast.Object
	terms  *terms
	bad    string
}

func (r *reader) text(k key) string {
	if term := r.object.Get(r.terms.keys[k]); term != nil {
		if s, ok := term.Value.(ast.String); ok {
			return string(s)
		}
	}
	r.fail(k)
	return ""
}

func (r *reader) number(k key, needed bool) int64 {
	term := r.object.Get(r.terms.keys[k])
	if term == nil && !needed {
		return 0
	}
	if term != nil {
		if number, ok := term.Value.(ast.Number); ok {
			if n, err := json.Number(number).Int64(); err == nil {
				return n
			}
		}
	}
	r.fail(k)
	return 0
}

func (r *reader) fail(k key) {
	if r.bad == "" {
		r.bad = keyNames[k]
	}
}

// readVerdict turns the gate's answer into a value.
func readVerdict(answer *ast.Term, t *terms) (Verdict, error) {
	object, ok := answer.Value.(ast.Object)
	if !ok {
		return Verdict{}, claim.Errorf(claim.Internal, "the contract's verdict is no object")
	}
	r := reader{object: object, terms: t}
	v := Verdict{Outcome: claim.Outcome(r.text(keyOutcome))}
	pends := object.Get(t.keys[keyPends])
	if r.bad != "" || pends == nil {
		return Verdict{}, claim.Errorf(claim.Internal, "the contract's verdict has no outcome or no pends")
	}
	set, ok := pends.Value.(ast.Set)
	if !ok {
		return Verdict{}, claim.Errorf(claim.Internal, "the pends of the contract's verdict are no set")
	}
	err := set.Iter(func(term *ast.Term) error {
		reason, ok := term.Value.(ast.Object)
		if !ok {
			return claim.Errorf(claim.Internal, "the contract holds for a reason that is no object")
		}
		p := reader{object: reason, terms: t}
		v.Pends = append(v.Pends, claim.PendReason{Code: p.text(keyCode), Detail: p.text(keyDetail)})
		if p.bad != "" {
			return claim.Errorf(claim.Internal, "the contract holds for a reason without %q", p.bad)
		}
		return nil
	})
	if err != nil {
		return Verdict{}, err
	}
	slices.SortFunc(v.Pends, func(a, b claim.PendReason) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Detail, b.Detail))
	})
	return v, checkVerdict(&v)
}

func checkVerdict(v *Verdict) error {
	pend := len(v.Pends) > 0
	switch {
	case v.Outcome == claim.Pend && pend, v.Outcome == claim.Pay && !pend, v.Outcome == claim.Deny && !pend:
		return nil
	}
	return claim.Errorf(claim.Internal, "the contract's verdict is %q with %d reasons to pend", v.Outcome, len(v.Pends))
}
