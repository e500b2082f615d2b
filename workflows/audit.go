package workflows

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/facts"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

// Mismatch is something in the tables that is not as the ledger leaves it. What names columns and never their values.
type Mismatch struct {
	Claim claim.ID `json:"claim"` // Nil when it is about no one claim
	What  string   `json:"what"`
}

// String shows the claim first.
func (m Mismatch) String() string {
	if m.Claim == (claim.ID{}) {
		return m.What
	}
	return fmt.Sprintf("claim %s: %s", m.Claim, m.What)
}

// mismatchesMax bounds the mismatches that are listed; all are counted.
const mismatchesMax = 100

// Audit holds what the tables say of a payer's claims now against what the entries leave them as. The verifier sees that no
// entry was changed, and a replay that each is what its evidence gives; who changes a claim's row, its case, a review or an
// accumulator changes no entry, and is seen here. Entries are added in any order and by many goroutines at once.
type Audit struct {
	desk  *Desk
	keys  *ledger.Keys
	payer claim.PayerID
	from  ledger.Head // when the audit began

	mu         sync.Mutex
	mismatches []Mismatch
	total      int
	accounts   map[postgres.Account]int64
	used       map[postgres.Authorized]usage
	reviews    map[claim.ID]Replayed // by entry
	erased     erasedRecords
}

// erasedRecords is what entries that cannot be read any more leave unknown, and of nobody else: what their families and
// beneficiaries used, and what the reviews behind them say.
type erasedRecords struct {
	families      map[claim.ID]bool
	beneficiaries map[claim.ID]bool
	reviewed      map[claim.ID]claim.ID // claims, by the entries that followed a review
}

func (r *erasedRecords) add(e *ledger.Entry, row *postgres.ClaimRow) {
	r.families[row.Family] = true
	r.beneficiaries[row.Beneficiary] = true
	if e.Predecessor != (claim.ID{}) {
		r.reviewed[e.ID] = e.Claim
	}
}

// usage is what entries say of an authorisation: what was used before the first of them, and by all.
type usage struct {
	first  int64 // entry
	before claim.Quantity
	added  claim.Quantity
}

// NewAudit begins an audit of a payer.
func (d *Desk) NewAudit(ctx context.Context, payer claim.PayerID) (*Audit, error) {
	head, err := ledger.ReadHead(ctx, d.Pool, payer, ledger.Decisions)
	if err != nil {
		return nil, err
	}
	return &Audit{
		desk: d, keys: d.Keys.ForReading(), payer: payer, from: head, accounts: map[postgres.Account]int64{}, used: map[postgres.Authorized]usage{},
		reviews: map[claim.ID]Replayed{},
		erased:  erasedRecords{families: map[claim.ID]bool{}, beneficiaries: map[claim.ID]bool{}, reviewed: map[claim.ID]claim.ID{}},
	}, nil
}

func (a *Audit) find(id claim.ID, format string, args ...any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.total++
	if len(a.mismatches) < mismatchesMax {
		a.mismatches = append(a.mismatches, Mismatch{id, fmt.Sprintf(format, args...)})
	}
}

// Add holds the rows of a claim against one of its entries. An entry whose replay is not equal is the replay's finding.
func (a *Audit) Add(ctx context.Context, r Replayed) error {
	if r.Verdict != adjudicate.Equal && r.Verdict != Erased {
		return nil
	}
	row, standing, err := a.read(ctx, r.Entry.Claim)
	if err != nil {
		return err
	}
	if row == nil {
		a.find(r.Entry.Claim, "entry %d is about it and it has no row", r.Entry.Seq)
		return nil
	}
	if r.Verdict == Erased {
		a.mu.Lock()
		a.erased.add(r.Entry, row)
		a.mu.Unlock()
		return nil
	}
	subject, err := a.subject(ctx, r.Evidence)
	if err == nil {
		err = a.checkHolds(ctx, subject, r)
	}
	if claim.KindOf(err) == claim.NotFound || errors.Is(err, ledger.ErrWrapped) || errors.Is(err, ledger.ErrLost) {
		a.find(r.Entry.Claim, "%v", err)
		return nil
	}
	if err != nil {
		return err
	}
	a.follow(subject, r)
	if row.EntryID != r.Entry.ID {
		return nil // it stands under another entry: see Finish
	}
	if err := a.checkRow(subject, r, row); err != nil {
		return err
	}
	return a.checkCase(ctx, r, standing)
}

