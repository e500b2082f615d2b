package facts

import (
	"cmp"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// ownRecords is the source named for facts that are the payer's own records.
const ownRecords = "facts"

// own records a look-up in the payer's own records, which speak for every date.
func own(kind claim.FactKind, rows int) claim.Looked {
	return claim.Looked{Kind: kind, Source: ownRecords, Rows: rows, From: everFrom, Through: claim.EndOfTime}
}

// table is what every reference table says of itself.
type table interface {
	Source() string
	Covers() (from, through claim.Date)
	Assumed() bool
}

func from(t table, kind claim.FactKind, rows int) claim.Looked {
	first, last := t.Covers()
	return claim.Looked{Kind: kind, Source: t.Source(), Rows: rows, From: first, Through: last, Assumed: t.Assumed()}
}

func sortLooked(looked []claim.Looked) {
	slices.SortFunc(looked, func(a, b claim.Looked) int {
		return cmp.Compare(slices.Index(claim.FactKinds, a.Kind), slices.Index(claim.FactKinds, b.Kind))
	})
}
