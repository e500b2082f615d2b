package ledger

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
)

var errDisk = errors.New("the disk is gone")

// brokenFile is a file of notes one operation of which fails.
type brokenFile struct {
	*os.File
	breaks string
}

func (f *brokenFile) err(operation string) error {
	if f.breaks == operation {
		return errDisk
	}
	return nil
}

func (f *brokenFile) Seek(offset int64, whence int) (int64, error) {
	n, err := f.File.Seek(offset, whence)
	return n, errors.Join(err, f.err("seek"))
}

func (f *brokenFile) ReadAt(b []byte, at int64) (int, error) {
	n, err := f.File.ReadAt(b, at)
	if f.breaks == "read the beginning" && at == 0 || f.breaks == "read the end" && at > 0 {
		err = errDisk
	}
	return n, err
}

func (f *brokenFile) Truncate(size int64) error {
	return errors.Join(f.err("truncate"), f.File.Truncate(size))
}

func (f *brokenFile) WriteAt(b []byte, at int64) (int, error) {
	n, err := f.File.WriteAt(b, at)
	return n, errors.Join(err, f.err("write"))
}

func (f *brokenFile) Sync() error { return errors.Join(f.err("sync"), f.File.Sync()) }

func auditor(t *testing.T) *Signer {
	t.Helper()
	s, err := NewSigner("auditor", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// notesOf are signed heads 1 to n of a chain, as a file holds them.
func notesOf(s *Signer, payer claim.PayerID, chain Chain, n int) []byte {
	var file []byte
	for i := range n {
		file = append(append(file, s.Sign(Head{Payer: payer, Chain: chain, Seq: int64(i + 1)})...), '\n')
	}
	return file
}

// Whatever fails while a note is added, it is not said to be there.
func TestANoteThatCouldNotBeWrittenIsNotAnsweredFor(t *testing.T) {
	s := auditor(t)
	// The file is longer than the end of it that is read, and only its beginning knows the chain of the new note.
	file := append(notesOf(s, 2, Decisions, 1), notesOf(s, 1, Decisions, 2*lastNotesSize/200)...)
	for _, operation := range []string{"", "seek", "read the end", "read the beginning", "truncate", "write", "sync"} {
		path := filepath.Join(t.TempDir(), "checkpoints")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		opened, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer opened.Close()
		err = appendNote(&brokenFile{opened, operation}, s.Sign(Head{Payer: 2, Chain: Decisions, Seq: 2}))
		if errors.Is(err, errDisk) != (operation != "") || operation == "" && err != nil {
			t.Errorf("with a disk that fails to %s: got %v", operation, err)
		}
	}
}

// A note is behind a later one of its own chain alone: neither another payer's nor the other chain's is later.
func TestANoteIsHeldAgainstItsOwnChain(t *testing.T) {
	s := auditor(t)
	head := Head{Payer: 1, Chain: Decisions, Seq: 3}
	for name, tc := range map[string]struct {
		file  []byte
		added bool
	}{
		"nothing":                 {nil, true},
		"an earlier one":          {notesOf(s, 1, Decisions, 2), true},
		"a later one":             {notesOf(s, 1, Decisions, 4), false},
		"the other chain's later": {notesOf(s, 1, Access, 4), true},
		"another payer's later":   {notesOf(s, 2, Decisions, 4), true},
	} {
		path := filepath.Join(t.TempDir(), "checkpoints")
		if err := os.WriteFile(path, tc.file, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := AppendCheckpoint(t.Context(), path, s.Sign(head)); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if added := bytes.HasSuffix(b, append(s.Sign(head), '\n')); added != tc.added || !bytes.HasPrefix(b, tc.file) {
			t.Errorf("behind %s: added %v, want %v", name, added, tc.added)
		}
	}
}

// The end of a long file begins with a whole note, wherever the cut falls.
func TestTheEndOfALongFileBeginsWithANote(t *testing.T) {
	s := auditor(t)
	notes := notesOf(s, 1, Decisions, lastNotesSize/100)
	one := len(notesOf(s, 1, Decisions, 1)) + 9 // more than any note here has
	for shift := range one {
		path := filepath.Join(t.TempDir(), "checkpoints")
		file := append([]byte(strings.Repeat("x", shift)+"\n\n"), notes...)
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		tail, from, err := lastNotes(f)
		_ = f.Close() // only read
		if err != nil || from <= 0 || !bytes.HasPrefix(tail, []byte(originPrefix)) || !bytes.Equal(file[from:], tail) || len(tail) < lastNotesSize-one {
			t.Fatalf("with %d bytes more: %d bytes from %d on, %v: %.40q", shift, len(tail), from, err, tail)
		}
	}
}

// A checkpoint file that cannot be read to its end is not one that ends there.
func TestCheckpointsThatBreakOffAreNotRead(t *testing.T) {
	s := auditor(t)
	file := notesOf(s, 1, Decisions, 3)
	c := NewCheckpoints("unused", s.Public())
	if newest, err := c.read(bytes.NewReader(file)); err != nil || newest[ChainOf{1, Decisions}].Seq != 3 {
		t.Fatalf("got %v, %v", newest, err)
	}
	longer := append(bytes.Clone(file), s.Sign(Head{Payer: 1, Chain: Decisions, Seq: 4})...)
	for known, name := range map[int]string{len(file) - 9: "what is known", len(file): "what is new"} {
		if newest, err := c.read(&breakingReader{Reader: bytes.NewReader(longer), left: known}); !errors.Is(err, errDisk) {
			t.Errorf("a disk that fails in %s: got %v, %v", name, newest, err)
		}
	}
}

// breakingReader fails after some bytes.
type breakingReader struct {
	*bytes.Reader
	left int
}

func (r *breakingReader) Read(b []byte) (int, error) {
	if r.left == 0 {
		return 0, errDisk
	}
	n, err := r.Reader.Read(b[:min(len(b), r.left)])
	r.left -= n
	return n, err
}

// WriteTo would go around Read.
func (r *breakingReader) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{r})
}

// A signature line of any length but a signature's signs nothing; what has no signature line is no note.
func TestASignatureHasItsLength(t *testing.T) {
	s := auditor(t)
	head := Head{Payer: 1, Chain: Decisions, Seq: 3}
	note := string(s.Sign(head))
	at := strings.LastIndexByte(note, ' ') + 1
	signature := strings.TrimSuffix(note[at:], "\n")
	for _, other := range []string{"", "AA==", "AAAA", "AAAAAA==", signature[:88], signature + "AAAA", signature[:len(signature)-4]} {
		if _, err := s.Public().Open([]byte(note[:at] + other + "\n")); claim.KindOf(err) != claim.Forbidden || err == nil {
			t.Errorf("signed by %q: got %v, want Forbidden", other, err)
		}
		two := note[:at] + other + "\n" + signaturePrefix + "auditor " + signature + "\n"
		if got, err := s.Public().Open([]byte(two)); err != nil || got != head {
			t.Errorf("signed by %q and by a signature: got %v, %v", other, got, err)
		}
	}
	text, _, _ := strings.Cut(note, "\n\n")
	if _, err := s.Public().Open([]byte(text + "\n")); claim.KindOf(err) != claim.Invalid || err == nil {
		t.Errorf("without a signature: got %v, want Invalid", err)
	}
}
