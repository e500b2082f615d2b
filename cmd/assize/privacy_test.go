//go:build !lean

package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/simulate"
)

// canary is an installation whose patients carry marks that occur nowhere else, and what was heard of it.
type canary struct {
	t      *testing.T
	dir    string // of the installation
	papers string // documents
	tmp    string // temporary files of every process
	claims []claim.Claim
	kinds  map[claim.Type]int
	marks  []*regexp.Regexp
	heard  map[string]string // what was printed or answered, by who said it
}

const (
	canaryLast   = "ZYGMUNTOVA"
	canaryFirst  = "QUILLONA"
	canaryNumber = "XQ7719ZZW"
	canaryVisit  = "KRZVISIT"
	canaryStreet = "WOLFSKEHLGASSE"
	canaryCharge = claim.Cents(76543_21)
)

func newCanary(t *testing.T) *canary {
	t.Helper()
	options := simulate.Defaults(21)
	options.Payers, options.Members, options.Providers, options.Claims, options.HistoryClaims, options.Clean = 1, 200, 40, 120, 0, true
	world, err := simulate.NewWorld(options)
	if err != nil {
		t.Fatal(err)
	}
	members := world.Payers[0].Members
	for i := range members {
		members[i].Last, members[i].First = canaryLast, fmt.Sprint(canaryFirst, string(rune('A'+i%26)))
		members[i].SubscriberNumber = canaryNumber + members[i].SubscriberNumber
	}
	for i := range world.Payers[0].Plans { // documents are received today, whatever the day
		world.Payers[0].Plans[i].FilingDays = 36_500
	}
	below := folder(t)
	c := &canary{t: t, dir: filepath.Join(below, "installation"), papers: filepath.Join(below, "papers"), tmp: folder(t), kinds: map[claim.Type]int{}, heard: map[string]string{}}
	i, err := installation.Open(t.Context(), installation.Options{Dir: c.dir, WithoutTemporal: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = settle(t.Context(), i, world)
	if err := i.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(c.papers, 0o700); err != nil {
		t.Fatal(err)
	}
	for sim := range world.Claims(1) {
		if sim.Claim.Patient.BirthDate.Year() < 2015 { // the younger were born when coverage began, which is in clear
			c.add(sim.Claim)
		}
	}
	return c
}

// add marks a claim in every place where it says something of its patient, and notes by what it would be known.
func (c *canary) add(one claim.Claim) {
	one.PatientControlNumber = fmt.Sprint(canaryVisit, len(c.claims))
	one.Subscriber.Address.Line1, one.Patient.Address.Line1 = "1 "+canaryStreet, "1 "+canaryStreet
	c.kinds[one.Type]++
	switch c.kinds[claim.Professional] {
	case 2: // waits: another payer comes first
		one.Responsibility = "S"
	case 3: // is denied: nobody has this number
		one.Subscriber.MemberID, one.Patient.MemberID = canaryNumber+"NOBODY", canaryNumber+"NOBODY"
	case 4: // an amount that is known again
		one.Lines = one.Lines[:1]
		one.Charge, one.Lines[0].Charge = canaryCharge, canaryCharge
	}
	if c.claims = append(c.claims, one); len(c.claims) > 1 {
		c.marks = append(c.marks, standing(one.Patient.BirthDate.String()), standing(strings.ReplaceAll(one.Patient.BirthDate.String(), "-", "")))
		return
	}
	for _, text := range []string{canaryLast, canaryFirst, canaryNumber, canaryVisit, canaryStreet} {
		c.marks = append(c.marks, regexp.MustCompile("(?i)"+text+"|"+hex.EncodeToString([]byte(text))))
	}
	c.marks = append(c.marks, standing(canaryCharge.String()), standing(fmt.Sprint(int64(canaryCharge))))
}

// standing matches digits that stand by themselves.
func standing(digits string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[^0-9])` + regexp.QuoteMeta(digits) + `($|[^0-9])`)
}

// told tells which marks stand in a text, with what is around the first of each.
func (c *canary) told(text []byte) (found []string) {
	for _, mark := range c.marks {
		if at := mark.FindIndex(text); at != nil {
			found = append(found, fmt.Sprintf("%q", text[max(0, at[0]-60):min(len(text), at[1]+40)]))
		}
	}
	return found
}

// silent asserts that a text holds no mark.
func (c *canary) silent(name string, text []byte) {
	c.t.Helper()
	for _, found := range c.told(text) {
		c.t.Errorf("%s: %s", name, found)
	}
}

// paper writes a document and returns its path.
func (c *canary) paper(name string, text []byte) string {
	c.t.Helper()
	path := filepath.Join(c.papers, name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		c.t.Fatal(err)
	}
	return path
}

// documents are good and broken ones in every format. The claims of each are its own.
func (c *canary) documents() (good, broken []string) {
	c.t.Helper()
	var professional, institutional []claim.Claim
	for i := range c.claims {
		if c.claims[i].Type == claim.Institutional {
			institutional = append(institutional, c.claims[i])
		} else {
			professional = append(professional, c.claims[i])
		}
	}
	x12 := func(kind claim.Type, list []claim.Claim) []byte {
		var b bytes.Buffer
		header := simulate.Header{Type: kind, Submitter: claim.Organization{Name: "CLEARING", ID: "C"}, Receiver: claim.Organization{Name: "PAYER", ID: "P"}, Created: 20251020, Control: 1}
		if _, err := simulate.WriteDocument(&b, header, each(list)); err != nil {
			c.t.Fatal(err)
		}
		return b.Bytes()
	}
	var json, csv bytes.Buffer
	simple := slices.Clone(professional[12:16])
	for i := range simple {
		simple[i].OtherPayers = nil
	}
	if err := flat.WriteNDJSON(&json, professional[8:12]...); err != nil {
		c.t.Fatal(err)
	}
	if err := flat.WriteCSV(&csv, simple...); err != nil {
		c.t.Fatal(err)
	}
	p, i := x12(claim.Professional, professional[:8]), x12(claim.Institutional, institutional[:2])
	good = []string{c.paper("p.837", p), c.paper("i.837", i), c.paper("claims.ndjson", json.Bytes()), c.paper("claims.csv", csv.Bytes())}
	breaks := map[string][2]string{
		"a name for a date": {"*D8*", "*D8*" + canaryLast}, "a name for an amount": {"CLM*" + canaryVisit, "CLM*" + canaryVisit + "*" + canaryLast},
		"a segment cut open": {"*" + canaryLast + "*", "~" + canaryLast + "*" + canaryLast + "~"}, "a control character": {canaryLast, canaryLast + "\x02"},
		"a set that ends too soon": {"SE*", "SE*9" + canaryNumber}, "a number for a code": {"HI*ABK:", "HI*ABK:" + canaryNumber},
	}
	for name, b := range breaks {
		broken = append(broken, c.paper(name+".837", bytes.ReplaceAll(p, []byte(b[0]), []byte(b[1]))))
	}
	return good, append(broken,
		c.paper("cut.837", p[:len(p)*2/3]), c.paper("nothing.837", []byte(canaryLast+"*"+canaryFirst+"~")),
		c.paper("cut.ndjson", json.Bytes()[:json.Len()/2]), c.paper("keys.ndjson", bytes.ReplaceAll(json.Bytes(), []byte(`"last"`), []byte(`"`+canaryLast+`"`))),
		c.paper("types.ndjson", bytes.ReplaceAll(json.Bytes(), []byte(`"chargeCents":`), []byte(`"chargeCents":"`+canaryLast+`","x":`))),
		c.paper("cells.csv", bytes.ReplaceAll(csv.Bytes(), []byte(","), []byte(","+canaryLast+"\n"))),
	)
}

func each(list []claim.Claim) func(func(*claim.Claim) bool) {
	return func(yield func(*claim.Claim) bool) {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}

// run runs a command to its end and keeps what it prints. Standard error holds no mark, whatever the command.
func (c *canary) run(args ...string) string {
	c.t.Helper()
	r := startProgram(c.t, c.tmp, append(args, "--dir", c.dir)...)
	r.code()
	out := r.stdout.String()
	c.heard[args[0]] += out
	c.silent(args[0], []byte(r.stderr.String()))
	return out
}

// ask sends a request and keeps the answer.
func (c *canary) ask(method, url, media string, body []byte) string {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", media)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	c.heard[method+" "+url] += string(text)
	return string(text)
}
