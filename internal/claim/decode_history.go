package claim

import (
	"math"
	"slices"
	"unicode/utf8"
)

// AppendHistory reads what History.Encode wrote, and appends its lines. It takes that one form and no other, as Codec.Decode
// does, and is the one record that Codec does not read: a chunk reads a year of them for each of its patients, and the
// library takes three times as long. Errors are of kind Invalid: the bytes were damaged in the database.
func AppendHistory(lines []HistoryLine, encoded []byte) ([]HistoryLine, error) {
	r := reader{rest: string(encoded)} // the texts of all lines share one allocation
	count := r.array(len(encoded) / historyLineBytes)
	lines = slices.Grow(lines, count)
	for range count {
		lines = append(lines, HistoryLine{})
		r.historyLine(&lines[len(lines)-1])
	}
	if r.failed || r.rest != "" {
		return nil, Errorf(Invalid, "decoding history lines: %d bytes before the end they are not in the form in which they are written", len(r.rest))
	}
	return lines, nil
}

// historyLineBytes is what the shortest line takes: an array of eleven items, the id of a claim among them.
const historyLineBytes = 1 + 17 + 10

func (r *reader) historyLine(l *HistoryLine) {
	if r.array(11) != 11 {
		r.failed = true
	}
	r.id(&l.Claim)
	l.Line = number[int](r)
	l.NPI, l.BillingNPI, l.Procedure = r.text(), r.text(), r.text()
	l.Modifiers = make([]string, r.array(len(r.rest)))
	for i := range l.Modifiers {
		l.Modifiers[i] = r.text()
	}
	l.From, l.Through = number[Date](r), number[Date](r)
	l.Quantity, l.Charge = number[Quantity](r), number[Cents](r)
	l.Pended = r.flag()
}

// reader reads the CBOR that Writer writes, and nothing else. Once it failed, it answers with nothing.
type reader struct {
	rest   string
	failed bool
}

// head reads the head of an item of a major type, with its argument in the fewest bytes that hold it.
func (r *reader) head(major byte) uint64 {
	if r.failed || r.rest == "" || r.rest[0]&0xe0 != major {
		r.failed = true
		return 0
	}
	short := r.rest[0] & 0x1f
	r.rest = r.rest[1:]
	if short < 24 {
		return uint64(short)
	}
	size := 1 << (short - 24)
	if short > 27 || len(r.rest) < size {
		r.failed = true
		return 0
	}
	var n uint64
	for i := range size {
		n = n<<8 | uint64(r.rest[i])
	}
	r.rest = r.rest[size:]
	least := uint64(24)
	if size > 1 {
		least = 1 << (4 * size)
	}
	r.failed = n < least
	return n
}

// array begins an array and returns how many items it has: most at the most, or it has failed.
func (r *reader) array(most int) int {
	n := r.head(majorArray)
	if n > uint64(min(most, maxElements)) {
		r.failed = true
	}
	if r.failed {
		return 0
	}
	return int(n)
}

// bytes takes n bytes.
func (r *reader) bytes(n uint64) string {
	if r.failed || n > uint64(len(r.rest)) {
		r.failed = true
		return ""
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) text() string {
	text := r.bytes(r.head(majorText))
	if !utf8.ValidString(text) {
		r.failed = true
	}
	return text
}

func (r *reader) id(into *ID) {
	if n := r.head(majorBytes); n != uint64(len(into)) {
		r.failed = true
	}
	copy(into[:], r.bytes(uint64(len(into))))
}

func (r *reader) flag() bool {
	item := r.bytes(1)
	if r.failed || item[0] != simpleTrue && item[0] != simpleFalse {
		r.failed = true
		return false
	}
	return item[0] == simpleTrue
}

// number reads an integer, which has failed when T does not hold it.
func number[T ~int | ~int32 | ~int64](r *reader) T {
	major := byte(majorUnsigned)
	if r.rest != "" && r.rest[0]&0xe0 == majorNegative {
		major = majorNegative
	}
	argument := r.head(major)
	if argument > math.MaxInt64 {
		r.failed = true
		return 0
	}
	n := int64(argument)
	if major == majorNegative {
		n = ^n
	}
	if int64(T(n)) != n {
		r.failed = true
	}
	return T(n)
}
