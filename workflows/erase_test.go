package workflows_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/adjudicate"
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

// Keys stay in memory for some minutes. What another process erased meanwhile seals nothing any more: nobody could read it.
func TestWhatIsDecidedAfterAnErasureElsewhereCanBeRead(t *testing.T) {
	x := newOffice(t, terms{})
	_, anew := keyRoom(t, x.pool)
	x.desk.Keys = anew()
	claims := x.goods(3)
	first := x.run(claims...)
	erased := first[1].ClaimID
	if err := anew().Erase(t.Context(), 1, x.opened(erased)[0].Evidence.Facts.Member.ID); err != nil {
		t.Fatal(err)
	}
	var later []claim.Claim
	for _, c := range claims {
		later = append(later, moved(c, -3))
	}
	batch := x.stage(1000, later...)
	if _, err := x.desk.Chunk(t.Context(), 1, batch, 0); claim.KindOf(err) != claim.Conflict {
		t.Errorf("under a key in memory that was erased: got %v, want Conflict", err)
	}
	if entries := x.count(`select count(*) from ledger_entry where payer_id = 1`); entries != len(first) {
		t.Errorf("%d entries stand, want the first %d", entries, len(first))
	}
	x.finish(x.desk, 1, batch)
	x.desk.Keys = anew() // reads what is there, and not what it remembers
	want := map[claim.ID][]string{}
	for _, s := range slices.Concat(first, x.statuses(1, batch)) {
		want[s.ClaimID] = []string{"equal"}
	}
	want[erased] = []string{string(workflows.Erased)}
	if diff := cmp.Diff(want, x.verdicts()); diff != "" {
		t.Errorf("replays (-want +got):\n%s", diff)
	}
	x.audit()
}

