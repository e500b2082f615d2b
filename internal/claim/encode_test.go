package claim

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// everyRecord makes one of each record that is encoded by itself; what they are made of is reached through them.
func everyRecord() []Record {
	return []Record{&Claim{}, &Evidence{}, &Decision{}, &History{}}
}

// numbers lie on both sides of every length that CBOR writes a number in.
var numbers = []int64{
	0, 1, 23, 24, 255, 256, 65535, 65536, 99991231, math.MaxInt32, math.MaxInt32 + 1, math.MaxUint32, math.MaxUint32 + 1, math.MaxInt64,
}

var texts = []string{
	"", "A", "99213", "Ünïcode", strings.Repeat("x", 23), strings.Repeat("x", 24), strings.Repeat("é", 128), strings.Repeat("x", 70_000),
}

// sources are a digest, and what looks like one.
var sources = []SourceID{
	"facts", SourceID(strings.Repeat("0f", 32)), SourceID(strings.Repeat("0F", 32)), SourceID(strings.Repeat("0g", 32)), SourceID(strings.Repeat("0f", 31)),
	SourceID(strings.Repeat("0f", 31) + "f\x7f"), SourceID(strings.Repeat("a9", 31) + "/:"), SourceID(strings.Repeat("a9", 31) + "`g"),
}

// fill sets every field of a value at random, pointers and lists included, so that a field the encoder forgets is seen.
func fill(v reflect.Value, random *rand.Rand) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "_" {
				fill(v.Field(i), random)
			}
		}
	case reflect.Pointer:
		if random.IntN(4) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), random)
		}
	case reflect.Slice:
		if random.IntN(4) == 0 {
			return // nil, which is not the same as empty to Go and the same in the record
		}
		n := random.IntN(4)
		if v.Type().Elem().Kind() == reflect.Uint8 {
			n = []int{0, 5, 30, 300}[n]
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), random)
		}
	case reflect.String:
		switch special := v.Addr().Interface().(type) {
		case *FactKind:
			if random.IntN(2) > 0 {
				*special = FactKinds[random.IntN(len(FactKinds))]
				return
			}
		case *SourceID:
			if random.IntN(2) > 0 {
				*special = sources[random.IntN(len(sources))]
				return
			}
		}
		last := len(texts)
		if random.IntN(200) > 0 {
			last-- // the longest now and then: it is most of the time
		}
		v.SetString(texts[random.IntN(last)])
	case reflect.Bool:
		v.SetBool(random.IntN(2) == 0)
	case reflect.Uint8:
		v.SetUint(uint64(random.IntN(256)))
	case reflect.Int, reflect.Int32, reflect.Int64:
		n := numbers[random.IntN(len(numbers))]
		for v.OverflowInt(n) {
			n >>= 1
		}
		if random.IntN(4) == 0 {
			n = ^n
		}
		v.SetInt(n)
	default:
		panic("a record has a field of kind " + v.Kind().String() + ", which nothing encodes")
	}
}

// library is the encoder that the declarations of the records were written for.
func library(t *testing.T) cbor.EncMode {
	t.Helper()
	options := cbor.CoreDetEncOptions()
	options.NilContainers = cbor.NilContainerAsEmpty
	options.BinaryMarshaler = cbor.BinaryMarshalerNone // an id is its 16 bytes
	mode, err := options.EncMode()
	if err != nil {
		t.Fatal(err)
	}
	return mode
}

// A record that was written keeps its meaning: kinds have the numbers they had. One that was written as a text, as that of
// ICD-9-CM is, never gets a number, or its old records would have two spellings.
func TestKindsKeepTheirNumbers(t *testing.T) {
	first := []FactKind{
		"member", "coverage", "plan", "accumulators", "provider", "exclusions", "authorizations", "history",
		"duplicates", "predecessor", "benefits", "fees", "diagnoses", "procedures", "ptp", "mue",
	}
	if diff := cmp.Diff(first, FactKinds[:len(first)]); diff != "" {
		t.Errorf("kinds by number (-written +read):\n%s", diff)
	}
	if slices.Contains(FactKinds, KindDiagnosesICD9) {
		t.Errorf("%s has a number, and is written as a text in records that exist", KindDiagnosesICD9)
	}
}

// MarshalCBOR is how the oracle writes a kind, told apart from encode.
func (k FactKind) MarshalCBOR() ([]byte, error) {
	for at, kind := range FactKinds {
		if kind == k {
			return cbor.Marshal(at)
		}
	}
	return cbor.Marshal(string(k))
}

// MarshalCBOR is how the oracle writes a source, told apart from encode.
func (s SourceID) MarshalCBOR() ([]byte, error) {
	digest, err := hex.DecodeString(string(s))
	if err != nil || len(digest) != 32 || string(s) != hex.EncodeToString(digest) {
		return cbor.Marshal(string(s))
	}
	return cbor.Marshal(digest)
}

func newCodec(t testing.TB) *Codec {
	t.Helper()
	codec, err := NewCodec()
	if err != nil {
		t.Fatal(err)
	}
	return codec
}

