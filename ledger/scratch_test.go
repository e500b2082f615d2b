package ledger

import (
	"bytes"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// The room in which claims are sealed is lent from one to the next: nothing of the one before is left in it.
func TestTheRoomForSealingIsClearedBeforeItIsLentAgain(t *testing.T) {
	var pool scratchPool
	w := pool.get()
	if err := w.draw(bytes.NewReader(bytes.Repeat([]byte{1}, 64)), 2); err != nil {
		t.Fatal(err)
	}
	nonce := w.nonce()
	w.pack(&nonce, bytes.Repeat([]byte("PATIENT "), 500))
	w.frames = append(w.frames, frame{kind: PatientSection, key: claim.ID{1}, ciphertext: []byte{1}})
	content, random, frames := w.content[:cap(w.content)], w.random, w.frames
	pool.put(w)
	if bytes.Count(content, []byte{0}) != len(content) || bytes.Count(random, []byte{0}) != len(random) || frames[0].kind != 0 || frames[0].ciphertext != nil {
		t.Error("what was sealed before lies there still")
	}
}

// What a claim holds is what its entries added and did not release since; a pended claim holds as a paid one does.
func TestHoldsFollowFromTheEntries(t *testing.T) {
	a, b, c := Fingerprint{1}, Fingerprint{2}, Fingerprint{3}
	id := claim.ID{9}
	pended := &Entry{Kind: Pended, Claim: id, Added: []HeldFingerprint{{1, a}, {2, b}}}
	decided := &Entry{Kind: Decided, Claim: id, Released: []Fingerprint{a}, Added: []HeldFingerprint{{3, c}}}
	var got []Fingerprint
	for _, h := range HeldAfter([]Stored{{Entry: pended}, {Entry: decided}}) {
		got = append(got, h.Fingerprint)
	}
	if len(got) != 2 || got[0] != b || got[1] != c {
		t.Errorf("held %v, want %v and %v", got, b, c)
	}
	p := Projection{}
	if err := p.Apply(pended); err != nil || !p[a].Pended || p[a].Line != 1 || p[a].Claim != id {
		t.Errorf("after the pend: %+v, %v", p[a], err)
	}
	if err := p.Apply(decided); err != nil || p[c].Pended || p[c].Line != 3 || len(p) != 2 {
		t.Errorf("after the decision: %+v, %v", p, err)
	}
}
