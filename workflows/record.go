package workflows

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

// sectionKinds gives the evidence's sections the numbers that the ledger stores them by.
var sectionKinds = map[adjudicate.SectionKind]ledger.SectionKind{
	adjudicate.PatientSection:    ledger.PatientSection,
	adjudicate.SubscriberSection: ledger.SubscriberSection,
	adjudicate.ProviderSection:   ledger.ProviderSection,
}

// record writes a decided chunk in one transaction. The order is fixed: the chunk's own row, families in key order,
// fingerprints, evidence, claims, accumulators, cases; then the head is locked, erasures are kept out, entries and new head
// are written and the transaction commits: nothing else happens while others wait for the head.
func (k *docket) record(ctx context.Context) (ChunkResult, error) {
	end := k.desk.measure("record")
	tx, err := k.desk.beginRecording(ctx)
	if err != nil {
		return ChunkResult{}, claim.Errorf(claim.Unavailable, "recording chunk %d of batch %s: %w", k.ord, k.batch, err)
	}
	defer rollback(tx)
	fresh, err := postgres.BeginChunk(ctx, tx, k.payer(), k.batch, k.ord, len(k.matters), 0)
	if err != nil {
		return ChunkResult{}, err
	}
	if !fresh {
		rollback(tx)
		return k.desk.recorded(ctx, k.payer(), k.batch, k.ord)
	}
	k.desk.reach(StageBegun)
	if err := k.settle(ctx, tx); err != nil {
		return ChunkResult{}, err
	}
	if k.redecided > 0 {
		if err := postgres.CountRedecided(ctx, tx, k.payer(), k.batch, k.ord, k.redecided); err != nil {
			return ChunkResult{}, err
		}
	}
	if err := k.write(ctx, tx); err != nil {
		return ChunkResult{}, err
	}
	if err := k.conclude(ctx, tx, "recording chunk %d of batch %s", k.ord, k.batch); err != nil {
		return ChunkResult{}, err
	}
	k.desk.reach(StageCommitted)
	end(len(k.matters))
	return ChunkResult{Claims: len(k.matters), Redecided: k.redecided}, nil
}

// settle locks the families and has the claims of those that moved on since their facts were read decided again, now
// that nobody else can move them.
func (k *docket) settle(ctx context.Context, tx pgx.Tx) error {
	_, families := people(k.matters)
	versions, err := postgres.LockFamilies(ctx, tx, k.payer(), families)
	if err != nil {
		return err
	}
	k.desk.reach(StageLocked)
	var late []*matter
	for _, m := range k.matters {
		if versions[m.subject.Family] != k.versions[m.subject.Family] {
			late = append(late, m)
		}
	}
	if len(late) == 0 {
		return nil
	}
	k.redecided = len(late)
	if err := k.decide(ctx, tx, late); err != nil {
		return err
	}
	for _, m := range late { // enrolled in between: another family's records, which nobody guards
		if _, locked := versions[m.subject.Family]; !locked {
			return claim.Errorf(claim.Conflict, "claim %s: its patient was enrolled meanwhile", m.subject.ID)
		}
	}
	return nil
}

// write holds the fingerprints and writes everything that hangs on the claims themselves.
func (k *docket) write(ctx context.Context, tx pgx.Tx) error {
	if err := k.hold(ctx, tx); err != nil {
		return err
	}
	k.desk.reach(StageHeld)
	evidence := make([]ledger.EvidenceRow, len(k.matters))
	for i, m := range k.matters {
		evidence[i] = ledger.EvidenceRow{Entry: m.entryID, Claim: m.subject.ID, Evidence: m.sealed.Evidence, Decision: m.sealed.Decision}
	}
	if err := ledger.PutEvidence(ctx, tx, k.payer(), evidence); err != nil {
		return err
	}
	k.desk.reach(StageEvidence)
	if err := k.writeClaims(ctx, tx); err != nil {
		return err
	}
	k.desk.reach(StageClaims)
	var accruals []postgres.Accrued
	for _, m := range k.matters {
		for i := range m.decision.Accruals {
			accruals = append(accruals, postgres.Accrued{Family: m.subject.Family, Beneficiary: m.subject.Beneficiary(), Accrual: m.decision.Accruals[i]})
		}
	}
	if err := postgres.Accrue(ctx, tx, k.payer(), accruals); err != nil {
		return err
	}
	k.desk.reach(StageAccrued)
	if err := k.openCases(ctx, tx); err != nil {
		return err
	}
	k.desk.reach(StageCases)
	return nil
}

