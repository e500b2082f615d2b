package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/assize/assize/internal/claim"
)

// AppendCheckpoint adds a signed head to a checkpoint file, which lies outside the database, and makes it durable
// before it returns. Notes stand one after the other, an empty line between them; the file only grows, but that a last
// note which was torn (the process died or the disk was full while it was written) is cut off first. Processes take
// turns; Unavailable when it is not this one's in time, or before ctx ends. A file made here is readable by everybody, for a
// checkpoint is worth the more the more people keep one. A head that the file is past is not added: a process that stood
// still between reading and signing would make it seem that the chain went back, for ever. Invalid when the file or the note
// is something else.
func AppendCheckpoint(ctx context.Context, path string, note []byte) error {
	lock, err := takeTurn(ctx, path)
	if err != nil {
		return err
	}
	err = addNote(path, note)
	if unlocked := lock.Close(); unlocked != nil && err == nil {
		err = claim.Errorf(claim.Unavailable, "letting others add to checkpoint file %s: %w", path, unlocked)
	}
	return err
}

const (
	turnPatience = 30 * time.Second // a process that stands still in its turn is waited for no longer
	turnEvery    = 10 * time.Millisecond
)

// takeTurn locks the file beside a checkpoint file; closing it lets others go on. Whoever may read a file may lock it, and the
// checkpoint file is for everybody to read: this one is for its owner alone.
func takeTurn(ctx context.Context, path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "lock of checkpoint file %s: %w", path, err)
	}
	ctx, cancel := context.WithTimeout(ctx, turnPatience)
	defer cancel()
	ticker := time.NewTicker(turnEvery)
	defer ticker.Stop()
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return nil, claim.Errorf(claim.Unavailable, "locking checkpoint file %s: %w", path, errors.Join(err, f.Close()))
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil, claim.Errorf(claim.Unavailable, "waiting for whoever adds to checkpoint file %s: %w", path, errors.Join(ctx.Err(), f.Close()))
		}
	}
}

// addNote adds a note in this process's turn.
func addNote(path string, note []byte) error {
	_, err := os.Stat(path)
	created := errors.Is(err, fs.ErrNotExist)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return claim.Errorf(claim.Unavailable, "checkpoint file %s: %w", path, err)
	}
	err = errors.Join(appendNote(f, note), f.Close())
	if err == nil && created {
		err = syncFolder(filepath.Dir(path))
	}
	if claim.KindOf(err) == claim.Invalid {
		return fmt.Errorf("checkpoint file %s: %w", path, err)
	}
	if err != nil {
		return claim.Errorf(claim.Unavailable, "writing checkpoint file %s: %w", path, err)
	}
	return nil
}

// noteFile is what adding a note needs of a file.
type noteFile interface {
	io.ReaderAt
	io.Seeker
	io.WriterAt
	Truncate(size int64) error
	Sync() error
}

// appendNote writes behind the last whole note and syncs.
func appendNote(f noteFile, note []byte) error {
	tail, from, err := lastNotes(f)
	if err != nil {
		return err
	}
	tail = tail[:len(tail)-len(tornNote(tail))]
	past, err := isPast(f, tail, from, note)
	if err != nil || past {
		return err
	}
	addition := append(bytes.Clone(note), '\n')
	if len(tail) > 0 && !bytes.HasSuffix(tail, []byte("\n\n")) { // torn just before the line that sets notes apart
		addition = append([]byte{'\n'}, addition...)
	}
	end := from + int64(len(tail))
	if err := f.Truncate(end); err != nil {
		return err
	}
	if _, err := f.WriteAt(addition, end); err != nil {
		return err
	}
	return f.Sync()
}

// lastNotesSize is how much of a checkpoint file is read before adding to it: many times the size of a note.
const lastNotesSize = 64 << 10

// lastNotes returns the end of the file from the beginning of some note on, and where that lies.
func lastNotes(f noteFile) (tail []byte, from int64, err error) {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, 0, err
	}
	from = max(0, size-lastNotesSize)
	tail = make([]byte, size-from)
	if _, err := f.ReadAt(tail, from); err != nil {
		return nil, 0, err
	}
	if from == 0 {
		return tail, 0, nil
	}
	begins := bytes.Index(tail, []byte("\n\n"+originPrefix))
	if begins < 0 {
		return nil, 0, claim.Errorf(claim.Invalid, "its end is no signed head")
	}
	return tail[begins+2:], from + int64(begins) + 2, nil
}

// isPast tells whether the file names a later head of the note's chain than the note does: in its end, which begins at
// from, or else, when other chains have filled that, before it.
func isPast(f noteFile, tail []byte, from int64, note []byte) (bool, error) {
	head, ok := headOf(note)
	if !ok {
		return false, claim.Errorf(claim.Invalid, "what is to be added is no signed head")
	}
	newest := newestHead(tail, head)
	if newest.Seq == 0 && from > 0 {
		before := make([]byte, from)
		if _, err := f.ReadAt(before, 0); err != nil {
			return false, err
		}
		newest = newestHead(before, head)
	}
	return newest.Seq > head.Seq, nil
}

