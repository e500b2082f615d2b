package workflows_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
	"github.com/assize/assize/scoring"
	"github.com/assize/assize/workflows"
)

// outside lists what may change in the two databases and no verification of what was decided says so, with the reason.
// Of a column that is not listed every change is found.
var outside = reasons(map[string][]string{
	"the payer's own register: what was received and decided keeps its own dates":        {"payer.code", "payer.name", "payer.time_zone"},
	"the next number to give out: one given twice is refused by claim_control_number_uq": {"payer.next_control"},
	"what the payer says of its members, plans and providers today; the evidence keeps what a decision used": {
		"member.*", "coverage.*", "provider.*", "plan.*", "prior_authorization.*", // used_thousandths: see TestTamperingByHandIsFound
	},
	"what is in force from now on; every entry names what it was decided under": {"payer_reference.*"},
	"not read: an artifact is its digest":                                       {"artifact.kind", "artifact.added_at"},
	"a counter that only has to differ":                                         {"family_state.*", "erasure.*"},
	"work that is not decided, and its plan: a batch whose counts do not agree is never complete": {
		"staged_claim.*", "chunk.*", "chunk_done.ord", "batch.state",
	},
	"statistics of the work": {"chunk_done.redecided", "batch.created_at", "batch.completed_at"},
	"a document sent again is known by it; unknown, its claims are copies of claims that stand": {"document.sha256"},
	"what the sender was told of what was refused, which is no claim":                           {"document.format", "document.received_at", "document.refused", "document.report"},
	"when, not whether: the entry has its own time":                                             {"pend_case.opened_at", "pend_case.closed_at", "clock.stopped_at"},
	"who looks at a case now":                                  {"pend_case.assignee", "clock.escalated_at"},
	"the name under which a review was handed to its workflow": {"review_action.action_id"},
	"compared with the migrations at every start":              {"schema_migration.*"},
	"when a key was made":                                      {"data_key.created_at", "period_key.created_at"},
})

// reasons gives each column its reason.
func reasons(columns map[string][]string) map[string]string {
	by := map[string]string{}
	for reason, list := range columns {
		for _, name := range list {
			by[name] = reason
		}
	}
	return by
}

// isOutside gives the reason why a change of a column may go unseen; "" is none.
func isOutside(c column) string {
	if reason, ok := outside[c.String()]; ok {
		return reason
	}
	return outside[c.table+".*"]
}

// exhibit is an installation in which everything stands that tampering could be about.
type exhibit struct {
	*office
	keys    *pgxpool.Pool
	anew    func() *ledger.Keys
	heads   []ledger.Head // kept elsewhere
	now     time.Time
	columns []column
}

// newExhibit has claims that paid, were denied, wait, were released and denied by a person; of an unknown patient; of
// another payer; and some that are still staged.
func newExhibit(t *testing.T) *exhibit {
	t.Helper()
	model, err := scoring.EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	x := &exhibit{office: newOffice(t, terms{model: model}), now: time.Now()}
	x.keys, x.anew = keyRoom(t, x.pool)
	x.desk.Keys = x.anew()
	claims := x.goods(7)
	claims = append(claims, claims[0], x.authorized())
	for _, i := range []int{1, 2, 3} {
		claims[i] = secondary(claims[i])
	}
	claims[4].Subscriber.MemberID, claims[4].Patient.MemberID = "NOBODY1", "NOBODY1"
	batch := x.submit(claims)
	x.finish(x.desk, 1, batch)
	list := x.statuses(1, batch)
	for i, action := range map[int]claim.HumanAction{1: release(coordination), 2: denial()} {
		if _, err := x.review(list[i].ClaimID, action); err != nil {
			t.Fatal(err)
		}
	}
	x.elsewhere()
	x.submit(x.goods(1))
	for payer := range claim.PayerID(2) {
		head, err := ledger.ReadHead(t.Context(), x.pool, payer+1, ledger.Decisions)
		if err != nil || head.Seq == 0 {
			t.Fatalf("head %v, %v", head, err)
		}
		x.heads = append(x.heads, head)
	}
	x.columns = append(everyColumn(t, x.pool), everyColumn(t, x.keys)...)
	if by, what := x.finding(nil); by != "" {
		t.Fatalf("before anything is changed: %s finds %s", by, what)
	}
	unguard(t, x.pool)
	unguard(t, x.keys)
	return x
}

// authorized is a claim that uses up a prior authorisation.
func (x *exhibit) authorized() claim.Claim {
	x.t.Helper()
	for {
		sim, ok := x.next()
		if !ok {
			x.t.Fatal("no claim of the world has an authorisation")
		}
		if sim.Claim.Type == claim.Professional && sim.Claim.PriorAuthorization != "" {
			return sim.Claim
		}
	}
}

// elsewhere adjudicates claims of payer 2.
func (x *exhibit) elsewhere() {
	x.t.Helper()
	var claims []claim.Claim
	for sim := range x.world.Claims(2) {
		if claims = append(claims, sim.Claim); len(claims) == 3 {
			break
		}
	}
	batch := x.stageFor(2, 10, claims...)
	x.finish(x.desk, 2, batch)
}

