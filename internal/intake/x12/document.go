package x12

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// document is the state of one reading: the envelope levels that are open, and the report so far.
type document struct {
	limits  Limits
	handler Handler
	scan    scanner
	seg     segment
	report  Report

	interchange interchange
	group       group
	set         set

	excerpt bool // reading a Slice: a claim may end with the document, and HL numbers may begin anywhere
}

// interchange is ISA..IEA.
type interchange struct {
	open     bool
	damaged  bool // ISA cannot be trusted: its sets are void
	latin1   bool // the charset was remarked on
	envelope Envelope
	groups   int
	other    bool   // it holds something else than functional groups: TA1
	raw      []byte // ISA as received
}

// group is GS..GE.
type group struct {
	open    bool
	sets    int
	version string // GS08
	kind    string // GS01
	raw     []byte // GS as received
	used    map[string]struct{}
}

// controlNumbersKept bounds the ST02 values remembered to find repeated ones in a functional group.
const controlNumbersKept = 65536

func newDocument(ctx context.Context, r io.Reader, limits Limits, h Handler) *document {
	d := &document{limits: limits, handler: h}
	d.scan = scanner{ctx: ctx, source: r, limit: limits.SegmentBytes}
	d.report = Report{Format: "x12", Refusals: []Refusal{}, Errors: []claim.Problem{}, Warnings: []claim.Problem{}}
	return d
}

// orDefault fills in the fields that are zero.
func (l Limits) orDefault() Limits {
	set := func(field *int, standard int) {
		if *field <= 0 {
			*field = standard
		}
	}
	set(&l.SegmentBytes, 64<<10)
	set(&l.ClaimBytes, 1<<20)
	set(&l.ClaimLines, 1000)
	set(&l.Problems, 1000)
	return l
}

// run reads segments until the document ends or cannot be read any further.
func (d *document) run() error {
	for {
		t, err := d.scan.next()
		switch {
		case errors.Is(err, io.EOF):
			return d.end()
		case errors.Is(err, errNoHeader), errors.Is(err, errHeader), errors.Is(err, errDelimiters):
			return d.unreadable(err)
		case err != nil:
			return err
		}
		if err := d.token(t); err != nil {
			return err
		}
	}
}

// unreadable reports why there are no segments (any more) and closes what is open.
func (d *document) unreadable(err error) error {
	d.seg.ordinal++
	d.seg.id = "ISA"
	switch {
	case errors.Is(err, errDelimiters):
		d.problem(CodeISADelimiters, 0)
	case errors.Is(err, errHeader):
		d.problem(CodeISAUnreadable, 0)
	default:
		d.seg.id = ""
		rest := d.scan.buffer[d.scan.from:d.scan.to]
		if bytes.HasPrefix(rest, []byte("\xFF\xFE")) || bytes.HasPrefix(rest, []byte("\xFE\xFF")) ||
			bytes.HasPrefix(rest, []byte("I\x00S\x00")) || bytes.HasPrefix(rest, []byte("\x00I\x00S")) {
			d.problem(CodeEncoding, 0)
		} else {
			d.problem(CodeNotX12, 0)
		}
	}
	d.seg.ordinal--
	return d.close()
}

// end closes the document at its end.
func (d *document) end() error {
	if d.seg.ordinal == 0 {
		d.problemAt(place{ordinal: 1}, CodeEmpty, 0)
	}
	return d.close()
}

// close reports what was left open: set, group, interchange.
func (d *document) close() error {
	if d.excerpt {
		return d.finishClaim() // its envelope was judged when the document was read
	}
	if err := d.abandonSet(); err != nil {
		return err
	}
	d.abandonGroup()
	d.abandonInterchange()
	return nil
}

// token counts a segment, checks its bytes and hands it on.
func (d *document) token(t token) error {
	// The last byte of an ISA is its component separator, whatever it is.
	if n := len(t.raw); n > 0 && t.raw[n-1] <= ' ' && !t.header {
		t.raw = bytes.TrimRight(t.raw, "\r\n\t ")
	}
	d.seg.ordinal++
	d.report.Segments++
	if t.header {
		d.seg.prepare(d.scan.signs)
		d.seg.id = "ISA"
		d.seg.split(t.raw, true)
		return d.openInterchange(t)
	}
	id, use := idOf(t.raw, d.scan.signs.element)
	d.seg.id = id
	if (id == "CLM" || id == "HL") && !d.excerpt {
		d.seg.renew()
	}
	d.seg.split(t.raw, use == usageRead && !t.tooLong)
	if t.unterminated && !d.acceptUnterminated() {
		d.problem(CodeUnterminated, 0)
		return nil
	}
	if d.set.open && id != "GE" && id != "IEA" && id != "GS" && id != "ST" {
		d.set.segments++
	}
	return d.dispatch(t, use)
}

