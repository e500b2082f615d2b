package pages_test

import (
	"bytes"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/assize/assize/internal/server/pages"
)

// parsed is a rendered page as a browser reads it.
type parsed struct {
	text string
	root *html.Node
}

func render(t *testing.T, p pages.Page) parsed {
	t.Helper()
	r, err := pages.New()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := r.Render(&out, p); err != nil {
		t.Fatal(err)
	}
	root, err := html.Parse(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return parsed{out.String(), root}
}

// all returns every element of a name; "" is every element.
func (p parsed) all(name string) (found []*html.Node) {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && (name == "" || n.Data == name) {
			found = append(found, n)
		}
	}
	return found
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(text.String()), " ")
}

func TestEveryPageRendersWhatABrowserReads(t *testing.T) {
	for name, sample := range samples() {
		t.Run(name, func(t *testing.T) {
			p := render(t, sample)
			checkShape(t, p)
			checkNames(t, p)
			checkPolicy(t, p)
			checkHostile(t, p)
		})
	}
}

// checkShape: one language, title, main and heading; ids are unique; headings skip no level; what is opened is closed.
func checkShape(t *testing.T, p parsed) {
	t.Helper()
	if len(p.all("h1")) != 1 || len(p.all("main")) != 1 || len(p.all("title")) != 1 {
		t.Errorf("a page has one h1, main and title")
	}
	if attribute(p.all("html")[0], "lang") == "" {
		t.Errorf("html has no lang")
	}
	ids := map[string]bool{}
	for _, n := range p.all("") {
		if id := attribute(n, "id"); id != "" && ids[id] {
			t.Errorf("id %q stands twice", id)
		} else if id != "" {
			ids[id] = true
		}
	}
	for _, n := range p.all("") {
		for _, reference := range []string{attribute(n, "aria-labelledby"), attribute(n, "for")} {
			if reference != "" && !ids[reference] {
				t.Errorf("<%s> names %q, which is no id of the page", n.Data, reference)
			}
		}
	}
	for _, tag := range []string{"table", "section", "ul", "dl", "div", "svg", "form"} {
		if opened, closed := strings.Count(p.text, "<"+tag), strings.Count(p.text, "</"+tag+">"); opened != closed {
			t.Errorf("%d <%s> are opened and %d closed", opened, tag, closed)
		}
	}
}

// checkNames: whatever one can see or press has words for those who cannot see it.
func checkNames(t *testing.T, p parsed) {
	t.Helper()
	for _, n := range p.all("table") {
		if len(captions(n)) == 0 {
			t.Errorf("a table has no caption")
		}
	}
	for _, n := range p.all("th") {
		if attribute(n, "scope") == "" {
			t.Errorf("a th has no scope: %s", textOf(n))
		}
	}
	for _, n := range p.all("svg") {
		if attribute(n, "aria-hidden") != "true" && (attribute(n, "role") != "img" || attribute(n, "aria-label") == "") {
			t.Errorf("a picture has neither words nor is hidden")
		}
	}
	for _, n := range p.all("progress") {
		if attribute(n, "aria-label") == "" {
			t.Errorf("a progress bar has no words")
		}
	}
	for _, n := range append(p.all("a"), p.all("button")...) {
		if textOf(n) == "" {
			t.Errorf("<%s> has no text", n.Data)
		}
	}
	for _, n := range p.all("section") {
		if attribute(n, "aria-label") == "" && attribute(n, "aria-labelledby") == "" {
			t.Errorf("a section has no name")
		}
	}
	for _, n := range p.all("input") {
		if id := attribute(n, "id"); !slices.ContainsFunc(p.all("label"), func(l *html.Node) bool { return attribute(l, "for") == id }) {
			t.Errorf("input %q has no label", id)
		}
	}
}

func captions(table *html.Node) (found []*html.Node) {
	for n := range table.Descendants() {
		if n.Data == "caption" {
			found = append(found, n)
		}
	}
	return found
}

// checkPolicy: nothing that the content security policy would block, and nothing of another site.
func checkPolicy(t *testing.T, p parsed) {
	t.Helper()
	for _, n := range p.all("") {
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s> has an inline %s", n.Data, a.Key)
			}
			if slices.Contains([]string{"href", "src", "action", "data-events"}, a.Key) && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("<%s> leads to %q, which is not on this server", n.Data, a.Val)
			}
		}
		if n.Data == "style" || n.Data == "script" && attribute(n, "src") == "" {
			t.Errorf("an inline <%s>", n.Data)
		}
	}
	if len(p.all("script")) != 1 {
		t.Errorf("got %d scripts, want the one of the layout", len(p.all("script")))
	}
}