// Every field of every record stands in its place: the bytes are those that an independent encoder makes of the
// declarations, and they decode to the value they were made of.
func TestRecordsEncodeAsDeclared(t *testing.T) {
	oracle, codec := library(t), newCodec(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		for _, record := range everyRecord() {
			fill(reflect.ValueOf(record).Elem(), random)
			want, err := oracle.Marshal(record)
			if err != nil {
				t.Fatal(err)
			}
			got, err := codec.Encode(record)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("%T: %d bytes, the library makes %d, equal up to %d", record, len(got), len(want), common(got, want))
			}
			again := reflect.New(reflect.TypeOf(record).Elem()).Interface().(Record)
			if err := codec.Decode(got, again); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(record, again, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%T decoded again (-before +after):\n%s", record, diff)
			}
		}
	}
}

func common(a, b []byte) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// What no decoder would take is not written: it could be recorded, and never be read again.
func TestAListLongerThanADecoderTakesIsNotEncoded(t *testing.T) {
	codec := newCodec(t)
	c := Claim{Diagnoses: make([]Diagnosis, maxElements)}
	encoded, err := codec.Encode(&c)
	if err == nil {
		err = codec.Decode(encoded, &Claim{})
	}
	if err != nil {
		t.Errorf("the longest list: %v", err)
	}
	c.Diagnoses = append(c.Diagnoses, Diagnosis{})
	if _, err := codec.Encode(&c); KindOf(err) != Invalid || err == nil {
		t.Errorf("a list of one more: error %v, want one of kind Invalid", err)
	}
	var w Writer
	w.Array(maxElements + 1)
	if w.Reset(); w.Err() != nil {
		t.Errorf("a writer that was reset: %v", w.Err())
	}
}

// A number on the edge of every length, alone: the tests above meet them among others.
func TestWriterWritesTheShortestForm(t *testing.T) {
	oracle := library(t)
	check := func(value any, write func(*Writer)) {
		t.Helper()
		want, err := oracle.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var w Writer
		write(&w)
		if !bytes.Equal(w.Bytes(), want) || w.Len() != len(want) {
			t.Errorf("%v: % x, want % x", value, w.Bytes(), want)
		}
	}
	for _, edge := range append(numbers, math.MinInt64) {
		for _, n := range []int64{edge - 1, edge, edge + 1, -edge, -edge - 1} {
			check(n, func(w *Writer) { w.Int(n) })
		}
	}
	for _, n := range []int{0, 23, 24, 255, 256, 65535, 65536} {
		check(strings.Repeat("x", n), func(w *Writer) { w.Text(strings.Repeat("x", n)) })
		check(make([]byte, n), func(w *Writer) { w.Blob(make([]byte, n)) })
		check(make([]int, n), func(w *Writer) { w.Ints(make([]int, n)) })
	}
	check([]byte{}, func(w *Writer) { w.Blob(nil) })
	check(true, func(w *Writer) { w.Bool(true) })
	check(false, func(w *Writer) { w.Bool(false) })
	check(nil, func(w *Writer) { w.Null() })
}

// Text that is not UTF-8 could be written and never read again: it is refused when it is written, wherever it stands.
func TestEncodeRefusesTextThatIsNotUTF8(t *testing.T) {
	codec := newCodec(t)
	for name, record := range map[string]Record{
		"a name":      &Claim{Patient: Person{Last: "M\xfcller"}},
		"half a one":  &Claim{Patient: Person{Last: "M\xc3"}},
		"a surrogate": &Claim{Patient: Person{Last: "\xed\xa0\x80"}},
		"a modifier":  &Claim{Lines: []Line{{Modifiers: []string{"25", "\xff"}}}},
		"a code":      &Decision{Outcome: "\xff"},
		"history":     History{{Procedure: "\xff"}},
	} {
		if _, err := codec.Encode(record); err == nil || KindOf(err) != Invalid {
			t.Errorf("%s: %v, want kind Invalid", name, err)
		}
	}
}

// What one record left behind, a fault included, is not in the next one's bytes.
func TestResetForgets(t *testing.T) {
	var w Writer
	w.Text("\xff")
	if w.Err() == nil {
		t.Fatal("no error for a text that is none")
	}
	w.Reset()
	w.Int(1)
	if err := w.Err(); err != nil || !bytes.Equal(w.Bytes(), []byte{1}) {
		t.Errorf("after Reset: % x, %v", w.Bytes(), err)
	}
}

// Lists that are absent and lists that are empty have the same bytes, and so the same decisions.
func TestNilAndEmptyListsEncodeAlike(t *testing.T) {
	codec := newCodec(t)
	a, errA := codec.Encode(&Decision{Semantics: 1})
	b, errB := codec.Encode(&Decision{Semantics: 1, Lines: []LineDecision{}, Edits: []Edit{}, Assumed: []FactKind{}})
	if err := errors.Join(errA, errB); err != nil || !bytes.Equal(a, b) {
		t.Errorf("bytes differ: %x, %x, %v", a, b, err)
	}
}
