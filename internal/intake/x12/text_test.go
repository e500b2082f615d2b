package x12

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var usual = delimiters{element: '*', component: ':', terminator: '~'}

// A byte that nobody means in a text becomes a blank, and the first element with one is named; line ends go; what is no UTF-8 is
// read as ISO 8859-1, and what is UTF-8 stays.
func TestTextIsReadAsItWasMeant(t *testing.T) {
	for raw, want := range map[string]struct {
		elements []string
		control  int
		latin1   bool
	}{
		"NM1*A B\t":           {[]string{"NM1", "A B\t"}, -1, false},
		"NM1*A\x7fB":          {[]string{"NM1", "A B"}, 1, false},
		"NM1*A*B\x01*C\x02":   {[]string{"NM1", "A", "B ", "C "}, 2, false},
		"N\x001*B\x1f":        {[]string{"N 1", "B "}, 0, false},
		"NM1*\x1f\x20\x7e":    {[]string{"NM1", "  ~"}, 1, false},
		"NM1*É\nT\r":          {[]string{"NM1", "ÉT"}, -1, false},
		"NM1*É\x01":           {[]string{"NM1", "É "}, 1, false},
		"NM1*ÉTÉ":             {[]string{"NM1", "ÉTÉ"}, -1, false},
		"NM1*\xc9TE":          {[]string{"NM1", "ÉTE"}, -1, true},
		"NM1*\x80":            {[]string{"NM1", " "}, -1, true},
		"NM1*\x9fA\xa0\xff":   {[]string{"NM1", " A\u00a0ÿ"}, -1, true},
		"NM1*\xc9\x7f\n*\x01": {[]string{"NM1", "É ", " "}, 1, true},
		"NM1**":               {[]string{"NM1", "", ""}, -1, false},
		"":                    {[]string{""}, -1, false},
	} {
		var s segment
		s.prepare(usual)
		s.split([]byte(raw), true)
		if diff := cmp.Diff(want.elements, s.elements); diff != "" || s.control != want.control || s.latin1 != want.latin1 {
			t.Errorf("%q: control character in %d, ISO 8859-1 %v (-want +got):\n%s", raw, s.control, s.latin1, diff)
		}
	}
}

func TestCountsAreOfOneToNineDigits(t *testing.T) {
	for text, want := range map[string]int{"0": 0, "7": 7, "007": 7, "42": 42, "999999999": 999999999} {
		if n, ok := count(text); !ok || n != want {
			t.Errorf("%q: got %d, %v", text, n, ok)
		}
	}
	for _, text := range []string{"", "1234567890", "0000000001", "-1", "+1", "1/", "1:", " 1", "1.0", "x"} {
		if n, ok := count(text); ok {
			t.Errorf("%q is taken for %d", text, n)
		}
	}
}

// isa is a header of fixed width without its terminator.
const isa = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *250301*1200*^*00501*000000001*0*T*:"

func scannerOf(source io.Reader, limit int) *scanner {
	return &scanner{ctx: context.Background(), source: source, limit: limit}
}

// letters is a text of one letter.
type letters struct{}

func (letters) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'A'
	}
	return len(b), nil
}

// A segment without end is passed over in the room of one that is just too long, and is told to have none.
func TestASegmentWithoutEndTakesNoRoom(t *testing.T) {
	const limit = 4096
	for name, tc := range map[string]struct {
		behind       string
		unterminated bool
	}{"that ends at last": {"~IEA*1*000000001~", false}, "that never ends": {"", true}} {
		long := io.LimitReader(letters{}, 200*bufferBytes)
		s := scannerOf(io.MultiReader(strings.NewReader(isa+"~NM1*"), long, strings.NewReader(tc.behind)), limit)
		if _, err := s.next(); err != nil {
			t.Fatal(err)
		}
		got, err := s.next()
		if err != nil || !got.tooLong || got.unterminated != tc.unterminated || string(got.raw) != "NM1*"+strings.Repeat("A", longKept-4) {
			t.Errorf("a segment %s: %q, too long %v, unterminated %v, %v", name, got.raw, got.tooLong, got.unterminated, err)
		}
		if len(s.buffer) > bufferBytes {
			t.Errorf("a segment %s took %d bytes", name, len(s.buffer))
		}
		got, err = s.next()
		if want := strings.Trim(tc.behind, "~"); string(got.raw) != want || tc.unterminated != errors.Is(err, io.EOF) {
			t.Errorf("behind a segment %s: %q, %v", name, got.raw, err)
		}
	}
}

// A document may end with its header, whatever sign that ends with; nothing stands before a header but blanks.
func TestAHeaderStandsByItself(t *testing.T) {
	for _, end := range []string{"~", "\r", "\n", "\r\n"} {
		s := scannerOf(strings.NewReader("\ufeff \r\n"+isa+end), 4096)
		got, err := s.next()
		if err != nil || !got.header || string(got.raw) != isa {
			t.Errorf("with %q: %q, %v", end, got.raw, err)
		}
		if want := end[len(end)-1]; s.signs.terminator != want {
			t.Errorf("with %q: segments end with %q", end, s.signs.terminator)
		}
		if _, err := s.next(); !errors.Is(err, io.EOF) {
			t.Errorf("with %q: then %v, want the end", end, err)
		}
	}
	for _, before := range []string{"\x00", "~", "x"} {
		if _, err := scannerOf(strings.NewReader(before+isa+"~"), 4096).next(); !errors.Is(err, errNoHeader) {
			t.Errorf("%q before the header: got %v", before, err)
		}
	}
}

// A document that breaks off while it is read is an error wherever it breaks off, and never a shorter document.
func TestADocumentThatCannotBeReadToItsEndIsAnError(t *testing.T) {
	gone := errors.New("the connection is gone")
	document := string(batch(2))
	for at := range len(document) {
		r := io.MultiReader(strings.NewReader(document[:at]), iotest.ErrReader(gone))
		if _, err := Read(t.Context(), r, Limits{SegmentBytes: 200}, nil); !errors.Is(err, gone) {
			t.Fatalf("broken off behind byte %d: %v", at, err)
		}
	}
	long := io.MultiReader(strings.NewReader(document[:200]), io.LimitReader(letters{}, 2*bufferBytes), iotest.ErrReader(gone))
	if _, err := Read(t.Context(), long, Limits{SegmentBytes: 200}, nil); !errors.Is(err, gone) {
		t.Errorf("broken off in a segment that is too long: %v", err)
	}
	silent := io.MultiReader(strings.NewReader(document[:200]), nothing{})
	if _, err := Read(t.Context(), silent, Limits{}, nil); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that gives nothing: %v", err)
	}
}

// nothing reads nothing, without an error.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, nil }

// What a quantity of nought is worth is for the contract to say.
func TestNoughtIsAQuantity(t *testing.T) {
	report, r := read(t, []byte(strings.Replace(one, "*UN*1*", "*UN*0*", 1)))
	if report.Eligible != 1 || len(r.parsed) != 1 || r.parsed[0].Claim.Lines[0].Quantity != 0 {
		t.Errorf("%d eligible: %v", report.Eligible, report.Errors)
	}
}
