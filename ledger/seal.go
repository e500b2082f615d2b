package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/s2"

	"github.com/assize/assize/internal/claim"
)

// SectionKind names a part of the evidence. It is bound into the section's seal.
type SectionKind uint8

// Section kinds. The numbers are stored: never reuse one. The evidence splits by whom it is about.
const (
	PatientSection    SectionKind = 1 // the evidence without what is about the other two
	SubscriberSection SectionKind = 2 // the subscriber, when another person than the patient, and the family
	ProviderSection   SectionKind = 3 // what is known of the providers beyond the claim
	DecisionSection   SectionKind = 4 // the decision itself, in a blob of its own
)

// Section is a part of the evidence that is about one subject and sealed under that subject's key.
type Section struct {
	Kind    SectionKind
	Subject Subject
	Plain   []byte
}

// Sealed is what Seal made of a claim's evidence and decision. The caller copies the three digests into the entry and
// gives the two blobs to PutEvidence.
type Sealed struct {
	Evidence       []byte // blob of all sections
	Decision       []byte // blob of the one decision section
	EvidenceDigest claim.Digest
	DecisionDigest claim.Digest
	Ciphertext     claim.Digest
	DecisionNonce  Nonce // for a Receipt; also inside the decision blob
}

// A sealed blob, version 1: version, number of sections, then each section's header, then each section's ciphertext.
//
//	header: kind 1, packing 1 (0 as is, 1 an S2 block), key id 16, commitment 32, ciphertext length 4
//
// The ciphertext holds nonce ‖ content. Each section's commitment stands in clear, so that with one subject's key
// destroyed the other sections still verify against the entry.
const (
	sealVersion = 1
	headerSize  = 1 + 1 + 16 + 32 + 4
	packedAsIs  = 0
	packedS2    = 1
	packFrom    = 1024     // bytes below which packing does not pay: a few hundred hold little that repeats
	maxSection  = 16 << 20 // bytes of content: far above any claim, bounds what a forged frame can unpack to
	aadSize     = 4 + 16 + 1 + 1
)

// Sealer seals and opens. It is safe for concurrent use.
type Sealer struct {
	random  io.Reader
	scratch scratchPool
}

// NewSealer returns a sealer that draws its nonces from random; nil stands for crypto/rand.
func NewSealer(random io.Reader) *Sealer {
	if random == nil {
		random = rand.Reader
	}
	return &Sealer{random: random}
}

// Seal seals a claim's evidence sections and its decision, each under the key of its subject, and commits to all. Keys
// must hold one for every subject (Keys.ForSubjects, committed before this record). Kinds may not repeat.
func (s *Sealer) Seal(payer claim.PayerID, claimID claim.ID, keys DataKeys, evidence []Section, decision Section) (Sealed, error) {
	var out Sealed
	if decision.Kind != DecisionSection {
		return out, claim.Errorf(claim.Invalid, "sealing claim %s: section kind %d stands for the decision", claimID, decision.Kind)
	}
	work := s.scratch.get()
	defer s.scratch.put(work)
	if err := work.draw(s.random, len(evidence)+1); err != nil {
		return out, fmt.Errorf("sealing claim %s: %w", claimID, err)
	}
	var err error
	if out.Evidence, _, err = sealBlob(work, payer, claimID, keys, evidence); err != nil {
		return out, fmt.Errorf("sealing the evidence of claim %s: %w", claimID, err)
	}
	out.EvidenceDigest = evidenceCommitment(work.frames)
	if out.Decision, out.DecisionNonce, err = sealBlob(work, payer, claimID, keys, []Section{decision}); err != nil {
		return out, fmt.Errorf("sealing the decision of claim %s: %w", claimID, err)
	}
	out.DecisionDigest = work.frames[0].commitment
	out.Ciphertext = CiphertextDigest(out.Evidence, out.Decision)
	return out, nil
}

// evidenceCommitment binds the sections' commitments, each of which hides its content behind a nonce of its own.
func evidenceCommitment(frames []frame) claim.Digest {
	h := sha256.New()
	h.Write([]byte(EvidenceTag))
	for i := range frames {
		h.Write([]byte{byte(frames[i].kind)})
		h.Write(frames[i].commitment[:])
	}
	return claim.Digest(h.Sum(nil))
}

// sectionCommitment is Commit under the tag of the kind: the decision has one of its own, for receipts.
func sectionCommitment(kind SectionKind, nonce *Nonce, plain []byte) claim.Digest {
	if kind == DecisionSection {
		return Commit(DecisionTag, nonce, plain)
	}
	return Commit(sectionTag, nonce, []byte{byte(kind)}, plain)
}

// CiphertextDigest is the digest of an entry's two blobs: SHA-256(tag ‖ length of the first ‖ first ‖ second).
func CiphertextDigest(evidence, decision []byte) claim.Digest {
	h := sha256.New()
	h.Write([]byte(sealedTag))
	var length [8]byte
	binary.BigEndian.PutUint64(length[:], uint64(len(evidence)))
	h.Write(length[:])
	h.Write(evidence)
	h.Write(decision)
	return claim.Digest(h.Sum(nil))
}

