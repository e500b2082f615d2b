//go:build !lean

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/embedded/cluster"
	"github.com/assize/assize/internal/intake/flat"
)

// Promise 7 of the program as a whole: documents good and broken, commands, requests, pages, faults of the store, reviews,
// exports. What is printed, answered, logged, noted in Temporal, left in files or kept with the keys tells nothing of a
// patient, but for the columns that ARCHITECTURE.md names.
func TestNoMarkOfAPatientGoesAstray(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	good, broken := c.documents()
	serve := startProgram(t, c.tmp, "serve", "--dir", c.dir, "--listen", "127.0.0.1:0")
	serve.await("interrupt to stop")
	url := regexp.MustCompile(`http://[0-9.:]+/`).FindString(serve.stdout.String())
	all := append(slices.Clone(good), broken...)
	c.run(append([]string{"check"}, all...)...)
	c.run(append([]string{"check", "--json"}, all...)...)
	c.run(append([]string{"submit"}, good...)...)
	c.run(append([]string{"submit", "--json"}, all...)...) // of which some were received before
	c.faults()
	c.work()
	c.requests(url)
	c.crawl(url)
	c.databases()
	_ = serve.cmd.Process.Signal(syscall.SIGTERM)
	serve.requireEnd(exitGood, "")
	c.silent("serve", []byte(serve.stdout.String()+serve.stderr.String()))
	trial := startProgram(t, c.tmp, "demo", "--json", "--try", good[0], broken[0])
	trial.code()
	c.heard["demo --try"] = trial.stdout.String()
	c.silent("demo --try", []byte(trial.stderr.String()))
	c.answers()
	c.files()
	trial.requireNothingLeft()
}

// faults has a chunk fail in ways whose errors quote rows, and go on once the fault is mended.
func (c *canary) faults() {
	c.t.Helper()
	at, err := readAddress(c.dir)
	if err != nil || at == nil {
		c.t.Fatalf("nothing runs in %s: %v", c.dir, err)
	}
	db, err := pgx.Connect(c.t.Context(), at.DSN)
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close(context.WithoutCancel(c.t.Context()))
	for n, fault := range [][2]string{
		{`alter table claim add constraint quoted check (patient_control_number = 'x') not valid`, `alter table claim drop constraint quoted`},
		{`alter table member rename last_name to quoted_name`, `alter table member rename quoted_name to last_name`},
	} {
		var b bytes.Buffer
		if err := flat.WriteNDJSON(&b, c.claims[80+n]); err != nil {
			c.t.Fatal(err)
		}
		before := c.logged("quoted") + c.logged("last_name")
		if _, err := db.Exec(c.t.Context(), fault[0]); err != nil {
			c.t.Fatal(err)
		}
		out := c.run("submit", "--wait=false", "--json", c.paper(fmt.Sprintf("fault%d.ndjson", n), b.Bytes()))
		for deadline := time.Now().Add(patience); c.logged("quoted")+c.logged("last_name") < before+2; time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				c.t.Fatalf("%s does no harm", fault[0])
			}
		}
		if _, err := db.Exec(c.t.Context(), fault[1]); err != nil {
			c.t.Fatal(err)
		}
		var sent submitted
		if err := json.Unmarshal([]byte(out), &sent); err != nil || sent.Claims != 1 {
			c.t.Fatalf("sent %+v, %v", sent, err)
		}
		for deadline, state := time.Now().Add(patience), ""; state != "complete"; time.Sleep(50 * time.Millisecond) {
			if err := db.QueryRow(c.t.Context(), `select state from batch where batch_id = $1`, sent.Batch).Scan(&state); err != nil || time.Now().After(deadline) {
				c.t.Fatalf("the batch does not go on: %s, %v", state, err)
			}
		}
	}
}

// logged counts how often PostgreSQL has logged something.
func (c *canary) logged(text string) int {
	c.t.Helper()
	log, err := os.ReadFile(filepath.Join(c.dir, "engines", "postgres.log"))
	if err != nil {
		c.t.Fatal(err)
	}
	return bytes.Count(log, []byte(text))
}

