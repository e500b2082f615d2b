package claim_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/assize/assize/internal/claim"
)

// someHistory is two lines with values at the edges of every length of a head.
func someHistory() claim.History {
	return claim.History{
		{
			Claim: claim.ID{1, 2, 255}, Line: 1, NPI: "1234567893", BillingNPI: "", Procedure: "99213", Modifiers: []string{"25", "É"},
			From: 20250131, Through: 20250228, Quantity: 1000, Charge: claim.MaxCents, Pended: true,
		},
		{Line: 23, Modifiers: []string{}, From: 24, Through: 255, Quantity: 256, Charge: -65_537},
		{Line: 65_535, Modifiers: []string{}, From: 65_536, Quantity: 1<<32 - 1, Charge: 1 << 32},
	}
}

func encodedHistory(t testing.TB, lines claim.History) []byte {
	t.Helper()
	var w claim.Writer
	lines.Encode(&w)
	if err := w.Err(); err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(w.Bytes())
}

func TestHistoryIsAppendedAsItWasWritten(t *testing.T) {
	want := someHistory()
	got, err := claim.AppendHistory(nil, encodedHistory(t, want))
	if diff := cmp.Diff([]claim.HistoryLine(want), got, cmpopts.IgnoreUnexported(claim.HistoryLine{})); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	got, err = claim.AppendHistory(got, encodedHistory(t, want[:1]))
	if err != nil || len(got) != len(want)+1 || got[len(want)].Claim != want[0].Claim || got[0].Line != 1 {
		t.Errorf("appended: got %v and %v", got, err)
	}
}

// FuzzAppendHistory: what it takes are the bytes that its lines are written as, and what the library reads of them is the
// same; bytes that are written so it takes. Nothing else, and no panic.
func FuzzAppendHistory(f *testing.F) {
	codec, err := claim.NewCodec()
	if err != nil {
		f.Fatal(err)
	}
	good := encodedHistory(f, someHistory())
	f.Add(good)
	f.Add([]byte{0x80})
	f.Add(bytes.Replace(good, []byte{0x01}, []byte{0x18, 0x01}, 1))                   // 1, not in the fewest bytes
	f.Add([]byte{0x9b, 255, 255, 255, 255, 255, 255, 255, 255})                       // more lines than there is memory
	f.Add(append(bytes.Clone(good), 0x80))                                            // something behind it
	f.Add(bytes.Replace(good, []byte("99213"), []byte{0xff, 0xfe, 'a', 'b', 'c'}, 1)) // not UTF-8
	f.Fuzz(func(t *testing.T, encoded []byte) {
		lines, err := claim.AppendHistory(nil, encoded)
		var known claim.History
		libraryErr := codec.DecodeTrusted(encoded, &known)
		canonical := libraryErr == nil && bytes.Equal(encodedHistory(t, known), encoded)
		if (err == nil) != canonical {
			t.Fatalf("got %v; the library %v, and the bytes are in their one form: %v", err, libraryErr, canonical)
		}
		if err != nil {
			if claim.KindOf(err) != claim.Invalid || lines != nil {
				t.Fatalf("got %d lines and %v, want none and Invalid", len(lines), err)
			}
			return
		}
		if diff := cmp.Diff([]claim.HistoryLine(known), lines, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(claim.HistoryLine{})); diff != "" {
			t.Fatalf("the library reads otherwise (-library +ours):\n%s", diff)
		}
	})
}

// BenchmarkAppendHistory reads the lines of one claim of four lines; "library" is how it was read before.
func BenchmarkAppendHistory(b *testing.B) {
	codec, err := claim.NewCodec()
	if err != nil {
		b.Fatal(err)
	}
	line := someHistory()[0]
	encoded := encodedHistory(b, claim.History{line, line, line, line})
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := claim.AppendHistory(nil, encoded); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("library", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var lines []claim.HistoryLine
			if err := codec.DecodeTrusted(encoded, &lines); err != nil {
				b.Fatal(err)
			}
		}
	})
}
