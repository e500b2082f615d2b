package workflows_test

import (
	"cmp"
	"slices"

	godiff "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
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
	differences, err := ledger.CheckFingerprints(ctx, x.pool, payer)
	if err != nil || len(differences) > 0 {
		x.t.Errorf("payer %d: fingerprints are not where the entries put them: %+v, %v", payer, differences, err)
	}
	last := map[claim.ID]standing{}
	err = ledger.EachEntry(ctx, x.pool, payer, ledger.Decisions, 1, true, func(r ledger.Record) error {
		replayed, err := x.desk.Replay(ctx, r)
		if err != nil {
			return err
		}
		x.auditEntry(replayed, last)
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
	x.auditRows(payer, last)
	x.auditTotals(payer, last)
}

// standing is the last entry of a claim.
type standing struct {
	entry    claim.ID
	decision *claim.Decision // nil: erased
	evidence *claim.Evidence
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
		opened, err := x.desk.Open(x.t.Context(), r.Entry.Payer, r.Entry.Claim)
		if err != nil {
			x.t.Fatal(err)
		}
		for i := range opened {
			if opened[i].Entry.ID == r.Entry.ID {
				now.evidence = opened[i].Evidence
			}
		}
		if faulted := len(r.Decision.Pends) > 0 && r.Decision.Pends[0].Code == adjudicate.FaultPend; !faulted {
			if err := adjudicate.Balance(&now.evidence.Claim, r.Decision); err != nil {
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

// auditRows checks that the claims' rows are what the entries say, no claim more and none less.
func (x *office) auditRows(payer claim.PayerID, last map[claim.ID]standing) {
	x.t.Helper()
	rows, err := x.pool.Query(x.t.Context(), `
		select claim_id, entry_id, outcome::text, charge_cents, paid_cents, patient_owes_cents from claim where payer_id = $1`, payer)
	if err != nil {
		x.t.Fatal(err)
	}
	type row struct {
		Claim, Entry          uuid.UUID
		Outcome               claim.Outcome
		Charge, Paid, Patient claim.Cents
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[row])
	if err != nil {
		x.t.Fatal(err)
	}
	if len(list) != len(last) {
		x.t.Errorf("payer %d: %d claims have rows, %d have entries", payer, len(list), len(last))
	}
	for _, got := range list {
		s, ok := last[got.Claim]
		if !ok || s.entry != got.Entry {
			x.t.Errorf("claim %s stands under entry %s, its last is %s", got.Claim, got.Entry, s.entry)
			continue
		}
		if d := s.decision; d != nil && got != (row{got.Claim, got.Entry, d.Outcome, d.Charge, d.Paid, d.PatientOwes}) {
			x.t.Errorf("claim %s: its row says %+v, its entry %s %s %s %s", got.Claim, got, d.Outcome, d.Charge, d.Paid, d.PatientOwes)
		}
	}
}

// total is one accumulator with its family.
type total struct {
	Family, Member claim.ID
	Year           int
	Kind           claim.AccumulatorKind
	Group          string
	Amount         int64
}

func compareTotals(a, b total) int {
	return cmp.Or(slices.Compare(a.Family[:], b.Family[:]), slices.Compare(a.Member[:], b.Member[:]), cmp.Compare(a.Year, b.Year),
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Group, b.Group))
}

// auditTotals adds up what the standing decisions use and compares it with the accumulators.
func (x *office) auditTotals(payer claim.PayerID, last map[claim.ID]standing) {
	x.t.Helper()
	sums := map[total]int64{}
	for _, s := range last {
		if s.decision == nil {
			return // what an erased decision used cannot be known any more
		}
		for _, a := range s.decision.Accruals {
			if a.Authorization == "" {
				sums[total{s.evidence.Facts.Member.Family, a.Member, a.Year, a.Kind, a.Group, 0}] += a.Amount
			}
		}
	}
	want := []total{} // as CollectRows makes it
	for key, amount := range sums {
		key.Amount = amount
		want = append(want, key)
	}
	rows, err := x.pool.Query(x.t.Context(), `
		select family_id, member_id, year, kind, benefit_group, amount from accumulator where payer_id = $1`, payer)
	if err != nil {
		x.t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowToStructByPos[total])
	if err != nil {
		x.t.Fatal(err)
	}
	slices.SortFunc(want, compareTotals)
	slices.SortFunc(got, compareTotals)
	if diff := godiff.Diff(want, got); diff != "" {
		x.t.Errorf("payer %d: accumulators are not the sums of what stands (-want +got):\n%s", payer, diff)
	}
}
