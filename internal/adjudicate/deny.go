package adjudicate

import (
	"cmp"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// precedence lists reason codes in the order in which they decide when several edits deny one line, so that the
// remittance shows the same code whatever order edits were found in. First come the denials that need nothing else:
// who the patient is, when the claim came, whether it is a copy. Then the steps of adjudication: the person again,
// the claim's form, the providers, the codes, what the plan covers, what was authorised, what may stand together,
// what is left of the benefit. Codes that are not listed come last, in the order of their spelling.
var precedence = [...]string{
	"31", "26", "27", "13", "29", "18",
	"14", "140", "32", "33", "109", "110", "22",
	"16", "129", "206", "207", "208", "185", "B7", "8",
	"181", "182", "146", "147", "6", "9", "7", "10", "5", "4", "11",
	"96", "204", "15", "197", "198", "236", "97", "151", "35", "119",
}

func rank(carc string) int {
	if i := slices.Index(precedence[:], carc); i >= 0 {
		return i
	}
	return len(precedence)
}

// cuts tells whether an edit takes part of a line and leaves the rest.
func cuts(e *claim.Edit) bool { return e.Outcome == claim.Deny && (e.Units > 0 || e.Amount > 0) }

// denies tells whether an edit denies all of a line.
func denies(e *claim.Edit, line int) bool {
	return e.Outcome == claim.Deny && !cuts(e) && (e.Line == 0 || e.Line == line)
}

// deciding returns the edit whose code stands on a denied line; nil when none denies it.
func deciding(edits []claim.Edit, line int) *claim.Edit {
	var found *claim.Edit
	for i := range edits {
		e := &edits[i]
		if denies(e, line) && (found == nil || comparePrecedence(e, found) < 0) {
			found = e
		}
	}
	return found
}

func comparePrecedence(a, b *claim.Edit) int {
	return cmp.Or(cmp.Compare(rank(a.CARC), rank(b.CARC)), cmp.Compare(a.CARC, b.CARC), compareEdits(*a, *b))
}

// compareEdits is the order in which edits are recorded.
func compareEdits(a, b claim.Edit) int {
	return cmp.Or(
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.CARC, b.CARC),
		cmp.Compare(a.Group, b.Group),
		cmp.Compare(a.RARC, b.RARC),
		cmp.Compare(a.Outcome, b.Outcome),
		cmp.Compare(a.Units, b.Units),
		cmp.Compare(a.Amount, b.Amount),
	)
}

// deny sets the deciding edit of a line, if any, and its remark.
func (r *row) deny(edits []claim.Edit) {
	if found := deciding(edits, r.line.Number); found != nil {
		copied := *found
		r.denial = &copied
	}
}

// cut takes away what the edits of a line leave no room for, in the order edits are recorded: each explains what it
// took of what the ones before it left. Units are worth their part of the allowed amount.
func (r *row) cut(edits []claim.Edit) {
	for i := range edits {
		e := &edits[i]
		if !cuts(e) || e.Line != r.line.Number {
			continue
		}
		left := r.payable
		if e.Units > 0 && e.Units < r.units {
			left = min(left, r.allowed.MulRate(int64(e.Units), int64(r.line.Quantity)))
			r.units = e.Units
		}
		if e.Amount > 0 {
			left = min(left, e.Amount)
		}
		if left < r.payable {
			r.cuts = addAdjustment(r.cuts, e.Group, e.CARC, r.payable-left)
			r.payable = left
			r.remark(e.RARC)
		}
	}
}