// work looks at claims, reviews, replays, verifies, exports, and sets up payers from records that are none.
func (c *canary) work() {
	c.t.Helper()
	waiting := regexp.MustCompile(`(?m)^([0-9A-Z]{9}) `).FindStringSubmatch(c.run("review", "list"))
	if waiting == nil {
		c.t.Fatalf("no claim waits: %v", c.heard)
	}
	c.run("status")
	c.run("status", waiting[1])
	c.run("status", "--json", waiting[1])
	c.run("review", "deny", waiting[1], "--actor", "r1", "--carc", "16", "--rationale", "no answer")
	c.run("review", "deny", waiting[1], "--actor", "r1", "--carc", "16", "--rationale", "twice")
	c.run("replay", waiting[1])
	c.run("replay", "--all", "--json")
	c.run("ledger", "verify")
	c.heard["export"] = c.run("ledger", "export")
	record := `{"members":[{"id":"01900000-0000-7000-8000-0000000000a1","family":"01900000-0000-7000-8000-0000000000a1","subscriberNumber":"` +
		canaryNumber + `","relationship":"18","last":"` + canaryLast + `","first":"` + canaryFirst + `","birthDate":"1911-02-03","deathDate":null,"sex":"F"}]}`
	for n, text := range []string{ // what does not read is for a test of its own; these PostgreSQL refuses, but for the first
		strings.Replace(record, `"sex"`, `"`+canaryLast+`"`, 1), strings.Replace(record, `"F"`, `"\u0000`+canaryLast+`"`, 1),
		strings.Replace(record, `]}`, `,`+strings.TrimPrefix(strings.TrimSuffix(record, `]}`), `{"members":[`)+`]}`, 1), // twice
	} {
		file := c.paper(fmt.Sprintf("records%d.json", n), []byte(text))
		c.heard["payer add"] = c.run("payer", "add", "--id", fmt.Sprint(10+n), "--code", fmt.Sprintf("P%d", n), "--name", "P", "--records", file)
	}
}

// requests sends claims, documents and reviews, good and broken.
func (c *canary) requests(url string) {
	c.t.Helper()
	payer := url + "api/v1/payers/SIM01/"
	one, err := json.Marshal(&c.claims[90])
	if err != nil {
		c.t.Fatal(err)
	}
	const media = "application/json"
	decided := c.ask("POST", payer+"claims", media, one)
	if !strings.Contains(decided, `"decision"`) {
		c.t.Errorf("a good claim is answered by %s", decided)
	}
	for _, broken := range []string{
		strings.Replace(string(one), `"last":`, `"`+canaryLast+`":1,"last":`, 1), strings.Replace(string(one), `"chargeCents":`, `"chargeCents":"`+canaryLast+`","x":`, 1),
		string(one)[:len(one)/2], `"` + canaryLast + `"`, canaryLast, string(one) + canaryLast,
	} {
		c.ask("POST", payer+"claims", media, []byte(broken))
		c.ask("POST", payer+"claims", "application/edi-x12", []byte(broken))
		c.ask("POST", payer+"batches", media, []byte(broken))
		c.ask("POST", payer+"claims", "text/plain", []byte(broken))
	}
	waiting := regexp.MustCompile(`"controlNumber":"([0-9A-Z]+)"`).FindStringSubmatch(c.ask("GET", payer+"cases", media, nil))
	if waiting == nil {
		c.t.Fatal("no claim waits")
	}
	for _, what := range []string{"", "/replay", "/receipt"} {
		c.ask("GET", payer+"claims/"+waiting[1]+what, media, nil)
	}
	c.ask("POST", payer+"cases/"+waiting[1]+"/review", media, []byte(`{"actor":"r1","action":"deny","denials":[{"line":77,"group":"CO","carc":"16"}],"rationale":"no such line"}`))
	c.ask("POST", payer+"cases/"+waiting[1]+"/review", media, []byte(`{"actor":"r1","action":"release","waived":["COB-22"],"rationale":"seen"}`))
}

// crawl reads every page that is reached from the first.
func (c *canary) crawl(url string) {
	c.t.Helper()
	links, seen := regexp.MustCompile(`href="(/[^"#]*)"`), map[string]bool{}
	for open := []string{"/"}; len(open) > 0 && len(seen) < 60; {
		path := open[0]
		if open = open[1:]; seen[path] {
			continue
		}
		seen[path] = true
		for _, link := range links.FindAllStringSubmatch(c.ask("GET", strings.TrimSuffix(url, "/")+path, "", nil), -1) {
			open = append(open, link[1])
		}
	}
	if len(seen) < 20 {
		c.t.Errorf("only %d pages are reached: %v", len(seen), slices.Sorted(maps.Keys(seen)))
	}
}

// clearColumns are the columns of the main database in which names, numbers and dates of birth stand once everything is
// recorded (ARCHITECTURE.md, tables and personal data).
var clearColumns = []string{
	"claim.charge_cents", "claim.patient_control_number", "member.birth_date", "member.first_name", "member.last_name", "member.subscriber_key", "member.subscriber_number",
}

