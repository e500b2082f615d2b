package ledger

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/assize/assize/internal/claim"
)

func TestNotesVerifiedOnceAreKnownAgain(t *testing.T) {
	signer, err := NewSigner("auditor", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := NewSigner("auditor", [32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "checkpoints")
	file := NewCheckpoints(path, signer.Public())
	head := func(payer claim.PayerID, seq int64) Head {
		return Head{Payer: payer, Chain: Decisions, Seq: seq, Leaf: claim.Digest{byte(seq)}, Time: claim.Instant(seq)}
	}
	add := func(notes ...[]byte) {
		for _, note := range notes {
			if err := AppendCheckpoint(t.Context(), path, note); err != nil {
				t.Fatal(err)
			}
		}
	}
	write := func(text []byte) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	newest := func(name string, opened int, heads ...Head) {
		t.Helper()
		want := map[ChainOf]Head{}
		for _, h := range heads {
			want[ChainOf{h.Payer, h.Chain}] = h
		}
		before := file.opened
		got, err := file.Newest()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(want)+len(got) > 0 && !cmp.Equal(want, got) {
			t.Errorf("%s (-want +got):\n%s", name, cmp.Diff(want, got))
		}
		if n := file.opened - before; n != opened {
			t.Errorf("%s: %d signatures were checked, want %d", name, n, opened)
		}
	}
	refuses := func(name string) {
		t.Helper()
		if got, err := file.Newest(); err == nil {
			t.Errorf("%s: got %v, want an error", name, got)
		}
	}

	newest("no file", 0)
	add(signer.Sign(head(1, 1)), signer.Sign(head(2, 5)), signer.Sign(head(1, 2)))
	newest("read first", 3, head(1, 2), head(2, 5))
	newest("nothing new", 0, head(1, 2), head(2, 5))
	add(signer.Sign(head(1, 3)))
	newest("one note more", 1, head(1, 3), head(2, 5))
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	torn := append(bytes.Clone(good), signer.Sign(head(1, 4))[:40]...)
	write(torn)
	newest("a torn note", 0, head(1, 3), head(2, 5))
	write(append(bytes.Clone(good), bytes.TrimSuffix(signer.Sign(head(1, 4)), []byte("\n"))...))
	newest("torn before its signature ends", 0, head(1, 3), head(2, 5))
	write(append(bytes.Clone(good), signer.Sign(head(1, 4))...))
	newest("torn before its empty line", 1, head(1, 4), head(2, 5))
	add(signer.Sign(head(1, 5)))
	newest("and gone on", 6, head(1, 5), head(2, 5)) // was not remembered

	write(good[:len(good)/2])
	write(good)
	newest("put back", 4, head(1, 3), head(2, 5))
	for i := range good {
		changed := bytes.Clone(good)
		changed[i] ^= 1
		write(changed)
		got, err := file.Newest()
		if err == nil && got[ChainOf{1, Decisions}] == head(1, 3) && got[ChainOf{2, Decisions}] == head(2, 5) && i < len(good)-1 {
			t.Errorf("byte %d of what was verified is another, and nobody sees it", i)
		}
		write(good)
		if _, err := file.Newest(); err != nil {
			t.Fatalf("put right after byte %d: %v", i, err)
		}
	}
	add(stranger.Sign(head(1, 9)))
	refuses("another's signature")
	write(good)
	newest("put right", 4, head(1, 3), head(2, 5))
	write(append(bytes.Clone(good), append(signer.Sign(head(1, 2)), '\n')...))
	refuses("a chain that went back")
	write(good[:bytes.LastIndex(good[:len(good)-1], []byte("\n\n"+originPrefix))+2])
	newest("cut short", 3, head(1, 2), head(2, 5))
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	newest("gone", 0)
}
