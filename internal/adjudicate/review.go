package adjudicate

import (
	"slices"

	"github.com/assize/assize/internal/claim"
)

// Actions of a reviewer (HumanAction.Action).
const (
	Release = "release" // the pends of the waived rules were looked at and are let go
	Reject  = "deny"    // the reviewer's own edits deny
)

// withoutNecessity turns a denial for medical necessity that a machine found into a pend: only a licensed clinician
// may make it (promise 5), and no contract can write it in.
func withoutNecessity(edits []claim.Edit) {
	for i := range edits {
		if edits[i].Outcome == claim.Deny && claim.MedicalNecessity(edits[i].CARC) {
			edits[i].Outcome = claim.Pend
		}
	}
}

// reviewed returns the edits of a reviewer's denial. It errs with claim.Invalid for an action that is no action and
// with claim.Forbidden for a denial of medical necessity, which needs a clinician's own path.
func reviewed(review *claim.HumanAction, lines []claim.Line) ([]claim.Edit, error) {
	if review == nil {
		return nil, nil
	}
	if review.Actor == "" || review.At == 0 || review.Rationale == "" {
		return nil, claim.Errorf(claim.Invalid, "a review names who decided, when and why")
	}
	switch review.Action {
	case Release:
		if len(review.Edits) > 0 {
			return nil, claim.Errorf(claim.Invalid, "a release carries no edits")
		}
		return nil, nil
	case Reject:
		return review.Edits, checkReview(review.Edits, lines)
	}
	return nil, claim.Errorf(claim.Invalid, "a review releases or denies")
}

func checkReview(edits []claim.Edit, lines []claim.Line) error {
	if len(edits) == 0 {
		return claim.Errorf(claim.Invalid, "a denial by a reviewer names what was found")
	}
	for i := range edits {
		e := &edits[i]
		known := e.Line == 0 || slices.ContainsFunc(lines, func(l claim.Line) bool { return l.Number == e.Line })
		switch {
		case claim.MedicalNecessity(e.CARC):
			return claim.Errorf(claim.Forbidden, "CARC %s is a medical-necessity decision: only a licensed clinician makes it", e.CARC)
		case e.Outcome != claim.Deny || cuts(e) || !claim.IsReason(e.CARC, e.RARC) || e.Rule == "" || !validGroup(e.Group) || !known:
			return claim.Errorf(claim.Invalid, "edit %d of the review is not a denial of a line of the claim with rule, group and CARC", i+1)
		}
	}
	return nil
}

// waived tells whether a reviewer let go of a rule's pend.
func waived(review *claim.HumanAction, rule string) bool {
	return review != nil && review.Action == Release && slices.Contains(review.Waived, rule)
}
