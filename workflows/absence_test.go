package workflows_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// lookedUp are the tables that a chunk reads, those of the keys' database last. A table that it also writes is broken only
// in ways that change no row.
var lookedUp = []struct {
	table         string
	written, keys bool
}{
	{table: "payer"}, {table: "payer_reference"}, {table: "plan"}, {table: "member"}, {table: "coverage"}, {table: "provider"},
	{table: "prior_authorization"}, {table: "family_state", written: true}, {table: "accumulator", written: true},
	{table: "claim", written: true}, {table: "fingerprint_live", written: true}, {table: "staged_claim", written: true},
	{table: "chunk", written: true}, {table: "ledger_head", written: true}, {table: "data_key", written: true, keys: true},
	{table: "period_key", written: true, keys: true},
}

// paysWithout are the ways in which a look-up is broken and its claim pays all the same, each with its reason.
var paysWithout = map[string]string{
	"payer.next_control":                         "intake takes control numbers, a chunk does not",
	"plan.code":                                  "the terms say it themselves",
	"plan.valid_from":                            "the terms say it themselves",
	"plan.terms of another type":                 "text is read as JSON too",
	"payer_reference.known_from of another type": "text sorts as time does here",
	"prior_authorization empty":                  "the service needs none, as where",
	"prior_authorization.payer_id null":          "no payer has one, or",
	"prior_authorization.member_id null":         "no member",
	"period_key.erased_at":                       "a key that is erased is not there to be read",
	"data_key.created_at":                        "for people",
	"period_key.created_at":                      "for people",
}

// breaking is one way in which a look-up fails.
type breaking struct {
	what   string // the column, if any, and what is the matter
	break_ string
	mend   string
}

// breakings are the ways in which a table is broken: it is away or empty; a column is away, null or of another type.
func breakings(t *testing.T, pool *pgxpool.Pool, table string, written bool) []breaking {
	t.Helper()
	format := func(text, column, kind string) string {
		return strings.NewReplacer("TABLE", table, "COLUMN", column, "KIND", kind).Replace(text)
	}
	// Rows are changed in a copy that stands in the table's place.
	inPlace := func(what, column, kind, change string) breaking {
		return breaking{
			format(what, column, kind),
			format(`alter table TABLE rename to whole_TABLE; create table TABLE (like whole_TABLE including defaults);
				insert into TABLE select * from whole_TABLE; `+change, column, kind),
			format(`drop table TABLE; alter table whole_TABLE rename to TABLE`, column, kind),
		}
	}
	list := []breaking{{" away", format(`alter table TABLE rename to whole_TABLE`, "", ""), format(`alter table whole_TABLE rename to TABLE`, "", "")}}
	if !written {
		list = append(list, inPlace(" empty", "", "", `truncate TABLE`))
	}
	columns := columnsOf(t, pool, table)
	for _, column := range slices.Sorted(maps.Keys(columns)) {
		list = append(list, breaking{
			format(".COLUMN away", column, ""), format(`alter table TABLE rename COLUMN to was_COLUMN`, column, ""),
			format(`alter table TABLE rename was_COLUMN to COLUMN`, column, ""),
		})
		if written {
			continue
		}
		other := "text using COLUMN::text"
		if columns[column] == "text" {
			other = "bytea using convert_to(COLUMN, 'UTF8')"
		}
		list = append(list,
			inPlace(".COLUMN null", column, "", `alter table TABLE alter COLUMN drop not null; update TABLE set COLUMN = null`),
			inPlace(".COLUMN of another type", column, "", `alter table TABLE alter COLUMN drop default, alter COLUMN type `+other))
	}
	return list
}

func columnsOf(t *testing.T, pool *pgxpool.Pool, table string) map[string]string {
	t.Helper()
	rows, err := pool.Query(t.Context(), `select column_name, data_type from information_schema.columns where table_name = $1`, table)
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string]string{}
	var name, kind string
	if _, err := pgx.ForEachRow(rows, []any{&name, &kind}, func() error { columns[name] = kind; return nil }); err != nil {
		t.Fatal(err)
	}
	return columns
}

// lookups is an office with one family, on whose claims look-ups fail.
type lookups struct {
	*office
	keyPool *pgxpool.Pool
	fresh   func() *ledger.Keys
	first   claim.Claim
	days    int
	now     time.Time
}

func newLookups(t *testing.T) *lookups {
	l := &lookups{office: newOffice(t, terms{world: marked(t)}), now: time.Now()}
	l.keyPool, l.fresh = keyRoom(t, l.pool)
	l.desk.Keys = l.fresh()
	l.first = l.good()
	if got := l.one(l.first); got.Outcome != claim.Pay {
		t.Fatalf("the first claim does not pay: %+v", got)
	}
	// Every look-up finds something: accumulators and history of the first claim, and an authorisation.
	l.execute(l.pool, `insert into prior_authorization (payer_id, member_id, number, procedure, npi, valid_from, valid_through, approved_thousandths)
		select payer_id, member_id, 'ANY', '`+markedVisit+`', '', 20200101, 99991231, 1000 from member`)
	return l
}

