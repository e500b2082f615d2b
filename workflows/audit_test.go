package workflows_test

import (
	"testing"

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
	audit, err := x.desk.NewAudit(ctx, payer)
	if err != nil {
		x.t.Fatal(err)
	}
	last := map[claim.ID]standing{}
	err = ledger.EachEntry(ctx, x.pool, payer, ledger.Decisions, 1, true, func(r ledger.Record) error {
		replayed, err := x.desk.Replay(ctx, r)
		if err != nil {
			return err
		}
		x.auditEntry(replayed, last)
		return audit.Add(ctx, replayed)
	})
	if err != nil {
		x.t.Fatal(err)
	}
	found, err := audit.Finish(ctx)
	if err != nil {
		x.t.Fatal(err)
	}
	if found.Total > 0 || !found.Totals {
		x.t.Errorf("payer %d: %+v", payer, found)
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
