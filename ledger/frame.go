package ledger

import (
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/assize/assize/internal/claim"
)

// sealOverhead is what nonce, packing, initialisation vector and tag add to a section at most.
const sealOverhead = 96

// frame is one section of a sealed blob, still closed.
type frame struct {
	kind       SectionKind
	packing    byte
	key        claim.ID
	commitment claim.Digest
	ciphertext []byte
}

// blobSize bounds the size of the sections' blob and refuses what splitBlob would not read again.
func blobSize(sections []Section) (int, error) {
	if len(sections) == 0 {
		return 0, claim.Errorf(claim.Invalid, "no sections")
	}
	var seen [256]bool
	size := 2
	for i := range sections {
		s := &sections[i]
		if seen[s.Kind] {
			return 0, claim.Errorf(claim.Invalid, "two sections of kind %d", s.Kind)
		}
		if len(s.Plain) > maxSection {
			return 0, claim.Errorf(claim.Invalid, "section %d has %d bytes, at most %d", s.Kind, len(s.Plain), maxSection)
		}
		seen[s.Kind] = true
		size += headerSize + len(s.Plain) + sealOverhead
	}
	return size, nil
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

// scratchPool lends buffers for packed sections, so that sealing a claim does not allocate one a section.
type scratchPool struct{ pool sync.Pool }

func (p *scratchPool) get() *[]byte {
	if b, ok := p.pool.Get().(*[]byte); ok {
		return b
	}
	b := make([]byte, 0, 8192)
	return &b
}

// put clears the buffer before lending it again, for it held personal data; a huge one is let go.
func (p *scratchPool) put(b *[]byte) {
	clear((*b)[:cap(*b)])
	if cap(*b) > 1<<16 {
		return
	}
	p.pool.Put(b)
}