// hold takes the fingerprints. With the families locked and facts read under their versions nobody can have taken one
// in between; should it happen all the same, the chunk is tried again with new facts.
func (k *docket) hold(ctx context.Context, tx pgx.Tx) error {
	var holds []ledger.Hold
	for _, m := range k.matters {
		for _, p := range m.held {
			holds = append(holds, ledger.Hold{
				Fingerprint: ledger.Fingerprint(p.Value),
				Holder:      ledger.Holder{Claim: m.subject.ID, Line: p.Line, Pended: m.decision.Outcome == claim.Pend},
			})
		}
	}
	lost, err := ledger.HoldFingerprints(ctx, tx, k.payer(), holds)
	if err != nil {
		return err
	}
	if len(lost) > 0 {
		return claim.Errorf(claim.Conflict, "recording chunk %d of batch %s: %d fingerprints were taken meanwhile", k.ord, k.batch, len(lost))
	}
	return nil
}

// writeClaims adds the claims decided for the first time and changes those a review decided.
func (k *docket) writeClaims(ctx context.Context, tx pgx.Tx) error {
	first := make([]postgres.ClaimRow, 0, len(k.matters))
	for _, m := range k.matters {
		row := k.claimRow(m)
		if m.review == nil {
			first = append(first, row)
			continue
		}
		if err := postgres.Redecide(ctx, tx, k.payer(), &row, m.follows); err != nil {
			return err
		}
	}
	// By id, which is the order of the batch: rows that are neighbours in an index are then added one after the other.
	slices.SortFunc(first, func(a, b postgres.ClaimRow) int { return bytes.Compare(a.ClaimID[:], b.ClaimID[:]) })
	return postgres.InsertClaims(ctx, tx, k.payer(), first)
}

func (k *docket) claimRow(m *matter) postgres.ClaimRow {
	row := rowOf(&m.subject, m.decision, m.entryID, m.history)
	row.ControlNumber, row.Batch, row.Document, row.Position = m.staged.ControlNumber, k.batch, m.staged.Document, m.staged.Position
	return row
}

// rowOf is how a decision leaves a claim's row, but for where the claim came from.
func rowOf(s *facts.Subject, d *claim.Decision, entry claim.ID, history []byte) postgres.ClaimRow {
	replaces, _ := s.Claim.Replaces()
	return postgres.ClaimRow{
		ClaimID: s.ID, PatientControlNumber: s.Claim.PatientControlNumber, Beneficiary: s.Beneficiary(), Family: s.Family,
		Received: s.Received, From: s.Claim.From, Through: s.Claim.Through, Outcome: d.Outcome, EntryID: entry,
		Charge: d.Charge, Paid: d.Paid, PatientOwes: d.PatientOwes, CARCs: carcsOf(d), Flagged: d.Score.Flagged,
		History: history, BillingNPI: s.Claim.NPIOf(claim.Billing), Replaces: replaces,
	}
}

// carcsOf lists the distinct reasons of a decision, in order of first appearance.
func carcsOf(d *claim.Decision) []string {
	list := make([]string, 0, 4)
	for i := range d.Lines {
		for _, a := range d.Lines[i].Adjustments {
			known := false
			for _, c := range list {
				known = known || c == a.CARC
			}
			if !known {
				list = append(list, a.CARC)
			}
		}
	}
	return list
}

func (k *docket) openCases(ctx context.Context, tx pgx.Tx) error {
	var cases []postgres.Case
	for _, m := range k.matters {
		if m.decision.Outcome != claim.Pend || m.review != nil {
			continue
		}
		cases = append(cases, postgres.Case{
			ClaimID: m.subject.ID, Reasons: reasonsOf(m.decision), Due: promptPayDue(m.staged.Received), Ground: promptPayGround,
		})
	}
	if len(cases) == 0 {
		return nil
	}
	return postgres.OpenCases(ctx, tx, k.payer(), cases, k.desk.Now())
}

