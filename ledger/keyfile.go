package ledger

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/assize/assize/internal/claim"
)

// KeyEncryptionKey wraps data keys. It is kept outside every database: a 0600 file when embedded.
type KeyEncryptionKey struct {
	id   [8]byte // names the key beside what it wrapped
	aead tink.AEAD
}

// NewKeyEncryptionKey returns the key made of a 32-byte secret.
func NewKeyEncryptionKey(secret [32]byte) (*KeyEncryptionKey, error) {
	aead, err := subtle.NewAESGCM(secret[:])
	if err != nil {
		return nil, fmt.Errorf("preparing the key-encryption key: %w", err)
	}
	sum := sha256.Sum256(append([]byte("assize key-encryption key\n"), secret[:]...))
	return &KeyEncryptionKey{id: [8]byte(sum[:8]), aead: aead}, nil
}

// LoadKeyEncryptionKey reads the key of a file. NotFound when there is none, Forbidden when others may read it, Invalid
// when it is not 32 bytes.
func LoadKeyEncryptionKey(path string) (*KeyEncryptionKey, error) {
	b, err := readSecret(path)
	if err != nil {
		return nil, err
	}
	if len(b) != 32 {
		return nil, claim.Errorf(claim.Invalid, "key file %s: %d bytes, not 32", path, len(b))
	}
	return NewKeyEncryptionKey([32]byte(b))
}

// CreateKeyEncryptionKey draws a key, writes it to a file that must not exist, and returns it. Losing that file loses all
// evidence; copying it beside a backup of the keys undoes erasure.
func CreateKeyEncryptionKey(path string, random io.Reader) (*KeyEncryptionKey, error) {
	var secret [32]byte
	if _, err := io.ReadFull(random, secret[:]); err != nil {
		return nil, fmt.Errorf("drawing a key-encryption key: %w", err)
	}
	if err := writeSecret(path, secret[:]); err != nil {
		return nil, err
	}
	return NewKeyEncryptionKey(secret)
}

// readSecret reads a file that only its owner may read.
func readSecret(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, claim.Errorf(claim.NotFound, "key file %s: %w", path, err)
	}
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "key file %s: %w", path, err)
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "key file %s: %w", path, err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, claim.Errorf(claim.Forbidden, "key file %s has mode %04o: others may read it; make it 0600", path, mode)
	}
	b, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "key file %s: %w", path, err)
	}
	return b, nil
}

// writeSecret writes a new file and makes sure that it survives a power cut before anything is sealed under it. The file
// gets its name only when it is whole: half a key under it would shut out every later start.
func writeSecret(path string, secret []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".unfinished-*") // mode 0600
	if err != nil {
		return claim.Errorf(claim.Unavailable, "key file %s: %w", path, err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // a file that stays is never read: it does not have the name
	_, err = f.Write(secret)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Link(f.Name(), path) // unlike a rename it never replaces
	}
	if errors.Is(err, fs.ErrExist) {
		return claim.Errorf(claim.Conflict, "key file %s exists already", path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return claim.Errorf(claim.Unavailable, "writing key file %s: %w", path, err)
	}
	return nil
}

// syncFolder makes a new name in a folder durable.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
