package flat

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// Handler receives claims in document order. An error it returns ends the reading and is returned.
type Handler interface {
	Claim(*Parsed) error
}

// Parsed is one claim with what is needed to report on it and to read it again. The handler may keep it.
type Parsed struct {
	Claim    claim.Claim
	Ordinal  int    // position in the document, from 1
	Line     int    // text line it begins at, from 1
	Slice    []byte // its line (NDJSON), or the header and its rows (CSV): a document of its own
	Refused  bool   // some problem is an error
	Problems []claim.Problem
}

// Limits bound the memory a reader may use. A zero field takes its default.
type Limits struct {
	LineBytes  int // longest line or row. Default 1 MiB
	ClaimLines int // most service lines of a claim. Default 1,000
	Problems   int // most errors listed, and most warnings. Default 1,000; counts are never capped
}

// orDefault fills in limits. An honest claim is far from them: 837I has room for 999 lines, 837P for 50.
func (l Limits) orDefault() Limits {
	set := func(field *int, standard int) {
		if *field <= 0 {
			*field = standard
		}
	}
	set(&l.LineBytes, 1<<20)
	set(&l.ClaimLines, 1000)
	set(&l.Problems, 1000)
	return l
}

// Report sums up a document. Lists are capped, counts are not.
type Report struct {
	Format        string          `json:"format"`  // "ndjson" or "csv"
	Version       string          `json:"version"` // of the format as this package documents it
	Interchanges  int             `json:"interchanges"`
	Transactions  int             `json:"transactions"` // this and Interchanges are always 0: there is no envelope
	Claims        int             `json:"claims"`
	Eligible      int             `json:"eligible"`
	Refused       int             `json:"refused"`
	Lines         int             `json:"lines"`    // service lines
	Segments      int             `json:"segments"` // lines or rows with data
	Errors        []claim.Problem `json:"errors"`
	ErrorsTotal   int             `json:"errorsTotal"`
	Warnings      []claim.Problem `json:"warnings"`
	WarningsTotal int             `json:"warningsTotal"`
}

// session is what reading either format has in common.
type session struct {
	limits  Limits
	handler Handler
	strict  strict // NDJSON only
	report  Report
}

func newSession(format string, limits Limits, h Handler) session {
	return session{
		limits: limits.orDefault(), handler: h,
		report: Report{Format: format, Version: "1", Errors: []claim.Problem{}, Warnings: []claim.Problem{}},
	}
}

// problemsKept bounds the problems kept with one claim.
const problemsKept = 100

// problem reports a finding about a field; p is nil when it is about the document.
func (s *session) problem(p *Parsed, line int, code Code, field string) {
	f := findings[code]
	found := claim.Problem{Severity: f.severity, Code: string(code), Text: f.text, SegmentID: field, Line: line}
	if field != "" {
		found.Text = fmt.Sprintf("field %s: %s", field, f.text)
	}
	wrong := f.severity == claim.SeverityError
	if p != nil {
		found.Claim = p.Ordinal
		p.Refused = p.Refused || wrong
		p.Problems = appendCapped(p.Problems, found, problemsKept)
	}
	if wrong {
		s.report.ErrorsTotal++
		s.report.Errors = appendCapped(s.report.Errors, found, s.limits.Problems)
		return
	}
	s.report.WarningsTotal++
	s.report.Warnings = appendCapped(s.report.Warnings, found, s.limits.Problems)
}

func appendCapped(list []claim.Problem, p claim.Problem, limit int) []claim.Problem {
	if len(list) >= limit {
		return list
	}
	return append(list, p)
}

// begin counts a claim that starts at a text line.
func (s *session) begin(line int) *Parsed {
	s.report.Claims++
	return &Parsed{Ordinal: s.report.Claims, Line: line, Problems: []claim.Problem{}}
}

// deliver completes, checks and hands over a claim.
func (s *session) deliver(p *Parsed) error {
	if !p.Refused {
		complete(&p.Claim)
		for _, f := range check(&p.Claim, s.limits.ClaimLines) {
			s.problem(p, p.Line, f.code, f.field)
		}
	}
	s.report.Lines += len(p.Claim.Lines)
	if p.Refused {
		s.report.Refused++
	} else {
		s.report.Eligible++
	}
	if s.handler == nil {
		return nil
	}
	if err := s.handler.Claim(p); err != nil {
		return fmt.Errorf("delivering claim %d: %w", p.Ordinal, err)
	}
	return nil
}
