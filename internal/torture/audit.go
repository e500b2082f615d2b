package torture

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// audit checks an installation from outside, with what it remembers of earlier checks: an entry that was there once must
// be there for ever. It reads; nothing is mended. Each check sees one moment of the database: what a death broke off goes
// on by itself meanwhile.
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
	authorizations map[postgres.Authorized]claim.Quantity // used before the first claim
	seen           books                                  // what the entries so far leave for the next one to see
}

// look is one check: of what is to be seen at one moment.
type look struct {
	*installation.Installation
	tx      pgx.Tx                             // one snapshot
	signed  []ledger.Head                      // in the checkpoint file, read before
	settled bool                               // nothing is at work and every batch must be complete
	tables  map[claim.PayerID]*workflows.Audit // begun before the snapshot
}

// standing is how a claim stands after its last entry.
type standing struct {
	entry    claim.ID
	decision *claim.Decision
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
	heads, err := ledger.ReadCheckpoints(i.CheckpointFile(), i.Signer.Public())
	if err != nil && (claim.KindOf(err) != claim.NotFound || a.kept) {
		a.find("the checkpoint file: %v", err)
	}
	a.kept = a.kept || err == nil
	payers, err := postgres.Payers(ctx, i.Pool)
	if err != nil {
		return err
	}
	tables := map[claim.PayerID]*workflows.Audit{}
	for _, p := range payers {
		if tables[p.ID], err = i.Desk.NewAudit(ctx, p.ID); err != nil {
			return err
		}
	}
	return postgres.AtOneMoment(ctx, i.Pool, func(tx pgx.Tx) error {
		l := &look{Installation: i, tx: tx, signed: heads, settled: settled, tables: tables}
		for _, p := range payers {
			if err := a.checkPayer(ctx, l, p.ID); err != nil {
				return fmt.Errorf("checking payer %d: %w", p.ID, err)
			}
		}
		if err := a.checkUpgrades(ctx, l); err != nil {
			return err
		}
		if err := a.checkDurable(ctx, l); err != nil || !settled {
			return err
		}
		return a.checkSent(ctx, l)
	})
}

func (a *audit) checkPayer(ctx context.Context, l *look, payer claim.PayerID) error {
	if a.payers[payer] == nil {
		a.payers[payer] = newPayerAudit(payer)
	}
	for _, step := range []func(context.Context, *look, claim.PayerID) error{
		a.checkCounts, a.checkChain, a.rememberAuthorizations, a.checkEntries, a.checkFingerprints, a.checkClaims,
	} {
		if err := step(ctx, l, payer); err != nil {
			return err
		}
	}
	return nil
}

func newPayerAudit(payer claim.PayerID) *payerAudit {
	return &payerAudit{head: ledger.Head{Payer: payer, Chain: ledger.Decisions}, standing: map[claim.ID]standing{}, seen: newBooks()}
}

// forget has the next check read every entry again from the first one on. What was there once must still be there.
func (a *audit) forget() {
	for payer, before := range a.payers {
		again := newPayerAudit(payer)
		again.heads, again.authorizations = before.heads, before.authorizations
		a.payers[payer] = again
	}
}

// checkDurable asks whether the server makes durable what it says is committed: a kill alone does not show that.
func (a *audit) checkDurable(ctx context.Context, l *look) error {
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		if err := l.tx.QueryRow(ctx, `select current_setting($1)`, name).Scan(&value); err != nil {
			return claim.Errorf(claim.Unavailable, "reading setting %s: %w", name, err)
		}
		if value != "on" {
			a.find("PostgreSQL's %s is %s", name, value)
		}
	}
	return nil
}