// checkHostile: text stays text.
func checkHostile(t *testing.T, p parsed) {
	t.Helper()
	if strings.Contains(p.text, "<script>alert") {
		t.Errorf("text became markup")
	}
	if strings.Contains(p.text, "ZgotmplZ") || strings.Contains(p.text, "%!") || strings.Contains(p.text, "<no value>") {
		t.Errorf("a value could not be shown where it stands")
	}
}

func TestEveryTemplateHasASample(t *testing.T) {
	names := map[string]bool{}
	for name := range samples() {
		names[strings.TrimRight(strings.Fields(name)[0], ",")] = true
	}
	names["cases"] = names["no"] && names["cases"]
	files, err := fs.Glob(os.DirFS("templates"), "*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(f, ".html"); name != "layout" && name != "parts" && !names[name] {
			t.Errorf("template %s is never executed: give it a sample", name)
		}
	}
}

func TestAClaimIsExplainedInCodesAndWords(t *testing.T) {
	text := textOf(render(t, sampleClaim()).root)
	for _, want := range []string{
		"CO-45 $50.00 above the fee agreed", "PR-3 $30.00 copay", "remarks N130, M47", "Exact duplicate", "OA-18 N522",
		"Another payer comes first (COB-22)", "Assumed valid", "flagged",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestABatchAtWorkIsFollowedAndACompleteOneIsNot(t *testing.T) {
	for state, want := range map[string]int{"planned": 1, "complete": 0} {
		p := render(t, &pages.BatchPage{Frame: sampleFrame("Batch"), Batch: sampleBatch(state)})
		followed := 0
		for _, n := range p.all("") {
			if attribute(n, "data-events") != "" {
				followed++
			}
		}
		if followed != want {
			t.Errorf("%s: %d progress bars are followed, want %d", state, followed, want)
		}
	}
}

func TestSharesFillTheBarAndNothingThatIsThereVanishes(t *testing.T) {
	for _, c := range [][3]int{{0, 0, 0}, {1, 0, 0}, {0, 0, 1}, {1, 1, 1}, {1_000_000, 1, 1}, {1, 1_000_000, 0}, {1, 1, 1_000_000}, {333, 333, 334}} {
		shares := pages.Shares(c[0], c[1], c[2])
		x := 0
		for i, s := range shares {
			if s.X != x || s.Count != c[i] || (s.Count > 0) != (s.Width > 0) {
				t.Errorf("%v: part %d is %+v, want it to begin at %d", c, i, s, x)
			}
			x += s.Width
		}
		if full := c[0]+c[1]+c[2] > 0; full && x != pages.ChartWidth {
			t.Errorf("%v: the parts fill %d of %d", c, x, pages.ChartWidth)
		}
	}
}

func TestReasonsAreBarsOfTheMostFrequent(t *testing.T) {
	got := pages.Reasons([]string{"45", "1", "18"}, []int{1000, 500, 1}, 2)
	if len(got) != 2 || got[0].Width != pages.ChartWidth || got[1].Width != pages.ChartWidth/2 {
		t.Errorf("got %+v", got)
	}
	if got := pages.Reasons(nil, nil, 8); len(got) != 0 {
		t.Errorf("of nothing: got %+v", got)
	}
	for _, c := range []struct {
		part, whole int
		want        string
	}{{0, 0, "–"}, {1, 3, "33.3 %"}, {2, 3, "66.7 %"}, {5, 5, "100.0 %"}, {0, 5, "0.0 %"}} {
		if got := pages.Percent(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d: got %s, want %s", c.part, c.whole, got, c.want)
		}
	}
}

func TestAssetsNameTheirContent(t *testing.T) {
	r, err := pages.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"style.css", "live.js", "mark.svg"} {
		a, ok := r.Asset(name)
		if !ok || len(a.Body) == 0 || a.Type == "" || len(a.Version) != 12 {
			t.Errorf("%s: got %d bytes of %q, version %q", name, len(a.Body), a.Type, a.Version)
		}
		if bytes.Contains(a.Body, []byte("//")) && bytes.Contains(a.Body, []byte("@import")) {
			t.Errorf("%s loads something from elsewhere", name)
		}
	}
	if _, ok := r.Asset("../doc.go"); ok {
		t.Errorf("something else than an asset is served")
	}
}

// A page can show only what its structs have a place for.
func TestNoPageHasAPlaceForAPatient(t *testing.T) {
	source, err := os.ReadFile("structs.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"Person", "Member", "Patient ", "BirthDate", "Subscriber", "Address", "claim.Claim\n", "claim.Evidence", "claim.Facts"} {
		if strings.Contains(string(source), word) {
			t.Errorf("structs.go has %q", word)
		}
	}
}
