package ledger

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"sync"

	"github.com/assize/assize/internal/claim"
)

// Checkpoints reads a checkpoint file again and again, for the newest head of each chain. The file only grows, so what
// was verified once is known again by its hash, and signatures are checked of what came after it alone: of a note a minute
// there are half a million in a year. Where the beginning is not what it was, everything is verified anew.
type Checkpoints struct {
	path string
	key  HeadKey

	mu     sync.Mutex
	size   int64 // of the beginning that was verified: whole notes
	sum    [sha256.Size]byte
	notes  noteChecker
	opened int // notes whose signature was checked, in all readings
}

// ChainOf names one chain of one payer.
type ChainOf struct {
	Payer claim.PayerID
	Chain Chain
}

// NewCheckpoints returns a reader of the checkpoint file at path, whose heads key signed.
func NewCheckpoints(path string, key HeadKey) *Checkpoints {
	return &Checkpoints{path: path, key: key, notes: newNoteChecker(key)}
}

// Newest returns the last head of every chain; none when there is no file yet. Other errors are those of ReadCheckpoints.
func (c *Checkpoints) Newest() (map[ChainOf]Head, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, err := os.Open(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		c.forget()
		return nil, nil
	}
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "checkpoint file %s: %w", c.path, err)
	}
	defer f.Close()
	newest, err := c.read(f)
	if err != nil {
		c.forget()
		return nil, fmt.Errorf("checkpoint file %s: %w", c.path, err)
	}
	return newest, nil
}

// forget has everything verified anew the next time.
func (c *Checkpoints) forget() {
	c.size, c.notes = 0, newNoteChecker(c.key)
}

func (c *Checkpoints) read(f io.ReadSeeker) (map[ChainOf]Head, error) {
	beginning := sha256.New()
	n, err := io.CopyN(beginning, f, c.size)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, claim.Errorf(claim.Unavailable, "reading it: %w", err)
	}
	if c.size > 0 && (n < c.size || [sha256.Size]byte(beginning.Sum(nil)) != c.sum) {
		c.forget()
		beginning.Reset()
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, claim.Errorf(claim.Unavailable, "reading it from its beginning: %w", err)
		}
	}
	rest, err := io.ReadAll(f)
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "reading it: %w", err)
	}
	rest = rest[:len(rest)-len(tornNote(rest))]
	known := c.notes.number
	err = c.notes.check(rest, func(Head) {})
	c.opened += c.notes.number - known
	if err != nil {
		return nil, err
	}
	newest := maps.Clone(c.notes.last)
	if len(rest) > 0 && !bytes.HasSuffix(rest, []byte("\n\n")) {
		c.forget() // torn just before the line that sets notes apart: what comes next begins with it
		return newest, nil
	}
	beginning.Write(rest)
	c.size, c.sum = c.size+int64(len(rest)), [sha256.Size]byte(beginning.Sum(nil))
	return newest, nil
}
