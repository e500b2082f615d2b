package claim

import "unicode/utf8"

// Writer writes deterministic CBOR (RFC 8949 §4.2.1): the shortest form of every number and length, no indefinite
// lengths. Records are written by it alone, each by its Encode, and read by Codec, history by AppendHistory. It is made for
// encoding much: no reflection, and one buffer for as many records as are wanted. The zero Writer is ready; it is not for
// concurrent use.
type Writer struct {
	written []byte
	garbled bool // a text was not UTF-8: such bytes could be written but never read again
	endless bool // nor could a list of more items than a decoder takes
}

// Record is a value with one encoding: an array of its fields in the order in which they are declared. Encode writes
// every field, always; a test holds it against what the decoder's library makes of the same declaration.
type Record interface{ Encode(w *Writer) }

// Major types of RFC 8949 §3.1, in the three high bits where they stand, and the three simple values of §3.3 we write.
const (
	majorUnsigned = 0 << 5
	majorNegative = 1 << 5
	majorBytes    = 2 << 5
	majorText     = 3 << 5
	majorArray    = 4 << 5

	simpleFalse = 0xf4
	simpleTrue  = 0xf5
	simpleNull  = 0xf6
)

// Reset forgets what was written and keeps the room for it.
func (w *Writer) Reset() { w.written, w.garbled, w.endless = w.written[:0], false, false }

// Bytes returns what was written since Reset. It is overwritten after the next one.
func (w *Writer) Bytes() []byte { return w.written }

// Len is len(Bytes()).
func (w *Writer) Len() int { return len(w.written) }

// Err is of kind Invalid when a text was not UTF-8 or a list too long; what was written is then of no use.
func (w *Writer) Err() error {
	switch {
	case w.garbled:
		return Errorf(Invalid, "a text is not UTF-8")
	case w.endless:
		return Errorf(Invalid, "a list has more than %d items", maxElements)
	}
	return nil
}

// head writes the head of an item: its major type, and its argument in the fewest of 0, 1, 2, 4 or 8 bytes that hold it.
func (w *Writer) head(major byte, n uint64) {
	switch {
	case n < 24:
		w.written = append(w.written, major|byte(n))
	case n < 1<<8:
		w.written = append(w.written, major|24, byte(n))
	case n < 1<<16:
		w.written = append(w.written, major|25, byte(n>>8), byte(n))
	case n < 1<<32:
		w.written = append(w.written, major|26, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	default:
		w.written = append(w.written, major|27, byte(n>>56), byte(n>>48), byte(n>>40), byte(n>>32),
			byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
}

// Array begins an array of n items, which the caller writes next. See Err for one that is too long.
func (w *Writer) Array(n int) {
	w.endless = w.endless || n > maxElements
	w.head(majorArray, uint64(n))
}

// Int writes an integer; -1 - n is what a negative one's argument says.
func (w *Writer) Int(n int64) {
	if n < 0 {
		w.head(majorNegative, uint64(^n))
		return
	}
	w.head(majorUnsigned, uint64(n))
}

// Text writes a text. See Err for one that is not UTF-8.
func (w *Writer) Text(s string) {
	w.head(majorText, uint64(len(s)))
	if s == "" {
		return
	}
	w.written = append(w.written, s...)
	if !utf8.ValidString(s) {
		w.garbled = true
	}
}

// Blob writes a byte string: an id, a digest, segments. Nil is an empty one.
func (w *Writer) Blob(b []byte) {
	w.head(majorBytes, uint64(len(b)))
	w.written = append(w.written, b...)
}

// Bool writes true or false.
func (w *Writer) Bool(b bool) {
	if b {
		w.written = append(w.written, simpleTrue)
	} else {
		w.written = append(w.written, simpleFalse)
	}
}

// Null writes the absence of a record.
func (w *Writer) Null() { w.written = append(w.written, simpleNull) }

// Ints writes a list of numbers.
func (w *Writer) Ints(list []int) {
	w.Array(len(list))
	for _, n := range list {
		w.Int(int64(n))
	}
}

// WriteTexts writes a list of texts or codes.
func WriteTexts[T ~string](w *Writer, list []T) {
	w.Array(len(list))
	for _, s := range list {
		w.Text(string(s))
	}
}

// pointed is a Record by its pointer, as all of ours are.
type pointed[T any] interface {
	*T
	Record
}

// WriteList writes a list of records; nil is an empty one.
func WriteList[T any, P pointed[T]](w *Writer, list []T) {
	w.Array(len(list))
	for i := range list {
		P(&list[i]).Encode(w)
	}
}

// WriteOptional writes a record, or null for nil.
func WriteOptional[T any, P pointed[T]](w *Writer, record *T) {
	if record == nil {
		w.Null()
		return
	}
	P(record).Encode(w)
}
