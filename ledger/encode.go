package ledger

import (
	"encoding/binary"
	"math"

	"github.com/assize/assize/internal/claim"
)

// Version is the layout this package writes. Reading older layouts stays possible for ever; writing them does not.
const Version = 1

// Offsets of version 1 that the store's CHECK constraints repeat; the layout stands in doc.go.
const (
	fixedSize    = 331
	maxHeld      = math.MaxUint16
	heldSize     = 2 + len(Fingerprint{})
	releasedSize = len(Fingerprint{})
)

// AppendBinary appends the entry's bytes to b. It is the only encoder: these bytes are hashed, stored and shown.
// It returns Invalid when a field does not fit the layout.
func (e *Entry) AppendBinary(b []byte) ([]byte, error) {
	if err := e.check(); err != nil {
		return b, err
	}
	b = append(b, Version)
	b = binary.BigEndian.AppendUint32(b, uint32(e.Payer))
	b = append(b, byte(e.Chain))
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	b = append(b, e.Prev[:]...)
	b = append(b, byte(e.Kind))
	b = binary.BigEndian.AppendUint64(b, uint64(e.Time))
	for _, id := range [...]*claim.ID{&e.ID, &e.Claim, &e.Predecessor} {
		b = append(b, id[:]...)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(e.Semantics))
	for _, d := range e.digests() {
		b = append(b, d[:]...)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.Added)))
	for i := range e.Added {
		b = binary.BigEndian.AppendUint16(b, uint16(e.Added[i].Line))
		b = append(b, e.Added[i].Value[:]...)
	}
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.Released)))
	for i := range e.Released {
		b = append(b, e.Released[i][:]...)
	}
	return b, nil
}

// digests lists the digest fields in the order of the layout.
func (e *Entry) digests() [7]*claim.Digest {
	return [...]*claim.Digest{&e.Contract, &e.Tables, &e.Model, &e.Snapshot, &e.Evidence, &e.Decision, &e.Ciphertext}
}

// size is the number of bytes that AppendBinary adds.
func (e *Entry) size() int {
	return fixedSize + 4 + len(e.Added)*heldSize + len(e.Released)*releasedSize
}

// check tells whether the entry fits the layout. Encoder and decoder share it, so that what one refuses the other does.
func (e *Entry) check() error {
	switch {
	case e.Payer <= 0:
		return claim.Errorf(claim.Invalid, "entry %s: payer %d is not positive", e.ID, e.Payer)
	case e.Chain != Decisions && e.Chain != Access:
		return claim.Errorf(claim.Invalid, "entry %s: chain %d is unknown", e.ID, e.Chain)
	case e.Seq < 1:
		return claim.Errorf(claim.Invalid, "entry %s: seq %d is below 1", e.ID, e.Seq)
	case !e.Kind.known():
		return claim.Errorf(claim.Invalid, "entry %s: kind %d is unknown", e.ID, e.Kind)
	case e.Time < 0:
		return claim.Errorf(claim.Invalid, "entry %s: time %d is before 1970", e.ID, e.Time)
	case e.ID == claim.ID{}:
		return claim.Errorf(claim.Invalid, "entry at seq %d has no id", e.Seq)
	case e.Semantics < 0 || e.Semantics > math.MaxInt32:
		return claim.Errorf(claim.Invalid, "entry %s: semantics %d is out of range", e.ID, e.Semantics)
	case len(e.Added) > maxHeld || len(e.Released) > maxHeld:
		return claim.Errorf(claim.Invalid, "entry %s: %d fingerprints added and %d released, at most %d each", e.ID, len(e.Added), len(e.Released), maxHeld)
	}
	for i := range e.Added {
		if line := e.Added[i].Line; line < 0 || line > math.MaxInt16 {
			return claim.Errorf(claim.Invalid, "entry %s: fingerprint of line %d, at most %d", e.ID, line, math.MaxInt16)
		}
	}
	return nil
}

// Decode reads the bytes of one entry. It is strict: an unknown version, chain or kind, a count that does not agree
// with the length, or a single byte too many is Invalid, so that no two byte strings decode to the same entry.
func Decode(b []byte) (*Entry, error) {
	if len(b) == 0 || b[0] != Version {
		return nil, claim.Errorf(claim.Invalid, "entry: unknown version in %d bytes", len(b))
	}
	if len(b) < fixedSize+4 {
		return nil, claim.Errorf(claim.Invalid, "entry: %d bytes, at least %d", len(b), fixedSize+4)
	}
	e := decodeFixed(b)
	if err := e.decodeFingerprints(b[fixedSize:]); err != nil {
		return nil, err
	}
	return e, e.check()
}

// decodeFixed reads everything before the fingerprints. Requires len(b) >= fixedSize.
func decodeFixed(b []byte) *Entry {
	e := &Entry{
		Payer:     claim.PayerID(binary.BigEndian.Uint32(b[1:])),
		Chain:     Chain(b[5]),
		Seq:       int64(binary.BigEndian.Uint64(b[6:])),
		Prev:      claim.Digest(b[14:]),
		Kind:      EntryKind(b[46]),
		Time:      claim.Instant(binary.BigEndian.Uint64(b[47:])),
		ID:        claim.ID(b[55:71]),
		Claim:     claim.ID(b[71:87]),
		Semantics: int(int32(binary.BigEndian.Uint32(b[103:]))),
	}
	e.Predecessor = claim.ID(b[87:103])
	for i, d := range e.digests() {
		*d = claim.Digest(b[107+32*i:])
	}
	return e
}

// decodeFingerprints reads both lists and refuses anything left over.
func (e *Entry) decodeFingerprints(b []byte) error {
	added, rest, err := takeList(b, heldSize)
	if err != nil {
		return claim.Errorf(claim.Invalid, "entry %s: fingerprints added: %w", e.ID, err)
	}
	released, rest, err := takeList(rest, releasedSize)
	if err != nil {
		return claim.Errorf(claim.Invalid, "entry %s: fingerprints released: %w", e.ID, err)
	}
	if len(rest) > 0 {
		return claim.Errorf(claim.Invalid, "entry %s: %d bytes too many", e.ID, len(rest))
	}
	for ; len(added) > 0; added = added[heldSize:] {
		e.Added = append(e.Added, HeldFingerprint{Line: int(binary.BigEndian.Uint16(added)), Value: Fingerprint(added[2:heldSize])})
	}
	for ; len(released) > 0; released = released[releasedSize:] {
		e.Released = append(e.Released, Fingerprint(released[:releasedSize]))
	}
	return nil
}

// takeList splits off a list of fixed-size items that a 16-bit count announces.
func takeList(b []byte, itemSize int) (items, rest []byte, err error) {
	if len(b) < 2 {
		return nil, nil, claim.Errorf(claim.Invalid, "no count in %d bytes", len(b))
	}
	size := int(binary.BigEndian.Uint16(b)) * itemSize
	if len(b)-2 < size {
		return nil, nil, claim.Errorf(claim.Invalid, "%d bytes announced, %d there", size, len(b)-2)
	}
	return b[2 : 2+size], b[2+size:], nil
}
