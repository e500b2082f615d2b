package ledger_test

import (
	"bytes"
	"encoding/hex"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

func placed(e *ledger.Entry) *ledger.Entry {
	e.Payer, e.Chain, e.Seq, e.Time = 7, ledger.Decisions, 42, start
	return e
}

func TestEntryRoundTrip(t *testing.T) {
	bare := &ledger.Entry{Payer: 1, Chain: ledger.Access, Seq: 1, Kind: ledger.Accessed, ID: claim.ID{1}}
	most := &ledger.Entry{
		Payer: math.MaxInt32, Chain: ledger.Decisions, Seq: math.MaxInt64, Kind: ledger.Decided, ID: claim.ID{1}, Semantics: math.MaxInt32, Time: math.MaxInt64,
		Added: make([]ledger.HeldFingerprint, math.MaxUint16), Released: make([]ledger.Fingerprint, math.MaxUint16),
	}
	most.Added[0].Line = math.MaxInt16
	for name, want := range map[string]*ledger.Entry{"full": placed(decided(&stream{name: "full"})), "bare": bare, "most": most} {
		t.Run(name, func(t *testing.T) {
			b, err := want.AppendBinary(nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ledger.Decode(b)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("entry (-want +got):\n%s", diff)
			}
		})
	}
}

// TestVersion1BytesStayTheSame guards the layout for ever: an entry written today is read and hashed alike in ten years.
func TestVersion1BytesStayTheSame(t *testing.T) {
	b, err := placed(decided(&stream{name: "golden"})).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	leaf := ledger.LeafHash(b)
	got := hex.EncodeToString(b) + "\n" + hex.EncodeToString(leaf[:]) + "\n"
	want, err := os.ReadFile("testdata/v1/entry.hex")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// The hash is that of RFC 6962 §2.1: printf '\x00entry' | sha256sum
func TestLeafHashIsThatOfRFC6962(t *testing.T) {
	got := ledger.LeafHash([]byte("entry"))
	const want = "d9c2d66b522c2522728f539ff9f67b85d40defff095fc8a528c994f4f35bb3de"
	if hex.EncodeToString(got[:]) != want {
		t.Errorf("got %x, want %s", got, want)
	}
}

func TestEncoderRefusesWhatDoesNotFit(t *testing.T) {
	tests := map[string]func(*ledger.Entry){
		"payer 0":               func(e *ledger.Entry) { e.Payer = 0 },
		"negative payer":        func(e *ledger.Entry) { e.Payer = -1 },
		"no chain":              func(e *ledger.Entry) { e.Chain = 0 },
		"seq 0":                 func(e *ledger.Entry) { e.Seq = 0 },
		"no kind":               func(e *ledger.Entry) { e.Kind = 0 },
		"unknown kind":          func(e *ledger.Entry) { e.Kind = ledger.Accessed + 1 },
		"negative time":         func(e *ledger.Entry) { e.Time = -1 },
		"no id":                 func(e *ledger.Entry) { e.ID = claim.ID{} },
		"semantics too large":   func(e *ledger.Entry) { e.Semantics = 1 << 31 },
		"negative semantics":    func(e *ledger.Entry) { e.Semantics = -1 },
		"too many added":        func(e *ledger.Entry) { e.Added = make([]ledger.HeldFingerprint, 1<<16) },
		"negative line":         func(e *ledger.Entry) { e.Added[0].Line = -1 },
		"line too large":        func(e *ledger.Entry) { e.Added[0].Line = 1 << 15 },
		"too many fingerprints": func(e *ledger.Entry) { e.Released = make([]ledger.Fingerprint, 1<<16) },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			e := placed(decided(&stream{name: name}))
			spoil(e)
			if b, err := e.AppendBinary([]byte("kept")); claim.KindOf(err) != claim.Invalid || string(b) != "kept" {
				t.Errorf("got %d bytes and %v, want none and Invalid", len(b), err)
			}
		})
	}
}

func TestDecoderRefusesOtherLengths(t *testing.T) {
	whole, err := placed(decided(&stream{name: "lengths"})).AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	for size := range len(whole) {
		if _, err := ledger.Decode(whole[:size]); claim.KindOf(err) != claim.Invalid {
			t.Fatalf("%d of %d bytes: got %v, want Invalid", size, len(whole), err)
		}
	}
	if _, err := ledger.Decode(append(whole, 0)); claim.KindOf(err) != claim.Invalid {
		t.Errorf("one byte more: got %v, want Invalid", err)
	}
}

// FuzzDecode: whatever decodes is the one spelling of its entry, so no bytes can be changed without changing the entry.
func FuzzDecode(f *testing.F) {
	b, err := placed(decided(&stream{name: "fuzz"})).AppendBinary(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := ledger.Decode(b)
		if err != nil {
			if claim.KindOf(err) != claim.Invalid {
				t.Errorf("kind of %v is not Invalid", err)
			}
			return
		}
		again, err := e.AppendBinary(nil)
		if err != nil || !bytes.Equal(again, b) {
			t.Errorf("%x decodes and encodes to %x, %v", b, again, err)
		}
	})
}

