package reference

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"

	"github.com/assize/assize/internal/claim"
)

// fileBytesMax bounds what is read of a file that nobody vouches for, unzipped; the largest public table has 30 MB.
const fileBytesMax = 1 << 30

// file is one recognised file while it is read. Its accessors return zeros for a cell that is wrong and note a
// problem with its place; the row is then bad and must not be used.
type file struct {
	source    Source
	layout    *layout
	told      *Loaded
	headLines int  // lines up to and with the header
	effective Span // taken as valid for; zero when only the rows say
	seen      Span // from the first to the last date of its rows
	header    []string
	text      *bufio.Reader
	records   *csv.Reader
	cells     []string
	line      int
	bad       bool
}

// open returns the text of a file, unzipped when it begins as gzip does, and without a byte order mark.
func (s Source) open() (*bufio.Reader, io.Closer, error) {
	closer, err := s.Open()
	if err != nil {
		return nil, nil, err
	}
	text := bufio.NewReaderSize(closer, 64<<10)
	if start, _ := text.Peek(2); bytes.Equal(start, []byte{0x1f, 0x8b}) {
		unzipped, err := gzip.NewReader(text)
		if err != nil {
			return nil, nil, errors.Join(err, closer.Close())
		}
		text = bufio.NewReaderSize(unzipped, 64<<10)
	}
	if start, _ := text.Peek(3); bytes.Equal(start, []byte("\ufeff")) {
		_, err = text.Discard(3)
	}
	return text, closer, err
}

// limited ends with an error, not as a shorter file would, when there is more than it allows.
type limited struct {
	text io.Reader
	left int
}

var errTooLong = errors.New("the file is too long")

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLong
	}
	n, err := l.text.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

// start opens the file and reads past its header. It returns nil, having noted why, when it cannot.
func (f *file) start() io.Closer {
	text, closer, err := f.source.open()
	if err == nil {
		f.text = bufio.NewReaderSize(&limited{text, fileBytesMax}, 64<<10)
		for f.line < f.headLines && err == nil {
			_, err = f.text.ReadSlice('\n')
			f.line++
		}
		if err != nil {
			err = errors.Join(err, closer.Close())
		}
	}
	if err != nil {
		f.problem(-1, "READ", "the file cannot be read to its first row")
		return nil
	}
	f.records = csv.NewReader(f.text)
	f.records.ReuseRecord = true
	f.records.FieldsPerRecord = len(f.header)
	return closer
}

// next reads the next record of a CSV file and tells whether there is one. Records that cannot be split are noted and
// passed over.
func (f *file) next() bool {
	for {
		cells, err := f.records.Read()
		f.bad = false
		var fault *csv.ParseError
		switch {
		case err == nil:
			at, _ := f.records.FieldPos(0)
			f.cells, f.line = cells, f.headLines+at
			return true
		case errors.Is(err, io.EOF):
			return false
		case errors.As(err, &fault):
			f.line = f.headLines + fault.StartLine
			f.problem(-1, "CSV", csvFault(fault))
		default:
			f.problem(-1, "READ", "the file breaks off: damaged, or too long")
			return false
		}
	}
}

func csvFault(fault *csv.ParseError) string {
	if errors.Is(fault, csv.ErrFieldCount) {
		return "the row has not as many columns as the header"
	}
	return "a quotation mark is out of place"
}

// nextLine reads the next line of a file of fixed columns and tells whether there is one.
func (f *file) nextLine() (string, bool) {
	line, err := f.text.ReadSlice('\n')
	f.bad = false
	f.line++
	switch {
	case err == nil, errors.Is(err, io.EOF) && len(line) > 0:
		return string(bytes.TrimRight(line, "\r\n")), true
	case errors.Is(err, io.EOF):
		return "", false
	}
	f.problem(-1, "READ", "the file breaks off: damaged, too long, or with a line that is")
	return "", false
}

// problem notes what is wrong with a column of the current line; -1 is the line as a whole. Text never quotes a value.
func (f *file) problem(at column, code, text string) {
	f.bad = true
	f.told.Errors++
	if len(f.told.Problems) < problemsMax {
		f.told.Problems = append(f.told.Problems, Problem{File: f.source.Name, Problem: claim.Problem{
			Severity: claim.SeverityError, Code: code, Text: text, Line: f.line, Element: int(at) + 1,
		}})
	}
}

// took counts a row that was used.
func (f *file) took(span Span) {
	if f.told.Rows == 0 {
		f.seen = span
	}
	f.seen = Span{min(f.seen.From, span.From), max(f.seen.Through, span.Through)}
	f.told.Rows++
}

// speaksFor is the dates the file is complete for: those it is taken as valid for, or else those of its rows.
func (f *file) speaksFor() []Span {
	switch {
	case f.effective != (Span{}):
		return []Span{f.effective}
	case f.told.Rows > 0:
		return []Span{f.seen}
	}
	return nil
}
