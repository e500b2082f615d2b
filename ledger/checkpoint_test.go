package ledger

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
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
