package workflows_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// audit checks what must hold of every payer at any moment, whatever happened: the chain is whole, fingerprints are
// where the entries put them, every entry replays to the same bytes and balances, a claim's entries follow one another
// and end in what its row says, and accumulators are the sums of what stands.
func (x *office) audit() {
	x.t.Helper()
	for i := range x.world.Payers {
		x.auditPayer(x.world.Payers[i].ID)
	}
}

func (x *office) auditPayer(payer claim.PayerID) {
	x.t.Helper()
	ctx := x.t.Context()
	report, err := ledger.VerifyStore(ctx, x.pool, payer, ledger.Decisions, true)
	if err == nil {
		err = report.Err()
	}
	if err != nil {
		x.t.Errorf("payer %d: %v", payer, err)
	}
	last := map[claim.ID]standing{}
	found := x.replayEach(payer, func(r workflows.Replayed) { x.auditEntry(r, last) })
	if found.Total > 0 || !found.Totals {
		x.t.Errorf("payer %d: %+v", payer, found)
	}
}

// replayAndAudit returns how many entries of payer 1 got which verdict, and what an audit found.
func (x *office) replayAndAudit() (map[adjudicate.ReplayVerdict]int, workflows.Audited) {
	x.t.Helper()
	verdicts := map[adjudicate.ReplayVerdict]int{}
	found := x.replayEach(1, func(r workflows.Replayed) { verdicts[r.Verdict]++ })
	return verdicts, found
}

// replayEach replays a payer's entries, shows each, and returns what the audit of all found.
func (x *office) replayEach(payer claim.PayerID, show func(workflows.Replayed)) workflows.Audited {
	x.t.Helper()
	ctx := x.t.Context()
	audit, err := x.desk.NewAudit(ctx, payer)
	if err != nil {
		x.t.Fatal(err)
	}
	err = ledger.EachEntry(ctx, x.pool, payer, ledger.Decisions, 1, true, func(r ledger.Record) error {
		replayed, err := x.desk.Replay(ctx, r)
		if err != nil {
			return err
		}
		show(replayed)
		return audit.Add(ctx, replayed)
	})
	if err != nil {
		x.t.Fatal(err)
	}
	found, err := audit.Finish(ctx)
	if err != nil {
		x.t.Fatal(err)
	}
	return found
}

// forge changes tables as their owner can: triggers are switched off, and something is changed.
func (x *office) forge(sql string, args ...any) {
	x.t.Helper()
	x.write(func(tx pgx.Tx) error {
		_, err := tx.Exec(x.t.Context(), `set local session_replication_role = replica`)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(x.t.Context(), sql, args...)
		if err == nil && tag.RowsAffected() == 0 {
			x.t.Errorf("nothing was changed by %s", sql)
		}
		return err
	})
}