// Made anew, a lost key would know no copy of what was paid under it. Nothing is decided until it is back.
func TestNothingIsDecidedWhileAPeriodsKeyIsLost(t *testing.T) {
	x := newOffice(t, terms{})
	room, anew := keyRoom(t, x.pool)
	x.desk.Keys = anew()
	claims := x.goods(2)
	x.run(claims...)
	if _, err := room.Exec(t.Context(), `create table kept as table period_key; delete from period_key where purpose = 'fingerprint'`); err != nil {
		t.Fatal(err)
	}
	x.desk.Keys = anew()
	batch := x.stage(1000, claims...)
	if _, err := x.desk.Chunk(t.Context(), 1, batch, 0); !errors.Is(err, ledger.ErrLost) {
		t.Errorf("got %v, want ErrLost", err)
	}
	if _, err := room.Exec(t.Context(), `insert into period_key select * from kept where purpose = 'fingerprint'`); err != nil {
		t.Fatal(err)
	}
	x.finish(x.desk, 1, batch)
	for _, s := range x.statuses(1, batch) {
		if !slices.Equal(s.CARCs, []string{"18"}) {
			t.Errorf("a copy of what was paid: %s %v", s.Outcome, s.CARCs)
		}
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

// A review seals the claim again, and under a new key anybody could read what was destroyed: it is refused, whether it had
// opened the evidence just before the erasure or opens it with a key that its process still remembers.
func TestAReviewNeverBringsBackWhatWasErased(t *testing.T) {
	for name, between := range map[string]func(x *office, id claim.ID, erase func()) *workflows.Desk{
		"erased after the evidence was opened": func(x *office, _ claim.ID, erase func()) *workflows.Desk {
			return x.reach(workflows.StageFacts, erase)
		},
		"erased under the lock of the family": func(x *office, _ claim.ID, erase func()) *workflows.Desk {
			return x.reach(workflows.StageLocked, erase)
		},
		"opened with a key that is remembered": func(x *office, id claim.ID, erase func()) *workflows.Desk {
			x.opened(id) // as a page that shows the claim does
			erase()
			return x.desk
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := newOffice(t, terms{})
			_, anew := keyRoom(t, x.pool)
			x.desk.Keys = anew()
			waiting := x.one(secondary(x.good()))
			member := x.opened(waiting.ClaimID)[0].Evidence.Facts.Member.ID
			x.desk.Keys = anew()
			desk := between(x, waiting.ClaimID, func() {
				if err := anew().Erase(t.Context(), 1, member); err != nil {
					t.Error(err)
				}
			})
			action := x.file(waiting.ClaimID, denial())
			if _, err := desk.Review(t.Context(), 1, waiting.ClaimID, action); claim.KindOf(err) != claim.Conflict {
				t.Errorf("got %v, want Conflict", err)
			}
			if _, err := desk.Review(t.Context(), 1, waiting.ClaimID, action); !errors.Is(err, ledger.ErrErased) {
				t.Errorf("tried again: got %v, want ErrErased", err)
			}
			x.desk.Keys = anew()
			if diff := cmp.Diff(map[claim.ID][]string{waiting.ClaimID: {string(workflows.Erased)}}, x.verdicts()); diff != "" {
				t.Errorf("replays (-want +got):\n%s", diff)
			}
			x.audit()
		})
	}
}

// Whose key a section is sealed under stands in clear: a changed record that names a destroyed one is not erased, but changed.
func TestARecordThatNamesTheKeyOfSomebodyErasedIsUnreadable(t *testing.T) {
	x := newOffice(t, terms{})
	_, anew := keyRoom(t, x.pool)
	x.desk.Keys = anew()
	list := x.run(x.goods(3)...)
	gone, victim := list[0].ClaimID, list[1].ClaimID
	if err := x.desk.Keys.Erase(t.Context(), 1, x.opened(gone)[0].Evidence.Facts.Member.ID); err != nil {
		t.Fatal(err)
	}
	// The id is what follows version, count, kind and packing: see ledger/seal.go.
	x.forge(`
		update evidence e
		   set sealed = overlay(e.sealed placing (select substring(g.sealed from 5 for 16) from evidence g where g.claim_id = $1) from 5 for 16)
		 where e.claim_id = $2`, [16]byte(gone), [16]byte(victim))
	got := x.verdicts()
	if want := []string{string(adjudicate.Unreadable)}; !slices.Equal(got[victim], want) || !slices.Equal(got[gone], []string{string(workflows.Erased)}) {
		t.Errorf("the changed record replays %v, the erased one %v", got[victim], got[gone])
	}
}

// One row of a key that was lost is told of the entries sealed under it; all others are replayed and audited.
func TestALostKeyIsAFindingOfItsEntriesAlone(t *testing.T) {
	x := newOffice(t, terms{model: modelThatFlags(t)})
	room, anew := keyRoom(t, x.pool)
	x.desk.Keys = anew()
	list := x.run(x.goods(3)...)
	lost := list[0].ClaimID
	if _, err := x.review(lost, denial()); err != nil {
		t.Fatal(err)
	}
	if _, err := room.Exec(t.Context(), `delete from data_key where subject = $1`, [16]byte(x.opened(lost)[0].Evidence.Facts.Member.ID)); err != nil {
		t.Fatal(err)
	}
	x.desk.Keys = anew()
	verdicts, found := x.replayAndAudit()
	if verdicts[adjudicate.Unreadable] != 2 || verdicts[adjudicate.Equal] != len(list)-1 || len(verdicts) != 2 {
		t.Errorf("got %v, want the two entries of one claim unreadable and the others equal", verdicts)
	}
	for _, m := range found.Mismatches {
		if m.Claim != lost && m.Claim != (claim.ID{}) {
			t.Errorf("another claim: %s", m)
		}
	}
	if result, err := x.desk.Sweep(t.Context(), 1, at(lastDay)); err != nil || result != (workflows.SweepResult{Released: len(list) - 1}) {
		t.Errorf("the sweep: %+v, %v, want the others released", result, err)
	}
}
