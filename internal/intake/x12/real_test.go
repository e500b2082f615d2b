//go:build realfiles

package x12

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

// realFiles is a folder of X12 files of other projects' test suites, kept outside the repository: what reads it is built with
// the tag realfiles only.
const realFiles = "../../../../shared/data/x12"

// manifestRow is what an independent count found in a real file.
type manifestRow struct {
	file, kind, version     string
	claims, lines, segments int
	issues                  string
}

func manifest(t testing.TB) []manifestRow {
	f, err := os.Open(filepath.Join(realFiles, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	records, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range records[0] {
		column[name] = i
	}
	number := func(text string) int {
		n, err := strconv.Atoi(text)
		if err != nil {
			return -1
		}
		return n
	}
	var rows []manifestRow
	for _, r := range records[1:] {
		rows = append(rows, manifestRow{
			file: r[column["file"]], kind: r[column["kind"]], version: r[column["version"]], issues: r[column["issues"]],
			claims: number(r[column["claims"]]), lines: number(r[column["service_lines"]]), segments: number(r[column["segments"]]),
		})
	}
	if len(rows) < 100 {
		t.Fatalf("the manifest has %d rows", len(rows))
	}
	return rows
}

// clean tells whether nothing but a byte order mark or a line end as terminator is remarked on.
func (m manifestRow) clean() bool {
	return m.issues == "" || m.issues == "BOM" || m.issues == "newline_terminated" || m.issues == "BOM|newline_terminated"
}

func readReal(t testing.TB, file string) []byte {
	b, err := os.ReadFile(filepath.Join(realFiles, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// refusalFor is the code a file must be refused by, told from the manifest and the bytes, not by this package.
func refusalFor(row manifestRow, document []byte) Code {
	version := row.version
	switch {
	case !strings.HasPrefix(row.kind, "837"):
		return RefusalNot837
	case strings.HasPrefix(version, "004010"):
		return RefusalVersion4010
	case strings.HasPrefix(version, "005010X224"):
		return RefusalDental
	case version == "005010X291", version == "005010X292":
		return RefusalPredetermination
	case version == "005010X298":
		return RefusalPostAdjudicated
	case !strings.HasPrefix(version, "005010X222") && !strings.HasPrefix(version, "005010X223"):
		return RefusalVersion
	case bytes.Contains(document, []byte("*RP~")): // one file has a set of each
		return RefusalEncounter
	}
	return ""
}

// TestRealFilesAgreeWithTheManifest: claims, lines, segments and version of every 837, malformed ones included, equal
// an independent count; what is not adjudicated is refused by its code; nothing of a refused file is eligible.
func TestRealFilesAgreeWithTheManifest(t *testing.T) {
	payable := 0
	for _, row := range manifest(t) {
		document := readReal(t, row.file)
		report, _ := read(t, document)
		if strings.Contains(row.issues, "no_ISA_fragment") {
			continue // without delimiters there is nothing to count; see TestRealMalformedFilesAreLocated
		}
		want := refusalFor(row, document)
		if report.RefusalCode != want {
			t.Errorf("%s: refused by %q, want %q", row.file, report.RefusalCode, want)
		}
		if want != "" && report.Eligible != 0 && !bytes.Contains(document, []byte("*CH~")) {
			t.Errorf("%s: %d claims eligible of a kind that is refused", row.file, report.Eligible)
		}
		if !strings.HasPrefix(row.kind, "837") {
			continue
		}
		got := manifestRow{row.file, row.kind, report.Version, report.Claims, report.Lines, report.Segments, row.issues}
		if diff := cmp.Diff(row, got, cmp.AllowUnexported(manifestRow{})); diff != "" {
			t.Errorf("%s (-manifest +got):\n%s", row.file, diff)
		}
		if want == "" && row.clean() && report.Accepted == report.Transactions && report.Transactions > 0 {
			payable++
		}
		if want == "" && row.clean() && report.Accepted != report.Transactions {
			t.Errorf("%s: a clean payable file of which %d of %d sets are accepted: %v", row.file, report.Accepted, report.Transactions, report.Errors)
		}
	}
	if payable < 40 {
		t.Errorf("only %d clean payable files were read", payable)
	}
}

// issueCodes says which finding answers which remark of the manifest.
var issueCodes = map[string]Code{
	"SE01_mismatch": CodeSE01, "GE01_mismatch": CodeGE01, "IEA01_mismatch": CodeIEA01, "GS06!=GE02": CodeGE02,
	"ISA13!=IEA02": CodeIEA02, "ST02!=SE02": CodeSE02, "ISA_not_106_fixed_width": CodeISALength,
	"IEA_missing": CodeIEAMissing, "GE_missing": CodeGEMissing, "SE_missing": CodeSEMissing, "no_ISA_fragment": CodeNotX12,
}

// TestRealMalformedFilesAreLocated: every remark of the manifest is answered by an error with its place.
func TestRealMalformedFilesAreLocated(t *testing.T) {
	answered := 0
	for _, row := range manifest(t) {
		report, _ := read(t, readReal(t, row.file))
		for _, issue := range strings.Split(row.issues, "|") {
			name, _, _ := strings.Cut(issue, "(")
			code := issueCodes[name]
			// One ISA has its 106 characters and ends with another sign; what follows it is reported instead.
			if code == "" || strings.HasSuffix(row.file, "optionalInterchangeServices.edi") {
				continue
			}
			found := slices.IndexFunc(report.Errors, func(p claim.Problem) bool { return p.Code == string(code) })
			if found < 0 || report.Errors[found].Segment == 0 {
				t.Errorf("%s: %s is not answered by a located %s: %v", row.file, issue, code, report.Errors)
			}
			answered++
		}
	}
	if answered < 60 {
		t.Errorf("only %d remarks were looked at", answered)
	}
}

// TestRealSlicesReadAgain: the slice of every claim of every real file reads as the same claim.
func TestRealSlicesReadAgain(t *testing.T) {
	claims, reader := 0, NewRereader()
	for _, row := range manifest(t) {
		_, r := read(t, readReal(t, row.file))
		for _, p := range r.parsed {
			again, err := reader.Reread(p.Slice)
			if err != nil {
				t.Fatalf("%s, claim %d: %v", row.file, p.Ordinal, err)
			}
			if diff := cmp.Diff(p.Claim, again.Claim); diff != "" {
				t.Errorf("%s, claim %d (-want +got):\n%s", row.file, p.Ordinal, diff)
			}
			claims++
		}
	}
	if claims < 60 {
		t.Errorf("only %d claims were read", claims)
	}
}

// TestRealFilesCutAnywhere: no cut through a file panics, hangs, or makes a claim eligible whose SE is gone.
func TestRealFilesCutAnywhere(t *testing.T) {
	const cuts = 50
	for _, row := range manifest(t) {
		document := readReal(t, row.file)
		whole, _ := read(t, document)
		for i := range cuts {
			cut := document[:len(document)*i/cuts]
			report, _ := read(t, cut)
			if report.Accepted > bytes.Count(cut, []byte("SE"+string(sign(document)))) || report.Eligible > whole.Eligible {
				t.Errorf("%s cut at %d: %d sets accepted, %d claims eligible", row.file, len(cut), report.Accepted, report.Eligible)
			}
			if report.ErrorsTotal == 0 {
				t.Errorf("%s cut at %d of %d: no error", row.file, len(cut), len(document))
			}
		}
	}
}

// sign is the element separator of a document.
func sign(document []byte) byte {
	if i := bytes.Index(document, []byte("ISA")); i >= 0 && i+3 < len(document) {
		return document[i+3]
	}
	return '*'
}

// TestRealFilesDamagedAnywhere: the same of every real file.
func TestRealFilesDamagedAnywhere(t *testing.T) {
	files, forms, faulty, eligible := 0, 0, 0, 0
	for _, row := range manifest(t) {
		document := readReal(t, row.file)
		tried, wrong, good := damage(t, document)
		if t.Failed() {
			t.Fatalf("in %s", row.file)
		}
		files, forms, faulty, eligible = files+1, forms+tried, faulty+wrong, eligible+good
	}
	t.Logf("%d files, %d damaged forms: errors in %d, eligible claims left in %d", files, forms, faulty, eligible)
}
