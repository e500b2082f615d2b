package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/s2"

	"github.com/assize/assize/internal/claim"
)

// SectionKind names a part of the evidence. It is bound into the section's seal.
type SectionKind uint8

// Section kinds. The numbers are stored: never reuse one. The evidence splits by whom it is about.
const (
	PatientSection    SectionKind = 1 // the claim and the facts about its patient
	SubscriberSection SectionKind = 2 // the subscriber, when another person than the patient
	ProviderSection   SectionKind = 3 // the providers of the claim
	RowsSection       SectionKind = 4 // rows found, features, versions
	ReviewSection     SectionKind = 5 // what a person decided
	DecisionSection   SectionKind = 6 // the decision itself, in a blob of its own
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
//	header: kind 1, packing 1 (0 as is, 1 S2 with our dictionary), key id 16, commitment 32, ciphertext length 4
//
// The ciphertext holds nonce ‖ content. Each section's commitment stands in clear, so that with one subject's key
// destroyed the other sections still verify against the entry.
const (
	sealVersion = 1
	headerSize  = 1 + 1 + 16 + 32 + 4
	packedAsIs  = 0
	packedS2    = 1
	packFrom    = 64       // bytes below which packing does not pay
	maxSection  = 16 << 20 // bytes of content: far above any claim, bounds what a forged frame can unpack to
	aadSize     = 4 + 16 + 1 + 1
)

// Sealer seals and opens. It is safe for concurrent use.
type Sealer struct {
	random  io.Reader
	packer  *s2.Dict
	scratch scratchPool
}

// NewSealer returns a sealer that draws its nonces from random; nil stands for crypto/rand.
func NewSealer(random io.Reader) (*Sealer, error) {
	if random == nil {
		random = rand.Reader
	}
	packer := s2.MakeDict([]byte(dictionary), nil)
	if packer == nil {
		return nil, claim.Errorf(claim.Internal, "preparing the packer: the dictionary is too small")
	}
	return &Sealer{random: random, packer: packer}, nil
}

// Seal seals a claim's evidence sections and its decision, each under the key of its subject, and commits to all. Keys
// must hold one for every subject (Keys.ForSubjects, committed before this record). Kinds may not repeat.
func (s *Sealer) Seal(payer claim.PayerID, claimID claim.ID, keys DataKeys, evidence []Section, decision Section) (Sealed, error) {
	var out Sealed
	if decision.Kind != DecisionSection {
		return out, claim.Errorf(claim.Invalid, "sealing claim %s: section kind %d stands for the decision", claimID, decision.Kind)
	}
	blob, commitments, _, err := s.sealBlob(payer, claimID, keys, evidence)
	if err != nil {
		return out, err
	}
	decided, decisionCommitment, nonce, err := s.sealBlob(payer, claimID, keys, []Section{decision})
	if err != nil {
		return out, err
	}
	out = Sealed{Evidence: blob, Decision: decided, DecisionNonce: nonce, DecisionDigest: decisionCommitment[0]}
	out.EvidenceDigest = evidenceCommitment(evidence, commitments)
	out.Ciphertext = CiphertextDigest(blob, decided)
	return out, nil
}

// evidenceCommitment binds the sections' commitments, each of which hides its content behind a nonce of its own.
func evidenceCommitment(sections []Section, commitments []claim.Digest) claim.Digest {
	h := sha256.New()
	h.Write([]byte(EvidenceTag))
	for i := range sections {
		h.Write([]byte{byte(sections[i].Kind)})
		h.Write(commitments[i][:])
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

// sealBlob returns the blob, the sections' commitments, and the nonce of the last section.
func (s *Sealer) sealBlob(payer claim.PayerID, claimID claim.ID, keys DataKeys, sections []Section) ([]byte, []claim.Digest, Nonce, error) {
	var nonce Nonce
	size, err := blobSize(sections)
	if err != nil {
		return nil, nil, nonce, fmt.Errorf("sealing claim %s: %w", claimID, err)
	}
	blob := append(make([]byte, 0, size), sealVersion, byte(len(sections)))
	blob = blob[:2+len(sections)*headerSize]
	commitments := make([]claim.Digest, len(sections))
	work := s.scratch.get()
	defer s.scratch.put(work)
	for i := range sections {
		sec := &sections[i]
		key, ok := keys[sec.Subject]
		if !ok || key.aead == nil {
			return nil, nil, nonce, claim.Errorf(claim.Internal, "sealing claim %s: no key for the subject of section %d", claimID, sec.Kind)
		}
		if _, err := io.ReadFull(s.random, nonce[:]); err != nil {
			return nil, nil, nonce, fmt.Errorf("sealing claim %s: drawing a nonce: %w", claimID, err)
		}
		commitments[i] = sectionCommitment(sec.Kind, &nonce, sec.Plain)
		packing := s.pack(work, &nonce, sec.Plain)
		ciphertext, err := key.aead.Encrypt(*work, sealAAD(payer, claimID, sec.Kind, packing))
		if err != nil {
			return nil, nil, nonce, fmt.Errorf("sealing claim %s: section %d: %w", claimID, sec.Kind, err)
		}
		putHeader(blob[2+i*headerSize:], &frame{sec.Kind, packing, key.ID, commitments[i], ciphertext})
		blob = append(blob, ciphertext...)
	}
	return blob, commitments, nonce, nil
}

// pack writes nonce ‖ content into work, compressed when that pays.
func (s *Sealer) pack(work *[]byte, nonce *Nonce, plain []byte) (packing byte) {
	content := append((*work)[:0], nonce[:]...)
	if len(plain) < packFrom {
		*work = append(content, plain...)
		return packedAsIs
	}
	packed := len(content)
	content = slices.Grow(content, s2.MaxEncodedLen(len(plain)))
	*work = content[:packed+len(s.packer.Encode(content[packed:cap(content)], plain))]
	return packedS2
}

// errTooLarge says that a packed section claims to hold more than any section may.
var errTooLarge = errors.New("larger than a section may be")

// unpack undoes pack. The size a frame claims is checked before memory is taken for it.
func (s *Sealer) unpack(packed []byte) ([]byte, error) {
	size, err := s2.DecodedLen(packed)
	if err != nil {
		return nil, err
	}
	if size > maxSection {
		return nil, errTooLarge
	}
	return s.packer.Decode(make([]byte, 0, size), packed)
}

// sealAAD is what a section's seal binds besides its content: moved to another payer, claim or kind it does not open.
func sealAAD(payer claim.PayerID, claimID claim.ID, kind SectionKind, packing byte) []byte {
	b := make([]byte, 0, aadSize)
	b = binary.BigEndian.AppendUint32(b, uint32(payer))
	b = append(b, claimID[:]...)
	return append(b, byte(kind), packing)
}

// ErrErased says that the key of a section was destroyed. It is an answer, not a fault: the proofs stay valid.
var ErrErased = claim.Errorf(claim.NotFound, "the key was destroyed: this part of the record is erased")

// ErrSealed says that a blob does not open or does not agree with its entry: it was changed.
var ErrSealed = claim.Errorf(claim.Conflict, "the sealed record does not agree with its entry")

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
// Unavailable. ErrSealed when anything disagrees.
func (s *Sealer) OpenEvidence(e *Entry, keys OpenKeys, blob []byte) ([]Opened, error) {
	frames, err := splitBlob(blob)
	if err != nil {
		return nil, fmt.Errorf("opening the evidence of entry %s: %w", e.ID, err)
	}
	sections, commitments := make([]Section, len(frames)), make([]claim.Digest, len(frames))
	for i := range frames {
		sections[i].Kind, commitments[i] = frames[i].kind, frames[i].commitment
	}
	if evidenceCommitment(sections, commitments) != e.Evidence {
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
		return o, claim.Errorf(claim.Unavailable, "section %d of entry %s: key %s is not at hand", f.kind, e.ID, f.key)
	}
	if key.aead == nil {
		o.Err = fmt.Errorf("section %d of entry %s: %w", f.kind, e.ID, ErrErased)
		return o, nil
	}
	content, err := key.aead.Decrypt(f.ciphertext, sealAAD(e.Payer, e.Claim, f.kind, f.packing))
	if err != nil || len(content) < len(o.Nonce) {
		return o, fmt.Errorf("section %d of entry %s: decrypting: %w", f.kind, e.ID, ErrSealed)
	}
	o.Nonce = Nonce(content[:len(o.Nonce)])
	o.Plain = content[len(o.Nonce):]
	if f.packing == packedS2 {
		if o.Plain, err = s.unpack(o.Plain); err != nil {
			return o, fmt.Errorf("section %d of entry %s: unpacking: %w", f.kind, e.ID, errors.Join(ErrSealed, err))
		}
	}
	got := sectionCommitment(f.kind, &o.Nonce, o.Plain)
	if subtle.ConstantTimeCompare(got[:], f.commitment[:]) != 1 {
		return o, fmt.Errorf("section %d of entry %s: commitment: %w", f.kind, e.ID, ErrSealed)
	}
	return o, nil
}