// What was erased cannot be compared; what others used, and what was found of them, still can.
func TestAnErasureExcusesTheErasedAndNobodyElse(t *testing.T) {
	x := newExhibit(t)
	somebody := x.one(x.good())
	if err := x.desk.Keys.Erase(t.Context(), 1, x.opened(somebody.ClaimID)[0].Evidence.Facts.Member.ID); err != nil {
		t.Fatal(err)
	}
	if verdicts, found := x.replayAndAudit(); verdicts[workflows.Erased] != 1 || found.Total > 0 {
		t.Fatalf("after a lawful erasure: %v, %+v, want one erased and no mismatch", verdicts, found)
	}
	const review = `
		insert into review_action (payer_id, action_id, claim_id, actor, action, edits, waived, rationale, acted_at, entry_id, outcome)
		select payer_id, gen_random_uuid(), claim_id, 'r99', 'release', '[]', '{score}', 'never happened', now(), entry_id, 'pay'
		from claim where payer_id = 1 and (claim_id = $1) = $2 and outcome = 'pay' limit 1`
	const noReview = `delete from review_action where actor = 'r99'`
	for name, tc := range map[string]struct {
		change, back string
		args         []any
	}{
		"another's authorisation is used otherwise": {
			`update prior_authorization set used_thousandths = used_thousandths + 1 where payer_id = 1 and used_thousandths > 0`,
			`update prior_authorization set used_thousandths = used_thousandths - 1 where payer_id = 1 and used_thousandths > 0`, nil,
		},
		"a review of another that never was":                {review, noReview, []any{[16]byte(somebody.ClaimID), false}},
		"a review of the erased, of whom no decision knows": {review, noReview, []any{[16]byte(somebody.ClaimID), true}},
	} {
		x.forge(tc.change, tc.args...)
		if _, found := x.replayAndAudit(); found.Total == 0 {
			t.Errorf("%s: nothing is found", name)
		}
		x.forge(tc.back)
	}
	// Reviewed and then erased: what the review says cannot be compared any more.
	waiting := x.one(secondary(x.good()))
	if _, err := x.review(waiting.ClaimID, denial()); err != nil {
		t.Fatal(err)
	}
	if err := x.desk.Keys.Erase(t.Context(), 1, x.opened(waiting.ClaimID)[0].Evidence.Facts.Member.ID); err != nil {
		t.Fatal(err)
	}
	if verdicts, found := x.replayAndAudit(); verdicts[workflows.Erased] != 3 || found.Total > 0 {
		t.Errorf("after a lawful erasure of a reviewed claim: %v, %+v, want three erased and no mismatch", verdicts, found)
	}
}

// standing is the last entry of a claim.
type standing struct {
	entry    claim.ID
	decision *claim.Decision // nil: erased
}

func (x *office) auditEntry(r workflows.Replayed, last map[claim.ID]standing) {
	x.t.Helper()
	if before := last[r.Entry.Claim]; before.entry != r.Entry.Predecessor {
		x.t.Errorf("entry %d follows %s, the claim's last entry is %s", r.Entry.Seq, r.Entry.Predecessor, before.entry)
	}
	if before, ok := last[r.Entry.Claim]; ok && before.decision != nil && before.decision.Outcome != claim.Pend {
		x.t.Errorf("entry %d is a second decision of claim %s", r.Entry.Seq, r.Entry.Claim)
	}
	now := standing{entry: r.Entry.ID, decision: r.Decision}
	switch r.Verdict {
	case adjudicate.Equal:
		if faulted := len(r.Decision.Pends) > 0 && r.Decision.Pends[0].Code == adjudicate.FaultPend; !faulted {
			if err := adjudicate.Balance(&r.Evidence.Claim, r.Decision); err != nil {
				x.t.Errorf("entry %d: %v", r.Entry.Seq, err)
			}
		}
	case workflows.Erased:
		now.decision = nil
	default:
		x.t.Errorf("entry %d replays to %q: %s %v", r.Entry.Seq, r.Verdict, r.Reason, r.Differences)
	}
	last[r.Entry.Claim] = now
}

// A payer that decides all the time is audited too: what holds at every moment is found, and what was added meanwhile is not.
func TestAnAuditBesideWorkFindsWhatHoldsAtEveryMoment(t *testing.T) {
	for name, tc := range map[string]struct {
		tampered string
		seen     bool
	}{
		"nothing":              {`select 1`, false},
		"a count of a batch":   {`update batch set claims = claims + 1 where payer_id = 1 and batch_id = (select min(batch_id::text)::uuid from batch)`, true},
		"the place of a claim": {`update claim set entry_id = gen_random_uuid() where payer_id = 1 and control_number = (select min(control_number) from claim)`, true},
	} {
		x := newOffice(t, terms{})
		x.one(x.good())
		audit, err := x.desk.NewAudit(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		x.one(x.good())
		if _, err := x.pool.Exec(t.Context(), tc.tampered); err != nil {
			t.Fatal(err)
		}
		found, err := audit.Finish(t.Context())
		if err != nil || found.Totals || found.Total > 0 != tc.seen {
			t.Errorf("%s: %+v, %v; seen: want %v, without totals", name, found, err, tc.seen)
		}
	}
}
