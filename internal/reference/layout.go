package reference

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// layout is one file format: how it is recognised, which dates its name can state, and how it is read.
type layout struct {
	name    string
	kinds   []claim.FactKind // tables it has rows for
	series  string           // files of one series follow one another in time
	columns []string         // all of them are in the header, in lower case and with _ for blanks
	exact   bool             // and no others
	shape   *regexp.Regexp
	cycle   cycle
	period  bool // nothing can be made of a file that does not say what it was published for, not even by assuming
	dated   bool // the rows state dates; a file that does not, and whose name states none, is useless as it is
	read    func(*gathering, *file)
}

// layouts lists the formats, more particular ones first. The first seven are our own, the
// others those of CMS and the OIG.
func layouts() []layout {
	return slices.Concat(ownLayouts(), ncciLayouts(), icd10Layouts(), hcpcsLayouts(), pfsLayouts(), leieLayouts())
}

// Bounds on what is looked at to recognise a file.
const (
	headBytesMax = 4096
	headLinesMax = 8 // a title may stand before the header
)

// recognise finds the layout of a file, or notes why it is left out and returns nil.
func recognise(source Source, o Options, told *Loaded) *file {
	head, err := source.head()
	f := matching(head)
	switch {
	case err != nil:
		told.Left = "it cannot be opened, or is damaged"
		broken := file{source: source, told: told, line: 1}
		broken.problem(-1, "READ", "the file cannot be read to its first row")
		return nil
	case f == nil:
		told.Left = "not the format of any table that a check uses"
		return nil
	case !slices.ContainsFunc(f.layout.kinds, o.wants):
		told.Left = "a table of another kind"
		return nil
	}
	f.source, f.told = source, told
	told.Format, told.Period = f.layout.name, o.Period
	if told.Period == (Span{}) {
		told.Period = periodOf(source.Name, f.layout.cycle)
	}
	if told.Period == (Span{}) && (f.layout.period || !f.layout.dated && !o.AssumeValid) {
		told.Left = "nothing says which dates it was published for"
		return nil
	}
	return f
}

// head returns the first bytes of a file; of a shorter one all.
func (s Source) head() ([]byte, error) {
	text, closer, err := s.open()
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	head, err := text.Peek(headBytesMax)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return head, err
}

// matching returns a file with the layout that the first lines fit, or nil.
func matching(head []byte) *file {
	lines := bytes.SplitAfterN(head, []byte("\n"), headLinesMax+1)
	lines = lines[:min(len(lines), headLinesMax)]
	for _, l := range layouts() {
		if l.shape != nil {
			if l.shape.Match(lines[0]) {
				return &file{layout: &l}
			}
			continue
		}
		for n, line := range lines {
			if header := headerCells(line); l.fits(header) {
				return &file{layout: &l, headLines: n + 1, header: header}
			}
		}
	}
	return nil
}

func headerCells(line []byte) []string {
	cells, err := csv.NewReader(bytes.NewReader(line)).Read()
	if err != nil {
		return nil
	}
	for i, cell := range cells {
		cells[i] = strings.Join(strings.Fields(strings.ToLower(cell)), "_")
	}
	return cells
}

// fits tells whether the header has the layout's columns, each once.
func (l *layout) fits(header []string) bool {
	if l.exact && len(header) != len(l.columns) {
		return false
	}
	for _, name := range l.columns {
		first := slices.Index(header, name)
		if first < 0 || slices.Contains(header[first+1:], name) {
			return false
		}
	}
	return true
}