// finding verifies everything, as `ledger verify` and `replay --all` do, and says who found what first; "" is nobody. Keys and
// artifacts are read anew when their tables may have been changed.
func (x *exhibit) finding(changed *column) (by, what string) {
	x.t.Helper()
	desk := *x.desk
	if changed != nil && changed.pool == x.keys {
		desk.Keys = x.anew()
	}
	payers, err := postgres.Payers(x.t.Context(), x.pool)
	if err != nil {
		return "verifier", err.Error()
	}
	for _, head := range x.heads {
		if !slices.ContainsFunc(payers, func(p postgres.Payer) bool { return p.ID == head.Payer }) {
			return "verifier", fmt.Sprint("no payer ", head.Payer)
		}
		report, err := ledger.VerifyStore(x.t.Context(), x.pool, head.Payer, ledger.Decisions, true, x.heads...)
		if err == nil {
			err = report.Err()
		}
		if err != nil {
			return "verifier", err.Error()
		}
	}
	if changed != nil && changed.table == "artifact" {
		desk.Shelf = workflows.NewShelf()
	}
	x.now = x.now.Add(time.Minute) // books that are open are opened anew
	if changed != nil {
		for _, head := range x.heads {
			if _, err := desk.Shelf.Open(x.t.Context(), x.pool, head.Payer, x.now); err != nil {
				return "loading", err.Error()
			}
		}
	}
	for _, head := range x.heads {
		if by, what := x.differing(&desk, head.Payer); by != "" {
			return by, what
		}
	}
	return "", ""
}

// differing replays every entry of a payer and holds the tables against them.
func (x *exhibit) differing(desk *workflows.Desk, payer claim.PayerID) (by, what string) {
	x.t.Helper()
	ctx := x.t.Context()
	audit, err := desk.NewAudit(ctx, payer)
	if err != nil {
		return "audit", err.Error()
	}
	err = ledger.EachEntry(ctx, x.pool, payer, ledger.Decisions, 1, true, func(r ledger.Record) error {
		replayed, err := desk.Replay(ctx, r)
		if err != nil {
			return err
		}
		if replayed.Verdict != adjudicate.Equal && what == "" {
			by, what = "replay", fmt.Sprint(replayed.Verdict, " ", replayed.Reason)
		}
		return audit.Add(ctx, replayed)
	})
	if err != nil {
		return "replay", err.Error()
	}
	if by != "" {
		return by, what
	}
	found, err := audit.Finish(ctx)
	switch {
	case err != nil:
		return "audit", err.Error()
	case found.Total > 0:
		return "audit", found.Mismatches[0].String()
	}
	return "", ""
}

// tally counts what became of the changes of one column.
type tally map[string]int

// TestEveryChangeOfARowIsFoundOrSaidToBeOutside changes a random byte of a random column of a random row, as who owns the
// database can, again and again. -tampered 10000 tries more, -v shows the tally of each column.
func TestEveryChangeOfARowIsFoundOrSaidToBeOutside(t *testing.T) {
	x := newExhibit(t)
	random := rand.New(rand.NewPCG(99, *tamperSeed))
	tables := map[string][]column{}
	for _, c := range x.columns {
		tables[c.table] = append(tables[c.table], c)
	}
	names := slices.Sorted(maps.Keys(tables))
	tallies := map[string]tally{}
	for tried := 0; tried < *tampered; {
		columns := tables[names[random.IntN(len(names))]]
		c := columns[random.IntN(len(columns))]
		became := x.tamper(c, random)
		if tallies[c.String()] == nil {
			tallies[c.String()] = tally{}
		}
		tallies[c.String()][became]++
		if became != "nothing to change" && became != "not storable" && became != "the same value" {
			tried++
		}
		if became == "unseen" && isOutside(c) == "" {
			t.Errorf("a change of %s is not found", c)
		}
	}
	for _, c := range x.columns {
		t.Logf("%-42s %v %s", c, tallies[c.String()], isOutside(c))
	}
	for name := range outside {
		if !slices.ContainsFunc(x.columns, func(c column) bool { return c.String() == name || c.table+".*" == name }) {
			t.Errorf("%s is said to be outside, and is no column", name)
		}
	}
	if by, what := x.finding(nil); by != "" {
		t.Errorf("after everything was put back %s finds %s", by, what)
	}
}

// tamper changes one column of one row, looks who finds it, and puts it back.
func (x *exhibit) tamper(c column, random *rand.Rand) (became string) {
	x.t.Helper()
	ctx := x.t.Context()
	row, ctid, err := readRow(ctx, c, random.IntN(1<<30))
	if err != nil {
		x.t.Fatal(err)
	}
	if row == nil {
		return "nothing to change"
	}
	spoilt := c.spoilt(row.fields()[c.place], random)
	if spoilt == nil {
		return "nothing to change"
	}
	lies, err := replaceRow(ctx, c, ctid, row.with(c.place, spoilt))
	if err != nil {
		return "not storable"
	}
	stored, err := imageAt(ctx, c, lies)
	if err != nil {
		x.t.Fatal(err)
	}
	became = "the same value"
	if !slices.Equal(stored, row) {
		by, what := x.finding(&c)
		became = "found by " + by
		if by == "" {
			became = "unseen"
		} else if strings.TrimSpace(what) == "" {
			x.t.Errorf("%s found that %s was changed and says nothing", by, c)
		}
	}
	if _, err := replaceRow(ctx, c, lies, row); err != nil {
		x.t.Fatal(err)
	}
	return became
}
