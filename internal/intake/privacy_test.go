package intake_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/intake/flat"
	"github.com/assize/assize/internal/intake/x12"
)

// mark stands for personal data. Its beginning alone is looked for: three letters make a segment's name.
const (
	mark      = "ZYGMUNTOVA"
	markStart = "ZYG"
)

// heard keeps what a reader says about a document: what `check` prints, what is kept in document.report and what a claim
// is refused for.
type heard struct {
	problems []claim.Problem
	claims   []claim.Claim
}

func (h *heard) Claim(p *x12.Parsed) error {
	h.problems, h.claims = append(h.problems, p.Problems...), append(h.claims, p.Claim)
	return nil
}

func (h *heard) TransactionEnd(r x12.TransactionResult) error {
	h.problems = append(h.problems, r.Problems...)
	return nil
}

type flatHeard struct{ *heard }

func (h flatHeard) Claim(p *flat.Parsed) error {
	h.problems = append(h.problems, p.Problems...)
	return nil
}

// damages are ways to break a field in which a mark stands.
func damages(separator, component, terminator string) map[string]string {
	return map[string]string{
		"another value":         mark,
		"a separator more":      mark + separator + mark,
		"a component more":      mark + component + mark,
		"a segment more":        terminator + mark + separator + mark,
		"a line more":           "\r\n" + mark + "\n" + mark,
		"a control character":   mark + "\x01" + mark,
		"another character set": mark + "\xe9" + mark,
		"much":                  strings.Repeat(mark, 100),
	}
}

// X12: every element of every segment is broken in every way. Only an envelope's own elements are shown, as they are
// kept: to say who sent it.
func TestNoFindingInX12QuotesAnElement(t *testing.T) {
	tried := 0
	for _, name := range []string{"professional", "institutional"} {
		document, err := os.ReadFile("x12/testdata/" + name + ".x12")
		if err != nil {
			t.Fatal(err)
		}
		segments := strings.SplitAfter(string(document), "~")
		for i, segment := range segments {
			elements := strings.Split(strings.TrimSuffix(segment, "~"), "*")
			envelope := slices.Contains([]string{"ISA", "GS", "ST", "BHT"}, strings.TrimSpace(elements[0])) ||
				strings.HasPrefix(strings.TrimSpace(segment), "NM1*4")
			for j := range elements {
				for what, value := range damages("*", ":", "~") {
					broken := slices.Clone(elements)
					if broken[j] = value; j == 0 {
						broken[j] = elements[0] + value
					}
					changed := slices.Clone(segments)
					changed[i] = strings.Join(broken, "*") + "~"
					tried++
					h := &heard{}
					report, err := x12.Read(t.Context(), strings.NewReader(strings.Join(changed, "")), x12.Limits{}, h)
					told := []any{h.problems, report.Errors, report.Warnings, report.Refusals, fmt.Sprint(err)}
					if !envelope {
						told = append(told, report)
					}
					silent(t, fmt.Sprintf("%s, %s in element %d of %.3s", name, what, j, strings.TrimSpace(segment)), told)
				}
			}
		}
	}
	if t.Logf("%d documents", tried); tried < 3000 {
		t.Errorf("only %d documents were tried", tried)
	}
}

// silent asserts that nothing of what was said holds the mark.
func silent(t *testing.T, name string, told []any) {
	t.Helper()
	text, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	if at := bytes.Index(text, []byte(markStart)); at >= 0 {
		t.Errorf("%s: quoted in …%s…", name, text[max(0, at-150):min(len(text), at+100)])
	}
}

// sampleClaims are the claims of the X12 sample of a kind.
func sampleClaims(t *testing.T, name string) []claim.Claim {
	t.Helper()
	document, err := os.ReadFile("x12/testdata/" + name + ".x12")
	if err != nil {
		t.Fatal(err)
	}
	h := &heard{}
	if _, err := x12.Read(t.Context(), bytes.NewReader(document), x12.Limits{}, h); err != nil {
		t.Fatal(err)
	}
	return h.claims
}

// NDJSON: every value and every key is broken in every way, and cut off.
func TestNoFindingInNDJSONQuotesAValue(t *testing.T) {
	tried := 0
	for _, name := range []string{"professional", "institutional"} {
		var b bytes.Buffer
		if err := flat.WriteNDJSON(&b, sampleClaims(t, name)[0]); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		for at := 0; at < len(text); {
			end := at + len(tokenAt(text[at:]))
			if !strings.ContainsAny(text[at:end], "{}[],: \n") {
				values := []string{mark, `"` + mark + `"`, `["` + mark + `"]`, `{"` + mark + `":1}`, `"` + mark}
				for _, value := range damages(",", ":", "}\n{") {
					quoted, err := json.Marshal(value)
					if err != nil {
						t.Fatal(err)
					}
					values = append(values, string(quoted))
				}
				for _, value := range values {
					tried++
					h := &heard{}
					report, err := flat.ReadNDJSON(t.Context(), strings.NewReader(text[:at]+value+text[end:]), flat.Limits{}, flatHeard{h})
					silent(t, fmt.Sprintf("%s, %.20s at byte %d", name, value, at), []any{h.problems, report, fmt.Sprint(err)})
				}
			}
			at = end
		}
	}
	if t.Logf("%d documents", tried); tried < 3000 {
		t.Errorf("only %d documents were tried", tried)
	}
}

// tokenAt is the beginning of some JSON: a bracket or comma, or a whole string, number or word.
func tokenAt(text string) string {
	if text[0] == '"' {
		return text[:2+strings.IndexByte(text[1:], '"')] // the samples escape nothing
	}
	if n := strings.IndexAny(text, "{}[],:\" \n"); n > 0 {
		return text[:n]
	}
	return text[:1]
}

// CSV: every cell of header and row is broken in every way.
func TestNoFindingInCSVQuotesACell(t *testing.T) {
	c := sampleClaims(t, "professional")[0]
	c.OtherPayers, c.Providers = nil, c.Providers[:1]
	for i := range c.Lines {
		c.Lines[i].OtherPayments, c.Lines[i].Providers = nil, nil
	}
	var b bytes.Buffer
	if err := flat.WriteCSV(&b, c); err != nil {
		t.Fatal(err)
	}
	lines, tried := strings.SplitAfter(b.String(), "\n"), 0
	for i, line := range lines[:len(lines)-1] {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), ",")
		for j := range cells {
			values := []string{`"` + mark, cells[j] + mark}
			for _, value := range damages(",", "=", "\"\n") {
				values = append(values, value, `"`+strings.ReplaceAll(value, `"`, `""`)+`"`)
			}
			for _, value := range values {
				broken, changed := slices.Clone(cells), slices.Clone(lines)
				broken[j] = value
				changed[i] = strings.Join(broken, ",") + "\n"
				tried++
				h := &heard{}
				report, err := flat.ReadCSV(t.Context(), strings.NewReader(strings.Join(changed, "")), flat.Limits{}, flatHeard{h})
				silent(t, fmt.Sprintf("%.20s in cell %d of line %d", value, j, i), []any{h.problems, report, fmt.Sprint(err)})
			}
		}
	}
	if t.Logf("%d documents", tried); tried < 1000 {
		t.Errorf("only %d documents were tried", tried)
	}
}
