package flat

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"unicode/utf8"

	"github.com/assize/assize/internal/claim"
)

// ReadNDJSON reads one claim a line and delivers them to h, which may be nil to check only. It returns an error only
// when r, ctx or h fails; a bad document is a Report with errors.
func ReadNDJSON(ctx context.Context, r io.Reader, limits Limits, h Handler) (Report, error) {
	s := newSession("ndjson", limits, h)
	s.strict.names = claimNames()
	lines := lineReader{ctx: ctx, source: bufio.NewReaderSize(r, 64<<10), limit: s.limits.LineBytes}
	for {
		text, tooLong, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s.report, err
		}
		if len(text) == 0 && !tooLong {
			continue
		}
		s.report.Segments++
		p := s.begin(lines.number)
		if tooLong {
			s.problem(p, lines.number, CodeLineLength, "")
		} else {
			s.readJSON(p, text)
		}
		if err := s.deliver(p); err != nil {
			return s.report, err
		}
	}
	if s.report.Segments == 0 {
		s.problem(nil, 1, CodeEmpty, "")
	}
	return s.report, nil
}

// lineReader cuts a stream into lines without blanks around them.
type lineReader struct {
	ctx    context.Context
	source *bufio.Reader
	limit  int
	number int // of the line last returned, from 1
	buffer []byte
}

// next returns a line, valid until the next call, or says that it was too long and was passed over.
func (l *lineReader) next() (text []byte, tooLong bool, err error) {
	l.buffer = l.buffer[:0]
	if err := l.ctx.Err(); err != nil {
		return nil, false, err
	}
	for {
		part, err := l.source.ReadSlice('\n')
		if len(l.buffer)+len(part) > l.limit+2 { // a line end of two bytes is no part of the line
			tooLong = true
		}
		if !tooLong {
			l.buffer = append(l.buffer, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if err := l.ctx.Err(); err != nil {
				return nil, false, err
			}
			continue
		case err == io.EOF && len(part) == 0 && len(l.buffer) == 0 && !tooLong:
			return nil, false, io.EOF
		case err != nil && err != io.EOF:
			return nil, false, fmt.Errorf("reading claims after line %d: %w", l.number, err)
		}
		l.number++
		text = l.buffer
		if l.number == 1 {
			text = bytes.TrimPrefix(text, []byte("\xEF\xBB\xBF"))
		}
		return bytes.TrimSpace(text), tooLong, nil
	}
}

// readJSON decodes one claim, strictly.
func (s *session) readJSON(p *Parsed, text []byte) {
	p.Slice = append(bytes.Clone(text), '\n')
	if !utf8.Valid(text) {
		s.problem(p, p.Line, CodeEncoding, "")
		return
	}
	if f := s.strict.document(text); f.code != "" {
		s.problem(p, p.Line, f.code, f.field)
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p.Claim); err != nil {
		p.Claim = claim.Claim{}
		f := locate(text, reflect.TypeFor[claim.Claim](), "")
		s.problem(p, p.Line, f.code, f.field)
	}
}
