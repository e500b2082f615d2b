package torture

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// audit checks an installation from outside, with what it remembers of earlier checks: an entry that was there once must
// be there for ever. It reads; nothing is mended.
type audit struct {
	payers   map[claim.PayerID]*payerAudit
	sent     map[string]receipt // every file whose acceptance was answered
	sets     map[place]set
	kept     bool // a checkpoint file was there
	findings []string
}

// payerAudit is what the entries of one payer have said so far.
type payerAudit struct {
	head           ledger.Head
	heads          []ledger.Head // seen at earlier checks: the chain must pass through them
	standing       map[claim.ID]standing
	authorizations map[authorization]int64 // thousandths used before the first claim
}

// standing is how a claim stands after its last entry.
type standing struct {
	entry    claim.ID
	decision *claim.Decision
}

type authorization struct {
	member claim.ID
	number string
}

func newAudit(sets map[place]set) *audit {
	return &audit{payers: map[claim.PayerID]*payerAudit{}, sent: map[string]receipt{}, sets: sets}
}

func (a *audit) find(format string, args ...any) {
	a.findings = append(a.findings, fmt.Sprintf(format, args...))
}

// accept remembers what was answered about files. An answer must not change when the file is sent again.
func (a *audit) accept(list []receipt) {
	for _, r := range list {
		if before, ok := a.sent[r.Path]; ok && before != r {
			a.find("%s was received as %+v and then as %+v", r.Path, before, r)
		}
		a.sent[r.Path] = r
	}
}

// check holds everything against everything. settled says that nothing is at work and every batch must be complete;
// without it only what must hold at every moment is checked. The error is of looking, not of what was seen.
func (a *audit) check(ctx context.Context, i *installation.Installation, settled bool) error {
	payers, err := postgres.Payers(ctx, i.Pool)
	if err != nil {
		return err
	}
	for _, p := range payers {
		if a.payers[p.ID] == nil {
			a.payers[p.ID] = &payerAudit{head: ledger.Head{Payer: p.ID, Chain: ledger.Decisions}, standing: map[claim.ID]standing{}}
		}
		for _, step := range []func(context.Context, *installation.Installation, claim.PayerID, bool) error{
			a.checkCounts, a.checkChain, a.checkEntries, a.checkFingerprints, a.checkClaims, a.checkMoney,
		} {
			if err := step(ctx, i, p.ID, settled); err != nil {
				return fmt.Errorf("checking payer %d: %w", p.ID, err)
			}
		}
	}
	if settled {
		return a.checkSent(ctx, i)
	}
	return nil
}

// checkChain verifies the chain with its sealed records, against the checkpoint file and every head seen before.
func (a *audit) checkChain(ctx context.Context, i *installation.Installation, payer claim.PayerID, _ bool) error {
	own := a.payers[payer]
	heads, err := ledger.ReadCheckpoints(i.CheckpointFile(), i.Signer.Public())
	if err != nil && (claim.KindOf(err) != claim.NotFound || a.kept) {
		a.find("payer %d: the checkpoint file: %v", payer, err)
	}
	a.kept = a.kept || err == nil
	report, err := ledger.VerifyStore(ctx, i.Pool, payer, ledger.Decisions, true, append(heads, own.heads...)...)
	if err != nil {
		return err
	}
	if err := report.Err(); err != nil {
		a.find("payer %d: %v", payer, err)
	}
	if report.Head.Seq < own.head.Seq {
		a.find("payer %d: the chain went back from %d to %d", payer, own.head.Seq, report.Head.Seq)
	}
	if report.Head.Seq > own.head.Seq {
		own.heads = append(own.heads, report.Head)
	}
	return nil
}

// checkSigned waits until the checkpoint file names the present head of every payer. A batch signs it as its last act,
// which after a death falls some moments behind the batch's completion.
func (a *audit) checkSigned(ctx context.Context, i *installation.Installation, patience time.Duration) error {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for payer := range a.payers {
		for {
			head, err := ledger.ReadHead(ctx, i.Pool, payer, ledger.Decisions)
			if err != nil {
				return err
			}
			heads, err := ledger.ReadCheckpoints(i.CheckpointFile(), i.Signer.Public())
			if err == nil && slices.Contains(heads, head) || head.Seq == 0 {
				break
			}
			if pause(waiting, pollEvery) != nil {
				a.find("payer %d: the checkpoint file does not name the head at %d (%v)", payer, head.Seq, err)
				break
			}
		}
	}
	return ctx.Err()
}

// checkEntries replays the entries that are new since the last check and notes how they leave their claims.
func (a *audit) checkEntries(ctx context.Context, i *installation.Installation, payer claim.PayerID, _ bool) error {
	own := a.payers[payer]
	return ledger.EachEntry(ctx, i.Pool, payer, ledger.Decisions, own.head.Seq+1, true, func(record ledger.Record) error {
		replayed, err := i.Desk.Replay(ctx, record)
		if err != nil {
			return err
		}
		e := replayed.Entry
		if replayed.Verdict != adjudicate.Equal {
			a.find("payer %d: entry %d of claim %s replays %s: %s", payer, e.Seq, e.Claim, replayed.Verdict, replayed.Reason)
			return nil
		}
		a.follow(own, e, replayed)
		own.head.Seq = e.Seq
		return nil
	})
}

// follow moves a claim on by one entry, which must follow the one before.
func (a *audit) follow(own *payerAudit, e *ledger.Entry, r workflows.Replayed) {
	before, again := own.standing[e.Claim]
	switch {
	case again && before.decision.Outcome != claim.Pend:
		a.find("payer %d: entry %d decides claim %s again", e.Payer, e.Seq, e.Claim)
	case before.entry != e.Predecessor:
		a.find("payer %d: entry %d of claim %s follows %s, not %s", e.Payer, e.Seq, e.Claim, e.Predecessor, before.entry)
	case (e.Kind == ledger.Pended) != (r.Decision.Outcome == claim.Pend):
		a.find("payer %d: entry %d is %s, its decision %s", e.Payer, e.Seq, e.Kind, r.Decision.Outcome)
	}
	own.standing[e.Claim] = standing{e.ID, r.Decision}
}

func (a *audit) checkFingerprints(ctx context.Context, i *installation.Installation, payer claim.PayerID, _ bool) error {
	differences, err := ledger.CheckFingerprints(ctx, i.Pool, payer)
	if claim.KindOf(err) == claim.Conflict { // two live claims hold the same
		a.find("payer %d: %v", payer, err)
		return nil
	}
	if len(differences) > 0 {
		a.find("payer %d: %d fingerprints differ from their rebuild, first %+v", payer, len(differences), differences[0])
	}
	return err
}

// Check holds everything in a settled installation against everything: what is found, and why it could not look.
func Check(ctx context.Context, i *installation.Installation) ([]string, error) {
	a := newAudit(nil)
	err := a.check(ctx, i, true)
	return a.findings, err
}