func TestTablesDigestKnowsTheSetAndNotTheOrder(t *testing.T) {
	s := &stream{name: "tables"}
	a, b := s.digest(), s.digest()
	if ledger.TablesDigest([]claim.Digest{a, b}) != ledger.TablesDigest([]claim.Digest{b, a, b}) {
		t.Error("order or repetition changes the digest")
	}
	if ledger.TablesDigest([]claim.Digest{a}) == ledger.TablesDigest([]claim.Digest{a, b}) {
		t.Error("another set has the same digest")
	}
	if ledger.TablesDigest(nil) != (claim.Digest{}) {
		t.Error("no tables have a digest")
	}
}

func TestLinkNeverRunsBackInTime(t *testing.T) {
	s := &stream{name: "link"}
	head := ledger.Head{Payer: 1, Chain: ledger.Decisions, Seq: 3, Leaf: s.digest(), Time: start}
	entries := []*ledger.Entry{decided(s), decided(s)}
	linked, after, err := ledger.Link(head, start-1, entries)
	if err != nil {
		t.Fatal(err)
	}
	if entries[0].Time != start || entries[0].Seq != 4 || entries[1].Seq != 5 || entries[0].Prev != head.Leaf || entries[1].Prev != linked[0].Leaf {
		t.Errorf("entries %+v do not follow %+v", entries, head)
	}
	want := ledger.Head{Payer: 1, Chain: ledger.Decisions, Seq: 5, Leaf: ledger.LeafHash(linked[1].Bytes), Time: start}
	if after != want {
		t.Errorf("head %+v, want %+v", after, want)
	}
}

func TestReceiptProvesItsDecisionAndNoOther(t *testing.T) {
	s := &stream{name: "receipt"}
	decision, nonce := []byte("a decision"), ledger.Nonce(s.bytes(32))
	e := placed(decided(s))
	e.Decision = ledger.Commit(ledger.DecisionTag, &nonce, decision)
	b, err := e.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	good := ledger.Receipt{Entry: b, Nonce: nonce, Decision: decision}
	if got, err := good.Verify(); err != nil || got.ID != e.ID {
		t.Fatalf("got %v, %v", got, err)
	}
	otherNonce := nonce
	otherNonce[0] ^= 1
	for name, r := range map[string]ledger.Receipt{
		"other decision": {Entry: b, Nonce: nonce, Decision: []byte("b decision")},
		"other nonce":    {Entry: b, Nonce: otherNonce, Decision: decision},
		"cut entry":      {Entry: b[:100], Nonce: nonce, Decision: decision},
	} {
		if _, err := r.Verify(); claim.KindOf(err) != claim.Invalid {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
}

// TestGuessesCannotBeConfirmedFromAnEntry tries what a plain hash would give away (law.md: a dictionary of NPIs and
// amounts): with the decision's exact bytes known but for the NPI or the amount, no guess can be told from another
// without the nonce, not even the right one.
func TestGuessesCannotBeConfirmedFromAnEntry(t *testing.T) {
	s := &stream{name: "dictionary"}
	secret := []byte(`{"npi":"1234567893","paid":7235}`)
	nonce := ledger.Nonce(s.bytes(32))
	e := placed(decided(s))
	e.Decision = ledger.Commit(ledger.DecisionTag, &nonce, secret)
	b, err := e.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	var guesses []ledger.Nonce // what an attacker without the nonce may try
	guesses = append(guesses, ledger.Nonce{}, ledger.Nonce(e.Evidence), ledger.Nonce(e.Ciphertext), ledger.Nonce(e.Prev))
	for _, g := range guesses {
		for _, tag := range []ledger.Tag{ledger.DecisionTag, ledger.EvidenceTag, ""} {
			d := ledger.Commit(tag, &g, secret)
			if bytes.Contains(b, d[:]) {
				t.Errorf("the right guess is confirmed without the nonce (tag %q)", strings.TrimSpace(string(tag)))
			}
		}
	}
	if again := ledger.Commit(ledger.DecisionTag, &nonce, secret); !slices.Equal(again[:], e.Decision[:]) {
		t.Error("the holder of the nonce cannot confirm it")
	}
}

// TestNumbersThatAreHashedStayTheSame: an entry of another year must mean what it meant.
func TestNumbersThatAreHashedStayTheSame(t *testing.T) {
	for number, want := range []string{"unknown", "decided", "pended", "reversed", "released", "artifact", "erased", "accessed", "unknown"} {
		if got := ledger.EntryKind(number).String(); got != want {
			t.Errorf("kind %d is %s, want %s", number, got, want)
		}
	}
	for number, want := range []string{"unknown", "decisions", "access", "unknown"} {
		if got := ledger.Chain(number).String(); got != want {
			t.Errorf("chain %d is %s, want %s", number, got, want)
		}
	}
}
