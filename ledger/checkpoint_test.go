package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/assize/assize/internal/claim"
)

// watchedFile remembers in which order it was changed and made durable.
type watchedFile struct {
	*os.File
	done []string
}

func (f *watchedFile) WriteAt(b []byte, at int64) (int, error) {
	f.done = append(f.done, "write")
	return f.File.WriteAt(b, at)
}

func (f *watchedFile) Truncate(size int64) error {
	f.done = append(f.done, "truncate")
	return f.File.Truncate(size)
}

func (f *watchedFile) Sync() error {
	f.done = append(f.done, "sync")
	return f.File.Sync()
}

// No kill of a process shows whether a file would have outlived a power cut.
func TestANoteIsDurableBeforeItIsAnsweredFor(t *testing.T) {
	s, err := NewSigner("auditor", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := os.Create(filepath.Join(t.TempDir(), "checkpoints"))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	f := &watchedFile{File: opened}
	if err := appendNote(f, s.Sign(Head{Payer: 1, Chain: Decisions, Seq: 1})); err != nil {
		t.Fatal(err)
	}
	if want := []string{"truncate", "write", "sync"}; !slices.Equal(f.done, want) {
		t.Errorf("the file saw %v, want %v", f.done, want)
	}
}

func TestAHeadFollowsOnlyOneItMayFollow(t *testing.T) {
	base := Head{Payer: 1, Chain: Decisions, Seq: 5, Leaf: [32]byte{5}, Time: 100}
	for name, tc := range map[string]struct {
		later func(*Head)
		fits  bool
	}{
		"the same":                   {func(*Head) {}, true},
		"later":                      {func(h *Head) { h.Seq, h.Leaf, h.Time = 6, [32]byte{6}, 101 }, true},
		"later, at the same moment":  {func(h *Head) { h.Seq, h.Leaf = 6, [32]byte{6} }, true},
		"another payer's":            {func(h *Head) { h.Payer = 2 }, false},
		"of another chain":           {func(h *Head) { h.Chain = Access }, false},
		"before it":                  {func(h *Head) { h.Seq = 4 }, false},
		"the same entry, other hash": {func(h *Head) { h.Leaf = [32]byte{6} }, false},
		"an earlier moment":          {func(h *Head) { h.Seq, h.Time = 6, 99 }, false},
	} {
		later := base
		tc.later(&later)
		if err := CheckExtends(base, later); (err == nil) != tc.fits || err != nil && claim.KindOf(err) != claim.Conflict {
			t.Errorf("%s: %v, fits %v", name, err, tc.fits)
		}
	}
}

// What a wrapped key and a sealed section are bound to is written nowhere else: other bytes, and nothing opens again.
func TestWhatKeysAreBoundToIsThatOfVersion1(t *testing.T) {
	id, subject := claim.ID{1, 15: 2}, Subject{3, 15: 4}
	for name, tc := range map[string]struct {
		got  []byte
		want string
	}{
		"a data key":        {dataKeyAAD(7, id, subject), "assize data key\n\x00\x00\x00\x07" + string(id[:]) + string(subject[:])},
		"a key of a period": {periodAAD(7, purposeFingerprint, 20261), "assize period key\n\x00\x00\x00\x07\x00\x00\x4f\x25fingerprint"},
		"the subjects' key": {periodAAD(7, purposeSubject, 0), "assize period key\n\x00\x00\x00\x07\x00\x00\x00\x00subject"},
		"a section":         {sealAAD(nil, 7, id, ProviderSection, packedS2), "\x00\x00\x00\x07" + string(id[:]) + "\x03\x01"},
	} {
		if string(tc.got) != tc.want {
			t.Errorf("%s: got %q, want %q", name, tc.got, tc.want)
		}
	}
	kek, err := NewKeyEncryptionKey([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%x", kek.id), "27d4c8b8fc4a45c2"; got != want {
		t.Errorf("the key-encryption key is known as %s, want %s", got, want)
	}
}

// Fingerprints are taken in the order of their bytes, by whoever takes them, so that two takers never wait for each other.
func TestFingerprintsAreOrderedAsTheirBytes(t *testing.T) {
	for i := range len(Fingerprint{}) {
		var a, b Fingerprint
		b[i] = 1
		if a.compare(b) != -1 || b.compare(a) != 1 || a.compare(a) != 0 {
			t.Errorf("byte %d does not tell", i)
		}
		if i > 0 {
			a[i-1] = 1
			if a.compare(b) != 1 {
				t.Errorf("byte %d counts for more than the one before it", i)
			}
		}
	}
}

// The file is for everybody to read and keep, and whoever may read a file may lock it.
func TestWhoMayOnlyReadTheCheckpointsHoldsUpNobody(t *testing.T) {
	s, path := auditor(t), filepath.Join(t.TempDir(), "checkpoints")
	add := func(seq int64, patience time.Duration) error {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		return AppendCheckpoint(ctx, path, s.Sign(Head{Payer: 1, Chain: Decisions, Seq: seq}))
	}
	if err := add(1, time.Minute); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path + ".lock"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the lock: %v, %v; want it its owner's alone", info, err)
	}
	hold := func(name string) *os.File {
		t.Helper()
		f, err := os.Open(name)
		if err == nil {
			err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		}
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	reader := hold(path)
	defer reader.Close()
	if err := add(2, time.Minute); err != nil {
		t.Errorf("while a reader locks the file: %v", err)
	}
	owner := hold(path + ".lock")
	if err := add(3, 50*time.Millisecond); claim.KindOf(err) != claim.Unavailable || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while its turn is another's, until its context ends: got %v, want Unavailable", err)
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	if err := add(3, time.Minute); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	heads, err := ReadCheckpoints(path, s.Public())
	if err != nil || len(heads) != 3 {
		t.Errorf("got %v, %v, want three heads", heads, err)
	}
}
