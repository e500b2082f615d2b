package x12

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// delimiters are the signs an ISA declares: ISA itself is read by position, everything after it by these.
type delimiters struct {
	element, component, terminator byte
}

// valid tells whether the signs can be told from data and from one another.
func (s delimiters) valid() bool {
	if s.element == s.component || s.element == s.terminator || s.component == s.terminator {
		return false
	}
	return isSign(s.element) && isSign(s.component) && isSign(s.terminator)
}

func isSign(c byte) bool { return c != 0 && c != ' ' && c < 0x80 && !isAlphanumeric(c) }

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// token is what the scanner cuts out of the document.
type token struct {
	raw          []byte // without terminator; valid until the next call
	header       bool   // an ISA, and the delimiters were set from it
	shortHeader  bool   // that ISA is not of its fixed width
	tooLong      bool   // raw is only the beginning
	unterminated bool   // the document ends here
}

// errNoHeader and its like end the reading: without delimiters there are no segments.
var (
	errNoHeader   = errors.New("no ISA")
	errHeader     = errors.New("ISA unreadable")
	errDelimiters = errors.New("delimiters unusable")
)

// scanner cuts a stream into segments, with a buffer that never grows past limit.
type scanner struct {
	ctx      context.Context
	source   io.Reader
	limit    int
	buffer   []byte
	from, to int // the unread bytes of buffer
	ended    bool
	signs    delimiters
	known    bool // signs are set
}

const (
	bufferBytes = 32 << 10
	isaBytes    = 106 // ISA with its terminator: every element has a fixed width
	isaMax      = 512 // how far a header of wrong width is searched for its elements
)

// next returns the next segment, io.EOF after the last one, or why no more can be read.
func (s *scanner) next() (token, error) {
	if err := s.skipBlank(); err != nil {
		return token{}, err
	}
	if err := s.ensure(4); err != nil {
		return token{}, err
	}
	rest := s.buffer[s.from:s.to]
	if len(rest) >= 4 && rest[0] == 'I' && rest[1] == 'S' && rest[2] == 'A' && !isAlphanumeric(rest[3]) {
		return s.header()
	}
	if !s.known {
		return token{}, errNoHeader
	}
	return s.segment()
}

// segment cuts at the next terminator.
func (s *scanner) segment() (token, error) {
	searched := 0
	for {
		rest := s.buffer[s.from:s.to]
		if i := bytes.IndexByte(rest[searched:], s.signs.terminator); i >= 0 {
			raw := rest[:searched+i]
			s.from += len(raw) + 1
			if len(raw) > s.limit {
				return token{raw: raw[:min(longKept, s.limit)], tooLong: true}, nil
			}
			return token{raw: raw}, nil
		}
		searched = len(rest)
		if searched > s.limit {
			return s.skipLong()
		}
		more, err := s.fill()
		if err != nil {
			return token{}, err
		}
		if !more {
			rest = s.buffer[s.from:s.to] // trying to fill may have moved it
			s.from = s.to
			return token{raw: rest, unterminated: true}, nil
		}
	}
}

// longKept is what is kept of a segment that is too long: enough to name it, and as much whichever way it arrives.
const longKept = 64

// skipLong passes over a segment that is too long, keeping its first bytes.
func (s *scanner) skipLong() (token, error) {
	begin := bytes.Clone(s.buffer[s.from : s.from+min(longKept, s.limit)])
	for {
		rest := s.buffer[s.from:s.to]
		if i := bytes.IndexByte(rest, s.signs.terminator); i >= 0 {
			s.from += i + 1
			return token{raw: begin, tooLong: true}, nil
		}
		s.from = s.to
		more, err := s.fill()
		if err != nil {
			return token{}, err
		}
		if !more {
			return token{raw: begin, tooLong: true, unterminated: true}, nil
		}
	}
}

