package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

// sealed is one claim's record as it is kept: an entry that commits to two blobs.
type sealed struct {
	entry    *ledger.Entry
	record   ledger.Sealed
	sections []ledger.Section
	decision ledger.Section
	keys     ledger.DataKeys
	open     ledger.OpenKeys
}

func sealer(tb testing.TB) *ledger.Sealer {
	tb.Helper()
	return ledger.NewSealer(nil)
}

// text is content about as compressible as evidence.
func text(n int) []byte {
	return bytes.Repeat([]byte("procedure 99213 charge 125.00 npi 1234567893 "), n/45+1)[:n]
}

func seal(tb testing.TB, s *ledger.Sealer) *sealed {
	tb.Helper()
	random := &stream{name: "seal"}
	patient, subscriber, provider := random.id(), random.id(), random.id()
	c := &sealed{keys: ledger.DataKeys{}, open: ledger.OpenKeys{}}
	for _, subject := range []ledger.Subject{patient, subscriber, provider} {
		key, err := ledger.NewDataKey(random.id(), random.bytes(32))
		if err != nil {
			tb.Fatal(err)
		}
		c.keys[subject], c.open[key.ID] = key, key
	}
	c.sections = []ledger.Section{
		{Kind: ledger.PatientSection, Subject: patient, Plain: text(3000)},
		{Kind: ledger.SubscriberSection, Subject: subscriber, Plain: text(150)},
		{Kind: ledger.ProviderSection, Subject: provider, Plain: text(300)},
	}
	c.decision = ledger.Section{Kind: ledger.DecisionSection, Subject: patient, Plain: text(700)}
	c.entry = placed(decided(random))
	c.reseal(tb, s)
	return c
}

func (c *sealed) reseal(tb testing.TB, s *ledger.Sealer) {
	tb.Helper()
	var err error
	c.record, err = s.Seal(c.entry.Payer, c.entry.Claim, c.keys, c.sections, c.decision)
	if err != nil {
		tb.Fatal(err)
	}
	c.entry.Evidence, c.entry.Decision, c.entry.Ciphertext = c.record.EvidenceDigest, c.record.DecisionDigest, c.record.Ciphertext
}

func TestSealedEvidenceOpensAgain(t *testing.T) {
	s := sealer(t)
	c := seal(t, s)
	opened, err := s.OpenEvidence(c.entry, c.open, c.record.Evidence)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range opened {
		if o.Err != nil || o.Kind != c.sections[i].Kind || !bytes.Equal(o.Plain, c.sections[i].Plain) {
			t.Errorf("section %d: kind %d, %d bytes, %v", i, o.Kind, len(o.Plain), o.Err)
		}
	}
	d, err := s.OpenDecision(c.entry, c.open, c.record.Decision)
	if err != nil || d.Err != nil || !bytes.Equal(d.Plain, c.decision.Plain) {
		t.Errorf("decision: %d bytes, %v, %v", len(d.Plain), err, d.Err)
	}
	b, err := c.entry.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	receipt := ledger.Receipt{Entry: b, Nonce: d.Nonce, Decision: d.Plain}
	if _, err := receipt.Verify(); err != nil || d.Nonce != c.record.DecisionNonce {
		t.Errorf("receipt made of the opened decision: %v", err)
	}
}

