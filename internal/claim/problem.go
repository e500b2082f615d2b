package claim

import "fmt"

// Severity tells whether a problem refuses what it is about.
type Severity string

// Severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Problem is one finding about a document that was read: where, in the document's own terms, and what.
// Text never quotes a value of the document, which may be personal data; it says what was expected.
type Problem struct {
	Severity    Severity `json:"severity"`
	Code        string   `json:"code"` // stable, ours, such as "SE01"
	Text        string   `json:"text"`
	Interchange string   `json:"interchange"` // ISA13
	Transaction string   `json:"transaction"` // ST02
	Segment     int      `json:"segment"`     // ordinal in the document, from 1
	SegmentID   string   `json:"segmentId"`
	Element     int      `json:"element"` // from 1; 0: the segment
	Line        int      `json:"line"`    // text line for flat formats, from 1
	Claim       int      `json:"claim"`   // ordinal of the claim in the document, from 1; 0: none
}

// String shows the problem with its place first, as a compiler would.
func (p Problem) String() string {
	place := fmt.Sprintf("segment %d %s", p.Segment, p.SegmentID)
	if p.Segment == 0 {
		place = fmt.Sprintf("line %d", p.Line)
	}
	if p.Element > 0 {
		place += fmt.Sprintf("%02d", p.Element)
	}
	return fmt.Sprintf("%s: %s %s: %s", place, p.Severity, p.Code, p.Text)
}