// databases looks into every row of every database.
func (c *canary) databases() {
	c.t.Helper()
	at, err := readAddress(c.dir)
	if err != nil || at == nil {
		c.t.Fatalf("nothing runs in %s: %v", c.dir, err)
	}
	config, err := pgx.ParseConfig(at.DSN)
	if err != nil {
		c.t.Fatal(err)
	}
	config.User = cluster.Superuser
	found := map[string]bool{}
	rows := 0
	for _, database := range c.databaseNames(config) {
		config.Database = database
		db, err := pgx.ConnectConfig(c.t.Context(), config)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, column := range c.columns(db) {
			list, err := db.Query(c.t.Context(), fmt.Sprintf(`select %s::text from %s where %[1]s is not null`, column[1], column[0]))
			if err != nil {
				c.t.Fatal(err)
			}
			texts, err := pgx.CollectRows(list, pgx.RowTo[string])
			if err != nil {
				c.t.Fatal(err)
			}
			rows += len(texts)
			for _, text := range texts {
				if told := c.told([]byte(text)); told != nil && database == "assize" && slices.Contains(clearColumns, column[0]+"."+column[1]) {
					found[column[0]+"."+column[1]] = true
				} else if told != nil {
					c.t.Errorf("%s, %s.%s: %v", database, column[0], column[1], told)
				}
			}
		}
		if err := db.Close(c.t.Context()); err != nil {
			c.t.Error(err)
		}
	}
	if list := slices.Sorted(maps.Keys(found)); !slices.Equal(list, clearColumns) || rows < 1000 {
		c.t.Errorf("of %d values, marks stand in %v, want %v", rows, list, clearColumns)
	}
}

// databaseNames lists the databases of an installation: ours, that of the keys, and Temporal's.
func (c *canary) databaseNames(config *pgx.ConnConfig) []string {
	c.t.Helper()
	db, err := pgx.ConnectConfig(c.t.Context(), config)
	if err != nil {
		c.t.Fatal(err)
	}
	defer db.Close(context.WithoutCancel(c.t.Context()))
	rows, err := db.Query(c.t.Context(), `select datname from pg_database where not datistemplate and datname <> 'postgres'`)
	if err != nil {
		c.t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) < 4 {
		c.t.Fatalf("databases %v, %v", names, err)
	}
	return names
}

// columns lists tables and columns, but for those of reference tables, which name everybody and nobody.
func (c *canary) columns(db *pgx.Conn) [][2]string {
	c.t.Helper()
	rows, err := db.Query(c.t.Context(), `
		select quote_ident(c.table_name), quote_ident(c.column_name) from information_schema.columns c
		join information_schema.tables t using (table_schema, table_name)
		where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.table_name <> 'artifact'`)
	if err != nil {
		c.t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (column [2]string, err error) {
		return column, row.Scan(&column[0], &column[1])
	})
	if err != nil || len(list) == 0 {
		c.t.Fatalf("%d columns, %v", len(list), err)
	}
	return list
}

// answers looks through what was printed and answered: of amounts it may speak, of persons never.
func (c *canary) answers() {
	c.t.Helper()
	for name, text := range c.heard {
		for _, amount := range []string{canaryCharge.String(), canaryCharge.Dollars(), fmt.Sprint(int64(canaryCharge))} {
			text = strings.ReplaceAll(text, amount, "")
		}
		c.silent("answer of "+name, []byte(text))
	}
}

// files looks into every file that is left, but for those in which PostgreSQL keeps tables and what changed of them.
func (c *canary) files() {
	c.t.Helper()
	looked := []string{}
	for _, root := range []string{c.dir, c.tmp} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() && slices.Contains([]string{"base", "pg_wal"}, entry.Name()) {
				return skipFolder(err)
			}
			if !entry.Type().IsRegular() {
				return nil
			}
			text, err := os.ReadFile(path)
			looked = append(looked, filepath.Base(path))
			c.silent(path, text)
			return err
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
	for _, name := range []string{"postgres.log", "checkpoints", "data-keys.key"} {
		if !slices.Contains(looked, name) {
			c.t.Errorf("%s is not among the files that were looked into: %v", name, looked)
		}
	}
}

// skipFolder passes an error on, or over a folder.
func skipFolder(err error) error {
	if err != nil {
		return err
	}
	return filepath.SkipDir
}
