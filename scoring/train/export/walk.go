package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/scoring"
)

// epochDays is how long a snapshot serves before the next is sealed.
const epochDays = 7

// row is one exported claim.
type row struct {
	payer         claim.PayerID
	sequence      int
	group         string // billing provider, opaque: rows of one provider must not be split
	scheme        simulate.Scheme
	outcome       claim.Outcome
	charge        claim.Cents
	providerTotal claim.Cents // charges in the snapshot the claim saw: size alone, as the payer knew it
	features      []float64
}

// walker decides the claims of one payer in the order of receipt.
type walker struct {
	payer     claim.PayerID
	assembler *facts.Assembler
	decider   *adjudicate.Decider
	versions  claim.Versions
	profiles  *epochs
}

// newWalker opens the books of a payer as the serving code does, with the same assembler and decider: features that training computes
// in another way than serving are the usual reason why a model disappoints.
func newWalker(w *simulate.World, p *simulate.PayerWorld, engine *adjudicate.Engine) (*walker, error) {
	tables, err := w.Set(p)
	if err != nil {
		return nil, err
	}
	profiles := &epochs{}
	return &walker{
		payer: p.ID, assembler: facts.NewAssembler(recordsOf(p, profiles), &tables),
		decider: engine.NewDecider(), versions: engine.Versions(), profiles: profiles,
	}, nil
}

// claim decides one claim and carries it into the records. Exact copies are left out by the caller: the payer denies
// them by fingerprint before any score matters.
func (w *walker) claim(ctx context.Context, s *simulate.SimClaim, id claim.ID) (*row, error) {
	w.profiles.turn(s.Received)
	subject := &facts.Subject{ID: id, Claim: &s.Claim, Received: s.Received}
	subject.Member = w.assembler.Records().Match(&s.Claim)
	subject.Family = id
	if subject.Member != nil {
		subject.Family = subject.Member.Family
	}
	ev := &claim.Evidence{
		Payer: w.payer, ClaimID: id, AsOf: claim.InstantOf(s.Received.Time()), Versions: w.versions,
		Claim: s.Claim, Facts: w.assembler.Facts(subject),
	}
	ev.Versions.Snapshot = w.profiles.snapshot.Digest()
	decision, err := w.decider.Decide(ctx, ev)
	if err != nil {
		return nil, fmt.Errorf("claim %d of payer %d: %w", s.Truth.Sequence, w.payer, err)
	}
	w.assembler.Apply(subject, decision)
	outcome := unscored(decision)
	if outcome != claim.Pend {
		w.profiles.observe(scoring.Observe(&s.Claim, &ev.Facts, outcome))
	}
	r := &row{payer: w.payer, sequence: s.Truth.Sequence, group: s.Truth.BillingNPI, scheme: s.Truth.Scheme, outcome: outcome, charge: s.Claim.Charge}
	if ev.Facts.Profile != nil {
		r.providerTotal = ev.Facts.Profile.Charge
	}
	r.features = scoring.Features(nil, &ev.Claim, &ev.Facts, decision.Edits)
	return r, nil
}

// unscored is the outcome the claim has but for the missing score.
func unscored(d *claim.Decision) claim.Outcome {
	for i := range d.Pends {
		if d.Pends[i].Code != "score" {
			return claim.Pend
		}
	}
	if d.Outcome == claim.Pend {
		return claim.Pay
	}
	return d.Outcome
}

// claimID makes an id of payer and position, so that the same world gives the same rows.
func claimID(payer claim.PayerID, period, sequence int) claim.ID {
	var id claim.ID
	binary.BigEndian.PutUint32(id[0:], uint32(payer))
	binary.BigEndian.PutUint32(id[4:], uint32(period))
	binary.BigEndian.PutUint64(id[8:], uint64(sequence))
	return id
}

// epochs answers profiles of the last sealed snapshot, made of earlier epochs only.
type epochs struct {
	seen     []scoring.Observation
	snapshot *scoring.Snapshot
	sealed   claim.Date
}

// Profile implements facts.ProfileSource.
func (e *epochs) Profile(npi string) *claim.Profile { return e.snapshot.Profile(npi) }

// observe keeps a decided claim for the next snapshot. The present one does not see it: no claim is scored by what it did itself.
func (e *epochs) observe(o scoring.Observation) { e.seen = append(e.seen, o) }

// turn seals a new snapshot when the epoch of the present one is over.
func (e *epochs) turn(today claim.Date) {
	if e.snapshot != nil && e.sealed.DaysUntil(today) < epochDays {
		return
	}
	e.snapshot, e.sealed = scoring.BuildSnapshot(slices.Values(e.seen)), today
}
