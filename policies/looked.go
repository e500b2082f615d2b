package policies

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/assize/assize/internal/claim"
)

// keptSources is how many lookedTerms are kept. Claims of a batch are looked up in the same sources but for their kind: stays
// need no pairs, and suppliers have limits of their own.
const keptSources = 4

// lookedTerms are the look-ups as the questions see them, whatever the counts of rows.
type lookedTerms struct {
	made    []claim.Looked // what the terms were made of
	keyed   *prepared      // by kind: for the checks
	sources *prepared      // by window: for the gate, when not all sources speak for all dates
	missing *prepared      // kinds the contract requires that were not looked up at all; nil when none
	plain   window         // in which every source speaks
}

func newLookedTerms(t *terms, required []claim.FactKind, looked []claim.Looked) *lookedTerms {
	d := &drafts{}
	l := &lookedTerms{made: slices.Clone(looked), keyed: keyedSources(t, d, looked), sources: t.prepare(groupedSources(d, looked)), plain: newWindow()}
	if missing := missingKinds(required, looked); missing != nil {
		l.missing = t.prepare(d.codes(missing))
	}
	for i := range looked {
		if !looked[i].Assumed {
			l.plain.narrow(looked[i].From, looked[i].Through)
		}
	}
	return l
}

// of tells whether the terms are those of the same sources.
func (l *lookedTerms) of(looked []claim.Looked) bool {
	return slices.EqualFunc(l.made, looked, sameSource)
}

func missingKinds(required []claim.FactKind, looked []claim.Looked) []string {
	var missing []string
	for _, kind := range required {
		made := func(l claim.Looked) bool { return l.Kind == kind && l.Source != "" }
		if !slices.ContainsFunc(looked, made) {
			missing = append(missing, string(kind))
		}
	}
	return missing
}

func sameSource(a, b claim.Looked) bool {
	a.Rows, b.Rows = 0, 0
	return a == b
}

// keyedSources is {kind: {from, through, assumed}}. A look-up that names no source does not count. Of two of one
// kind the first counts; the gate sees both.
func keyedSources(t *terms, d *drafts, looked []claim.Looked) *prepared {
	fields, all := make([][2]*ast.Term, 0, len(looked)), d.open(formList)
	for i := range looked {
		if looked[i].Source != "" && looked[i].Kind != "" {
			o := d.object()
			o.span(&looked[i])
			all.text(0, string(looked[i].Kind))
			all.put(0, o.part())
			fields = append(fields, [2]*ast.Term{t.text(string(looked[i].Kind)), t.build(o.part())})
		}
	}
	made := t.prepare(all.part())
	made.term = ast.NewTerm(ast.NewObject(fields...)) // its fields have names that no other input has
	return made
}

// groupedSources is [{kinds, from, through, assumed}], one for each window.
func groupedSources(d *drafts, looked []claim.Looked) part {
	groups := d.open(formList)
	done := make([]bool, len(looked))
	for i := range looked {
		if done[i] || looked[i].Source == "" {
			continue
		}
		kinds := d.open(formSet)
		for j := i; j < len(looked); j++ {
			if sameWindow(&looked[i], &looked[j]) && looked[j].Source != "" {
				done[j] = true
				kinds.text(0, string(looked[j].Kind))
			}
		}
		o := d.object()
		o.put(keyKinds, kinds.part())
		o.span(&looked[i])
		groups.put(0, o.part())
	}
	return groups.part()
}

func sameWindow(a, b *claim.Looked) bool {
	return a.From == b.From && a.Through == b.Through && a.Assumed == b.Assumed
}

func (o *object) span(l *claim.Looked) {
	o.date(keyFrom, l.From)
	o.date(keyThrough, l.Through)
	o.flag(keyAssumed, l.Assumed)
}
