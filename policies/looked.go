package policies

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// lookedTerms are the look-ups as the questions see them. Claims of a batch are looked up in the same sources, so the
// terms are kept until a source changes.
type lookedTerms struct {
	last    []claim.Looked // what the terms were made of, without the row counts
	keyed   *ast.Term      // by kind: for the checks
	sources *ast.Term      // by window: for the gate, when not all sources speak for all dates
	missing *ast.Term      // kinds the contract requires that were not looked up at all; nil when none
	plain   window         // in which every source speaks
}

func (l *lookedTerms) update(t *terms, required []claim.FactKind, looked []claim.Looked) {
	if l.keyed != nil && slices.EqualFunc(l.last, looked, sameSource) {
		return
	}
	l.last = append(l.last[:0], looked...)
	l.keyed, l.sources, l.missing = keyedSources(t, looked), groupedSources(t, looked), missingKinds(t, required, looked)
	l.plain = newWindow()
	for i := range looked {
		if !looked[i].Assumed {
			l.plain.narrow(looked[i].From, looked[i].Through)
		}
	}
}

func missingKinds(t *terms, required []claim.FactKind, looked []claim.Looked) *ast.Term {
	var missing []*ast.Term
	for _, kind := range required {
		made := func(l claim.Looked) bool { return l.Kind == kind && l.Source != "" }
		if !slices.ContainsFunc(looked, made) {
			missing = append(missing, t.text(string(kind)))
		}
	}
	if missing == nil {
		return nil
	}
	return t.list(missing)
}

func sameSource(a, b claim.Looked) bool {
	a.Rows, b.Rows = 0, 0
	return a == b
}

// keyedSources is {kind: {from, through, assumed}}. A look-up that names no source does not count. Of two of one
// kind the first counts; the gate sees both.
func keyedSources(t *terms, looked []claim.Looked) *ast.Term {
	fields := make([][2]*ast.Term, 0, len(looked))
	for i := range looked {
		if looked[i].Source != "" && looked[i].Kind != "" {
			o := t.object()
			o.span(&looked[i])
			fields = append(fields, [2]*ast.Term{t.text(string(looked[i].Kind)), o.term()})
		}
	}
	return ast.NewTerm(ast.NewObject(fields...))
}

// groupedSources is [{kinds, from, through, assumed}], one for each window.
func groupedSources(t *terms, looked []claim.Looked) *ast.Term {
	var groups []*ast.Term
	done := make([]bool, len(looked))
	for i := range looked {
		if done[i] || looked[i].Source == "" {
			continue
		}
		var kinds []*ast.Term
		for j := i; j < len(looked); j++ {
			if sameWindow(&looked[i], &looked[j]) && looked[j].Source != "" {
				done[j] = true
				kinds = append(kinds, t.text(string(looked[j].Kind)))
			}
		}
		o := t.object()
		o.put(keyKinds, ast.NewTerm(ast.NewSet(kinds...)))
		o.span(&looked[i])
		groups = append(groups, o.term())
	}
	return t.list(groups)
}

func sameWindow(a, b *claim.Looked) bool {
	return a.From == b.From && a.Through == b.Through && a.Assumed == b.Assumed
}

func (o *object) span(l *claim.Looked) {
	o.date(keyFrom, l.From)
	o.date(keyThrough, l.Through)
	o.flag(keyAssumed, l.Assumed)
}
