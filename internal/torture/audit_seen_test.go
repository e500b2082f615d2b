package torture

import (
	"context"
	"strings"
	"testing"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/postgres/pgtest"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/workflows"
)

// Evidence that was stale replays as well as any: only these comparisons show it, so each is seen to find what it is for.
func TestADecisionThatSawWhatNobodyLeftIsFound(t *testing.T) {
	const day, year = claim.Date(20250301), 2025
	member := &claim.Member{ID: claim.ID{1}, Family: claim.ID{2}}
	deductible := claim.Accumulator{Kind: claim.DeductibleUsed, Member: member.ID, Year: year}
	entry := func(seq int64) workflows.Replayed {
		return workflows.Replayed{
			Entry: &ledger.Entry{Payer: 1, Seq: seq, Claim: claim.ID{9, byte(seq)}},
			Evidence: &claim.Evidence{
				Claim: claim.Claim{Frequency: claim.Original, From: day, Through: day, Lines: []claim.Line{{Number: 1, From: day, Through: day}}},
				Facts: claim.Facts{Member: member},
			},
			Replayed: adjudicate.Replayed{Decision: &claim.Decision{Outcome: claim.Pay, Lines: []claim.LineDecision{{Number: 1, Outcome: claim.Pay}}}},
		}
	}
	for name, tc := range map[string]struct {
		change func(*claim.Evidence)
		found  string // "": nothing
	}{
		"what was left":             {func(*claim.Evidence) {}, ""},
		"another total":             {func(ev *claim.Evidence) { ev.Facts.Accumulators[0].Amount-- }, "saw 99 of deductible"},
		"no total":                  {func(ev *claim.Evidence) { ev.Facts.Accumulators = nil }, "saw 0 totals"},
		"units before they were":    {func(ev *claim.Evidence) { ev.Facts.Authorizations[0].Used = 500 }, "saw 500 thousandths"},
		"a paid line as waiting":    {func(ev *claim.Evidence) { ev.Facts.History[0].Pended = true }, "saw line 1"},
		"a line of a claim unknown": {func(ev *claim.Evidence) { ev.Facts.History[0].Claim = claim.ID{8} }, "saw line 1"},
		"no line":                   {func(ev *claim.Evidence) { ev.Facts.History = nil }, "saw 0 lines of its days"},
		"the claim it names, otherwise": {func(ev *claim.Evidence) {
			ev.Facts.Predecessor = &claim.Predecessor{Claim: claim.ID{9, 1}, SameMember: true, Outcome: claim.Deny}
		}, "saw the claim it names as deny"},
		"the claim it names, as replaced": {func(ev *claim.Evidence) {
			ev.Facts.Predecessor = &claim.Predecessor{Claim: claim.ID{9, 1}, SameMember: true, Outcome: claim.Pay, Superseded: true}
		}, "saw the claim it names as replaced (true)"},
		"a replacement that pays beside": {func(ev *claim.Evidence) {
			ev.Claim.Frequency = claim.Replacement
			ev.Facts.Predecessor = &claim.Predecessor{Claim: claim.ID{9, 1}, SameMember: true, Outcome: claim.Pay}
			ev.Facts.History = nil // it sees what it replaces no more
		}, "beside the one that it takes back"},
	} {
		t.Run(name, func(t *testing.T) {
			a, own := newAudit(nil), newPayerAudit(1)
			authorized := postgres.Authorized{Member: member.ID, Number: "A1"}
			own.authorizations = map[postgres.Authorized]claim.Quantity{authorized: 500}
			first, second := entry(1), entry(2)
			first.Evidence.Facts.Authorizations = []claim.Authorization{{Number: "A1", Used: 500}}
			first.Decision.Accruals = []claim.Accrual{
				{Kind: claim.DeductibleUsed, Member: member.ID, Year: year, Amount: 100}, {Authorization: "A1", Amount: 2000},
			}
			deductible.Amount = 100
			second.Evidence.Facts.Accumulators = []claim.Accumulator{deductible}
			second.Evidence.Facts.Authorizations = []claim.Authorization{{Number: "A1", Used: 2500}}
			second.Evidence.Facts.History = []claim.HistoryLine{{Claim: first.Entry.Claim, Line: 1, From: day, Through: day}}
			tc.change(second.Evidence)
			for _, r := range []workflows.Replayed{first, second} {
				own.standing[r.Entry.Claim] = standing{r.Entry.ID, r.Decision}
				a.checkSeen(own, r)
			}
			if found := strings.Join(a.findings, "; "); (found == "") != (tc.found == "") || !strings.Contains(found, tc.found) {
				t.Errorf("found %q, want %q", found, tc.found)
			}
		})
	}
}

func TestAMigrationHalfDoneAndAServerThatForgetsAreFound(t *testing.T) {
	pool := pgtest.New(t)
	for name, tc := range map[string]struct {
		change string
		check  func(*audit, context.Context, *look) error
		found  string
	}{
		"a migration without its index": {`alter table claim add column torture_1 bigint; insert into schema_migration (set_name, number, file, sha256) values ('torture', 1, 'x', sha256(''))`,
			(*audit).checkUpgrades, "1 migrations that are half done"},
		"commits that are not waited for": {`set local synchronous_commit = off`, (*audit).checkDurable, "synchronous_commit is off"},
	} {
		t.Run(name, func(t *testing.T) {
			tx, err := pool.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback(t.Context()) }()
			if _, err := tx.Exec(t.Context(), tc.change); err != nil {
				t.Fatal(err)
			}
			a := newAudit(nil)
			if err := tc.check(a, t.Context(), &look{tx: tx}); err != nil {
				t.Fatal(err)
			}
			if found := strings.Join(a.findings, "; "); !strings.Contains(found, tc.found) {
				t.Errorf("found %q, want %q", found, tc.found)
			}
		})
	}
}
