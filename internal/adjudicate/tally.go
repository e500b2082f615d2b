package adjudicate

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
)

// tally adds up what a claim uses, on top of what was used before it. It gives each line what is left after the
// lines before it, and becomes the decision's accruals.
type tally struct {
	before   []claim.Accumulator
	member   claim.ID
	accruals []claim.Accrual
}

// used is the running total of one accumulator. A negative total, which only a wrong reversal can leave, counts as
// nothing used: nobody pays a deductible twice for it.
func (t *tally) used(kind claim.AccumulatorKind, member claim.ID, year int, group string) claim.Cents {
	total := int64(0)
	for i := range t.before {
		a := &t.before[i]
		if a.Kind == kind && a.Member == member && a.Year == year && a.Group == group {
			total += a.Amount
		}
	}
	for i := range t.accruals {
		a := &t.accruals[i]
		if a.Kind == kind && a.Member == member && a.Year == year && a.Group == group && a.Authorization == "" {
			total += a.Amount
		}
	}
	return claim.Cents(max(0, total))
}

// left is what remains of a limit.
func (t *tally) left(limit claim.Cents, kind claim.AccumulatorKind, member claim.ID, year int) claim.Cents {
	return max(0, limit-t.used(kind, member, year, ""))
}

// add records one use. Nothing used is not recorded.
func (t *tally) add(use claim.Accrual) {
	if use.Amount == 0 {
		return
	}
	for i := range t.accruals {
		a := &t.accruals[i]
		if a.Kind == use.Kind && a.Member == use.Member && a.Year == use.Year && a.Group == use.Group && a.Authorization == use.Authorization {
			a.Amount += use.Amount
			return
		}
	}
	t.accruals = append(t.accruals, use)
}

// addBoth records a use of the member and of the whole family.
func (t *tally) addBoth(kind claim.AccumulatorKind, year int, amount claim.Cents) {
	t.add(claim.Accrual{Kind: kind, Member: t.member, Year: year, Amount: int64(amount)})
	t.add(claim.Accrual{Kind: kind, Member: uuid.Nil, Year: year, Amount: int64(amount)})
}

// sorted returns the accruals in the order they are stored.
func (t *tally) sorted() []claim.Accrual {
	slices.SortFunc(t.accruals, func(a, b claim.Accrual) int {
		return cmp.Or(
			cmp.Compare(a.Kind, b.Kind),
			slices.Compare(a.Member[:], b.Member[:]),
			cmp.Compare(a.Year, b.Year),
			cmp.Compare(a.Group, b.Group),
			cmp.Compare(a.Authorization, b.Authorization),
		)
	})
	return t.accruals
}
