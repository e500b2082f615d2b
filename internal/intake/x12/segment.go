package x12

import (
	"strings"
	"unicode/utf8"
)

// segment is one segment split into elements. It is reused: its strings live on, its slices do not.
type segment struct {
	id       string // one of the ids of usageOf, or "" when it is not known
	ordinal  int    // in the document, from 1
	elements []string
	ends     []int           // where the separators stand
	parts    []string        // of the composite last asked for
	control  int             // element in which a control character stands, from 1; 0: the id; -1: none
	latin1   bool            // bytes were not UTF-8
	text     strings.Builder // holds the bytes of the elements, see room
	signs    delimiters
	class    [256]byte
}

// What a byte is to split.
const (
	plain byte = iota
	separator
	lineEnd
	control
	high
)

// prepare sets the delimiters the next segments are split by. They seldom change from one document to the next.
func (s *segment) prepare(signs delimiters) {
	if s.signs == signs {
		return
	}
	s.signs = signs
	for i := range s.class {
		switch {
		case i == '\r' || i == '\n':
			s.class[i] = lineEnd
		case i == '\t':
			s.class[i] = plain
		case i < ' ' || i == 0x7F:
			s.class[i] = control
		case i >= 0x80:
			s.class[i] = high
		default:
			s.class[i] = plain
		}
	}
	s.class[signs.component] = plain
	s.class[signs.element] = separator
}

// split cuts raw into elements. Elements of segments nobody reads are checked for bad bytes but not kept, which
// saves their memory.
func (s *segment) split(raw []byte, keep bool) {
	s.elements, s.ends, s.control, s.latin1 = s.elements[:0], s.ends[:0], -1, false
	dirty, wide := false, false
	for i, c := range raw {
		switch s.class[c] {
		case plain:
		case separator:
			s.ends = append(s.ends, i)
		case lineEnd:
			dirty = true
		case control:
			dirty = true
			if s.control < 0 {
				s.control = len(s.ends)
			}
		case high:
			wide = true
		}
	}
	s.latin1 = wide && !utf8.Valid(raw)
	switch {
	case !keep:
	case dirty || s.latin1:
		s.elements = append(s.elements, strings.Split(s.mend(raw), string(rune(s.signs.element)))...)
	default:
		s.room(len(raw))
		from := s.text.Len()
		s.text.Write(raw)
		s.cut(s.text.String()[from:])
	}
}

const textBytes = 512

// room makes room for n bytes of text. The strings of many segments share one allocation, which is given up, never
// moved, when it is full; renew gives it up earlier, so that no claim keeps another one's text alive.
func (s *segment) room(n int) {
	if s.text.Cap()-s.text.Len() < n {
		s.text.Reset()
		s.text.Grow(max(textBytes, n))
	}
}

// renew begins another allocation: the next strings belong to something else.
func (s *segment) renew() { s.text.Reset() }

// cut takes the elements from text at the ends that were found.
func (s *segment) cut(text string) {
	from := 0
	for _, end := range s.ends {
		s.elements = append(s.elements, text[from:end])
		from = end + 1
	}
	s.elements = append(s.elements, text[from:])
}

// mend returns a segment as UTF-8 without line ends and control characters.
func (s *segment) mend(raw []byte) string {
	text := string(raw)
	if s.latin1 {
		text = fromLatin1(raw)
	}
	return strings.Map(s.clean, text)
}

// clean drops line ends, which senders put where they like, and blanks out control characters.
func (s *segment) clean(r rune) rune {
	if r < 0x80 && r != rune(s.signs.component) {
		switch s.class[byte(r)] {
		case lineEnd:
			return -1
		case control:
			return ' '
		}
	}
	return r
}

// fromLatin1 decodes ISO 8859-1; its upper control characters, which nobody means, become blanks.
func fromLatin1(raw []byte) string {
	var b strings.Builder
	b.Grow(len(raw) + 8)
	for _, c := range raw {
		if c >= 0x80 && c < 0xA0 {
			c = ' '
		}
		b.WriteRune(rune(c))
	}
	return b.String()
}

