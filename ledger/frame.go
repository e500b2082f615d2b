package ledger

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/assize/assize/internal/claim"
)

// frame is one section of a sealed blob, still closed.
type frame struct {
	kind       SectionKind
	packing    byte
	key        claim.ID
	commitment claim.Digest
	ciphertext []byte
}

// checkSections refuses what splitBlob would not read again.
func checkSections(sections []Section) error {
	if len(sections) == 0 || len(sections) > math.MaxUint8 {
		return claim.Errorf(claim.Invalid, "%d sections", len(sections))
	}
	var seen [256]bool
	for i := range sections {
		s := &sections[i]
		if seen[s.Kind] {
			return claim.Errorf(claim.Invalid, "two sections of kind %d", s.Kind)
		}
		if len(s.Plain) > maxSection {
			return claim.Errorf(claim.Invalid, "section %d has %d bytes, at most %d", s.Kind, len(s.Plain), maxSection)
		}
		seen[s.Kind] = true
	}
	return nil
}

// joinBlob writes the frames as one blob, of no more bytes than it needs: a chunk holds a thousand.
func joinBlob(frames []frame) []byte {
	size := 2 + len(frames)*headerSize
	for i := range frames {
		size += len(frames[i].ciphertext)
	}
	blob := append(make([]byte, 0, size), sealVersion, byte(len(frames)))
	blob = blob[:2+len(frames)*headerSize]
	for i := range frames {
		putHeader(blob[2+i*headerSize:], &frames[i])
	}
	for i := range frames {
		blob = append(blob, frames[i].ciphertext...)
	}
	return blob
}

// putHeader writes a section's header. Requires len(b) >= headerSize.
func putHeader(b []byte, f *frame) {
	b[0], b[1] = byte(f.kind), f.packing
	copy(b[2:], f.key[:])
	copy(b[18:], f.commitment[:])
	binary.BigEndian.PutUint32(b[50:], uint32(len(f.ciphertext)))
}

// splitBlob reads a blob's headers, strictly: lengths must add up to the blob and no kind may stand twice.
func splitBlob(blob []byte) ([]frame, error) {
	if len(blob) < 2 || blob[0] != sealVersion || blob[1] == 0 {
		return nil, fmt.Errorf("blob of %d bytes: no header: %w", len(blob), ErrSealed)
	}
	count := int(blob[1])
	if len(blob) < 2+count*headerSize {
		return nil, fmt.Errorf("blob of %d bytes: %d sections announced: %w", len(blob), count, ErrSealed)
	}
	headers, rest := blob[2:2+count*headerSize], blob[2+count*headerSize:]
	frames := make([]frame, count)
	var seen [256]bool
	for i := range frames {
		h := headers[i*headerSize:]
		f := frame{kind: SectionKind(h[0]), packing: h[1], key: claim.ID(h[2:18]), commitment: claim.Digest(h[18:50])}
		size := uint64(binary.BigEndian.Uint32(h[50:]))
		if seen[f.kind] || f.packing > packedS2 || size > uint64(len(rest)) {
			return nil, fmt.Errorf("section %d of the blob: %w", i, ErrSealed)
		}
		seen[f.kind] = true
		f.ciphertext, rest = rest[:size], rest[size:]
		frames[i] = f
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("blob has %d bytes too many: %w", len(rest), ErrSealed)
	}
	return frames, nil
}
