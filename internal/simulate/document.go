package simulate

import (
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/assize/assize/internal/claim"
)

// Header is what an 837 says of itself and its sender.
type Header struct {
	Type                 claim.Type
	Submitter            claim.Organization // NM1*41, ISA06, GS02
	Receiver             claim.Organization // NM1*40, ISA08, GS03
	Created              claim.Date         // ISA09, GS04, BHT04
	Control              int                // ISA13 and GS06, 1 to 999,999,999
	ClaimsPerTransaction int                // claims in one ST..SE; 0: 5,000, the most the guides recommend
}

// Written counts what WriteDocument wrote.
type Written struct {
	Transactions int `json:"transactions"`
	Claims       int `json:"claims"`
	Lines        int `json:"lines"`
	Segments     int `json:"segments"` // ISA to IEA
}

// WriteDocument writes one interchange: 005010X222A1 for professional, 005010X223A2 for institutional claims. It keeps
// the order of the claims; consecutive claims of one billing provider, subscriber or patient share its loop. Without
// claims it writes an interchange with no transaction set. Claims of another type than the header's, and data that
// holds a delimiter, are errors of kind claim.Invalid; errors of w are returned as they are.
func WriteDocument(w io.Writer, h Header, claims iter.Seq[*claim.Claim]) (Written, error) {
	if h.ClaimsPerTransaction <= 0 {
		h.ClaimsPerTransaction = 5000
	}
	d := documentWriter{segmentWriter: segmentWriter{w: w, buf: make([]byte, 0, flushSize+8192)}, header: h}
	d.openInterchange()
	for c := range claims {
		if c.Type != h.Type {
			return d.written, claim.Errorf(claim.Invalid, "writing claim %d: a %q claim in a document of %q claims", d.written.Claims+1, c.Type, h.Type)
		}
		if d.inSet == h.ClaimsPerTransaction {
			d.closeSet()
		}
		if d.inSet == 0 {
			d.openSet()
		}
		d.claim(c)
		if d.err != nil {
			return d.written, d.err
		}
	}
	d.closeSet()
	d.closeInterchange()
	d.flush()
	d.written.Segments = d.segments
	return d.written, d.err
}

// documentWriter adds to segments the envelopes, and the loops that are open in the current set.
type documentWriter struct {
	segmentWriter
	header    Header
	written   Written
	inSet     int // claims in the open set; 0: none is open
	setStart  int // segments before its ST
	loops     int // HL segments of the set
	billing   parties
	billingHL int
	coverage  coverageLoop
	coverHL   int
	patient   patientLoop
}

// guide is the implementation guide of the document's claims (ST03, GS08).
func (d *documentWriter) guide() string {
	if d.header.Type == claim.Institutional {
		return "005010X223A2"
	}
	return "005010X222A1"
}

// openInterchange writes ISA, whose elements have fixed widths, and GS.
func (d *documentWriter) openInterchange() {
	h := &d.header
	date := h.Created.String()
	short := ""
	if len(date) == 10 {
		short = date[2:4] + date[5:7] + date[8:]
	}
	d.begin("ISA")
	for _, each := range []string{"00", spaces(10, ""), "00", spaces(10, ""), "ZZ", spaces(15, h.Submitter.ID), "ZZ", spaces(15, h.Receiver.ID), short, "1200"} {
		d.text(each)
	}
	d.buf = append(d.buf, elementSeparator, repetition)
	for _, each := range []string{"00501", fmt.Sprintf("%09d", h.Control), "0", "P"} {
		d.text(each)
	}
	d.buf = append(d.buf, elementSeparator, componentSeparator)
	d.end()
	d.begin("GS")
	for _, each := range []string{"HC", h.Submitter.ID, h.Receiver.ID} {
		d.text(each)
	}
	d.date(h.Created)
	d.text("1200")
	d.number(h.Control)
	d.text("X")
	d.text(d.guide())
	d.end()
}

// spaces fills text up to a width, or cuts it.
func spaces(width int, text string) string { return fmt.Sprintf("%-*.*s", width, width, text) }

func (d *documentWriter) closeInterchange() {
	control := strconv.Itoa(d.header.Control)
	d.segment("GE", strconv.Itoa(d.written.Transactions), control)
	d.segment("IEA", "1", fmt.Sprintf("%09d", d.header.Control))
}

// openSet writes ST, BHT and loops 1000A and 1000B.
func (d *documentWriter) openSet() {
	d.written.Transactions++
	d.setStart, d.loops = d.segments, 0
	d.billing, d.coverage, d.patient = parties{}, coverageLoop{}, patientLoop{}
	h := &d.header
	d.segment("ST", "837", d.setControl(), d.guide())
	d.begin("BHT")
	d.text("0019")
	d.text("00")
	d.text(fmt.Sprintf("%09d-%s", h.Control, d.setControl()))
	d.date(h.Created)
	d.text("1200")
	d.text("CH")
	d.end()
	d.segment("NM1", "41", "2", h.Submitter.Name, "", "", "", "", "46", h.Submitter.ID)
	d.segment("PER", "IC", "CLAIMS OFFICE", "TE", "5555550100")
	d.segment("NM1", "40", "2", h.Receiver.Name, "", "", "", "", "46", h.Receiver.ID)
}

func (d *documentWriter) setControl() string { return fmt.Sprintf("%04d", d.written.Transactions) }

// closeSet writes SE, which counts ST and itself. Without an open set it does nothing.
func (d *documentWriter) closeSet() {
	if d.inSet == 0 {
		return
	}
	d.segment("SE", strconv.Itoa(d.segments-d.setStart+1), d.setControl())
	d.inSet = 0
}

// claim writes one claim with the loops above it that are not open already.
func (d *documentWriter) claim(c *claim.Claim) {
	d.inSet++
	d.written.Claims++
	d.written.Lines += len(c.Lines)
	d.place = d.written.Claims
	d.openLoops(c)
	d.claimLoop(c)
	for i := range c.Lines {
		d.line(c, &c.Lines[i])
	}
}
