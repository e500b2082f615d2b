package ledger_test

import (
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/ledger"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// stream gives the same bytes in every run: what tests draw instead of randomness.
type stream struct {
	name    string
	counter uint64
	rest    []byte
}

func (s *stream) Read(p []byte) (int, error) {
	for i := range p {
		if len(s.rest) == 0 {
			sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(s.name), s.counter))
			s.counter, s.rest = s.counter+1, sum[:]
		}
		p[i], s.rest = s.rest[0], s.rest[1:]
	}
	return len(p), nil
}

func (s *stream) bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = s.Read(b) // never fails
	return b
}

func (s *stream) digest() claim.Digest { return claim.Digest(s.bytes(32)) }
func (s *stream) id() claim.ID         { return claim.ID(s.bytes(16)) }
func (s *stream) fingerprint() ledger.Fingerprint {
	return ledger.Fingerprint(s.bytes(16))
}

// decided returns an entry with every field filled.
func decided(s *stream) *ledger.Entry {
	return &ledger.Entry{
		Kind: ledger.Decided, ID: s.id(), Claim: s.id(), Predecessor: s.id(), Semantics: 1,
		Contract: s.digest(), Tables: s.digest(), Model: s.digest(), Snapshot: s.digest(),
		Evidence: s.digest(), Decision: s.digest(), Ciphertext: s.digest(),
		Added:    []ledger.HeldFingerprint{{Line: 1, Value: s.fingerprint()}, {Line: 3, Value: s.fingerprint()}},
		Released: []ledger.Fingerprint{s.fingerprint()},
	}
}

const start claim.Instant = 1_767_225_600_000_000 // 2026-01-01T00:00:00Z

// chainOf builds a chain of n entries with sealed records, and returns it as an export would show it.
func chainOf(tb testing.TB, payer claim.PayerID, n int) ([]ledger.Record, []ledger.Head) {
	tb.Helper()
	s := &stream{name: fmt.Sprintf("chain of payer %d", payer)}
	records, heads := make([]ledger.Record, n), make([]ledger.Head, n)
	head := ledger.Head{Payer: payer, Chain: ledger.Decisions}
	for i := range records {
		e := decided(s)
		r := ledger.Record{Evidence: s.bytes(40), Decision: s.bytes(20)}
		e.Ciphertext = ledger.CiphertextDigest(r.Evidence, r.Decision)
		linked, after, err := ledger.Link(head, start+claim.Instant(i)*1000, []*ledger.Entry{e})
		if err != nil {
			tb.Fatal(err)
		}
		r.Bytes, r.Leaf = linked[0].Bytes, linked[0].Leaf
		records[i], heads[i], head = r, after, after
	}
	return records, heads
}

// relink writes entries again from index on, with fresh hashes: what a forger with the encoder at hand does.
func relink(tb testing.TB, records []ledger.Record, from int) {
	tb.Helper()
	for i := from; i < len(records); i++ {
		e, err := ledger.Decode(records[i].Bytes)
		if err != nil {
			tb.Fatal(err)
		}
		e.Prev = claim.Digest{}
		if i > 0 {
			e.Prev = ledger.LeafHash(records[i-1].Bytes)
		}
		e.Seq = int64(i + 1)
		setBytes(tb, &records[i], e)
	}
}

func setBytes(tb testing.TB, r *ledger.Record, e *ledger.Entry) {
	tb.Helper()
	b, err := e.AppendBinary(nil)
	if err != nil {
		tb.Fatal(err)
	}
	r.Bytes, r.Leaf = b, ledger.LeafHash(b)
}
