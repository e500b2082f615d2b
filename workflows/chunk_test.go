package workflows_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

func TestEveryGoodClaimPaysAndIsOnTheLedger(t *testing.T) {
	x := newOffice(t, terms{})
	const n = 60
	list := x.run(x.goods(n)...)
	if len(list) != n {
		t.Fatalf("%d of %d claims were recorded", len(list), n)
	}
	for _, s := range list {
		if s.Outcome != claim.Pay {
			t.Errorf("claim %s: %s %v %v", s.ClaimID, s.Outcome, s.CARCs, s.PendReasons)
		}
	}
	if left := x.count(`select count(*) from staged_claim`); left != 0 {
		t.Errorf("%d claims are left in staging", left)
	}
	x.audit()
}

func TestAChunkIsRecordedOnce(t *testing.T) {
	x := newOffice(t, terms{})
	batch := x.stage(1000, x.goods(20)...)
	other := x.newDesk(x.desk.Keys)
	results := make([]workflows.ChunkResult, 4)
	var attempts []func() error
	for i := range results {
		attempts = append(attempts, func() (err error) {
			desk := []*workflows.Desk{x.desk, other}[i%2]
			results[i], err = desk.Chunk(t.Context(), 1, batch, 0)
			return err
		})
	}
	if err := errors.Join(together(attempts...)...); err != nil {
		t.Fatal(err)
	}
	again, err := x.desk.Chunk(t.Context(), 1, batch, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range slices.Concat(results, []workflows.ChunkResult{again}) {
		if r != (workflows.ChunkResult{Claims: 20}) {
			t.Errorf("got %+v, want 20 claims each time", r)
		}
	}
	if entries := x.count(`select count(*) from ledger_entry where payer_id = 1`); entries != 20 {
		t.Errorf("%d entries for 20 claims", entries)
	}
	x.finish(x.desk, 1, batch)
	x.audit()
}

// Whatever stage an attempt is broken off at, the next one ends the same.
func TestAnAttemptBrokenOffAnywhereLosesAndDoublesNothing(t *testing.T) {
	x := newOffice(t, terms{})
	for _, stage := range workflows.Stages() {
		t.Run(string(stage), func(t *testing.T) {
			batch := x.stage(1000, x.goods(3)...)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			reached := false
			desk := x.reach(stage, func() { reached = true; cancel() })
			_, err := desk.Chunk(ctx, 1, batch, 0)
			if reached && err == nil && stage != workflows.StageCommitted {
				t.Errorf("the attempt went on after its context ended")
			}
			x.finish(x.desk, 1, batch)
			if n := len(x.statuses(1, batch)); n != 3 {
				t.Errorf("%d of 3 claims were recorded", n)
			}
		})
	}
	x.audit()
}

func TestClaimsOfAFamilyThatMovedOnAreDecidedAgain(t *testing.T) {
	for _, stage := range []workflows.Stage{workflows.StageMatched, workflows.StageFacts, workflows.StageSealed} {
		t.Run(string(stage), func(t *testing.T) {
			x := newOffice(t, terms{})
			claims := x.goods(3)
			batch := x.stage(1000, claims...)
			desk := x.reach(stage, func() { x.one(claims[1]) })
			result, err := desk.Chunk(t.Context(), 1, batch, 0)
			if err != nil {
				t.Fatal(err)
			}
			redecided := 1
			if stage == workflows.StageMatched { // versions are read after this
				redecided = 0
			}
			if result != (workflows.ChunkResult{Claims: 3, Redecided: redecided}) {
				t.Errorf("got %+v, want 3 claims of which %d decided again", result, redecided)
			}
			x.finish(x.desk, 1, batch)
			for i, s := range x.statuses(1, batch) {
				if duplicate := slices.Contains(s.CARCs, "18"); duplicate != (i == 1) {
					t.Errorf("claim %d: %s %v", i, s.Outcome, s.CARCs)
				}
			}
			x.audit()
		})
	}
}

// Promise 4.
func TestOfTwoCopiesAtOnceExactlyOnePays(t *testing.T) {
	x := newOffice(t, terms{})
	other := x.newDesk(x.desk.Keys)
	const rounds = 50
	for round, c := range x.goods(rounds) {
		first, second := x.stage(1000, c), x.stage(1000, c)
		failures := together(
			func() error { _, err := x.desk.Chunk(t.Context(), 1, first, 0); return err },
			func() error { _, err := other.Chunk(t.Context(), 1, second, 0); return err },
		)
		if err := errors.Join(failures...); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		pays, duplicates := 0, 0
		for _, s := range slices.Concat(x.statuses(1, first), x.statuses(1, second)) {
			switch {
			case s.Outcome == claim.Pay:
				pays++
			case s.Outcome == claim.Deny && slices.Equal(s.CARCs, []string{"18"}):
				duplicates++
			}
		}
		if pays != 1 || duplicates != 1 {
			t.Fatalf("round %d: %d pay, %d are duplicates", round, pays, duplicates)
		}
	}
	x.audit()
}

func TestCopiesInOneBatchPayOnce(t *testing.T) {
	x := newOffice(t, terms{})
	c := x.good()
	batch := x.stage(1, c, c, c) // a family larger than a chunk takes several
	x.finish(x.desk, 1, batch)
	var outcomes []claim.Outcome
	for _, s := range x.statuses(1, batch) {
		outcomes = append(outcomes, s.Outcome)
	}
	if !slices.Equal(outcomes, []claim.Outcome{claim.Pay, claim.Deny, claim.Deny}) {
		t.Errorf("got %v", outcomes)
	}
	x.audit()
}

// One family in many chunks at once: what one claim uses up, the others see, in whatever order they come.
func TestChunksOfOneFamilyAtOnceShareItsAccumulators(t *testing.T) {
	x := newOffice(t, terms{})
	c := x.good()
	var claims []claim.Claim
	for day := range 8 {
		claims = append(claims, moved(c, -day))
	}
	batch := x.stage(1, claims...)
	var attempts []func() error
	for ord := range claims {
		attempts = append(attempts, func() error { _, err := x.desk.Chunk(t.Context(), 1, batch, ord); return err })
	}
	if err := errors.Join(together(attempts...)...); err != nil {
		t.Fatal(err)
	}
	x.finish(x.desk, 1, batch)
	x.audit()
}

// moved is the claim some days later, so that it is no copy.
func moved(c claim.Claim, days int) claim.Claim {
	c.From, c.Through = c.From.AddDays(days), c.Through.AddDays(days)
	c.Lines = slices.Clone(c.Lines)
	for i := range c.Lines {
		c.Lines[i].From, c.Lines[i].Through = c.Lines[i].From.AddDays(days), c.Lines[i].Through.AddDays(days)
	}
	return c
}

func TestPayersDoNotWaitForEachOther(t *testing.T) {
	x := newOffice(t, terms{})
	next := firstOf(t, x, 2)
	mine, theirs := x.stage(1000, x.good()), x.stageFor(2, 1000, next)
	held, err := x.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.LockHead(t.Context(), held, 1, ledger.Decisions); err != nil {
		t.Fatal(err)
	}
	waiting := make(chan error, 1)
	started := make(chan struct{})
	desk := x.reach(workflows.StageCases, func() { close(started) })
	go func() {
		waiting <- patiently(func() error { _, err := desk.Chunk(t.Context(), 1, mine, 0); return err })
	}()
	<-started // nothing but the head is left to wait for
	x.finish(x.desk, 2, theirs)
	select {
	case err := <-waiting:
		t.Errorf("payer 1 recorded while its head was held: %v", err)
	default:
	}
	if err := held.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-waiting; err != nil {
		t.Error(err)
	}
	x.audit()
}

func firstOf(t *testing.T, x *office, payer claim.PayerID) claim.Claim {
	t.Helper()
	for sim := range x.world.Claims(payer) {
		return sim.Claim
	}
	t.Fatalf("payer %d has no claims", payer)
	return claim.Claim{}
}

// The same people, numbers and services at two payers are strangers to each other.
func TestAClaimIsNoDuplicateOfAnotherPayers(t *testing.T) {
	x := newOffice(t, terms{})
	c := x.good()
	x.one(c)
	p := x.world.Payer(1)
	x.write(func(tx pgx.Tx) error { // payer 2 insures the same members now
		return postgres.Enrol(t.Context(), tx, 2, postgres.Enrolment{Members: p.Members, Coverages: p.Coverages})
	})
	batch := x.stageFor(2, 1000, c)
	x.finish(x.desk, 2, batch)
	if s := x.statuses(2, batch)[0]; slices.Contains(s.CARCs, "18") {
		t.Errorf("payer 2 denies a claim of its own as a copy of payer 1's: %+v", s)
	}
	x.audit()
}

func TestAPatientEnrolledWhileTheirClaimIsDecidedIsNotGuessedAt(t *testing.T) {
	x := newOffice(t, terms{})
	c := x.good()
	stranger := func(c claim.Claim) claim.Claim {
		c.Subscriber.MemberID, c.Patient.MemberID = "NEW-77", "NEW-77"
		return c
	}
	var member claim.Member
	for _, m := range x.world.Payer(1).Members {
		if m.SubscriberNumber == c.Subscriber.MemberID && m.BirthDate == c.Patient.BirthDate {
			member = m
		}
	}
	plan := x.world.Payer(1).Coverages[member.ID]
	member.ID, member.SubscriberNumber = claim.NewID(), "NEW-77"
	member.Family = member.ID
	batch := x.stage(1000, stranger(c))
	desk := x.reach(workflows.StageSealed, func() {
		x.one(stranger(moved(c, -1))) // somebody else's claim under the same number is recorded, and then
		x.write(func(tx pgx.Tx) error {
			return postgres.Enrol(t.Context(), tx, 1, postgres.Enrolment{
				Members: []claim.Member{member}, Coverages: map[claim.ID][]claim.Coverage{member.ID: plan},
			})
		})
	})
	if _, err := desk.Chunk(t.Context(), 1, batch, 0); claim.KindOf(err) != claim.Conflict {
		t.Errorf("got %v, want Conflict: the patient's family was not locked", err)
	}
	x.finish(x.desk, 1, batch)
	if s := x.statuses(1, batch)[0]; s.Outcome != claim.Pay {
		t.Errorf("tried again: %s %v %v", s.Outcome, s.CARCs, s.PendReasons)
	}
	x.audit()
}

// What cannot be read from staging waits for a person, and holds up nobody beside it.
func TestDamagedStagingIsNotDecidedAndHoldsUpNobody(t *testing.T) {
	x := newOffice(t, terms{})
	flat := func() claim.ID { return x.stage(1000, x.goods(3)...) }
	segments := func() claim.ID { return x.submit(x.goods(3)) }
	for name, damage := range map[string]struct {
		batch func() claim.ID
		set   string
	}{
		"a body too long":             {flat, `body = body || '\x00'`},
		"a body that is gone":         {flat, `body = null`},
		"segments that are gone":      {segments, `slice = ''`},
		"segments that end too early": {segments, `slice = substring(slice for length(slice) - 1)`},
		"segments of two claims":      {segments, `slice = slice || slice`},
		"segments of a refused claim": {segments, `slice = replace(encode(slice, 'escape'), 'CLM*', 'CLM**')::bytea`},
	} {
		batch := damage.batch()
		var damaged [16]byte
		if err := x.pool.QueryRow(t.Context(), `update staged_claim set `+damage.set+` where ord = 1 and batch_id = $1 returning claim_id`,
			[16]byte(batch)).Scan(&damaged); err != nil {
			t.Fatal(err)
		}
		x.finish(x.desk, 1, batch)
		for _, s := range x.statuses(1, batch) {
			switch {
			case s.ClaimID == damaged && (s.Outcome != claim.Pend || !slices.Equal(s.PendReasons, []string{"fault:invalid"})):
				t.Errorf("%s: the claim is %s %v, want a fault that waits", name, s.Outcome, s.PendReasons)
			case s.ClaimID != damaged && s.Outcome != claim.Pay:
				t.Errorf("%s: a claim beside it is %s %v %v", name, s.Outcome, s.CARCs, s.PendReasons)
			}
		}
		if opened, err := x.desk.Open(t.Context(), 1, damaged); err != nil || len(opened) != 1 || len(opened[0].Evidence.Claim.Lines) != 0 {
			t.Errorf("%s: what stands behind the claim: %d entries, %v", name, len(opened), err)
		}
	}
	x.audit() // replays the faults to the same bytes
}

func TestAChunkThatIsNowhereIsNotFound(t *testing.T) {
	x := newOffice(t, terms{})
	if _, err := x.desk.Chunk(t.Context(), 1, claim.NewID(), 0); claim.KindOf(err) != claim.NotFound {
		t.Errorf("got %v, want NotFound", err)
	}
	if err := x.desk.Complete(t.Context(), 1, claim.NewID()); claim.KindOf(err) != claim.NotFound {
		t.Errorf("got %v, want NotFound", err)
	}
}
