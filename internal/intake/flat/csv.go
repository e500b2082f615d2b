package flat

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/assize/assize/internal/claim"
)

// ReadCSV reads one service line a row and delivers the claims to h, which may be nil to check only. It returns an
// error only when r, ctx or h fails; a bad document is a Report with errors.
func ReadCSV(ctx context.Context, r io.Reader, limits Limits, h Handler) (Report, error) {
	t := table{session: newSession("csv", limits, h)}
	source := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := source.Peek(3); string(mark) == "\xEF\xBB\xBF" {
		if _, err := source.Discard(len(mark)); err != nil {
			return t.report, fmt.Errorf("reading claims: %w", err)
		}
	}
	t.budget = &budget{ctx: ctx, source: source, most: t.limits.LineBytes + csvBuffer}
	t.budget.left = t.budget.most
	t.rows = csv.NewReader(t.budget)
	t.rows.ReuseRecord = true
	err := t.run()
	return t.report, err
}

// csvBuffer is how far encoding/csv reads ahead of the row it returns.
const csvBuffer = 4096

// budget is a reader that gives out only so many bytes between two rows: encoding/csv itself would keep reading a
// quoted cell that never ends.
type budget struct {
	ctx        context.Context
	source     io.Reader
	most, left int
	last       byte // the last byte given out
}

var errRowTooLong = errors.New("row too long")

// Read gives out no more than is left for the row, and nothing once the caller has gone away: a cell may be gigabytes long.
func (b *budget) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if b.left <= 0 {
		return 0, errRowTooLong
	}
	n, err := b.source.Read(p[:min(len(p), b.left)])
	b.left -= n
	if n > 0 {
		b.last = p[n-1]
	}
	return n, err
}

// table is the state of reading a CSV document.
type table struct {
	session
	budget  *budget
	rows    *csv.Reader
	header  []string
	group   int // index of groupColumn
	columns []placed
	open    *openClaim
	line    int  // of the latest row that was read
	doubt   bool // a row before was unreadable; the next claim may have lost a line to it
}

// placed is a column with the index of its cell.
type placed struct {
	column
	cell int
}

// openClaim is the claim whose rows are being read.
type openClaim struct {
	parsed *Parsed
	key    string
	cells  []string // of the first row: what the claim's own columns have to repeat
	rows   bytes.Buffer
	full   bool
}

// run reads row by row to the end. A row that cannot be read is refused and the next one tried; one that is too long ends it,
// since nobody knows where the next begins.
func (t *table) run() error {
	if ok, err := t.readHeader(); !ok || err != nil {
		return err
	}
	for {
		t.budget.left = t.budget.most
		row, err := t.rows.Read()
		var bad *csv.ParseError
		switch {
		case err == io.EOF:
			return t.end()
		case errors.Is(err, errRowTooLong):
			t.unreadable(t.line+1, CodeLineLength, "")
			return t.finish()
		case errors.As(err, &bad) && errors.Is(err, csv.ErrFieldCount):
			t.unreadable(bad.StartLine, CodeFieldCount, "")
		case errors.As(err, &bad):
			t.unreadable(bad.StartLine, CodeSyntax, "")
		case err != nil:
			return fmt.Errorf("reading claims: %w", err)
		default:
			if err := t.row(row); err != nil {
				return err
			}
		}
	}
}

// readHeader finds out which columns there are. It returns false when nothing can be read without them.
func (t *table) readHeader() (bool, error) {
	row, err := t.rows.Read()
	var bad *csv.ParseError
	switch {
	case err == io.EOF:
		t.problem(nil, 1, CodeEmpty, "")
		return false, nil
	case errors.Is(err, errRowTooLong):
		t.problem(nil, 1, CodeLineLength, "")
		return false, nil
	case errors.As(err, &bad):
		t.problem(nil, bad.StartLine, CodeSyntax, "")
		return false, nil
	case err != nil:
		return false, fmt.Errorf("reading claims: %w", err)
	}
	t.header = slices.Clone(row)
	return t.placeColumns(), nil
}

// placeColumns matches the header with the columns, and reports what does not match.
func (t *table) placeColumns() bool {
	sound := true
	complain := func(code Code, field string) {
		t.problem(nil, 1, code, field)
		sound = false
	}
	known := map[string]bool{groupColumn: true}
	find := func(name string) int {
		return slices.IndexFunc(t.header, func(cell string) bool { return strings.TrimSpace(cell) == name })
	}
	if t.group = find(groupColumn); t.group < 0 {
		complain(CodeFieldMissing, groupColumn)
	}
	for _, c := range columns() {
		known[c.name] = true
		at := find(c.name)
		switch {
		case at >= 0:
			t.columns = append(t.columns, placed{c, at})
		case c.required:
			complain(CodeFieldMissing, c.name)
		}
	}
	for i, cell := range t.header {
		name := strings.TrimSpace(cell)
		switch {
		case !known[name]:
			complain(CodeFieldUnknown, fmt.Sprintf("column %d", i+1))
		case find(name) != i:
			complain(CodeFieldRepeated, name)
		}
	}
	return sound
}