func (l *lookups) execute(pool *pgxpool.Pool, sql string) {
	l.t.Helper()
	if _, err := pool.Exec(l.t.Context(), sql); err != nil {
		l.t.Fatalf("%s: %v", sql, err)
	}
}

// another stages a claim of the same patient, of a later day.
func (l *lookups) another() (batch claim.ID) {
	var c claim.Claim
	again(l.t, l.office, &l.first, &c)
	l.days++
	c.From, c.Through = c.From.AddDays(l.days), c.Through.AddDays(l.days)
	for i := range c.Lines {
		c.Lines[i].From, c.Lines[i].Through = c.Lines[i].From.AddDays(l.days), c.Lines[i].Through.AddDays(l.days)
	}
	return l.stage(10, c)
}

// chunk has the one chunk of a batch decided by a process that has nothing in memory but what digests name.
func (l *lookups) chunk(ctx context.Context, keys *ledger.Keys, batch claim.ID) error {
	l.now = l.now.Add(time.Minute) // books are opened anew
	desk := l.newDesk(keys)
	desk.Shelf, desk.Now = l.desk.Shelf, func() time.Time { return l.now }
	_, err := desk.Chunk(ctx, 1, batch, 0)
	return err
}

// refused asserts that nothing was recorded, that the same is tried again later, and that the error says what was
// attempted and nothing of the patient.
func (l *lookups) refused(name string, err error, entries int, traces []trace) {
	l.t.Helper()
	if kind := claim.KindOf(err); kind != claim.Unavailable && kind != claim.Internal {
		l.t.Errorf("%s: %v is final: the claim would not go on once it is mended", name, err)
	}
	if !strings.Contains(err.Error(), ": ") {
		l.t.Errorf("%s: %q does not say what was attempted", name, err)
	}
	if l.entries() != entries {
		l.t.Errorf("%s: recorded all the same", name)
	}
	for _, tr := range traces {
		if tr.in(err.Error()) {
			l.t.Errorf("%s: the error tells a %s: %v", name, tr.what, err)
		}
	}
}

func (l *lookups) entries() int { return l.count(`select count(*) from ledger_entry`) }

// Promise 6, of look-ups: each table, and each column of it, is away, empty, null or of another type. Nothing pays; what
// cannot be decided is tried again and goes on once it is mended, and what is decided says why.
func TestNothingPaysWhileALookUpFails(t *testing.T) {
	l := newLookups(t)
	traces := tracesOf([]claim.Claim{l.first}, nil)
	batch := l.another()
	tried, errs, spared := 0, 0, map[string]bool{}
	for _, source := range lookedUp {
		pool := l.pool
		if source.keys {
			pool = l.keyPool
		}
		for _, b := range breakings(t, pool, source.table, source.written) {
			tried++
			name, entries := source.table+b.what, l.entries()
			l.execute(pool, b.break_)
			if !strings.HasSuffix(name, "away") {
				l.pool.Reset() // a statement made before would notice that a column has changed
			}
			err := l.chunk(t.Context(), l.fresh(), batch)
			l.execute(pool, b.mend)
			if err != nil {
				errs++
				l.refused(name, err, entries, traces)
				continue
			}
			status := l.statuses(1, batch)[0]
			column, _, _ := strings.Cut(name, " ")
			switch {
			case status.Outcome == claim.Pay && (paysWithout[name] != "" || paysWithout[column] != ""):
				spared[name], spared[column] = true, true
			case status.Outcome == claim.Pay:
				t.Errorf("%s: it pays", name)
			case len(status.CARCs) == 0:
				t.Errorf("%s: %s without a reason", name, status.Outcome)
			}
			batch = l.another()
		}
	}
	for name := range paysWithout {
		if !spared[name] {
			t.Errorf("%s: it does not pay, and is said to", name)
		}
	}
	if t.Logf("%d ways, %d of them errors", tried, errs); tried < 230 || errs < 200 {
		t.Errorf("only %d ways were tried, and %d led to an error", tried, errs)
	}
	if err := l.chunk(t.Context(), l.fresh(), batch); err != nil || l.statuses(1, batch)[0].Outcome != claim.Pay {
		t.Errorf("all mended, the claim is %+v, %v", l.statuses(1, batch), err)
	}
	l.audit()
}

// The same with tables that answer too late, and with the keys' database away as a whole.
func TestNothingPaysWhileALookUpHangs(t *testing.T) {
	l := newLookups(t)
	batch, entries := l.another(), l.entries()
	for _, source := range lookedUp {
		pool := l.pool
		if source.keys {
			pool = l.keyPool
		}
		tx, err := pool.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), "lock table "+source.table+" in access exclusive mode"); err != nil {
			t.Fatal(err)
		}
		soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err = l.chunk(soon, l.fresh(), batch)
		cancel()
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err == nil {
			t.Fatalf("decided while %s did not answer", source.table)
		}
		l.refused(source.table+" hangs", err, entries, nil)
	}
	l.keyPool.Close()
	if err := l.chunk(t.Context(), l.fresh(), batch); err == nil {
		t.Error("decided without keys")
	} else {
		l.refused("no keys", err, entries, nil)
	}
	if err := l.chunk(t.Context(), l.desk.Keys, batch); err != nil { // has them in memory, but for those it never needed
		l.refused("keys in memory", err, entries, nil)
	}
}
