package workflows_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/reference"
)

// longAgo is before every claim of the simulated world.
var longAgo = reference.Validity{Spans: []reference.Span{{From: 20010101, Through: 20011231}}}

// tableOfOtherDates is a table of a kind that speaks for a year long past.
func tableOfOtherDates(t *testing.T, kind claim.FactKind) reference.Table {
	t.Helper()
	from, through := longAgo.Spans[0].From, longAgo.Spans[0].Through
	settings := []reference.Setting{reference.Practitioner, reference.Outpatient}
	var table reference.Table
	var err error
	switch kind {
	case claim.KindExclusions:
		table, err = reference.BuildExclusions(nil, longAgo)
	case claim.KindBenefits:
		table, err = reference.BuildBenefits(nil, longAgo)
	case claim.KindFees:
		table, err = reference.BuildFees(nil, longAgo)
	case claim.KindDiagnoses:
		table, err = reference.BuildDiagnoses(nil, longAgo)
	case claim.KindProcedures:
		table, err = reference.BuildProcedures(nil, longAgo)
	case claim.KindPTP:
		rows := map[reference.Setting][]claim.PTPRow{}
		for _, s := range settings {
			rows[s] = []claim.PTPRow{{ColumnOne: "A1000", ColumnTwo: "A2000", From: from, Through: through}}
		}
		table, err = reference.BuildPTP(rows, longAgo)
	case claim.KindMUE:
		rows := map[reference.Setting][]claim.MUERow{}
		for _, s := range append(settings, reference.Supplier) {
			rows[s] = []claim.MUERow{{Procedure: "A1000", Limit: claim.One, Indicator: 2, From: from, Through: through}}
		}
		table, err = reference.BuildMUE(rows, longAgo)
	default:
		t.Fatalf("no table of %s", kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// bindTable puts a table in force for payer 1 in the place of the one of its kind; none for nil.
func (x *office) bindTable(kind claim.FactKind, table reference.Table) {
	x.t.Helper()
	x.write(func(tx pgx.Tx) error {
		if _, err := tx.Exec(x.t.Context(), `delete from payer_reference where payer_id = 1 and kind = $1`, string(kind)); err != nil || table == nil {
			return err
		}
		content := table.Pack()
		if err := postgres.StoreArtifact(x.t.Context(), tx, string(kind), postgres.DigestOf(content), content); err != nil {
			return err
		}
		return postgres.Bind(x.t.Context(), tx, 1, postgres.Binding{
			Kind: string(kind), Digest: postgres.DigestOf(content), From: reference.StartOfTime, Through: claim.EndOfTime,
		})
	})
}

// eachType returns a professional and an institutional claim that pay.
func (x *office) eachType() []claim.Claim {
	x.t.Helper()
	var list []claim.Claim
	for _, want := range []claim.Type{claim.Professional, claim.Institutional} {
		for {
			sim, ok := x.next()
			if !ok {
				x.t.Fatal("the world has no more claims")
			}
			if sim.Claim.Type == want {
				list = append(list, sim.Claim)
				break
			}
		}
	}
	return list
}

// Promise 6, of reference tables: one that is not loaded, or speaks for other dates, pays no claim of either type, and
// every claim names it. Loaded again, the next ones pay.
func TestNothingPaysWithoutATable(t *testing.T) {
	x := newOffice(t, terms{})
	set, err := x.world.Set(x.world.Payer(1))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	x.desk.Now = func() time.Time { return now }
	for _, kind := range reference.Kinds() {
		for code, table := range map[string]reference.Table{"notLoaded": nil, "notCovered": tableOfOtherDates(t, kind)} {
			now = now.Add(time.Minute) // books are opened anew
			x.bindTable(kind, table)
			for _, s := range x.run(x.eachType()...) {
				pricing := x.opened(s.ClaimID)[0].Evidence.Facts.Plan.Pricing
				if spared := kind == claim.KindFees && pricing == claim.PercentOfCharges; spared {
					continue // needs no prices, and says so
				}
				if reason := fmt.Sprintf("%s:%s", code, kind); s.Outcome != claim.Pend || !slices.Contains(s.PendReasons, reason) {
					t.Errorf("%s: %s %v %v", reason, s.Outcome, s.CARCs, s.PendReasons)
				}
			}
		}
		x.bindTable(kind, set.Table(kind))
	}
	now = now.Add(time.Minute)
	for _, s := range x.run(x.eachType()...) {
		if s.Outcome != claim.Pay {
			t.Errorf("with every table: %s %v %v", s.Outcome, s.CARCs, s.PendReasons)
		}
	}
	x.audit()
}

// Without a contract nothing is decided and nothing lost; without a model or snapshot claims are decided, unscored or
// without the provider's habits, and their evidence says so.
func TestAPayerWithoutAContractWaits(t *testing.T) {
	x := newOffice(t, terms{})
	now := time.Now()
	x.desk.Now = func() time.Time { return now }
	batch := x.stage(10, x.good())
	if _, err := x.pool.Exec(t.Context(), `update payer_reference set payer_id = 2, valid_through = 99991230 where payer_id = 1 and kind = 'contract'`); err != nil {
		t.Fatal(err)
	}
	if _, err := x.desk.Chunk(t.Context(), 1, batch, 0); claim.KindOf(err) != claim.Unavailable {
		t.Errorf("without a contract: got %v, want Unavailable", err)
	}
	if n := x.count(`select count(*) from ledger_entry`); n != 0 {
		t.Errorf("%d entries without a contract", n)
	}
	if _, err := x.pool.Exec(t.Context(), `update payer_reference set payer_id = 1 where kind = 'contract' and valid_through = 99991230`); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Minute)
	x.finish(x.desk, 1, batch)
	status := x.statuses(1, batch)[0]
	evidence := x.opened(status.ClaimID)[0].Evidence
	if status.Outcome != claim.Pay || evidence.Versions.Model != (claim.Digest{}) || evidence.Versions.Snapshot != (claim.Digest{}) || evidence.Facts.Profile != nil {
		t.Errorf("%s with versions %+v", status.Outcome, evidence.Versions)
	}
	x.audit()
}

// A clock that goes back neither loses nor decides anything by itself, and what is put in force meanwhile is noticed. A
// claim from the future does not pay.
func TestTimeGoesBackAndClaimsComeFromTheFuture(t *testing.T) {
	x := newOffice(t, terms{})
	now := time.Now()
	x.desk.Now = func() time.Time { return now }
	if got := x.one(x.good()); got.Outcome != claim.Pay {
		t.Fatalf("%+v", got)
	}
	now = now.Add(-400 * 24 * time.Hour)
	batch := x.stage(10, x.good())
	if _, err := x.desk.Chunk(t.Context(), 1, batch, 0); claim.KindOf(err) != claim.Unavailable {
		t.Errorf("a year before its contract was known: got %v, want Unavailable", err)
	}
	if _, err := x.pool.Exec(t.Context(), `update payer_reference set known_from = '2020-01-01'`); err != nil {
		t.Fatal(err)
	}
	x.finish(x.desk, 1, batch)
	if got := x.statuses(1, batch)[0]; got.Outcome != claim.Pay {
		t.Errorf("a year back: %s %v %v", got.Outcome, got.CARCs, got.PendReasons)
	}
	future := x.good()
	future.From, future.Through = future.From.AddDays(3650), future.Through.AddDays(3650)
	for i := range future.Lines {
		future.Lines[i].From, future.Lines[i].Through = future.From, future.Through
	}
	if got := x.one(future); got.Outcome == claim.Pay || len(got.CARCs) == 0 {
		t.Errorf("served ten years from now: %s %v", got.Outcome, got.CARCs)
	}
	x.audit()
}