// read reads a claim's row and its case as they stood at one moment: a review may be changing both. Either is nil when it
// is not there.
func (a *Audit) read(ctx context.Context, id claim.ID) (row *postgres.ClaimRow, standing *postgres.StandingCase, err error) {
	err = postgres.AtOneMoment(ctx, a.desk.Pool, func(tx pgx.Tx) error {
		r, err := postgres.ClaimRowOf(ctx, tx, a.payer, id)
		if err != nil {
			return err
		}
		row = &r
		c, err := postgres.StandingCaseOf(ctx, tx, a.payer, id)
		if err == nil {
			standing = &c
		}
		return err
	})
	if claim.KindOf(err) == claim.NotFound {
		err = nil
	}
	return row, standing, err
}

// subject is the subject of a claim as its evidence has it.
func (a *Audit) subject(ctx context.Context, ev *claim.Evidence) (*facts.Subject, error) {
	hasher, err := a.keys.ForPatients(ctx, a.payer) // of every payer: it names providers too
	if err != nil {
		return nil, err
	}
	s := subjectOf(hasher, ev.ClaimID, &ev.Claim, ev.Facts.Received, ev.Facts.Member)
	return &s, nil
}

// checkHolds computes the claim's fingerprints again: an entry holds none that its evidence does not give. Were a period's key
// lost and made anew, no copy of what was paid before would be known for one.
func (a *Audit) checkHolds(ctx context.Context, s *facts.Subject, r Replayed) error {
	keys, err := a.keys.ForPeriods(ctx, a.payer, ledger.Periods(s.Claim))
	if err != nil {
		return err
	}
	prints, err := keys.Fingerprints(s.Claim, s.Beneficiary())
	if err != nil {
		return err
	}
	for _, held := range r.Entry.Added {
		given := func(p ledger.LineFingerprint) bool {
			return p.Line == held.Line && (p.Expired || p.Value == held.Value)
		}
		if !slices.ContainsFunc(prints, given) {
			a.find(s.ID, "entry %d holds a fingerprint of line %d that its evidence does not give", r.Entry.Seq, held.Line)
		}
	}
	return nil
}

// follow adds up what an entry's decision uses, and keeps a review for Finish.
func (a *Audit) follow(s *facts.Subject, r Replayed) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range r.Decision.Accruals {
		accrual := &r.Decision.Accruals[i]
		if accrual.Authorization == "" {
			a.accounts[postgres.Account{Family: s.Family, Member: accrual.Member, Year: accrual.Year, Kind: accrual.Kind, Group: accrual.Group}] += accrual.Amount
			continue
		}
		at := postgres.Authorized{Member: s.Beneficiary(), Number: accrual.Authorization}
		u, known := a.used[at]
		if !known || r.Entry.Seq < u.first {
			u.first = r.Entry.Seq
			for _, authorization := range r.Evidence.Facts.Authorizations {
				if authorization.Number == at.Number {
					u.before = authorization.Used
				}
			}
		}
		u.added += claim.Quantity(accrual.Amount)
		a.used[at] = u
	}
	if r.Evidence.Review != nil {
		a.reviews[r.Entry.ID] = r
	}
}

