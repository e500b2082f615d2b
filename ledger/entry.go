package ledger

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/assize/assize/internal/claim"
)

// Chain tells which of a payer's chains an entry is on.
type Chain uint8

// The chains of a payer. Reading a record never waits for a batch: access has a chain of its own.
const (
	Decisions Chain = 1
	Access    Chain = 2
)

// String names the chain as heads and messages do.
func (c Chain) String() string {
	switch c {
	case Decisions:
		return "decisions"
	case Access:
		return "access"
	}
	return "unknown"
}

// EntryKind tells what an entry records.
type EntryKind uint8

// Entry kinds. The numbers are hashed: never reuse one.
const (
	Decided  EntryKind = 1 // a claim was paid or denied; which of them lies behind the commitment
	Pended   EntryKind = 2 // a claim waits; not a decision
	Reversed EntryKind = 3 // the predecessor's decision was taken back (void, replacement, reopening)
	Released EntryKind = 4 // a person released a pended claim; its decision is the entry that follows
	Artifact EntryKind = 5 // a contract, model or table was put in force; Contract, Model or Tables names it
	Erased   EntryKind = 6 // a key was destroyed; the entry does not say whose
	Accessed EntryKind = 7 // somebody looked at records (access chain)
)

func (k EntryKind) known() bool { return k >= Decided && k <= Accessed }

// String names the kind.
func (k EntryKind) String() string {
	names := [...]string{"", "decided", "pended", "reversed", "released", "artifact", "erased", "accessed"}
	if !k.known() {
		return "unknown"
	}
	return names[k]
}

// Fingerprint is a keyed hash of what makes a line (or an institutional claim) equal to another. See fingerprint.go.
type Fingerprint [16]byte

// compare orders fingerprints as their bytes are ordered, which is the order of their index in Postgres.
func (f Fingerprint) compare(other Fingerprint) int {
	return cmp.Or(
		cmp.Compare(binary.BigEndian.Uint64(f[:8]), binary.BigEndian.Uint64(other[:8])),
		cmp.Compare(binary.BigEndian.Uint64(f[8:]), binary.BigEndian.Uint64(other[8:])))
}

// HeldFingerprint is a fingerprint that a line holds from this entry on. Line 0 is the claim as a whole.
type HeldFingerprint struct {
	Line  int
	Value Fingerprint
}

// Entry is one record of a chain. Chain, Seq, Prev and Time are set by Append; everything else is the caller's.
// Digests and ids that do not apply are zero.
type Entry struct {
	Payer       claim.PayerID
	Chain       Chain
	Seq         int64 // from 1
	Prev        claim.Digest
	Kind        EntryKind
	Time        claim.Instant
	ID          claim.ID
	Claim       claim.ID
	Predecessor claim.ID // entry id of the decision or pend this one follows
	Semantics   int
	Contract    claim.Digest
	Tables      claim.Digest // see TablesDigest
	Model       claim.Digest
	Snapshot    claim.Digest
	Evidence    claim.Digest // commitment, see Seal
	Decision    claim.Digest // commitment, see Seal
	Ciphertext  claim.Digest // see CiphertextDigest
	Added       []HeldFingerprint
	Released    []Fingerprint // taken off before Added is put on
}

// TablesDigest is one digest for a set of reference tables, whatever their order. No tables: the zero digest.
func TablesDigest(tables []claim.Digest) claim.Digest {
	if len(tables) == 0 {
		return claim.Digest{}
	}
	sorted := slices.Clone(tables)
	slices.SortFunc(sorted, compareDigests)
	h := sha256.New()
	h.Write([]byte("assize tables v1\n"))
	for _, d := range slices.Compact(sorted) {
		h.Write(d[:])
	}
	return claim.Digest(h.Sum(nil))
}

func compareDigests(a, b claim.Digest) int { return slices.Compare(a[:], b[:]) }

// leafPrefix keeps leaves apart from inner nodes of a Merkle tree (RFC 6962 §2.1).
const leafPrefix = 0x00

// LeafHash is the RFC 6962 hash of an entry's bytes: SHA-256(0x00 ‖ bytes).
func LeafHash(entry []byte) claim.Digest {
	prefixed := make([]byte, 0, 1024)
	return hashPrefixed(append(append(prefixed, leafPrefix), entry...))
}

// hashPrefixed hashes bytes that already begin with the leaf prefix.
func hashPrefixed(prefixed []byte) claim.Digest { return sha256.Sum256(prefixed) }
