package workflows_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// verdicts replays every entry of payer 1 and tells what became of each claim's.
func (x *office) verdicts() map[claim.ID][]string {
	x.t.Helper()
	found := map[claim.ID][]string{}
	err := ledger.EachEntry(x.t.Context(), x.pool, 1, ledger.Decisions, 1, true, func(r ledger.Record) error {
		replayed, err := x.desk.Replay(x.t.Context(), r)
		found[replayed.Entry.Claim] = append(found[replayed.Entry.Claim], string(replayed.Verdict))
		return err
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return found
}

// Promise 7, second half.
func TestErasingAMemberErasesTheirEvidenceAndNoProof(t *testing.T) {
	x := newOffice(t, terms{})
	claims := x.goods(3)
	list := x.run(claims...)
	_, waiting := x.pended()
	erased := []claim.ID{list[1].ClaimID, waiting.ClaimID}
	for _, id := range erased {
		if err := x.desk.Keys.Erase(t.Context(), 1, x.opened(id)[0].Evidence.Facts.Member.ID); err != nil {
			t.Fatal(err)
		}
	}
	for id, got := range x.verdicts() {
		want := "equal"
		if slices.Contains(erased, id) {
			want = string(workflows.Erased)
		}
		if !slices.Equal(got, []string{want}) {
			t.Errorf("claim %s replays %v, want %s", id, got, want)
		}
	}
	if _, err := x.desk.Open(t.Context(), 1, erased[0]); !errors.Is(err, ledger.ErrErased) {
		t.Errorf("opening erased evidence: got %v, want ErrErased", err)
	}
	if _, err := x.review(waiting.ClaimID, release(coordination)); !errors.Is(err, ledger.ErrErased) {
		t.Errorf("reviewing what was erased: got %v, want ErrErased", err)
	}
	// Life goes on: the next claim of the same member is sealed under a new key.
	if s := x.one(moved(claims[1], -3)); s.Outcome != claim.Pay {
		t.Errorf("a later claim of the member: %s %v %v", s.Outcome, s.CARCs, s.PendReasons)
	}
	if s := x.one(claims[1]); !slices.Equal(s.CARCs, []string{"18"}) {
		t.Errorf("a copy of the erased claim: %s %v %v", s.Outcome, s.CARCs, s.PendReasons)
	}
	x.audit()
}

// When a period's key is gone nobody can tell copies any more. Such claims wait, and do not seem copies of one another.
func TestClaimsOfAPeriodWhoseKeyIsGoneWait(t *testing.T) {
	x := newOffice(t, terms{})
	claims := x.goods(3)
	for _, c := range claims {
		for _, period := range ledger.Periods(&c) {
			_, err := x.desk.Keys.ForPeriods(t.Context(), 1, []ledger.Period{period})
			if err == nil {
				err = x.desk.Keys.ErasePeriod(t.Context(), 1, period)
			}
			if err != nil && claim.KindOf(err) != claim.NotFound {
				t.Fatal(err)
			}
		}
	}
	claims[0].Lines = append(slices.Clone(claims[0].Lines), claims[0].Lines[0]) // two lines without a fingerprint
	claims[0].Lines[len(claims[0].Lines)-1].Number = len(claims[0].Lines)
	claims[0].Charge += claims[0].Lines[0].Charge
	for i, s := range x.run(claims...) {
		if s.Outcome != claim.Pend || !slices.Contains(s.PendReasons, "notLoaded:duplicates") || slices.Contains(s.CARCs, "18") {
			t.Errorf("claim %d: %s %v %v", i, s.Outcome, s.CARCs, s.PendReasons)
		}
	}
	if n := x.count(`select count(*) from fingerprint_live`); n != 0 {
		t.Errorf("%d fingerprints are held that mean nothing", n)
	}
	x.audit()
}
