package workflows_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// pended adjudicates a claim that waits for a person.
func (x *office) pended() (claim.Claim, postgres.ClaimStatus) {
	x.t.Helper()
	c := secondary(x.good())
	s := x.one(c)
	if s.Outcome != claim.Pend || !slices.Equal(s.PendReasons, []string{"edit:" + coordination}) {
		x.t.Fatalf("a secondary claim: %s %v %v", s.Outcome, s.CARCs, s.PendReasons)
	}
	return c, s
}

// holders counts the fingerprints that a claim holds, pended or not.
func (x *office) holders(id claim.ID, pended bool) int {
	x.t.Helper()
	return x.count(`select count(*) from fingerprint_live where payer_id = 1 and claim_id = $1 and pended = $2`, id, pended)
}

func TestAReleasedClaimPaysAndHoldsItsFingerprints(t *testing.T) {
	x := newOffice(t, terms{})
	c, waiting := x.pended()
	if got := x.holders(waiting.ClaimID, true); got != len(c.Lines) {
		t.Errorf("a claim of %d lines that waits holds %d fingerprints", len(c.Lines), got)
	}
	outcome, err := x.review(waiting.ClaimID, release(coordination))
	if err != nil {
		t.Fatal(err)
	}
	s := x.status(waiting.ClaimID)
	if !outcome.Decided || s.Outcome != claim.Pay || s.EntryID != outcome.Entry || s.PendReasons == nil || len(s.PendReasons) != 0 {
		t.Errorf("outcome %+v, status %+v", outcome, s)
	}
	if pended, paid := x.holders(s.ClaimID, true), x.holders(s.ClaimID, false); pended != 0 || paid != len(c.Lines) {
		t.Errorf("holds %d as pended and %d as paid, want 0 and %d", pended, paid, len(c.Lines))
	}
	opened := x.opened(s.ClaimID)
	if len(opened) != 2 || opened[1].Entry.Predecessor != opened[0].Entry.ID || opened[1].Evidence.Review == nil {
		t.Errorf("got %d entries; the second must follow the first and hold the review", len(opened))
	}
	if copied := x.one(c); !slices.Equal(copied.CARCs, []string{"18"}) {
		t.Errorf("a copy of the released claim: %s %v", copied.Outcome, copied.CARCs)
	}
	x.audit()
}

func TestAClaimThatAReviewerDeniesLetsItsCopyPay(t *testing.T) {
	x := newOffice(t, terms{})
	c, waiting := x.pended()
	if twin := x.one(c); !slices.Equal(twin.CARCs, []string{"18"}) {
		t.Errorf("a copy while the first waits: %s %v", twin.Outcome, twin.CARCs)
	}
	outcome, err := x.review(waiting.ClaimID, denial())
	if err != nil || !outcome.Decided {
		t.Fatalf("%+v, %v", outcome, err)
	}
	if s := x.status(waiting.ClaimID); s.Outcome != claim.Deny || !slices.Equal(s.CARCs, []string{"16"}) || s.Paid != 0 {
		t.Errorf("got %+v", s)
	}
	if held := x.holders(waiting.ClaimID, true) + x.holders(waiting.ClaimID, false); held != 0 {
		t.Errorf("a denied claim holds %d fingerprints", held)
	}
	c.Responsibility = "P"
	if s := x.one(c); s.Outcome != claim.Pay {
		t.Errorf("sent again after the denial: %s %v %v", s.Outcome, s.CARCs, s.PendReasons)
	}
	x.audit()
}

func TestAReviewThatLeavesAReasonLeavesTheClaimWaiting(t *testing.T) {
	x := newOffice(t, terms{})
	c := secondary(x.good())
	c.Frequency = "2" // an interim bill, rule FRQ-TYPE
	waiting := x.one(c)
	if waiting.Outcome != claim.Pend || len(waiting.PendReasons) != 2 {
		t.Fatalf("got %s %v", waiting.Outcome, waiting.PendReasons)
	}
	outcome, err := x.review(waiting.ClaimID, release(coordination))
	if err != nil || outcome.Decided {
		t.Fatalf("%+v, %v", outcome, err)
	}
	s := x.status(waiting.ClaimID)
	if s.Outcome != claim.Pend || s.EntryID != outcome.Entry {
		t.Errorf("got %+v", s)
	}
	if diff := cmp.Diff([]string{"edit:FRQ-TYPE"}, s.PendReasons); diff != "" {
		t.Errorf("the case must say what is left (-want +got):\n%s", diff)
	}
	if x.holders(s.ClaimID, true) != len(c.Lines) {
		t.Error("the claim does not hold its fingerprints any more")
	}
	outcome, err = x.review(waiting.ClaimID, release(coordination, "FRQ-TYPE"))
	if err != nil || !outcome.Decided {
		t.Fatalf("both let go: %+v, %v", outcome, err)
	}
	if n := len(x.opened(s.ClaimID)); n != 3 {
		t.Errorf("got %d entries, want two pends and a decision", n)
	}
	x.audit()
}

