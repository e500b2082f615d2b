package adjudicate

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/assize/assize/internal/claim"
)

// fill sets every field of a value at random, pointers and lists included, so that a field that an encoding or a
// section forgets is seen.
func fill(v reflect.Value, random *rand.Rand) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), random)
		}
	case reflect.Pointer:
		if random.IntN(4) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), random)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), random.IntN(4), 4))
		for i := range v.Len() {
			fill(v.Index(i), random)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), random)
		}
	case reflect.String:
		v.SetString([]string{"", "A", "Ünïcode", "99213", strings.Repeat("x", 300)}[random.IntN(5)])
	case reflect.Bool:
		v.SetBool(random.IntN(2) == 0)
	case reflect.Uint8:
		v.SetUint(uint64(random.IntN(256)))
	default:
		v.SetInt(int64(int32(random.Uint32())) >> random.IntN(32))
	}
}

func randomEvidence(random *rand.Rand) *claim.Evidence {
	ev := &claim.Evidence{}
	fill(reflect.ValueOf(ev).Elem(), random)
	ev.Versions.Semantics = claim.Semantics
	if random.IntN(2) == 0 {
		ev.Claim.Subscriber = ev.Claim.Patient
	}
	for i := range ev.Facts.Accumulators {
		if random.IntN(2) == 0 {
			ev.Facts.Accumulators[i].Member = claim.ID{}
		}
	}
	return ev
}

func TestEvidenceRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		ev := randomEvidence(random)
		encoded, err := encode(ev)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeEvidence(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ev, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("evidence (-before +after):\n%s", diff)
		}
	}
}

func TestDecisionRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		d := &claim.Decision{}
		fill(reflect.ValueOf(d).Elem(), random)
		d.Semantics = claim.Semantics
		encoded, err := EncodeDecision(d)
		if err != nil {
			t.Fatal(err)
		}
		again, err := DecodeDecision(encoded)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("decision (-before +after):\n%s", diff)
		}
	}
}