// element returns element n without blanks around it, or "".
func (s *segment) element(n int) string {
	if n >= len(s.elements) {
		return ""
	}
	return trim(s.elements[n])
}

// code returns element n in upper case.
func (s *segment) code(n int) string { return strings.ToUpper(s.element(n)) }

// composite splits element n into its components, trimmed. The slice is reused by the next call.
func (s *segment) composite(n int) []string {
	s.parts = s.parts[:0]
	text := s.element(n)
	if text == "" {
		return nil
	}
	from := 0
	for i := range len(text) {
		if text[i] == s.signs.component {
			s.parts = append(s.parts, trim(text[from:i]))
			from = i + 1
		}
	}
	s.parts = append(s.parts, trim(text[from:]))
	return s.parts
}

// part returns component n of a composite, from 1, or "".
func part(parts []string, n int) string {
	if n > len(parts) {
		return ""
	}
	return parts[n-1]
}

// trim is strings.TrimSpace for text that hardly ever needs it.
func trim(text string) string {
	if text == "" || text[0] > ' ' && text[len(text)-1] > ' ' {
		return text
	}
	return strings.Trim(text, " \t")
}

// count reads an unsigned integer of at most nine digits; ok is false for anything else.
func count(text string) (n int, ok bool) {
	if text == "" || len(text) > 9 {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int(text[i]-'0')
	}
	return n, true
}

// sameNumber compares GS06 and GE02, numbers of one to nine digits (N0), in which leading zeros mean nothing. ISA13 and
// ST02 have to be repeated as they are.
func sameNumber(a, b string) bool {
	return strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
}

// usage tells what a segment id is to this package.
type usage byte

const (
	usageUnknown usage = iota // no segment of 837 or its envelope
	usageIgnored              // known, and nothing in it is needed
	usageRead
)

// idOf returns the id of a raw segment as a constant string with its usage: one of the segments of 837 (005010X222, X223
// and X224) and of the envelope. A file wrapped at a fixed width may have a line end inside an id.
func idOf(raw []byte, element byte) (string, usage) {
	var letters uint32
	n := 0
	for _, c := range raw {
		if c == element || n == 4 {
			break
		}
		if c != '\r' && c != '\n' {
			letters = letters<<8 | uint32(c)
			n++
		}
	}
	for i := range knownSegments {
		if knownSegments[i].letters == letters && len(knownSegments[i].id) == n {
			return knownSegments[i].id, knownSegments[i].usage
		}
	}
	return "", usageUnknown
}

// knownSegment is a segment of 837 by the letters of its id, the last one lowest: comparing numbers is quicker than texts.
type knownSegment struct {
	letters uint32
	id      string
	usage   usage
}

var knownSegments = listSegments()

func listSegments() (list []knownSegment) {
	add := func(ids []string, use usage) {
		for _, id := range ids {
			var letters uint32
			for i := range len(id) {
				letters = letters<<8 | uint32(id[i])
			}
			list = append(list, knownSegment{letters, id, use})
		}
	}
	add(readSegments[:], usageRead)
	add(ignoredSegments[:], usageIgnored)
	return list
}

// The most frequent first.
var (
	readSegments = [...]string{
		"REF", "NM1", "DTP", "LX", "SV1", "SV2", "HI", "N3", "N4", "CLM", "DMG", "SBR", "HL", "PRV", "PAT", "CL1",
		"CAS", "AMT", "SVD", "LIN", "ST", "SE", "BHT", "GS", "GE", "ISA", "IEA", "SV3", "CUR", "TA1",
	}
	ignoredSegments = [...]string{
		"PER", "NTE", "OI", "CTP", "PWK", "K3", "HCP", "CRC", "QTY", "MOA", "MIA", "N2", "CR1", "CR2", "CR3", "CR4",
		"CR5", "CR6", "CR7", "CR8", "CN1", "DN1", "DN2", "DSB", "UR", "HSD", "SV4", "SV5", "SV6", "SV7", "TOO", "MEA", "PS1",
		"IMM", "LQ", "FRM",
	}
)