func TestAReviewIsRecordedOnce(t *testing.T) {
	x := newOffice(t, terms{})
	_, waiting := x.pended()
	action := x.file(waiting.ClaimID, release(coordination))
	outcomes := make([]workflows.ReviewOutcome, 3)
	var attempts []func() error
	for i := range outcomes {
		attempts = append(attempts, func() (err error) {
			outcomes[i], err = x.desk.Review(t.Context(), 1, waiting.ClaimID, action)
			return err
		})
	}
	recorded := 0
	for _, err := range together(attempts...) {
		if err != nil && claim.KindOf(err) != claim.Conflict && !errors.Is(err, workflows.ErrNotPended) {
			t.Error(err)
		}
		if err == nil {
			recorded++
		}
	}
	if recorded == 0 {
		t.Error("no attempt recorded the review")
	}
	again, err := x.desk.Review(t.Context(), 1, waiting.ClaimID, action)
	if err != nil || !again.Decided || again.Entry != x.status(waiting.ClaimID).EntryID {
		t.Errorf("asked again: %+v, %v; want the entry that stands", again, err)
	}
	if n := len(x.opened(waiting.ClaimID)); n != 2 {
		t.Errorf("got %d entries, want 2", n)
	}
	x.audit()
}

// Two reviewers at one claim: one decides, the other is told so.
func TestOfTwoReviewersOneDecides(t *testing.T) {
	x := newOffice(t, terms{})
	for range 10 {
		_, waiting := x.pended()
		actions := []claim.ID{x.file(waiting.ClaimID, release(coordination)), x.file(waiting.ClaimID, denial())}
		var attempts []func() error
		for _, action := range actions {
			attempts = append(attempts, func() error {
				_, err := x.desk.Review(t.Context(), 1, waiting.ClaimID, action)
				return err
			})
		}
		failed := 0
		for _, err := range together(attempts...) {
			if err == nil {
				continue
			}
			failed++
			if claim.KindOf(err) != claim.Conflict && !errors.Is(err, workflows.ErrNotPended) {
				t.Errorf("got %v, want Conflict or that the claim does not wait any more", err)
			}
		}
		if failed != 1 {
			t.Fatalf("%d of 2 reviews failed", failed)
		}
		if s := x.status(waiting.ClaimID); s.Outcome == claim.Pend {
			t.Error("nobody decided")
		}
	}
	x.audit()
}

func TestWhatIsNoReviewOfAWaitingClaimIsRefused(t *testing.T) {
	x := newOffice(t, terms{})
	_, waiting := x.pended()
	paid := x.one(x.good())
	badDenial, clinical := denial(), denial()
	badDenial.Edits = nil
	clinical.Edits[0].CARC = "50"
	released := release(coordination)
	released.Edits = denial().Edits
	cases := []struct {
		name   string
		id     claim.ID
		action claim.ID
		want   claim.Kind
	}{
		{"an action that is not on file", waiting.ClaimID, claim.NewID(), claim.NotFound},
		{"an action about another claim", waiting.ClaimID, x.file(paid.ClaimID, release()), claim.NotFound},
		{"a claim that was paid", paid.ClaimID, x.file(paid.ClaimID, denial()), claim.Invalid},
		{"a claim nobody has", uuid.Max, x.file(uuid.Max, release()), claim.NotFound},
		{"a denial that found nothing", waiting.ClaimID, x.file(waiting.ClaimID, badDenial), claim.Invalid},
		{"a denial of medical necessity", waiting.ClaimID, x.file(waiting.ClaimID, clinical), claim.Forbidden},
		{"a release with edits", waiting.ClaimID, x.file(waiting.ClaimID, released), claim.Invalid},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := x.desk.Review(t.Context(), 1, c.id, c.action); claim.KindOf(err) != c.want || err == nil {
				t.Errorf("got %v, want kind %d", err, c.want)
			}
		})
	}
	if s := x.status(waiting.ClaimID); s.Outcome != claim.Pend || len(x.opened(waiting.ClaimID)) != 1 {
		t.Errorf("a refused review changed the claim: %+v", s)
	}
	x.audit()
}