// reasonsOf writes why a claim waits, as a case shows it: code and detail.
func reasonsOf(d *claim.Decision) []string {
	reasons := make([]string, len(d.Pends))
	for i, p := range d.Pends {
		reasons[i] = p.Code + ":" + p.Detail
	}
	return reasons
}

// promptPayGround is the rule that dates the clock of a clean claim: 30 days, counted from the day after receipt
// (Medicare Claims Processing Manual ch. 1 §80.2.1.1; 42 CFR 422.520 for plans).
const (
	promptPayGround = "Medicare Claims Processing Manual ch. 1 §80.2.1.1"
	promptPayDays   = 30
)

func promptPayDue(received claim.Date) claim.Date { return received.AddDays(promptPayDays) }

// conclude locks the payer's head, adds one entry a claim and commits. Erasures wait meanwhile: what is sealed under a key
// that another process erased is not recorded, and the chunk decided again under a new one; nor is a review of what was erased.
func (k *docket) conclude(ctx context.Context, tx pgx.Tx, doing string, args ...any) error {
	entries := make([]*ledger.Entry, len(k.matters))
	for i, m := range k.matters {
		entries[i] = k.entry(m)
	}
	head, err := ledger.LockHead(ctx, tx, k.payer(), ledger.Decisions)
	if err != nil {
		return err
	}
	k.desk.reach(StageHead)
	release, err := k.desk.Keys.Guard(ctx, k.payer(), k.erasures, k.used...)
	if err != nil {
		return fmt.Errorf(doing+": %w", append(args, err)...)
	}
	defer release()
	if _, err := ledger.Append(ctx, tx, head, claim.InstantOf(k.desk.Now()), entries); err != nil {
		return err
	}
	k.desk.reach(StageAppended)
	return commit(ctx, tx, doing, args...)
}

func (k *docket) entry(m *matter) *ledger.Entry {
	kind := ledger.Decided
	if m.decision.Outcome == claim.Pend {
		kind = ledger.Pended
	}
	e := &ledger.Entry{
		Payer: k.payer(), Kind: kind, ID: m.entryID, Claim: m.subject.ID, Predecessor: m.follows, Semantics: k.books.Versions.Semantics,
		Contract: k.books.Versions.Contract, Model: k.books.Versions.Model, Snapshot: k.books.Versions.Snapshot,
		Tables: k.books.TablesID, Evidence: m.sealed.EvidenceDigest, Decision: m.sealed.DecisionDigest, Ciphertext: m.sealed.Ciphertext,
	}
	for _, h := range m.released {
		e.Released = append(e.Released, h.Fingerprint)
	}
	for _, p := range m.held {
		e.Added = append(e.Added, ledger.HeldFingerprint{Line: p.Line, Value: ledger.Fingerprint(p.Value)})
	}
	return e
}

// beginRecording opens a transaction that writes decisions. It does not wait long for a lock: a worker has few places, and
// those of a payer whose head is held by somebody must not take them all from the others; what gave up is tried again
// from its beginning. And should this process stand still, the server ends the transaction and gives others the head; in
// the middle of a COPY it does not, and postgres.StallWatch has to.
func (d *Desk) beginRecording(ctx context.Context) (pgx.Tx, error) {
	return d.Pool.BeginTx(ctx, pgx.TxOptions{
		BeginQuery: `begin; set local lock_timeout = '2s'; set local idle_in_transaction_session_timeout = '60s'`,
	})
}

// rollback ends a transaction that was not committed. After a commit it does nothing; a connection that is gone has
// rolled back by itself, so there is no error to tell.
func rollback(tx pgx.Tx) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = tx.Rollback(ctx)
}

// commit ends a transaction. When the connection breaks at this moment nobody knows whether it committed: the chunk's
// own row tells the next attempt.
func commit(ctx context.Context, tx pgx.Tx, format string, args ...any) error {
	if err := tx.Commit(ctx); err != nil {
		kind := claim.Unavailable
		if errors.Is(err, pgx.ErrTxCommitRollback) {
			kind = claim.Conflict
		}
		return claim.Errorf(kind, format+": %w", append(args, err)...)
	}
	return nil
}
