package x12

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// outcome is everything Read tells about a document.
type outcome struct {
	Report       Report
	Claims       []claim.Claim
	Transactions []TransactionResult
}

// recorder keeps what it is given.
type recorder struct {
	parsed []*Parsed
	ends   []TransactionResult
}

func (r *recorder) Claim(p *Parsed) error {
	r.parsed = append(r.parsed, p)
	return nil
}

func (r *recorder) TransactionEnd(result TransactionResult) error {
	r.ends = append(r.ends, result)
	return nil
}

// sandbox takes test interchanges too, which most sample files are.
var sandbox = Limits{TakesTests: true}

func read(t testing.TB, document []byte) (Report, *recorder) {
	t.Helper()
	var r recorder
	report, err := Read(context.Background(), bytes.NewReader(document), sandbox, &r)
	if err != nil {
		t.Fatal(err)
	}
	return report, &r
}

func testdata(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestGolden reads every document of testdata and compares all that comes out with the golden file beside it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.x12")
	if err != nil || len(files) < 2 {
		t.Fatalf("%d documents in testdata, error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			report, r := read(t, []byte(testdata(t, filepath.Base(file))))
			got := outcome{Report: report, Transactions: r.ends}
			for _, p := range r.parsed {
				got.Claims = append(got.Claims, p.Claim)
			}
			encoded, err := json.MarshalIndent(got, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".x12") + ".golden.json"
			if *update {
				if err := os.WriteFile(golden, append(encoded, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(encoded)+"\n"); diff != "" {
				t.Errorf("read another outcome (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEveryLineEndReadsAlike reads the same document with other line ends, byte order mark, indentation, delimiters.
func TestEveryLineEndReadsAlike(t *testing.T) {
	plain := testdata(t, "professional.x12")
	_, want := read(t, []byte(plain))
	variants := map[string]string{
		"CRLF":               strings.ReplaceAll(plain, "\n", "\r\n"),
		"CR":                 strings.ReplaceAll(plain, "\n", "\r"),
		"no line ends":       strings.ReplaceAll(plain, "\n", ""),
		"byte order mark":    "\xEF\xBB\xBF" + plain,
		"indented":           strings.ReplaceAll(plain, "\n", "\n\t   "),
		"line end ends":      strings.ReplaceAll(plain, "~\n", "\n"),
		"CRLF ends":          strings.ReplaceAll(plain, "~\n", "\r\n"),
		"CR ends":            strings.ReplaceAll(plain, "~\n", "\r"),
		"wrapped at 80":      plain[:106] + wrap(strings.ReplaceAll(plain[106:], "\n", ""), 80),
		"other delimiters":   strings.NewReplacer("*", "|", ":", ">", "~", "\x1c").Replace(plain),
		"control delimiters": strings.NewReplacer("*", "\x1d", ":", "\x1f", "~\n", "\x1c").Replace(plain),
		"Ctrl-Z at the end":  plain + "\x1a",
	}
	for name, document := range variants {
		t.Run(name, func(t *testing.T) {
			report, got := read(t, []byte(document))
			if len(report.Errors)+len(report.Warnings) > 0 {
				t.Errorf("problems: %v %v", report.Errors, report.Warnings)
			}
			if diff := cmp.Diff(claimsOf(want), claimsOf(got)); diff != "" {
				t.Errorf("other claims (-want +got):\n%s", diff)
			}
		})
	}
}

func wrap(text string, width int) string {
	var b strings.Builder
	for i := 0; i < len(text); i += width {
		b.WriteString(text[i:min(i+width, len(text))] + "\n")
	}
	return b.String()
}

func claimsOf(r *recorder) []claim.Claim {
	var claims []claim.Claim
	for _, p := range r.parsed {
		claims = append(claims, p.Claim)
	}
	return claims
}

// TestSliceReadsAgain: the slice kept with a claim is enough to read the same claim.
func TestSliceReadsAgain(t *testing.T) {
	reader := NewRereader()
	for _, name := range []string{"professional.x12", "institutional.x12"} {
		_, r := read(t, []byte(testdata(t, name)))
		for _, p := range r.parsed {
			again, err := reader.Reread(p.Slice)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(p.Claim, again.Claim); diff != "" {
				t.Errorf("%s, claim %d reads otherwise from its slice (-want +got):\n%s", name, p.Ordinal, diff)
			}
			if again.Refused != p.Refused {
				t.Errorf("%s, claim %d: refused %t, from its slice %t", name, p.Ordinal, p.Refused, again.Refused)
			}
		}
	}
}

// TestRereadRefusesOtherBytes: a slice holds exactly one claim.
func TestRereadRefusesOtherBytes(t *testing.T) {
	_, r := read(t, []byte(testdata(t, "professional.x12")))
	slice := string(r.parsed[0].Slice)
	for name, b := range map[string]string{
		"empty": "", "text": "hello", "two claims": testdata(t, "professional.x12"), "a claim twice": slice + slice,
	} {
		if _, err := NewRereader().Reread([]byte(b)); claim.KindOf(err) != claim.Invalid {
			t.Errorf("%s: error %v, want one of kind Invalid", name, err)
		}
	}
}