// checkChain verifies the chain with its sealed records, against the checkpoint file and every head seen before.
func (a *audit) checkChain(ctx context.Context, l *look, payer claim.PayerID) error {
	own := a.payers[payer]
	report, err := ledger.VerifyStore(ctx, l.tx, payer, ledger.Decisions, true, slices.Concat(l.signed, own.heads)...)
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

// heads are the present heads of every payer.
func (a *audit) heads(ctx context.Context, i *installation.Installation) (map[claim.PayerID]ledger.Head, error) {
	heads := map[claim.PayerID]ledger.Head{}
	for payer := range a.payers {
		head, err := ledger.ReadHead(ctx, i.Pool, payer, ledger.Decisions)
		if err != nil {
			return nil, err
		}
		heads[payer] = head
	}
	return heads, nil
}

// checkSigned looks for heads in the checkpoint file that were there before heads were signed. Moved says that one of them
// was passed meanwhile, and so perhaps never signed.
func (a *audit) checkSigned(ctx context.Context, i *installation.Installation, before map[claim.PayerID]ledger.Head) (moved bool, err error) {
	signed, err := i.SignedHeads()
	if err != nil {
		return false, err
	}
	now, err := a.heads(ctx, i)
	if err != nil {
		return false, err
	}
	for payer, head := range before {
		switch {
		case now[payer] != head:
			moved = true
		case head.Seq > 0 && !slices.Contains(signed, head):
			a.find("payer %d: the checkpoint file does not name the head at %d", payer, head.Seq)
		}
	}
	return moved, nil
}

// checkBatchesSigned asks whether a checkpoint covers the first decision of every claim of every complete batch: a batch
// signs a head as its last act, and every workflow has ended. Claims by themselves sign none.
func (a *audit) checkBatchesSigned(ctx context.Context, i *installation.Installation) error {
	signed, err := i.SignedHeads()
	if err != nil {
		return err
	}
	for payer := range a.payers {
		var decided, covered int64
		err := i.Pool.QueryRow(ctx, `
			select coalesce(max(first), 0) from (
				select min(e.seq) as first
				from batch b
				join claim c on c.payer_id = b.payer_id and c.batch_id = b.batch_id
				join ledger_entry e on e.payer_id = c.payer_id and e.claim_id = c.claim_id
				where b.payer_id = $1 and b.state = 'complete' and b.claims > 1
				group by c.claim_id
			) of_batches`, payer).Scan(&decided)
		if err != nil {
			return claim.Errorf(claim.Unavailable, "looking for the last entry of payer %d's batches: %w", payer, err)
		}
		for _, head := range signed {
			if head.Payer == payer {
				covered = max(covered, head.Seq)
			}
		}
		if covered < decided {
			a.find("payer %d: a complete batch has entry %d, and the checkpoint file ends with %d", payer, decided, covered)
		}
	}
	return nil
}

// checkEntries replays the entries that are new since the last check, notes how they leave their claims, and holds the tables
// against them as `replay --all` does: what a claim's row, case and review say beyond what is compared here.
func (a *audit) checkEntries(ctx context.Context, l *look, payer claim.PayerID) error {
	own := a.payers[payer]
	all := own.head.Seq == 0 // totals are compared with every entry or not at all
	err := ledger.EachEntry(ctx, l.tx, payer, ledger.Decisions, own.head.Seq+1, true, func(record ledger.Record) error {
		replayed, err := l.Desk.Replay(ctx, record)
		if err != nil {
			return err
		}
		e := replayed.Entry
		if replayed.Verdict != adjudicate.Equal {
			a.find("payer %d: entry %d of claim %s replays %s: %s", payer, e.Seq, e.Claim, replayed.Verdict, replayed.Reason)
			return nil
		}
		a.follow(own, e, replayed)
		a.checkSeen(own, replayed)
		own.head.Seq = e.Seq
		return l.tables[payer].Add(ctx, replayed)
	})
	if err != nil {
		return err
	}
	found := l.tables[payer].SoFar()
	if all {
		found, err = l.tables[payer].Finish(ctx)
	}
	for _, m := range found.Mismatches {
		a.find("payer %d: %s", payer, m)
	}
	return err
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

func (a *audit) checkFingerprints(ctx context.Context, l *look, payer claim.PayerID) error {
	differences, err := ledger.CheckFingerprints(ctx, l.tx, payer)
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
