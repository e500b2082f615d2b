package simulate

import (
	"fmt"
	"io"
	"strconv"

	"github.com/assize/assize/internal/claim"
)

// The delimiters of every document: those of the examples in the guides. Each segment stands on a line of its own.
const (
	elementSeparator   = '*'
	componentSeparator = ':'
	repetition         = '^'
	terminator         = '~'
)

// segmentWriter writes X12 segments one after the other. Its first error stays and ends the writing.
type segmentWriter struct {
	w        io.Writer
	buf      []byte
	segments int
	place    int // number of the claim being written, for errors
	err      error
}

// flushSize is how much is kept before it is handed on.
const flushSize = 64 << 10

func (s *segmentWriter) begin(id string) { s.buf = append(s.buf, id...) }

// end closes the segment, leaving out its last elements when they are empty, as X12 asks.
func (s *segmentWriter) end() {
	for s.buf[len(s.buf)-1] == elementSeparator {
		s.buf = s.buf[:len(s.buf)-1]
	}
	s.buf = append(s.buf, terminator, '\n')
	s.segments++
	if len(s.buf) >= flushSize {
		s.flush()
	}
}

func (s *segmentWriter) flush() {
	if s.err == nil {
		_, s.err = s.w.Write(s.buf)
	}
	s.buf = s.buf[:0]
}

// segment writes a segment of plain elements.
func (s *segmentWriter) segment(id string, elements ...string) {
	s.begin(id)
	for _, each := range elements {
		s.text(each)
	}
	s.end()
}

func (s *segmentWriter) text(value string) {
	s.buf = append(s.buf, elementSeparator)
	s.raw(value)
}

// skip leaves n elements empty.
func (s *segmentWriter) skip(n int) {
	for range n {
		s.buf = append(s.buf, elementSeparator)
	}
}

// raw appends data, which may hold no delimiter: X12 has no way to escape one.
func (s *segmentWriter) raw(value string) {
	for i := range len(value) {
		switch value[i] {
		case elementSeparator, componentSeparator, repetition, terminator, '\n', '\r':
			if s.err == nil {
				s.err = claim.Errorf(claim.Invalid, "writing claim %d: the data holds a delimiter", s.place)
			}
			return
		}
	}
	s.buf = append(s.buf, value...)
}

// composite writes an element of components; empty ones at the end are left out.
func (s *segmentWriter) composite(parts ...string) {
	s.buf = append(s.buf, elementSeparator)
	s.components(parts)
}

func (s *segmentWriter) components(parts []string) {
	last := len(parts)
	for last > 0 && parts[last-1] == "" {
		last--
	}
	for i := range last {
		if i > 0 {
			s.buf = append(s.buf, componentSeparator)
		}
		s.raw(parts[i])
	}
}

// amount writes cents as dollars without needless decimals, as R elements are written.
func (s *segmentWriter) amount(c claim.Cents) {
	s.buf = append(s.buf, elementSeparator)
	if c < 0 {
		s.buf, c = append(s.buf, '-'), -c
	}
	s.buf = strconv.AppendInt(s.buf, int64(c/100), 10)
	if cents := c % 100; cents != 0 {
		s.buf = append(s.buf, '.', byte('0'+cents/10))
		if cents%10 != 0 {
			s.buf = append(s.buf, byte('0'+cents%10))
		}
	}
}

func (s *segmentWriter) quantity(q claim.Quantity) {
	s.buf = append(s.buf, elementSeparator)
	if q%claim.One == 0 {
		s.buf = strconv.AppendInt(s.buf, int64(q/claim.One), 10)
		return
	}
	s.raw(q.String())
}

func (s *segmentWriter) number(n int) {
	s.buf = append(s.buf, elementSeparator)
	s.buf = strconv.AppendInt(s.buf, int64(n), 10)
}

// date writes CCYYMMDD.
func (s *segmentWriter) date(d claim.Date) {
	s.buf = append(s.buf, elementSeparator)
	s.day(d)
}

func (s *segmentWriter) day(d claim.Date) {
	if d < 10000101 {
		s.buf = fmt.Appendf(s.buf, "%08d", int(d))
		return
	}
	s.buf = strconv.AppendInt(s.buf, int64(d), 10)
}

// period writes DTP with one date, or with two when they differ.
func (s *segmentWriter) period(qualifier string, from, through claim.Date, always bool) {
	s.begin("DTP")
	s.text(qualifier)
	if from == through && !always {
		s.text("D8")
		s.date(from)
	} else {
		s.text("RD8")
		s.date(from)
		s.buf = append(s.buf, '-')
		s.day(through)
	}
	s.end()
}