func TestErasedSubjectLeavesTheOthersReadableAndTheProofsWhole(t *testing.T) {
	s := sealer(t)
	c := seal(t, s)
	provider := c.keys[c.sections[2].Subject]
	for id := range c.open {
		if id != provider.ID {
			c.open[id] = ledger.DataKey{ID: id} // what Keys.ForIDs answers for a destroyed key
		}
	}
	opened, err := s.OpenEvidence(c.entry, c.open, c.record.Evidence)
	if err != nil {
		t.Fatal(err)
	}
	var erased []bool
	for _, o := range opened {
		erased = append(erased, errors.Is(o.Err, ledger.ErrErased))
		if o.Err != nil && o.Plain != nil {
			t.Errorf("section %d is erased and has content", o.Kind)
		}
	}
	if diff := cmp.Diff([]bool{true, true, false}, erased); diff != "" {
		t.Errorf("erased (-want +got):\n%s", diff)
	}
	if d, err := s.OpenDecision(c.entry, c.open, c.record.Decision); err != nil || !errors.Is(d.Err, ledger.ErrErased) {
		t.Errorf("decision: %v, %v", err, d.Err)
	}
	if ledger.CiphertextDigest(c.record.Evidence, c.record.Decision) != c.entry.Ciphertext {
		t.Error("the ciphertext digest no longer agrees")
	}
}

func TestUnknownKeyIsNotTakenForAnErasedOne(t *testing.T) {
	s := sealer(t)
	c := seal(t, s)
	if _, err := s.OpenEvidence(c.entry, ledger.OpenKeys{}, c.record.Evidence); claim.KindOf(err) != claim.Unavailable || errors.Is(err, ledger.ErrErased) {
		t.Errorf("got %v, want Unavailable", err)
	}
}

// TestNoBitOfASealedRecordCanChange flips every bit: each flip must be seen by opening alone, without the ciphertext digest.
func TestNoBitOfASealedRecordCanChange(t *testing.T) {
	s := sealer(t)
	c := seal(t, s)
	for name, blob := range map[string][]byte{"evidence": c.record.Evidence, "decision": c.record.Decision} {
		for bit := range len(blob) * 8 {
			changed := bytes.Clone(blob)
			changed[bit/8] ^= 1 << (bit % 8)
			var err error
			if name == "evidence" {
				_, err = s.OpenEvidence(c.entry, c.open, changed)
			} else {
				_, err = s.OpenDecision(c.entry, c.open, changed)
			}
			if err == nil {
				t.Fatalf("%s with bit %d flipped opens", name, bit)
			}
		}
	}
}

func TestSealIsBoundToPayerClaimAndKind(t *testing.T) {
	s := sealer(t)
	for name, move := range map[string]func(*sealed){
		"payer": func(c *sealed) { c.entry.Payer++ },
		"claim": func(c *sealed) { c.entry.Claim[3] ^= 1 },
	} {
		c := seal(t, s)
		move(c)
		if _, err := s.OpenEvidence(c.entry, c.open, c.record.Evidence); !errors.Is(err, ledger.ErrSealed) {
			t.Errorf("%s: got %v, want ErrSealed", name, err)
		}
	}
}

// A claim has many entries, all of whose records are sealed for it: each opens for its own entry alone, and as what it is.
func TestRecordsOfOneClaimDoNotStandForEachOther(t *testing.T) {
	s := sealer(t)
	c := seal(t, s)
	entry, first := *c.entry, c.record
	c.reseal(t, s) // a review, say, that came to the same
	for name, blob := range map[string][]byte{"another entry's": c.record.Decision, "evidence as": first.Evidence, "twice the": slices.Concat(first.Decision, first.Decision[1:])} {
		if _, err := s.OpenDecision(&entry, c.open, blob); !errors.Is(err, ledger.ErrSealed) {
			t.Errorf("%s decision: got %v, want ErrSealed", name, err)
		}
	}
	for name, blob := range map[string][]byte{"another entry's": c.record.Evidence, "a decision as": first.Decision} {
		if _, err := s.OpenEvidence(&entry, c.open, blob); !errors.Is(err, ledger.ErrSealed) {
			t.Errorf("%s evidence: got %v, want ErrSealed", name, err)
		}
	}
	if _, err := s.OpenDecision(&entry, c.open, first.Decision); err != nil {
		t.Errorf("its own decision: %v", err)
	}
}