// sealBlob returns the blob of sections and the nonce of the last. Their frames are left in work, which has a nonce for
// each.
func sealBlob(work *scratch, payer claim.PayerID, claimID claim.ID, keys DataKeys, sections []Section) (blob []byte, nonce Nonce, err error) {
	if err := checkSections(sections); err != nil {
		return nil, nonce, err
	}
	work.frames = work.frames[:0]
	for i := range sections {
		sec := &sections[i]
		key, ok := keys[sec.Subject]
		if !ok || key.aead == nil {
			return nil, nonce, claim.Errorf(claim.Internal, "no key for the subject of section %d", sec.Kind)
		}
		nonce = work.nonce()
		f := frame{kind: sec.Kind, key: key.ID, commitment: sectionCommitment(sec.Kind, &nonce, sec.Plain)}
		f.packing = work.pack(&nonce, sec.Plain)
		if f.ciphertext, err = key.aead.Encrypt(work.content, work.aad(payer, claimID, f.kind, f.packing)); err != nil {
			return nil, nonce, fmt.Errorf("section %d: %w", sec.Kind, err)
		}
		work.frames = append(work.frames, f)
	}
	return joinBlob(work.frames), nonce, nil
}

// errTooLarge says that a packed section claims to hold more than any section may.
var errTooLarge = errors.New("larger than a section may be")

// unpack undoes scratch.pack. The size a frame claims is checked before memory is taken for it.
func unpack(packed []byte) ([]byte, error) {
	size, err := s2.DecodedLen(packed)
	if err != nil {
		return nil, err
	}
	if size > maxSection {
		return nil, errTooLarge
	}
	return s2.Decode(make([]byte, size), packed)
}

// sealAAD appends what a section's seal binds besides its content: moved to another payer, claim or kind it does not
// open.
func sealAAD(b []byte, payer claim.PayerID, claimID claim.ID, kind SectionKind, packing byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(payer))
	b = append(b, claimID[:]...)
	return append(b, byte(kind), packing)
}

// ErrErased says that the key of a section was destroyed. It is an answer, not a fault: the proofs stay valid.
var ErrErased = claim.Errorf(claim.NotFound, "the key was destroyed: this part of the record is erased")

// ErrSealed says that a blob does not open or does not agree with its entry: it was changed.
var ErrSealed = claim.Errorf(claim.Conflict, "the sealed record does not agree with its entry")

// ErrUnknownKey says that a section's key was never given out here, or that its row was lost. An erased key's row stays.
var ErrUnknownKey = claim.Errorf(claim.Unavailable, "its key is not known: bring the row back from a backup of the keys' database")

// Opened is one section opened again. Err is nil, or wraps ErrErased; Plain is then empty.
type Opened struct {
	Kind  SectionKind
	Nonce Nonce
	Plain []byte
	Err   error
}

// KeyIDs lists the keys that a blob's sections are sealed under. ErrSealed for a blob that is damaged.
func KeyIDs(blob []byte) ([]claim.ID, error) {
	frames, err := splitBlob(blob)
	if err != nil {
		return nil, err
	}
	ids := make([]claim.ID, len(frames))
	for i := range frames {
		ids[i] = frames[i].key
	}
	return ids, nil
}

// OpenEvidence opens the evidence blob of entry e and checks every section, and the whole, against e. keys comes
// from Keys.ForIDs; a section whose key was destroyed is answered as erased, one whose key nobody knows is
// ErrUnknownKey. ErrSealed when anything disagrees.
func (s *Sealer) OpenEvidence(e *Entry, keys OpenKeys, blob []byte) ([]Opened, error) {
	frames, err := splitBlob(blob)
	if err != nil {
		return nil, fmt.Errorf("opening the evidence of entry %s: %w", e.ID, err)
	}
	if evidenceCommitment(frames) != e.Evidence {
		return nil, fmt.Errorf("opening the evidence of entry %s: commitment: %w", e.ID, ErrSealed)
	}
	opened := make([]Opened, len(frames))
	for i := range frames {
		if opened[i], err = s.open(e, keys, &frames[i]); err != nil {
			return nil, err
		}
	}
	return opened, nil
}

// OpenDecision opens the decision blob of entry e and checks it against e. An erased decision has Err set.
func (s *Sealer) OpenDecision(e *Entry, keys OpenKeys, blob []byte) (Opened, error) {
	frames, err := splitBlob(blob)
	if err != nil {
		return Opened{}, fmt.Errorf("opening the decision of entry %s: %w", e.ID, err)
	}
	if len(frames) != 1 || frames[0].kind != DecisionSection || frames[0].commitment != e.Decision {
		return Opened{}, fmt.Errorf("opening the decision of entry %s: commitment: %w", e.ID, ErrSealed)
	}
	return s.open(e, keys, &frames[0])
}

func (s *Sealer) open(e *Entry, keys OpenKeys, f *frame) (Opened, error) {
	o := Opened{Kind: f.kind}
	key, ok := keys[f.key]
	if !ok {
		return o, fmt.Errorf("section %d of entry %s: key %s: %w", f.kind, e.ID, f.key, ErrUnknownKey)
	}
	if key.aead == nil {
		o.Err = fmt.Errorf("section %d of entry %s: %w", f.kind, e.ID, ErrErased)
		return o, nil
	}
	content, err := key.aead.Decrypt(f.ciphertext, sealAAD(nil, e.Payer, e.Claim, f.kind, f.packing))
	if err != nil || len(content) < len(o.Nonce) {
		return o, fmt.Errorf("section %d of entry %s: decrypting: %w", f.kind, e.ID, ErrSealed)
	}
	o.Nonce = Nonce(content[:len(o.Nonce)])
	o.Plain = content[len(o.Nonce):]
	if f.packing == packedS2 {
		if o.Plain, err = unpack(o.Plain); err != nil {
			return o, fmt.Errorf("section %d of entry %s: unpacking: %w", f.kind, e.ID, errors.Join(ErrSealed, err))
		}
	}
	got := sectionCommitment(f.kind, &o.Nonce, o.Plain)
	if subtle.ConstantTimeCompare(got[:], f.commitment[:]) != 1 {
		return o, fmt.Errorf("section %d of entry %s: commitment: %w", f.kind, e.ID, ErrSealed)
	}
	return o, nil
}
