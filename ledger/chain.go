package ledger

import (
	"fmt"

	"github.com/assize/assize/internal/claim"
)

// Head is the state of a chain: its last entry. Seq 0 with a zero Leaf is a chain without entries.
type Head struct {
	Payer claim.PayerID `json:"payer"`
	Chain Chain         `json:"chain"`
	Seq   int64         `json:"seq"`
	Leaf  claim.Digest  `json:"leaf"` // LeafHash of entry Seq
	Time  claim.Instant `json:"timeMicros"`
}

// String shows the head without its hash: "payer 1 decisions at 42".
func (h Head) String() string { return fmt.Sprintf("payer %d %s at %d", h.Payer, h.Chain, h.Seq) }

// Linked is an entry with its place on the chain: the bytes that are stored and their hash.
type Linked struct {
	ID    claim.ID
	Claim claim.ID
	Seq   int64
	Bytes []byte
	Leaf  claim.Digest
}

// Link puts entries on the chain after head: it fills Payer, Chain, Seq, Prev and Time of each, encodes and hashes them, and
// returns them with the new head. Time never runs backwards on a chain: when now lies before the head's time, that
// stands. It is pure but for filling the entries. Invalid names the entry that does not encode.
func Link(head Head, now claim.Instant, entries []*Entry) ([]Linked, Head, error) {
	at := max(now, head.Time)
	linked := make([]Linked, len(entries))
	arena := make([]byte, 0, arenaSize(entries))
	for i, e := range entries {
		e.Payer, e.Chain, e.Seq, e.Prev, e.Time = head.Payer, head.Chain, head.Seq+1, head.Leaf, at
		start := len(arena)
		arena = append(arena, leafPrefix)
		var err error
		if arena, err = e.AppendBinary(arena); err != nil {
			return nil, head, fmt.Errorf("linking entry %d of %d: %w", i+1, len(entries), err)
		}
		leaf := hashPrefixed(arena[start:])
		linked[i] = Linked{ID: e.ID, Claim: e.Claim, Seq: e.Seq, Bytes: arena[start+1 : len(arena) : len(arena)], Leaf: leaf}
		head.Seq, head.Leaf, head.Time = e.Seq, leaf, at
	}
	return linked, head, nil
}

// arenaSize is what the entries and their leaf prefixes take, so that one allocation holds all.
func arenaSize(entries []*Entry) int {
	size := 0
	for _, e := range entries {
		size += 1 + e.size()
	}
	return size
}
