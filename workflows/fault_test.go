package workflows_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/policies"
)

// poisoned is a charge on which the faulty rule below cannot be evaluated.
const poisoned claim.Cents = 66_613

// faultyRule fails on claims of one charge.
const faultyRule = `package contract

# METADATA
# title: A rule with a fault
# description: It converts what is no number.
# custom:
#   code: PSN-666
#   citation: none
#   needs: []
edits contains {
	"rule": "PSN-666",
	"line": 0,
	"outcome": "deny",
	"group": "CO",
	"carc": "16",
	"rarc": "",
} if {
	input.claim.charge == 66613
	to_number("no number") > 0
}
`

// faulty adds the faulty rule to a contract, as a payer adds rules of its own.
func faulty(t *testing.T, base policies.Bundle) policies.Bundle {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "poison.rego"), []byte(faultyRule), 0o600); err != nil {
		t.Fatal(err)
	}
	own, err := policies.ReadBundle(folder)
	if err != nil {
		t.Fatal(err)
	}
	contract, err := policies.Load(base, own)
	if err != nil {
		t.Fatal(err)
	}
	return contract.Bundle()
}

// poison gives a claim the charge that the rule fails on.
func poison(c claim.Claim) claim.Claim {
	c.Lines = slices.Clone(c.Lines[:1])
	c.Lines[0].Charge, c.Charge = poisoned, poisoned
	return c
}

func TestAFaultOfOneClaimDoesNotHoldUpItsChunk(t *testing.T) {
	x := newOffice(t, terms{contract: faulty})
	claims := x.goods(6)
	claims[2] = poison(claims[2])
	for i, s := range x.run(claims...) {
		switch {
		case i == 2 && (s.Outcome != claim.Pend || !slices.Equal(s.PendReasons, []string{"fault:internal"})):
			t.Errorf("the claim with the fault: %s %v", s.Outcome, s.PendReasons)
		case i != 2 && s.Outcome != claim.Pay:
			t.Errorf("claim %d beside it: %s %v %v", i, s.Outcome, s.CARCs, s.PendReasons)
		}
	}
	x.audit() // replays the fault to the same bytes
}

// A reviewer cannot decide it until the contract is mended, is told so at once, and the claim goes on waiting.
func TestAReviewOnAFaultEndsAndTheClaimWaits(t *testing.T) {
	x := newOffice(t, terms{contract: faulty})
	waiting := x.one(poison(x.good()))
	if _, err := x.review(waiting.ClaimID, release()); claim.KindOf(err) != claim.Invalid {
		t.Errorf("got %v, want Invalid: trying again cannot mend it", err)
	}
	if s := x.status(waiting.ClaimID); s.Outcome != claim.Pend {
		t.Errorf("got %+v", s)
	}
	result, err := x.desk.Sweep(t.Context(), 1, at(lastDay))
	if err != nil || result.Escalated != 1 || result.Released != 0 {
		t.Errorf("the sweep: %+v, %v; want it escalated", result, err)
	}
	x.audit()
}

func TestAFaultyClaimHoldsItsFingerprints(t *testing.T) {
	x := newOffice(t, terms{contract: faulty})
	c := poison(x.good())
	first, second := x.one(c), x.one(c)
	if x.holders(first.ClaimID, true) != 1 || x.holders(second.ClaimID, true) != 0 {
		t.Error("the first holds its fingerprint, its copy none")
	}
	x.audit()
}

// What intake would refuse: evidence larger than can be sealed, in the midst of a family whose later claims see what was decided
// before them.
func TestAClaimThatCannotBeSealedHoldsUpNobody(t *testing.T) {
	x := newOffice(t, terms{})
	first := x.good()
	large, last := moved(first, -1), first
	large.Lines = slices.Clone(large.Lines)
	large.Lines[0].Procedure = strings.Repeat("9", 17<<20)
	for i, s := range x.run(large, first, last) {
		switch {
		case i == 0 && (s.Outcome != claim.Pend || !slices.Equal(s.PendReasons, []string{"fault:invalid"})):
			t.Errorf("the claim that is too large: %s %v", s.Outcome, s.PendReasons)
		case i == 1 && s.Outcome != claim.Pay:
			t.Errorf("the claim behind it: %s %v %v", s.Outcome, s.CARCs, s.PendReasons)
		case i == 2 && !slices.Equal(s.CARCs, []string{"18"}):
			t.Errorf("its copy: %s %v %v", s.Outcome, s.CARCs, s.PendReasons)
		}
	}
	x.audit()
}

// What a chunk finds damaged beside its claims is not final: somebody mends it, and the batch goes on.
func TestNoChunkFailsForGoodOfDamagedRecords(t *testing.T) {
	x := newOffice(t, terms{})
	c := x.good()
	earlier := x.one(moved(c, -1))
	run := func(sql string) {
		if _, err := x.pool.Exec(t.Context(), sql, [16]byte(earlier.ClaimID)); err != nil {
			t.Fatal(err)
		}
	}
	run(`create table kept as select * from claim where $1::uuid is not null`)
	run(`update claim set history = 'no history' where claim_id = $1`)
	batch := x.stage(1000, c)
	if _, err := x.desk.Chunk(t.Context(), 1, batch, 0); err == nil || claim.KindOf(err) != claim.Internal {
		t.Errorf("got %v, want an error that is tried again", err)
	}
	run(`update claim c set history = k.history from kept k where k.claim_id = c.claim_id and c.claim_id = $1`)
	x.finish(x.desk, 1, batch)
	x.audit()
}
