package ledger

import (
	"crypto/sha256"
	"crypto/subtle"

	"github.com/assize/assize/internal/claim"
)

// Nonce hides what a commitment commits to: without its 32 random bytes no guess can be tried.
type Nonce [32]byte

// Tag keeps commitments to different things apart. Each ends in a newline, so none is the beginning of another.
type Tag string

// The tags of version 1.
const (
	DecisionTag Tag = "assize decision v1\n"
	EvidenceTag Tag = "assize evidence v1\n"
	sectionTag  Tag = "assize section v1\n"
	sealedTag   Tag = "assize ciphertext v1\n"
)

// Commit returns SHA-256(tag ‖ nonce ‖ parts…). The parts are hashed as one string: a caller with more than one
// part frames them.
func Commit(tag Tag, nonce *Nonce, parts ...[]byte) claim.Digest {
	h := sha256.New()
	h.Write([]byte(tag))
	h.Write(nonce[:])
	for _, p := range parts {
		h.Write(p)
	}
	return claim.Digest(h.Sum(nil))
}

// Receipt is what a holder (provider, member, auditor) is given: it proves one decision with no key handed over.
type Receipt struct {
	Entry    []byte `json:"entry"`    // the entry's bytes
	Nonce    Nonce  `json:"nonce"`    // of the decision commitment
	Decision []byte `json:"decision"` // the decision's bytes, deterministic CBOR
}

// ErrReceipt says that a receipt's decision is not the one its entry commits to.
var ErrReceipt = claim.Errorf(claim.Invalid, "the entry does not commit to this decision")

// Verify returns the entry when it commits to the receipt's decision; ErrReceipt, or Invalid for an entry that does
// not decode, otherwise. That the entry stands on the chain is for Verifier to say: LeafHash(r.Entry) is what to look for.
func (r *Receipt) Verify() (*Entry, error) {
	e, err := Decode(r.Entry)
	if err != nil {
		return nil, err
	}
	got := Commit(DecisionTag, &r.Nonce, r.Decision)
	if subtle.ConstantTimeCompare(got[:], e.Decision[:]) != 1 {
		return nil, ErrReceipt
	}
	return e, nil
}
