package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/assize/assize/internal/claim"
)

// AppendCheckpoint adds a signed head to a checkpoint file, which lies outside the database, and makes it durable
// before it returns. The file only grows: notes one after the other, an empty line between them. A file made here is
// readable by everybody, for a checkpoint is worth the more the more people keep one.
func AppendCheckpoint(path string, note []byte) error {
	_, err := os.Stat(path)
	created := errors.Is(err, fs.ErrNotExist)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return claim.Errorf(claim.Unavailable, "checkpoint file %s: %w", path, err)
	}
	// One write: after a crash the file ends in a whole note or a torn last one, which ReadCheckpoints points out.
	_, err = f.Write(append(bytes.Clone(note), '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil && created {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return claim.Errorf(claim.Unavailable, "writing checkpoint file %s: %w", path, err)
	}
	return nil
}

// ReadCheckpoints returns the heads of a checkpoint file, all payers and chains, in the order they were signed. Every
// note must be signed by key, and for one chain a later note may neither go back nor contradict an earlier one at the
// same entry; Forbidden and Conflict name the note. NotFound when there is no file.
func ReadCheckpoints(path string, key HeadKey) ([]Head, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, claim.Errorf(claim.NotFound, "checkpoint file %s: %w", path, err)
	}
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "checkpoint file %s: %w", path, err)
	}
	heads, err := ParseCheckpoints(b, key)
	if err != nil {
		return nil, fmt.Errorf("checkpoint file %s: %w", path, err)
	}
	return heads, nil
}

// ParseCheckpoints is ReadCheckpoints on the file's bytes.
func ParseCheckpoints(b []byte, key HeadKey) ([]Head, error) {
	type chainOf struct {
		payer claim.PayerID
		chain Chain
	}
	var heads []Head
	last := map[chainOf]Head{}
	for number := 1; len(b) > 0; number++ {
		var note []byte
		if note, b = cutNote(b); note == nil {
			return nil, claim.Errorf(claim.Invalid, "note %d: it does not end", number)
		}
		h, err := key.Open(note)
		if err != nil {
			return nil, fmt.Errorf("note %d: %w", number, err)
		}
		c := chainOf{h.Payer, h.Chain}
		if before, ok := last[c]; ok {
			if err := CheckExtends(before, h); err != nil {
				return nil, fmt.Errorf("note %d: %w", number, err)
			}
		}
		last[c] = h
		heads = append(heads, h)
	}
	return heads, nil
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
