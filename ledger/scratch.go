package ledger

import (
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/klauspost/compress/s2"

	"github.com/assize/assize/internal/claim"
)

// scratch is the room in which one claim is sealed, lent again and again.
type scratch struct {
	random  []byte // nonces
	used    int    // bytes of them that were handed out
	content []byte // of the section at hand: nonce ‖ bytes, as they are encrypted
	frames  []frame
	bound   [aadSize]byte
}

// draw takes n nonces from the source in one read, which costs more than the bytes.
func (w *scratch) draw(source io.Reader, n int) error {
	size := n * len(Nonce{})
	w.random, w.used = slices.Grow(w.random[:0], size)[:size], 0
	if _, err := io.ReadFull(source, w.random); err != nil {
		return fmt.Errorf("drawing %d nonces: %w", n, err)
	}
	return nil
}

// nonce hands out the next of those drawn, each once. Requires one to be left.
func (w *scratch) nonce() Nonce {
	n := Nonce(w.random[w.used:])
	w.used += len(n)
	return n
}

// pack makes content of nonce and bytes, the bytes compressed when that pays.
func (w *scratch) pack(nonce *Nonce, plain []byte) (packing byte) {
	w.content = append(w.content[:0], nonce[:]...)
	if len(plain) < packFrom {
		w.content = append(w.content, plain...)
		return packedAsIs
	}
	start := len(w.content)
	w.content = slices.Grow(w.content, s2.MaxEncodedLen(len(plain)))
	packed := s2.Encode(w.content[start:cap(w.content)], plain)
	w.content = w.content[:start+len(packed)]
	return packedS2
}

// scratchPool lends scratch, so that sealing a claim does not allocate a dozen times what is kept of it.
type scratchPool struct{ pool sync.Pool }

func (p *scratchPool) get() *scratch {
	if w, ok := p.pool.Get().(*scratch); ok {
		return w
	}
	return &scratch{content: make([]byte, 0, 8192)}
}

// put clears the room before lending it again, for it held personal data; a huge one is let go.
func (p *scratchPool) put(w *scratch) {
	clear(w.content[:cap(w.content)])
	clear(w.random)
	clear(w.frames[:cap(w.frames)])
	if cap(w.content) <= 1<<16 {
		p.pool.Put(w)
	}
}

// aad is sealAAD in room of its own.
func (w *scratch) aad(payer claim.PayerID, claimID claim.ID, kind SectionKind, packing byte) []byte {
	return sealAAD(w.bound[:0], payer, claimID, kind, packing)
}