// acceptUnterminated tells whether the document's last segment counts although nothing ends it. Only IEA does: a cut
// through any other could have changed what it says.
func (d *document) acceptUnterminated() bool {
	return d.seg.id == "IEA" && len(d.seg.elements) > 2
}

// dispatch sends a segment to the level it belongs to.
func (d *document) dispatch(t token, use usage) error {
	switch d.seg.id {
	case "GS":
		return d.openGroup(t.raw)
	case "GE":
		return d.closeGroup()
	case "IEA":
		return d.closeInterchange()
	case "ST":
		return d.openSet(t.raw)
	case "SE":
		return d.closeSet(t)
	}
	switch {
	case d.set.open:
		return d.inSet(t, use)
	case d.seg.id == "TA1" && d.interchange.open && !d.group.open:
		d.interchange.other = true
	default:
		d.bytesProblems(t)
		d.problem(CodeOutside, 0)
	}
	return nil
}

// bytesProblems reports what is wrong with the bytes of a segment, in the scope that is current.
func (d *document) bytesProblems(t token) {
	if t.tooLong {
		d.problem(CodeSegmentLength, 0)
	}
	if d.seg.control >= 0 {
		d.problem(CodeControl, d.seg.control)
	}
	if d.seg.latin1 && !d.interchange.latin1 {
		d.interchange.latin1 = true
		d.problem(CodeCharset, 0)
	}
}

// finish completes the report.
func (d *document) finish() Report {
	d.report.Refused = d.report.Claims - d.report.Eligible
	if d.report.Transactions == 0 {
		d.report.First = d.interchange.envelope
		if d.interchange.other {
			d.report.Kind = KindTA1
		}
	}
	return d.report
}

// problem reports a finding at the current segment.
func (d *document) problem(code Code, element int) {
	d.problemAt(place{ordinal: d.seg.ordinal, id: d.seg.id}, code, element)
}

// place is where a finding is: the segment it is about, which may be an earlier one.
type place struct {
	ordinal int
	id      string
}

func (d *document) problemAt(at place, code Code, element int) {
	f := findings[code]
	p := claim.Problem{
		Severity: f.severity, Code: string(code), Text: f.text,
		Interchange: shown(d.interchange.envelope.Interchange), Segment: at.ordinal, SegmentID: at.id, Element: element,
	}
	if d.set.open {
		p.Transaction = shown(d.set.envelope.Transaction)
		d.set.attach(&p, d.report.Claims)
	}
	if p.Severity == claim.SeverityWarning {
		d.report.WarningsTotal++
		d.report.Warnings = appendCapped(d.report.Warnings, p, d.limits.Problems)
		return
	}
	d.report.ErrorsTotal++
	d.report.Errors = appendCapped(d.report.Errors, p, d.limits.Problems)
}

func appendCapped(list []claim.Problem, p claim.Problem, limit int) []claim.Problem {
	if len(list) >= limit {
		return list
	}
	return append(list, p)
}

// shown returns a control number fit to be shown: what is longer or otherwise made may be anything, even a name.
func shown(controlNumber string) string {
	if len(controlNumber) > 9 {
		return ""
	}
	for i := range len(controlNumber) {
		if !isAlphanumeric(controlNumber[i]) {
			return ""
		}
	}
	return controlNumber
}

// refuse counts a set refused by its kind.
func (d *document) refuse(code Code) {
	if d.report.RefusalCode == "" {
		d.report.RefusalCode = code
	}
	i := slices.IndexFunc(d.report.Refusals, func(r Refusal) bool { return r.Code == code })
	if i < 0 {
		i = len(d.report.Refusals)
		d.report.Refusals = append(d.report.Refusals, Refusal{Code: code})
	}
	d.report.Refusals[i].Transactions++
}

// versionsListed bounds the distinct versions a report lists.
const versionsListed = 16

// addVersion lists a version once.
func (d *document) addVersion(version string) {
	listed := strings.Split(d.report.Version, ";")
	if version == "" || len(version) > 12 || len(listed) >= versionsListed || slices.Contains(listed, version) {
		return
	}
	for i := range len(version) {
		if !isAlphanumeric(version[i]) {
			return
		}
	}
	if d.report.Version != "" {
		version = d.report.Version + ";" + version
	}
	d.report.Version = version
}

// deliver gives a claim to the handler.
func (d *document) deliver(p *Parsed) error {
	if d.handler == nil {
		return nil
	}
	if err := d.handler.Claim(p); err != nil {
		return fmt.Errorf("delivering claim %d: %w", p.Ordinal, err)
	}
	return nil
}