// A review sees what happened since the claim began to wait: its own deductible, other claims, other copies.
func TestAReviewDecidesByTheFactsOfItsOwnMoment(t *testing.T) {
	x := newOffice(t, terms{})
	c, waiting := x.pended()
	x.one(moved(c, -2)) // waits too: the same family, another day
	x.run(x.goods(5)...)
	if _, err := x.review(waiting.ClaimID, release(coordination)); err != nil {
		t.Fatal(err)
	}
	opened := x.opened(waiting.ClaimID)
	if before, after := len(opened[0].Evidence.Facts.History), len(opened[1].Evidence.Facts.History); after <= before {
		t.Errorf("history had %d lines then, %d at the review", before, after)
	}
	x.audit()
}

// While a review is being decided, another claim of the family is recorded.
// What a claim is known by stands in its evidence. Its row may have been changed since, and must not be believed by the next
// entry, which the row would then agree with.
func TestAReviewTakesFromTheRecordWhatItsClaimIsKnownBy(t *testing.T) {
	x := newOffice(t, terms{})
	_, waiting := x.pended()
	_, err := x.pool.Exec(t.Context(), `
		update claim set control_number = control_number + 900, position = position + 900, received = received - 1 where claim_id = $1`, waiting.ClaimID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.review(waiting.ClaimID, release(coordination)); err != nil {
		t.Fatal(err)
	}
	opened := x.opened(waiting.ClaimID)
	first, second := opened[0].Evidence, opened[1].Evidence
	if first.Origin != second.Origin || first.Facts.Received != second.Facts.Received {
		t.Errorf("it was %+v, received %s, and is %+v, received %s", first.Origin, first.Facts.Received, second.Origin, second.Facts.Received)
	}
}

func TestAReviewOfAFamilyThatMovedOnIsDecidedAgain(t *testing.T) {
	x := newOffice(t, terms{})
	c, waiting := x.pended()
	c.Responsibility = "P"
	desk := x.reach(workflows.StageSealed, func() { x.one(moved(c, -2)) })
	outcome, err := desk.Review(t.Context(), 1, waiting.ClaimID, x.file(waiting.ClaimID, release(coordination)))
	if err != nil || !outcome.Decided {
		t.Fatalf("%+v, %v", outcome, err)
	}
	x.audit() // accumulators would be wrong if the review had been decided by the older facts
	opened := x.opened(waiting.ClaimID)
	if len(opened[1].Evidence.Facts.History) == 0 {
		t.Error("the review did not see the claim recorded meanwhile")
	}
}

// A claim is replaced once (FRQ-16): of two replacements of a claim that was denied, released one after the other, one pays.
func TestOfTwoReplacementsOfAClaimOnePays(t *testing.T) {
	x := newOffice(t, terms{})
	c := secondary(x.good())
	waiting := x.one(c)
	if _, err := x.review(waiting.ClaimID, denial()); err != nil {
		t.Fatal(err)
	}
	c.Responsibility, c.Frequency, c.OriginalReference = "P", claim.Replacement, claim.ControlNumber(waiting.ControlNumber)
	var replacements []postgres.ClaimStatus
	for range 2 {
		c.Lines[0].Charge++ // no copy of the other
		c.Charge++
		s := x.one(c)
		if !slices.Contains(s.PendReasons, "edit:FRQ-PEND") {
			t.Fatalf("%s %v %v", s.Outcome, s.CARCs, s.PendReasons)
		}
		replacements = append(replacements, s)
	}
	for i, want := range []claim.Outcome{claim.Pay, claim.Deny} {
		id := replacements[i].ClaimID
		if _, err := x.review(id, release("FRQ-PEND", "PTP-PEND")); err != nil {
			t.Fatal(err)
		}
		if s := x.status(id); s.Outcome != want {
			t.Errorf("replacement %d: got %s %v %v, want %s", i+1, s.Outcome, s.CARCs, s.PendReasons, want)
		}
	}
	x.audit()
}

func TestNoReleasePaysAReplacementBesideItsPredecessor(t *testing.T) {
	x := newOffice(t, terms{})
	c := x.good()
	paid := x.one(c)
	c.OriginalReference = claim.ControlNumber(paid.ControlNumber)
	for _, frequency := range []claim.Frequency{claim.Replacement, claim.Void} {
		again := c
		again.Frequency = frequency
		waiting := x.one(again)
		if !slices.Equal(waiting.PendReasons, []string{"edit:FRQ-PEND"}) {
			t.Fatalf("frequency %s: %s %v %v", frequency, waiting.Outcome, waiting.CARCs, waiting.PendReasons)
		}
		outcome, err := x.review(waiting.ClaimID, release("FRQ-PEND"))
		if s := x.status(waiting.ClaimID); err != nil || outcome.Decided || s.Paid != 0 {
			t.Errorf("frequency %s, released: %+v, %v, status %+v", frequency, outcome, err, s)
		}
	}
	x.audit()
}