// newestHead returns the last head of the chain of another one among notes; of Seq 0 when there is none. Signatures are
// for those who read the file to check.
func newestHead(notes []byte, chain Head) (newest Head) {
	for len(notes) > 0 {
		note, rest := cutNote(notes)
		if note == nil {
			break
		}
		if h, ok := headOf(note); ok && h.Payer == chain.Payer && h.Chain == chain.Chain {
			newest = h
		}
		notes = rest
	}
	return newest
}

// headOf reads the head that a note names, whoever signed it.
func headOf(note []byte) (Head, bool) {
	text, _, ok := strings.Cut(string(note), "\n\n")
	h, err := parseHead(text + "\n")
	return h, ok && err == nil
}

// tornNote returns the end of a checkpoint file that is no whole note: what a write left behind that did not finish.
func tornNote(b []byte) []byte {
	for len(b) > 0 {
		note, rest := cutNote(b)
		if note == nil {
			return b
		}
		b = rest
	}
	return nil
}

// ReadCheckpoints returns the heads of a checkpoint file, all payers and chains, in the order they were signed. Every
// note must be signed by key, and for one chain a later note may neither go back nor contradict an earlier one at the
// same entry; Forbidden and Conflict name the note. A torn last note was never told to anybody and is passed over: what
// it would have shown cannot be told from a note that somebody cut off. NotFound when there is no file.
func ReadCheckpoints(path string, key HeadKey) ([]Head, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, claim.Errorf(claim.NotFound, "checkpoint file %s: %w", path, err)
	}
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "checkpoint file %s: %w", path, err)
	}
	heads, err := ParseCheckpoints(b[:len(b)-len(tornNote(b))], key)
	if err != nil {
		return nil, fmt.Errorf("checkpoint file %s: %w", path, err)
	}
	return heads, nil
}

// ParseCheckpoints is ReadCheckpoints on bytes that are whole: a torn last note is Invalid.
func ParseCheckpoints(b []byte, key HeadKey) ([]Head, error) {
	var heads []Head
	notes := newNoteChecker(key)
	if err := notes.check(b, func(h Head) { heads = append(heads, h) }); err != nil {
		return nil, err
	}
	return heads, nil
}

// noteChecker checks the notes of a file one after the other.
type noteChecker struct {
	key    HeadKey
	number int // of the last note
	last   map[ChainOf]Head
}

func newNoteChecker(key HeadKey) noteChecker { return noteChecker{key: key, last: map[ChainOf]Head{}} }

// check opens the notes that follow those checked before, and calls visit with each head.
func (c *noteChecker) check(b []byte, visit func(Head)) error {
	for len(b) > 0 {
		c.number++
		var note []byte
		if note, b = cutNote(b); note == nil {
			return claim.Errorf(claim.Invalid, "note %d: it does not end", c.number)
		}
		h, err := c.key.Open(note)
		if err != nil {
			return fmt.Errorf("note %d: %w", c.number, err)
		}
		chain := ChainOf{h.Payer, h.Chain}
		if before, ok := c.last[chain]; ok {
			if err := CheckExtends(before, h); err != nil {
				return fmt.Errorf("note %d: %w", c.number, err)
			}
		}
		c.last[chain] = h
		visit(h)
	}
	return nil
}

// CheckExtends tells whether a head may follow another of the same chain as far as the two alone can tell: not before it,
// and at the same entry equal to it. That the entries between link them is for Verifier, given both. Conflict otherwise.
func CheckExtends(earlier, later Head) error {
	switch {
	case later.Payer != earlier.Payer || later.Chain != earlier.Chain:
		return claim.Errorf(claim.Conflict, "%s and %s are different chains", earlier, later)
	case later.Seq < earlier.Seq:
		return claim.Errorf(claim.Conflict, "%s was signed after %s", later, earlier)
	case later.Seq == earlier.Seq && later.Leaf != earlier.Leaf:
		return claim.Errorf(claim.Conflict, "%s was signed twice with different hashes", later)
	case later.Time < earlier.Time:
		return claim.Errorf(claim.Conflict, "the time of %s runs back", later)
	}
	return nil
}

// cutNote splits off the first note: text, empty line, signature lines, empty line. The last note may lack the last one.
func cutNote(b []byte) (note, rest []byte) {
	empty := bytes.Index(b, []byte("\n\n"))
	if empty < 0 {
		return nil, nil
	}
	signatures := b[empty+2:]
	end := bytes.Index(signatures, []byte("\n\n"))
	if end < 0 {
		if !bytes.HasSuffix(signatures, []byte("\n")) {
			return nil, nil
		}
		return b, nil
	}
	size := empty + 2 + end + 1
	return b[:size], b[size+1:]
}