// checkRow compares the claim's row with the one that recording the entry writes. Its batch is that of its document: see Finish.
func (a *Audit) checkRow(s *facts.Subject, r Replayed, got *postgres.ClaimRow) error {
	var history []byte
	if lines := facts.HistoryOf(s, r.Decision); len(lines) > 0 {
		var w claim.Writer
		claim.History(lines).Encode(&w)
		if err := w.Err(); err != nil {
			return fmt.Errorf("writing the history lines of claim %s: %w", s.ID, err)
		}
		history = w.Bytes()
	}
	want := rowOf(s, r.Decision, r.Entry.ID, history)
	origin := r.Evidence.Origin
	var differ []string
	for _, column := range []struct {
		name string
		same bool
	}{
		{"control_number", origin.ControlNumber == got.ControlNumber},
		{"document_id", origin.Document == got.Document},
		{"position", origin.Position == got.Position},
		{"patient_control_number", want.PatientControlNumber == got.PatientControlNumber},
		{"beneficiary", want.Beneficiary == got.Beneficiary},
		{"family_id", want.Family == got.Family},
		{"billing_npi", want.BillingNPI == got.BillingNPI},
		{"received", want.Received == got.Received},
		{"service_from", want.From == got.From},
		{"service_through", want.Through == got.Through},
		{"outcome", want.Outcome == got.Outcome},
		{"charge_cents", want.Charge == got.Charge},
		{"paid_cents", want.Paid == got.Paid},
		{"patient_owes_cents", want.PatientOwes == got.PatientOwes},
		{"carcs", slices.Equal(want.CARCs, got.CARCs)},
		{"flagged", want.Flagged == got.Flagged},
		{"history", bytes.Equal(want.History, got.History)},
	} {
		if !column.same {
			differ = append(differ, column.name)
		}
	}
	if len(differ) > 0 {
		a.find(s.ID, "its row differs from entry %d in %s", r.Entry.Seq, strings.Join(differ, ", "))
	}
	return nil
}

// checkCase compares the case of a claim that waits, or waited once, and its clock.
func (a *Audit) checkCase(ctx context.Context, r Replayed, got *postgres.StandingCase) error {
	waits := r.Decision.Outcome == claim.Pend
	switch {
	case got == nil:
		if waits || r.Entry.Predecessor != (claim.ID{}) {
			a.find(r.Entry.Claim, "it waits, or waited, and has no case with a clock")
		}
		return nil
	case !waits && r.Entry.Predecessor == (claim.ID{}):
		a.find(r.Entry.Claim, "it never waited and has a case")
	case got.Closed == waits || got.Stopped == waits:
		a.find(r.Entry.Claim, "its case or its clock is open and it does not wait, or the other way round")
	case got.Ground != promptPayGround || got.Due != promptPayDue(r.Evidence.Facts.Received):
		a.find(r.Entry.Claim, "its clock is not that of its date of receipt")
	}
	pended := r.Decision
	if !waits {
		var err error
		if pended, err = a.predecessor(ctx, r.Entry); err != nil {
			return err
		}
	}
	if pended != nil && !slices.Equal(got.Reasons, reasonsOf(pended)) {
		a.find(r.Entry.Claim, "its case gives other reasons than the entry it waits, or waited, under")
	}
	return nil
}

// predecessor is the decision that an entry follows; nil when it cannot be read, which its own replay says.
func (a *Audit) predecessor(ctx context.Context, e *ledger.Entry) (*claim.Decision, error) {
	list, err := ledger.EntriesOf(ctx, a.desk.Pool, a.payer, e.Claim)
	if err != nil {
		return nil, err
	}
	for _, stored := range list {
		if stored.Entry.ID != e.Predecessor {
			continue
		}
		opened, err := a.desk.unseal(ctx, stored)
		if errors.Is(err, ledger.ErrErased) || errors.Is(err, ledger.ErrUnknownKey) {
			return nil, nil //nolint:nilnil // see above
		}
		if err != nil {
			return nil, err
		}
		return adjudicate.DecodeDecision(opened.Decision)
	}
	return nil, claim.Errorf(claim.Conflict, "entry %s follows %s, which is no entry of claim %s", e.ID, e.Predecessor, e.Claim)
}
