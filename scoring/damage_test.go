package scoring

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/assize/assize/internal/claim"
)

// damaged calls each with a text cut at 50 places and with a byte changed at 50 others.
func damaged(text []byte, random *rand.Rand, each func([]byte)) {
	for range 50 {
		each(text[:random.IntN(len(text))])
		changed := bytes.Clone(text)
		changed[random.IntN(len(text))] ^= byte(1 + random.IntN(255))
		each(changed)
	}
}

// A stored model, text and card, is refused when damaged, or is another model with another digest that says so itself.
func TestADamagedModelIsRefusedOrAnother(t *testing.T) {
	whole, err := EmbeddedModel()
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	damaged(whole.Bytes(), rand.New(rand.NewPCG(3, 50)), func(blob []byte) {
		m, err := ParseModel(blob)
		if err != nil {
			if claim.KindOf(err) != claim.Invalid {
				t.Errorf("kind of %v is not Invalid", err)
			}
			refused++
			return
		}
		if m.Digest() == whole.Digest() || !bytes.Equal(m.Bytes(), blob) {
			t.Error("other bytes are taken for the same model")
		}
	})
	if refused < 90 {
		t.Errorf("only %d of 100 are refused: the text is pinned by the card", refused)
	}
}

// Damaged trees are refused with a reason, or read as leaves reads them.
func TestDamagedTreesAreRefusedOrReadAlike(t *testing.T) { damagedTrees(t, "models/fraud-v1.txt") }

func damagedTrees(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(4, uint64(len(text))))
	forms, read := 0, 0
	damaged(text, random, func(changed []byte) {
		forms++
		f, err := parseLightGBM(changed)
		if err == nil {
			read++
			sameAsLeaves(t, f, random)
		} else if claim.KindOf(err) != claim.Invalid {
			t.Errorf("kind of %v is not Invalid", err)
		}
	})
	t.Logf("%s: %d of %d damaged forms are still models", file, read, forms)
	if read == forms {
		t.Errorf("%s: no damage is noticed", file)
	}
}

// A damaged snapshot is refused, or has these bytes and so another digest.
func TestADamagedSnapshotIsRefusedOrAnother(t *testing.T) {
	blob := BuildSnapshot(slices.Values(crowd()[:200])).Bytes()
	damaged(blob, rand.New(rand.NewPCG(5, 50)), func(changed []byte) {
		s, err := ParseSnapshot(changed)
		switch {
		case err != nil && claim.KindOf(err) != claim.Invalid:
			t.Errorf("kind of %v is not Invalid", err)
		case err == nil && !bytes.Equal(s.Bytes(), changed):
			t.Error("a snapshot was read whose bytes are not its own")
		}
	})
}
