package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"
)

// keyedHash is HMAC-SHA-256 cut to 16 bytes under one key. It keeps states in which the key's two blocks are already
// hashed, which halves the cost of the short texts it is given. It is safe for concurrent use.
type keyedHash struct {
	secret [32]byte
	states sync.Pool // of hash.Hash
}

func (k *keyedHash) sum(text []byte) (cut [16]byte) {
	state, ok := k.states.Get().(hash.Hash)
	if !ok {
		state = hmac.New(sha256.New, k.secret[:])
	}
	state.Reset()
	state.Write(text)
	var full [sha256.Size]byte
	copy(cut[:], state.Sum(full[:0]))
	k.states.Put(state)
	return cut
}

// SubjectHasher gives an opaque, stable id to a person or provider that a payer has no record of: a keyed hash of the
// identifier as submitted. Without the payer's key nobody can try identifiers against it. Safe for concurrent use.
type SubjectHasher struct{ hmac keyedHash }

// NewSubjectHasher returns the hasher made of a 32-byte secret.
func NewSubjectHasher(secret [32]byte) *SubjectHasher {
	return &SubjectHasher{hmac: keyedHash{secret: secret}}
}

// SubjectKind tells whose identifier is hashed, so that a subscriber number and an NPI of equal digits stay apart.
type SubjectKind string

// Subject kinds.
const (
	UnmatchedSubscriber SubjectKind = "subscriber" // by subscriber number: also the key of the family
	UnmatchedPatient    SubjectKind = "patient"    // by whatever the caller joins to tell patients of a subscriber apart
	ProviderSubject     SubjectKind = "provider"   // by NPI
)

// Subject returns the id of an identifier, trimmed and in upper case. It is a UUID of version 8 (RFC 9562: custom).
func (h *SubjectHasher) Subject(kind SubjectKind, identifier string) Subject {
	id := Subject(h.hmac.sum([]byte(string(kind) + "\n" + canonicalText(identifier))))
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}