// rewritten decodes canonical bytes into a list of fields, lets a test change them, and encodes them again.
func rewritten(t *testing.T, encoded []byte, change func(fields []any) []any) []byte {
	t.Helper()
	var fields []any
	if err := cbor.Unmarshal(encoded, &fields); err != nil {
		t.Fatal(err)
	}
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := mode.Marshal(change(fields))
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// Places of a decision's fields in its array.
const (
	outcomeField, paidField, editsField, pendsField = 1, 4, 7, 9
	decisionFields                                  = 12
)

func TestDecodeRefuses(t *testing.T) {
	good, err := EncodeDecision(&claim.Decision{Semantics: claim.Semantics, Outcome: claim.Deny, Pends: []claim.PendReason{{Code: "edit"}}})
	if err != nil {
		t.Fatal(err)
	}
	same := rewritten(t, good, func(fields []any) []any { return fields })
	if !bytes.Equal(good, same) || good[0] != 0x80+decisionFields || good[1] != claim.Semantics {
		t.Fatal("rewriting without a change is not the identity: the cases below would prove nothing")
	}
	with := func(field int, value any) []byte {
		return rewritten(t, good, func(fields []any) []any { fields[field] = value; return fields })
	}
	row := func(change func([]any) []any) []byte {
		return rewritten(t, good, func(fields []any) []any {
			pends := fields[pendsField].([]any)
			pends[0] = change(pends[0].([]any))
			return fields
		})
	}
	swap := func(fields []any) []any {
		fields[outcomeField], fields[paidField] = fields[paidField], fields[outcomeField]
		return fields
	}
	tests := map[string][]byte{
		"nothing":                {},
		"half":                   good[:len(good)/2],
		"something after":        append(bytes.Clone(good), 0),
		"a field too many":       rewritten(t, good, func(fields []any) []any { return append(fields, 1) }),
		"a field missing":        rewritten(t, good, func(fields []any) []any { return fields[:len(fields)-1] }),
		"fields in other places": rewritten(t, good, swap),
		"fields with keys":       mapped(t, good),
		"a row too short":        row(func(fields []any) []any { return fields[:1] }),
		"a row too long":         row(func(fields []any) []any { return append(fields, "") }),
		"null for a list":        with(editsField, nil),
		"null for text":          with(outcomeField, nil),
		"text for an amount":     with(paidField, "0"),
		"a float for an amount":  with(paidField, 0.0),
		"an amount over 64 bits": with(paidField, uint64(1)<<63),
		"a long integer":         append([]byte{good[0], 0x18}, good[1:]...),
		"a long text":            bytes.Replace(good, []byte("dedit"), []byte("\x78\x04edit"), 1),
		"a long list":            append([]byte{0x98, decisionFields}, good[1:]...),
		"an indefinite list":     append(append([]byte{0x9f}, good[1:]...), 0xff),
		"a tag":                  append([]byte{0xd9, 0xd9, 0xf7}, good...),
		"text that is no text":   bytes.Replace(good, []byte("dedit"), []byte("ded\xffit")[:5], 1),
		"deep nesting":           bytes.Repeat([]byte{0x81}, 100_000),
	}
	for name, encoded := range tests {
		t.Run(name, func(t *testing.T) {
			if bytes.Equal(encoded, good) {
				t.Fatal("the case changes nothing")
			}
			_, err := DecodeDecision(encoded)
			if err == nil || claim.KindOf(err) != claim.Invalid {
				t.Errorf("error %v, want one of kind Invalid", err)
			}
		})
	}
}

// mapped writes a decision as a map of its fields by their names, which the decoder's library would read as well.
func mapped(t *testing.T, good []byte) []byte {
	t.Helper()
	d, err := DecodeDecision(good)
	if err != nil {
		t.Fatal(err)
	}
	fields, err := generic(d)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := cbor.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// What another engine's layout looks like is not known; that it is another engine's is told all the same.
func TestDecodeTellsOtherSemantics(t *testing.T) {
	later := claim.Versions{Semantics: claim.Semantics + 1}
	ev, err := encode(&claim.Evidence{Versions: later})
	if err != nil {
		t.Fatal(err)
	}
	longer := func(fields []any) []any { return append(fields, make([]any, 40)...) }
	d, err := EncodeDecision(&claim.Decision{Semantics: later.Semantics})
	if err != nil {
		t.Fatal(err)
	}
	_, errEvidence := decodeEvidence(rewritten(t, ev, longer))
	_, errDecision := DecodeDecision(rewritten(t, d, longer))
	sections := mustSections(t, &claim.Evidence{})
	for i := range sections {
		sections[i].Bytes = rewritten(t, sections[i].Bytes, func(fields []any) []any {
			fields[0].([]any)[0] = later.Semantics
			return longer(fields)
		})
	}
	_, errSections := Join(sections)
	for _, err := range []error{errEvidence, errDecision, errSections} {
		if other, ok := errors.AsType[*OtherVersion](err); !ok || other.Evidence.Semantics != later.Semantics {
			t.Errorf("error %v, want OtherVersion of semantics %d", err, later.Semantics)
		}
	}
}

// Text that is not UTF-8 could be written and never read again: it is refused when it is written.
func TestEncodeRefusesTextThatIsNotUTF8(t *testing.T) {
	ev := newEvidence()
	ev.Claim.Patient.Last = "M\xfcller"
	if _, err := encode(ev); claim.KindOf(err) != claim.Invalid || err == nil {
		t.Errorf("encode: %v, want kind Invalid", err)
	}
	if _, err := Sections(&claim.Writer{}, ev); claim.KindOf(err) != claim.Invalid || err == nil {
		t.Errorf("Sections: %v, want kind Invalid", err)
	}
}

// decodeEvidence reads whole evidence as its sections are read.
func decodeEvidence(encoded []byte) (*claim.Evidence, error) {
	ev := &claim.Evidence{}
	return ev, decode(encoded, maxEvidenceBytes, ev)
}

func FuzzDecodeEvidence(f *testing.F) {
	ev := newEvidence()
	addLine(ev, "99213", 100_00, 72_35)
	for _, seed := range []*claim.Evidence{{}, ev, randomEvidence(rand.New(rand.NewPCG(5, 6)))} {
		encoded, err := encode(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(encoded)
	}
	f.Fuzz(func(t *testing.T, encoded []byte) {
		ev, err := decodeEvidence(encoded)
		if err != nil {
			return
		}
		again, err := encode(ev)
		if err != nil || !bytes.Equal(again, encoded) {
			t.Errorf("accepted bytes have another form: %v", err)
		}
	})
}

func FuzzDecodeDecision(f *testing.F) {
	for _, seed := range []*claim.Decision{{}, {Semantics: 1, Outcome: claim.Pay, Lines: []claim.LineDecision{{Number: 1}}}} {
		encoded, err := EncodeDecision(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(encoded)
	}
	f.Fuzz(func(t *testing.T, encoded []byte) {
		d, err := DecodeDecision(encoded)
		if err != nil {
			return
		}
		again, err := EncodeDecision(d)
		if err != nil || !bytes.Equal(again, encoded) {
			t.Errorf("accepted bytes have another form: %v", err)
		}
	})
}

// typical is a claim of four lines with the rows of a usual look-up.
func typical() *claim.Evidence {
	ev := newEvidence()
	ev.Facts.Plan = testPlan()
	for _, procedure := range []string{"99213", "36415", "80053", "93000"} {
		line := addLine(ev, procedure, 150_00, 100_00)
		ev.Facts.Procedures = append(ev.Facts.Procedures, claim.ProcedureRow{Line: line.Number, Code: procedure, From: 20200101, Through: claim.EndOfTime})
		ev.Facts.MUE = append(ev.Facts.MUE, claim.MUERow{
			Line: line.Number, Procedure: procedure, Limit: claim.One, Indicator: 3, LineUnits: claim.One, DayUnits: claim.One, From: 20240401, Through: 20240630,
		})
	}
	ev.Facts.Diagnoses = []claim.DiagnosisRow{{Index: 1, Code: "J0190", Billable: true, From: 20231001, Through: 20240930}}
	for range 4 {
		ev.Facts.History = append(ev.Facts.History, claim.HistoryLine{
			Claim: testFamily, Line: 1, NPI: testBilling, BillingNPI: testBilling, Procedure: "99213", From: 20240501, Through: 20240501, Quantity: 1000, Charge: 150_00,
		})
	}
	ev.Facts.Accumulators = []claim.Accumulator{
		used(claim.DeductibleUsed, claim.ID{}, 300_00), used(claim.DeductibleUsed, testMember, 200_00),
		used(claim.OutOfPocketUsed, claim.ID{}, 300_00), used(claim.OutOfPocketUsed, testMember, 200_00),
	}
	ev.Facts.Profile = &claim.Profile{NPI: testBilling, Claims: 1000, Peers: 40}
	ev.Slice = bytes.Repeat([]byte("SV1*HC:99213*150*UN*1***1~"), 50)
	return ev
}

func BenchmarkEncodeEvidence(b *testing.B) {
	ev := typical()
	size := 0
	b.ReportAllocs()
	for b.Loop() {
		encoded, err := encode(ev)
		if err != nil {
			b.Fatal(err)
		}
		size = len(encoded)
	}
	b.ReportMetric(float64(size), "bytes")
}

func BenchmarkSections(b *testing.B) {
	ev := typical()
	var w claim.Writer
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Sections(&w, ev); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJoin(b *testing.B) {
	sections, err := Sections(&claim.Writer{}, typical())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Join(sections); err != nil {
			b.Fatal(err)
		}
	}
}
