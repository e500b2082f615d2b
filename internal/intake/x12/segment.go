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
	parts    []string // of the composite last asked for
	control  int      // element in which a control character stands, from 1; 0: the id; -1: none
	latin1   bool     // bytes were not UTF-8
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

// prepare sets the delimiters the next segments are split by.
func (s *segment) prepare(signs delimiters) {
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
	s.elements, s.control, s.latin1 = s.elements[:0], -1, false
	element, dirty, wide := 0, false, false
	for _, c := range raw {
		switch s.class[c] {
		case separator:
			element++
		case lineEnd:
			dirty = true
		case control:
			dirty = true
			if s.control < 0 {
				s.control = element
			}
		case high:
			wide = true
		}
	}
	s.latin1 = wide && !utf8.Valid(raw)
	if !keep {
		return
	}
	text := string(raw)
	if s.latin1 {
		text = fromLatin1(raw)
	}
	if dirty {
		text = strings.Map(s.clean, text)
	}
	for {
		i := strings.IndexByte(text, s.signs.element)
		if i < 0 {
			s.elements = append(s.elements, text)
			return
		}
		s.elements = append(s.elements, text[:i])
		text = text[i+1:]
	}
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
	for text != "" {
		i := strings.IndexByte(text, s.signs.component)
		if i < 0 {
			s.parts = append(s.parts, trim(text))
			break
		}
		s.parts = append(s.parts, trim(text[:i]))
		text = text[i+1:]
	}
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

// sameNumber compares control numbers of type N0, in which leading zeros mean nothing.
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

// idOf returns the id of a raw segment as a constant string with its usage.
func idOf(raw []byte, element byte) (string, usage) {
	n := 0
	for n < len(raw) && n < 4 && raw[n] != element {
		n++
	}
	for n > 0 && (raw[n-1] == '\r' || raw[n-1] == '\n' || raw[n-1] == ' ') {
		n--
	}
	return lookup(string(raw[:n]))
}

// lookup lists the segments of 837 (005010X222, X223 and X224) and of the envelope.
func lookup(id string) (string, usage) {
	for _, known := range readSegments {
		if id == known {
			return known, usageRead
		}
	}
	for _, known := range ignoredSegments {
		if id == known {
			return known, usageIgnored
		}
	}
	return "", usageUnknown
}

// The most frequent first.
var (
	readSegments = [...]string{
		"REF", "NM1", "DTP", "LX", "SV1", "SV2", "HI", "N3", "N4", "CLM", "DMG", "SBR", "HL", "PRV", "PAT", "CL1",
		"CAS", "AMT", "SVD", "LIN", "ST", "SE", "BHT", "GS", "GE", "ISA", "IEA", "SV3", "TA1",
	}
	ignoredSegments = [...]string{
		"PER", "NTE", "OI", "CTP", "PWK", "K3", "HCP", "CRC", "QTY", "MOA", "MIA", "N2", "CUR", "CR1", "CR2", "CR3", "CR4",
		"CR5", "CR6", "CR7", "CR8", "CN1", "DN1", "DN2", "DSB", "UR", "HSD", "SV4", "SV5", "SV6", "SV7", "TOO", "MEA", "PS1",
		"IMM", "LQ", "FRM",
	}
)