func TestSealRefusesWhatItCouldNotOpen(t *testing.T) {
	s := sealer(t)
	tests := map[string]func(*sealed){
		"two sections of a kind":  func(c *sealed) { c.sections[1].Kind = c.sections[0].Kind },
		"no sections":             func(c *sealed) { c.sections = nil },
		"no key for a subject":    func(c *sealed) { delete(c.keys, c.sections[2].Subject) },
		"an erased key":           func(c *sealed) { c.keys[c.sections[2].Subject] = ledger.DataKey{} },
		"decision of other kind":  func(c *sealed) { c.decision.Kind = ledger.ProviderSection },
		"section over the limit":  func(c *sealed) { c.sections[0].Plain = make([]byte, 16<<20+1) },
		"decision over the limit": func(c *sealed) { c.decision.Plain = make([]byte, 16<<20+1) },
	}
	for name, spoil := range tests {
		c := seal(t, s)
		spoil(c)
		if _, err := s.Seal(1, c.entry.Claim, c.keys, c.sections, c.decision); err == nil {
			t.Errorf("%s: sealed", name)
		}
	}
}

// TestSealedRecordHidesGuessableValues looks for the plain hash, and the plain text, of what an attacker would guess.
func TestSealedRecordHidesGuessableValues(t *testing.T) {
	s := sealer(t)
	c := seal(t, s)
	guess := []byte(`1234567893`)
	c.sections[2].Plain = guess
	c.decision.Plain = guess
	c.reseal(t, s)
	entry, err := c.entry.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	kept := bytes.Join([][]byte{entry, c.record.Evidence, c.record.Decision}, nil)
	for _, prefix := range []string{"", "assize section v1\n", "assize decision v1\n", "assize evidence v1\n", "\x00", "\x03", "\x04"} {
		sum := sha256.Sum256(append([]byte(prefix), guess...))
		if bytes.Contains(kept, sum[:]) || bytes.Contains(kept, sum[:16]) {
			t.Errorf("the record holds the plain hash of a guessable value, prefix %q", prefix)
		}
	}
	if bytes.Contains(kept, guess) {
		t.Error("the record holds the value itself")
	}
	first := c.entry.Decision
	c.reseal(t, s)
	if c.entry.Decision == first {
		t.Error("the same decision has the same commitment twice: it can be told by comparing")
	}
}

func TestKeyIDsNamesEveryKey(t *testing.T) {
	c := seal(t, sealer(t))
	ids, err := ledger.KeyIDs(c.record.Evidence)
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range ids {
		if want := c.keys[c.sections[i].Subject].ID; id != want {
			t.Errorf("section %d: key %s, want %s", i, id, want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	s := sealer(f)
	c := seal(f, s)
	f.Add(c.record.Evidence)
	f.Add([]byte{1, 1})
	f.Fuzz(func(t *testing.T, blob []byte) {
		_, err := s.OpenEvidence(c.entry, c.open, blob)
		if err == nil && !bytes.Equal(blob, c.record.Evidence) {
			t.Error("another blob opens")
		}
		if _, err := ledger.KeyIDs(blob); err != nil && !errors.Is(err, ledger.ErrSealed) {
			t.Errorf("%v is not ErrSealed", err)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	s := sealer(b)
	c := seal(b, s)
	size := 0
	b.ReportAllocs()
	for b.Loop() {
		r, err := s.Seal(1, c.entry.Claim, c.keys, c.sections, c.decision)
		if err != nil {
			b.Fatal(err)
		}
		size = len(r.Evidence) + len(r.Decision)
	}
	b.ReportMetric(float64(size), "bytes/claim")
}

func BenchmarkEncode(b *testing.B) {
	s := &stream{name: "bench"}
	entries := make([]*ledger.Entry, 2000)
	for i := range entries {
		entries[i] = decided(s)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := ledger.Link(ledger.Head{Payer: 1, Chain: ledger.Decisions}, start, entries); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(entries)), "µs/entry")
}