// IsHeader tells whether a document begins like the CSV this package reads: most names of its first line are known.
func IsHeader(start []byte) bool {
	first, _, whole := bytes.Cut(start, []byte("\n"))
	names := strings.Split(strings.TrimPrefix(string(first), "\xEF\xBB\xBF"), ",")
	if !whole {
		names = names[:len(names)-1] // it may be cut off
	}
	known := map[string]bool{groupColumn: true}
	for _, c := range columns() {
		known[c.name] = true
	}
	hits := 0
	for _, name := range names {
		if known[strings.Trim(strings.TrimSpace(name), `"`)] {
			hits++
		}
	}
	return hits >= 2 && 2*hits > len(names)
}

// unreadable reports a row that cannot be read. It may have belonged to the open claim or to the next one, so neither
// is paid.
func (t *table) unreadable(line int, code Code, field string) {
	t.report.Segments++
	var p *Parsed
	if t.open != nil {
		p = t.open.parsed
	}
	t.problem(p, line, code, field)
	t.doubt = true
}

// row reads one service line.
func (t *table) row(row []string) error {
	line, _ := t.rows.FieldPos(0)
	t.line = line
	key := strings.TrimSpace(row[t.group])
	if key == "" {
		t.unreadable(line, CodeSyntax, groupColumn)
		return nil
	}
	t.report.Segments++
	if t.open == nil || t.open.key != key {
		if err := t.finish(); err != nil {
			return err
		}
		t.begin(line, key, row)
	}
	for i, cell := range row {
		switch {
		case !utf8.ValidString(cell):
			t.problem(t.open.parsed, line, CodeEncoding, strings.TrimSpace(t.header[i]))
		case hasControl(cell):
			t.problem(t.open.parsed, line, CodeControl, strings.TrimSpace(t.header[i]))
		}
	}
	t.keep(line, row)
	t.readLine(line, row)
	return nil
}

// begin starts a claim with its first row.
func (t *table) begin(line int, key string, row []string) {
	p := t.session.begin(line)
	t.open = &openClaim{parsed: p, key: key, cells: slices.Clone(row)}
	t.keep(line, t.header)
	if t.doubt {
		t.problem(p, line, CodeNeighbour, "")
		t.doubt = false
	}
	for _, c := range t.columns {
		cell := strings.TrimSpace(row[c.cell])
		if c.ofLine {
			continue
		}
		if cell == "" {
			if c.name == "charge" {
				t.problem(p, line, CodeCLM02, c.name)
			}
			continue
		}
		if code := c.set(&p.Claim, nil, cell); code != "" {
			t.problem(p, line, code, c.name)
		}
	}
}

// missing are the findings for empty cells that may not be taken for zero. Read only.
var missing = map[string]Code{"lineCharge": CodeLineCharge, "quantity": CodeQuantityMissing}

// readLine reads the line's cells, and compares the claim's with those of its first row.
func (t *table) readLine(line int, row []string) {
	p := t.open.parsed
	if len(p.Claim.Lines) >= t.limits.ClaimLines {
		if !t.open.full {
			t.open.full = true
			t.problem(p, line, CodeLinesTooMany, "")
		}
		t.report.Lines++
		return
	}
	p.Claim.Lines = append(p.Claim.Lines, claim.Line{})
	l := &p.Claim.Lines[len(p.Claim.Lines)-1]
	for _, c := range t.columns {
		cell := strings.TrimSpace(row[c.cell])
		switch {
		case !c.ofLine:
			if cell != strings.TrimSpace(t.open.cells[c.cell]) {
				t.problem(p, line, CodeFieldDiffers, c.name)
			}
		case cell == "":
			if code := missing[c.name]; code != "" {
				t.problem(p, line, code, c.name)
			}
		default:
			if code := c.set(&p.Claim, l, cell); code != "" {
				t.problem(p, line, code, c.name)
			}
		}
	}
	if l.Procedure != "" && l.Qualifier == "" {
		l.Qualifier = "HC"
	}
}

// keep adds a row to the claim's slice, which is a CSV document of its own.
func (t *table) keep(line int, row []string) {
	o := t.open
	if o.full {
		return
	}
	if o.rows.Len() > 4*t.limits.LineBytes {
		o.full = true
		t.problem(o.parsed, line, CodeLineLength, "")
		return
	}
	w := csv.NewWriter(&o.rows)
	_ = w.Write(row) // a bytes.Buffer cannot fail, and a cell cannot be the delimiter
	w.Flush()
}

// end finishes the document.
func (t *table) end() error {
	if t.report.Segments == 0 {
		t.problem(nil, 1, CodeEmpty, "")
	}
	if t.open != nil && t.budget.last != '\n' {
		t.problem(t.open.parsed, t.line, CodeUnterminated, "")
	}
	return t.finish()
}

// finish delivers the open claim, if any.
func (t *table) finish() error {
	if t.open == nil {
		return nil
	}
	p := t.open.parsed
	p.Slice = t.open.rows.Bytes()
	t.open = nil
	return t.deliver(p)
}