// header reads an ISA by position, or by its separators when it is not of its fixed width, and takes its delimiters.
func (s *scanner) header() (token, error) {
	if err := s.ensure(isaMax); err != nil {
		return token{}, err
	}
	rest := s.buffer[s.from:min(s.to, s.from+isaMax)]
	end := fixedHeader(rest)
	short := end == 0
	if short {
		end = looseHeader(rest)
	}
	if end == 0 {
		return token{}, errHeader
	}
	signs := delimiters{element: rest[3], component: rest[end-2], terminator: rest[end-1]}
	// A line end of two characters ends segments with its second; the first is dropped as blank.
	if signs.terminator == '\r' && len(rest) > end && rest[end] == '\n' {
		signs.terminator = '\n'
	}
	if !signs.valid() {
		return token{}, errDelimiters
	}
	s.signs, s.known = signs, true
	s.from += end
	return token{raw: rest[:end-1], header: true, shortHeader: short}, nil
}

// isaSeparators are the offsets of the 16 element separators of an ISA.
var isaSeparators = [16]int{3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103}

// fixedHeader returns the length of an ISA of fixed width, 0 when the bytes are not one.
func fixedHeader(b []byte) int {
	if len(b) < isaBytes {
		return 0
	}
	for _, i := range isaSeparators {
		if b[i] != b[3] {
			return 0
		}
	}
	if bytes.Count(b[:isaBytes], b[3:4]) != len(isaSeparators) {
		return 0
	}
	return isaBytes
}

// looseHeader returns the length of an ISA found by counting separators, 0 when there are not 16 of them.
func looseHeader(b []byte) int {
	seen := 0
	for i, c := range b {
		if c == b[3] {
			seen++
		}
		if seen == len(isaSeparators) {
			if i+2 < len(b) {
				return i + 3
			}
			return 0
		}
	}
	return 0
}

// skipBlank passes over line ends, blanks, byte order marks and empty segments, and the Ctrl-Z some senders end with.
func (s *scanner) skipBlank() error {
	for {
		for s.from < s.to && s.blank(s.buffer[s.from]) {
			s.from++
		}
		if err := s.ensure(len(byteOrderMark)); err != nil {
			return err
		}
		rest := s.buffer[s.from:s.to]
		switch {
		case len(rest) == 0:
			return io.EOF
		case bytes.HasPrefix(rest, []byte(byteOrderMark)):
			s.from += len(byteOrderMark)
		case !s.blank(rest[0]):
			return nil
		}
	}
}

const byteOrderMark = "\xEF\xBB\xBF"

func (s *scanner) blank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0x1A || s.known && c == s.signs.terminator
}

// ensure fills the buffer until n bytes are unread, or the document ends.
func (s *scanner) ensure(n int) error {
	for s.to-s.from < n {
		more, err := s.fill()
		if err != nil {
			return err
		}
		if !more {
			return nil
		}
	}
	return nil
}

// fill reads once more, making room first. It returns false at the end of the document.
func (s *scanner) fill() (bool, error) {
	if s.ended {
		return false, nil
	}
	if err := s.ctx.Err(); err != nil {
		return false, err
	}
	s.makeRoom()
	// A reader may return nothing without an error, but not for ever.
	for range 100 {
		n, err := s.source.Read(s.buffer[s.to:])
		s.to += n
		if err == io.EOF {
			s.ended = true
			return n > 0, nil
		}
		if err != nil {
			return false, fmt.Errorf("reading the X12 document: %w", err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, fmt.Errorf("reading the X12 document: %w", io.ErrNoProgress)
}

// makeRoom moves the unread bytes to the front, and doubles the buffer when they fill it.
func (s *scanner) makeRoom() {
	if s.from > 0 {
		s.to = copy(s.buffer, s.buffer[s.from:s.to])
		s.from = 0
	}
	if s.to < len(s.buffer) {
		return
	}
	grown := make([]byte, max(bufferBytes, 2*len(s.buffer)))
	s.to = copy(grown, s.buffer[:s.to])
	s.buffer = grown
}
