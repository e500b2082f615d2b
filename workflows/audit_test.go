package workflows_test

import (
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
