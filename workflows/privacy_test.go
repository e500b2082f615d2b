package workflows_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	godiff "github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/simulate"
)

// Marks that stand for personal data. They occur nowhere else.
const (
	markedLast   = "ZYGMUNTOVA"
	markedFirst  = "QUILLONA"
	markedNumber = "XQ7719ZZW"
	markedVisit  = "KRZVISIT"
)

// trace is one way in which personal data can be recognised.
type trace struct {
	what  string
	texts []string
	bytes [][]byte
	ints  []int32
}

// marked is a world whose members of payer 1 carry the marks.
func marked(t *testing.T) *simulate.World {
	t.Helper()
	o := simulate.Defaults(12)
	o.Payers, o.Members, o.Providers, o.Claims, o.HistoryClaims, o.Clean = 1, 250, 40, 200, 0, true
	world, err := simulate.NewWorld(o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range world.Payers[0].Members {
		m := &world.Payers[0].Members[i]
		m.Last, m.First = markedLast, fmt.Sprint(markedFirst, string(rune('A'+i%26)))
		m.SubscriberNumber = markedNumber + m.SubscriberNumber
	}
	return world
}

// tracesOf are what would betray the patients of some claims.
func tracesOf(claims []claim.Claim, authorized map[claim.ID][]claim.Authorization) []trace {
	births, procedures, visits := trace{what: "birth date"}, trace{what: "service"}, trace{what: "control number", texts: []string{markedVisit}}
	days := trace{what: "day of service"}
	for _, list := range authorized {
		procedures.texts = append(procedures.texts, list[0].Procedure)
	}
	for i := range claims {
		birth := claims[i].Patient.BirthDate
		births.ints = append(births.ints, int32(birth))
		births.texts = append(births.texts, birth.String(), fmt.Sprint(int32(birth)))
		births.bytes = append(births.bytes, binary.BigEndian.AppendUint32([]byte{0x1a}, uint32(birth))) // as CBOR writes it
		procedures.texts = append(procedures.texts, claims[i].Lines[0].Procedure)
		days.ints = append(days.ints, int32(claims[i].From))
	}
	return []trace{
		{what: "name", texts: []string{markedLast, markedFirst}}, {what: "member number", texts: []string{markedNumber}},
		births, procedures, visits, days,
	}
}

// opaque ids hold every code by chance.
var opaque = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func (tr *trace) in(value any) bool {
	switch v := value.(type) {
	case []byte:
		return slices.ContainsFunc(tr.texts, func(s string) bool { return bytes.Contains(v, []byte(s)) }) ||
			slices.ContainsFunc(tr.bytes, func(b []byte) bool { return bytes.Contains(v, b) })
	// Numbers and times betray somebody as a whole: among the digits of microseconds every code stands by chance.
	case int16, int32, int64:
		n := reflect.ValueOf(v).Int()
		return slices.ContainsFunc(tr.ints, func(i int32) bool { return int64(i) == n })
	case time.Time:
		return slices.Contains(tr.texts, v.Format(time.DateOnly))
	default:
		text := opaque.ReplaceAllString(fmt.Sprint(v), "")
		return slices.ContainsFunc(tr.texts, func(s string) bool { return strings.Contains(text, s) })
	}
}

// submit sends claims as an 837, through intake.
func (x *office) submit(claims []claim.Claim) claim.ID {
	x.t.Helper()
	var b bytes.Buffer
	header := simulate.Header{Type: claim.Professional, Submitter: claim.Organization{Name: "CLEARING", ID: "C"}, Receiver: claim.Organization{Name: "PAYER", ID: "P"}, Created: receivedOn, Control: 1}
	_, err := simulate.WriteDocument(&b, header, func(yield func(*claim.Claim) bool) {
		for i := range claims {
			if !yield(&claims[i]) {
				return
			}
		}
	})
	if err != nil {
		x.t.Fatal(err)
	}
	desk := &intake.Desk{Pool: x.pool, Codec: x.desk.Codec, Now: x.desk.Now}
	p := x.world.Payer(1)
	source := intake.Source{Name: "claims", Received: receivedOn, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
	answer, err := desk.Submit(x.t.Context(), postgres.Payer{ID: p.ID, Code: p.Code, TimeZone: p.TimeZone}, []intake.Source{source})
	if err != nil || answer.Claims != len(claims) {
		x.t.Fatalf("%d of %d claims were accepted, %v", answer.Claims, len(claims), err)
	}
	if _, err := x.desk.Plan(x.t.Context(), 1, answer.Batch); err != nil {
		x.t.Fatal(err)
	}
	return answer.Batch
}

// where finds in which columns of the database traces stand.
func (x *office) where(traces []trace) map[string][]string {
	x.t.Helper()
	rows, err := x.pool.Query(x.t.Context(), `
		select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by table_name`)
	if err != nil {
		x.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		x.t.Fatal(err)
	}
	found := map[string]map[string]bool{}
	for _, table := range tables {
		if table == "artifact" { // reference tables name every service there is, and nobody
			continue
		}
		rows, err := x.pool.Query(x.t.Context(), `select * from `+pgx.Identifier{table}.Sanitize())
		if err != nil {
			x.t.Fatal(err)
		}
		for rows.Next() {
			values, err := rows.Values()
			if err != nil {
				x.t.Fatal(err)
			}
			for i, value := range values {
				for _, tr := range traces {
					if column := table + "." + rows.FieldDescriptions()[i].Name; tr.in(value) {
						if found[column] == nil {
							found[column] = map[string]bool{}
						}
						found[column][tr.what] = true
					}
				}
			}
		}
		if err := rows.Err(); err != nil {
			x.t.Fatal(err)
		}
	}
	list := map[string][]string{}
	for column, kinds := range found {
		list[column] = slices.Sorted(maps.Keys(kinds))
	}
	return list
}

// columnsWithPersonalData are all columns of the main database in which a person can be recognised or their services
// read once every claim is recorded. ARCHITECTURE.md says of each what erasure does to it.
var columnsWithPersonalData = map[string][]string{
	"member.last_name":         {"name"},
	"member.first_name":        {"name"},
	"member.subscriber_key":    {"member number"},
	"member.subscriber_number": {"member number"},
	"member.birth_date":        {"birth date"},
	// What later claims are compared with, by opaque id.
	"claim.patient_control_number": {"control number"},
	"claim.service_from":           {"day of service"},
	"claim.service_through":        {"day of service"},
	"claim.history":                {"service"},
	// Authorisations are for a service.
	"prior_authorization.procedure": {"service"},
}

// stagedPersonalData stands in staging until a batch is complete. Of X12 it holds no body.
var stagedPersonalData = map[string][]string{
	"staged_claim.family_key":   {"member number"},
	"staged_claim.service_date": {"day of service"},
	"staged_claim.slice":        {"birth date", "control number", "member number", "name", "service"},
}

// Promise 7, first half.
func TestPersonalDataStaysWhereItIsSaidToBe(t *testing.T) {
	x := newOffice(t, terms{world: marked(t), contract: faulty})
	claims := x.goods(12)
	claims[3], claims[7], claims[9] = secondary(claims[3]), secondary(claims[7]), poison(claims[9])
	claims[5].Subscriber.MemberID, claims[5].Patient.MemberID = markedNumber+"NOBODY", markedNumber+"NOBODY"
	for i := range claims {
		claims[i].PatientControlNumber = fmt.Sprint(markedVisit, i)
	}
	traces := tracesOf(claims, x.world.Payer(1).Authorizations)
	batch := x.submit(claims)
	staged := maps.Clone(columnsWithPersonalData)
	maps.DeleteFunc(staged, func(column string, _ []string) bool { return strings.HasPrefix(column, "claim.") })
	maps.Copy(staged, stagedPersonalData)
	if diff := godiff.Diff(staged, x.where(traces)); diff != "" {
		t.Errorf("personal data in staging (-said +found):\n%s", diff)
	}
	told := x.provoke(batch, claims)
	x.finish(x.desk, 1, batch)
	list := x.statuses(1, batch)
	for i, action := range map[int]claim.HumanAction{3: release(coordination), 7: denial(), 9: release()} {
		_, err := x.review(list[i].ClaimID, action)
		told = append(told, err)
	}
	damaged := x.submit(claims[:2])
	if _, err := x.pool.Exec(t.Context(), `update staged_claim set slice = slice || slice where ord = 1`); err != nil {
		t.Fatal(err)
	}
	x.finish(x.desk, 1, damaged) // put aside: what of it is kept outside of its evidence?
	if _, err := x.desk.Sweep(t.Context(), 1, at(lastDay)); err != nil {
		t.Fatal(err)
	}
	if diff := godiff.Diff(columnsWithPersonalData, x.where(traces)); diff != "" {
		t.Errorf("personal data after recording (-said +found):\n%s", diff)
	}
	if len(told) < 5 {
		t.Fatalf("only %d errors were provoked", len(told))
	}
	for _, err := range told {
		for ; err != nil; err = errors.Unwrap(err) {
			for _, tr := range traces {
				if tr.in(err.Error()) {
					t.Errorf("an error tells a %s: %v", tr.what, err)
				}
			}
		}
	}
	x.requireCleanLog(traces)
	x.audit()
}

// provoke makes adjudication fail in ways whose errors could quote rows, and returns those errors.
func (x *office) provoke(batch claim.ID, claims []claim.Claim) (told []error) {
	x.t.Helper()
	breakings := [][2]string{ // what breaks it, and what mends it
		{
			`insert into claim select payer_id, gen_random_uuid(), control_number, batch_id, document_id, position, 'x', claim_id, claim_id, '', 1, 1, 1,
				'deny', claim_id, 0, 0, 0, '{}', false, null from staged_claim where ord = 0`,
			`delete from claim`,
		},
		{`alter table claim add constraint broken check (patient_control_number = 'x') not valid`, `alter table claim drop constraint broken`},
		{`alter table claim alter patient_control_number type varchar(3)`, `alter table claim alter patient_control_number type text`},
	}
	for _, b := range breakings {
		if _, err := x.pool.Exec(x.t.Context(), b[0]); err != nil {
			x.t.Fatal(err)
		}
		_, err := x.desk.Chunk(x.t.Context(), 1, batch, 0)
		if err == nil {
			x.t.Errorf("recorded in spite of %s", b[0])
		}
		told = append(told, err)
		if _, err := x.pool.Exec(x.t.Context(), b[1]); err != nil {
			x.t.Fatal(err)
		}
	}
	return told
}

// requireCleanLog reads what the server logged, and makes sure that it logged the errors provoked.
func (x *office) requireCleanLog(traces []trace) {
	x.t.Helper()
	if os.Getenv("ASSIZE_TEST_DSN") != "" {
		return // another machine's server: its settings are not ours
	}
	var data string
	if err := x.pool.QueryRow(x.t.Context(), `show data_directory`).Scan(&data); err != nil {
		x.t.Fatal(err)
	}
	log, err := os.ReadFile(filepath.Join(filepath.Dir(data), "postgres.log"))
	if err != nil {
		x.t.Fatal(err)
	}
	if !bytes.Contains(log, []byte("claim_control_number_uq")) {
		x.t.Error("the server's log does not hold the errors provoked; it cannot show what they tell")
	}
	for _, tr := range traces[:2] { // bare services and dates would match by chance
		if tr.in(log) {
			x.t.Errorf("the server's log tells a %s", tr.what)
		}
	}
}
