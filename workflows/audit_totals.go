package workflows

import (
	"bytes"
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

// Audited is what an audit found.
type Audited struct {
	Mismatches []Mismatch `json:"mismatches"` // the first mismatchesMax
	Total      int        `json:"total"`
	// Totals: accumulators, authorisations, fingerprints and reviews were compared too. They cannot be while entries are added.
	Totals bool `json:"totals"`
}

// SoFar returns what was found so far; the totals are Finish's.
func (a *Audit) SoFar() Audited {
	a.mu.Lock()
	defer a.mu.Unlock()
	return Audited{Mismatches: append([]Mismatch{}, a.mismatches...), Total: a.total}
}

// Finish compares what no one entry tells, when every entry was added: counts of batches, documents and chunks, rows of claims
// that name another entry than their last, fingerprints, accumulators, authorisations and reviews. The first two see one
// moment of the database each and hold at every one; the others are compared with the entries that were added, and when
// there are more by now what they find says nothing.
func (a *Audit) Finish(ctx context.Context) (Audited, error) {
	if err := a.checkAll(ctx, a.checkCounts, a.checkPlaces); err != nil {
		return a.SoFar(), err
	}
	found := a.SoFar()
	if err := a.checkAll(ctx, a.checkFingerprints, a.checkAccounts, a.checkUsed, a.checkReviews); err != nil {
		return found, err
	}
	head, err := ledger.ReadHead(ctx, a.desk.Pool, a.payer, ledger.Decisions)
	if err != nil || head != a.from {
		return found, err
	}
	found = a.SoFar()
	found.Totals = true
	return found, nil
}

func (a *Audit) checkAll(ctx context.Context, checks ...func(context.Context) error) error {
	for _, check := range checks {
		if err := check(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (a *Audit) checkCounts(ctx context.Context) error {
	var list []string
	err := postgres.AtOneMoment(ctx, a.desk.Pool, func(tx pgx.Tx) (err error) {
		list, err = postgres.Disagreements(ctx, tx, a.payer, false)
		return err
	})
	for _, text := range list {
		a.find(claim.ID{}, "%s", text)
	}
	return err
}

func (a *Audit) checkPlaces(ctx context.Context) error {
	list, err := postgres.Misplaced(ctx, a.desk.Pool, a.payer, mismatchesMax)
	for _, id := range list {
		a.find(id, "its row names another entry than its last")
	}
	return err
}

func (a *Audit) checkFingerprints(ctx context.Context) error {
	list, err := ledger.CheckFingerprints(ctx, a.desk.Pool, a.payer)
	if claim.KindOf(err) == claim.Conflict { // the entries themselves let two claims hold one
		a.find(claim.ID{}, "%v", err)
		return nil
	}
	for _, d := range list {
		switch {
		case d.Entries == nil:
			a.find(d.Table.Claim, "it holds a fingerprint that no entry gives it")
		case d.Table == nil:
			a.find(d.Entries.Claim, "it does not hold a fingerprint that its entries give it")
		default:
			a.find(d.Entries.Claim, "a fingerprint is held otherwise than its entries say")
		}
	}
	return err
}

// checkAccounts compares accumulators with the sums of what decisions used. What an erased decision used cannot be known.
func (a *Audit) checkAccounts(ctx context.Context) error {
	stored, err := postgres.Accounts(ctx, a.desk.Pool, a.payer)
	if err != nil {
		return err
	}
	for at, amount := range stored {
		if a.accounts[at] != amount && !a.erased.families[at.Family] {
			a.find(claim.ID{}, "an accumulator of family %s (%s %d) is not the sum of its decisions", at.Family, at.Kind, at.Year)
		}
	}
	for at, amount := range a.accounts {
		if _, there := stored[at]; !there && amount != 0 && !a.erased.families[at.Family] {
			a.find(claim.ID{}, "family %s has no accumulator (%s %d), and decisions that use it", at.Family, at.Kind, at.Year)
		}
	}
	return nil
}

// checkUsed compares the authorisations that some decision used. What erased decisions used of their beneficiary's cannot be known.
func (a *Audit) checkUsed(ctx context.Context) error {
	stored, err := postgres.AuthorizationsUsed(ctx, a.desk.Pool, a.payer)
	if err != nil {
		return err
	}
	for at, u := range a.used {
		if got, there := stored[at]; (!there || got != u.before+u.added) && !a.erased.beneficiaries[at.Member] {
			a.find(claim.ID{}, "an authorisation of member %s is not used as its decisions say", at.Member)
		}
	}
	return nil
}

// checkReviews compares the reviews on file with those in the evidence of the entries they led to.
func (a *Audit) checkReviews(ctx context.Context) error {
	list, err := postgres.RecordedReviews(ctx, a.desk.Pool, a.payer)
	if err != nil {
		return err
	}
	for i := range list {
		r := &list[i]
		recorded, known := a.reviews[r.Entry]
		delete(a.reviews, r.Entry)
		erased, unread := a.erased.reviewed[r.Entry]
		delete(a.erased.reviewed, r.Entry)
		switch {
		case unread && erased == r.Claim: // what it says cannot be compared any more
		case !known:
			a.find(r.Claim, "a review names entry %s, which is of none", r.Entry)
		case recorded.Entry.Claim != r.Claim || recorded.Decision.Outcome != r.Outcome || !sameReview(recorded.Evidence.Review, &r.HumanAction):
			a.find(recorded.Entry.Claim, "its review differs from the one in the evidence of entry %d", recorded.Entry.Seq)
		}
	}
	for entry, recorded := range a.reviews {
		a.find(recorded.Entry.Claim, "the review behind entry %s is not on file", entry)
	}
	return nil
}

func sameReview(a, b *claim.HumanAction) bool {
	var first, second claim.Writer
	a.Encode(&first)
	b.Encode(&second)
	return bytes.Equal(first.Bytes(), second.Bytes())
}
