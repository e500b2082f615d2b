package workflows

import (
	"context"
	"fmt"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

// putAside goes on with a claim that cannot be read from staging, or whose evidence cannot be sealed, as one of which only is
// known whose number it came under. No decision can be made of that, so it pends with reason fault and holds nobody up; what was
// sent lies in its evidence, under the key of that number.
func (m *matter) putAside() {
	subscriber := claim.Person{MemberID: m.staged.FamilyKey}
	m.aside, m.claim = true, claim.Claim{Subscriber: subscriber, Patient: subscriber}
}

// decide finds the facts of the matters given and has each decided and sealed, in order. It is called for the whole
// chunk with the pool, and again, under the families' locks, for those whose family had moved on in between.
//
// Where claims cannot be sealed, the first of each family is put aside and all is done anew: those behind it were decided on
// what it left, and may be too large for that alone.
func (k *docket) decide(ctx context.Context, q postgres.Querier, matters []*matter) error {
	known := k.versions
	for {
		k.versions = known
		unfit, err := k.decideAll(ctx, q, matters)
		if err != nil || len(unfit) == 0 {
			return err
		}
		first := map[claim.ID]bool{}
		for _, m := range unfit {
			if !first[m.subject.Family] {
				first[m.subject.Family] = true
				m.putAside()
			}
		}
	}
}

// sealBlock has the evidence and decisions of a block sealed, each section under its subject's key, and lets go of the
// evidence. It returns the claims for which that cannot be done, whatever is tried. A reviewer's is an error, as in undecided.
func (k *docket) sealBlock(keys ledger.DataKeys, block []*matter) (unfit []*matter, err error) {
	end := k.desk.measure("seal")
	for _, m := range block {
		err := k.seal(keys, m)
		switch {
		case claim.KindOf(err) == claim.Invalid && m.review == nil && !m.aside:
			unfit = append(unfit, m)
		case err != nil:
			return nil, fmt.Errorf("sealing claim %s: %w", m.subject.ID, err)
		}
		m.evidence = nil
	}
	end(len(block))
	return unfit, nil
}

// ofChunk is an error of a chunk as Temporal has to see it. A fault of one claim is a decision by then (putAside), so what is
// Invalid lies in our own records or the contract, and a later attempt finds it mended.
func ofChunk(err error) error {
	if claim.KindOf(err) == claim.Invalid {
		return claim.Errorf(claim.Internal, "%w", err)
	}
	return err
}
