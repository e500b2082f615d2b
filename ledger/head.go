package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/assize/assize/internal/claim"
)

// A signed head is a C2SP signed note (c2sp.org/signed-note): lines of text, an empty line, and a signature line.
//
//	assize/ledger/payer/1/decisions
//	42
//	<leaf hash of entry 42, base64>
//	time 1767225600000000
//
//	— <signer's name> <base64 of key hash 4 ‖ Ed25519 signature>
//
// The first three lines are those of a C2SP checkpoint; the hash is the chain's leaf hash, not yet a tree's root, which
// the origin line sets apart.
const (
	originPrefix     = "assize/ledger/payer/"
	signaturePrefix  = "— "
	privatePrefix    = "PRIVATE+KEY+"
	algorithmEd25519 = 1
	keyHashSize      = 4
)

// Signer signs heads. The key file is a C2SP private key line and must be 0600.
type Signer struct {
	public HeadKey
	key    ed25519.PrivateKey
}

// HeadKey verifies signed heads. Its text form, "name+hash+key", is public: keep it with the checkpoint file.
type HeadKey struct {
	name string
	key  ed25519.PublicKey
}

// NewSigner returns the signer made of a 32-byte seed. The name has no space and no plus sign. Invalid otherwise.
func NewSigner(name string, seed [32]byte) (*Signer, error) {
	if !isSignerName(name) {
		return nil, claim.Errorf(claim.Invalid, "signer name %q: it must be one word without a plus sign", name)
	}
	key := ed25519.NewKeyFromSeed(seed[:])
	return &Signer{HeadKey{name, ed25519.PublicKey(key[ed25519.SeedSize:])}, key}, nil // RFC 8032: seed, then public key
}

// CreateSigner draws a key and writes it to a file that must not exist. Conflict when it does.
func CreateSigner(path, name string, random io.Reader) (*Signer, error) {
	var seed [32]byte
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return nil, fmt.Errorf("drawing a signing key: %w", err)
	}
	s, err := NewSigner(name, seed)
	if err != nil {
		return nil, err
	}
	return s, writeSecret(path, []byte(s.line()+"\n"))
}

func isSignerName(name string) bool { return name != "" && !strings.ContainsAny(name, "+ \t\r\n") }

// line is what a key file holds.
func (s *Signer) line() string {
	secret := base64.StdEncoding.EncodeToString(append([]byte{algorithmEd25519}, s.key.Seed()...))
	return privatePrefix + s.public.name + "+" + s.public.hashText() + "+" + secret
}

// LoadSigner reads the key of a file. NotFound, Forbidden (others may read it) or Invalid, which quotes nothing of the
// file. The line must be whole and its hash that of the key: a public key has the same form, and taken for a seed it would
// sign under a key that everybody has.
func LoadSigner(path string) (*Signer, error) {
	b, err := readSecret(path)
	if err != nil {
		return nil, err
	}
	text := strings.TrimSpace(string(b))
	if name, seed, err := splitKey(strings.TrimPrefix(text, privatePrefix)); err == nil {
		if s, err := NewSigner(name, seed); err == nil && s.line() == text {
			return s, nil
		}
	}
	return nil, claim.Errorf(claim.Invalid, "signing key %s: it does not hold one line %sname+hash+key, whole and unchanged", path, privatePrefix)
}

// Public returns the key that verifies the signer's heads.
func (s *Signer) Public() HeadKey { return s.public }

// Sign returns the note of a head. The signature is deterministic.
func (s *Signer) Sign(h Head) []byte {
	text := headText(h)
	signature := binary.BigEndian.AppendUint32(nil, s.public.hash())
	signature = append(signature, ed25519.Sign(s.key, []byte(text))...)
	return fmt.Appendf(nil, "%s\n%s%s %s\n", text, signaturePrefix, s.public.name, base64.StdEncoding.EncodeToString(signature))
}

func headText(h Head) string {
	return fmt.Sprintf("%s%d/%s\n%d\n%s\ntime %d\n", originPrefix, h.Payer, h.Chain, h.Seq, base64.StdEncoding.EncodeToString(h.Leaf[:]), h.Time)
}

// ParseHeadKey reads the text form of a key. Invalid for anything else.
func ParseHeadKey(text string) (HeadKey, error) {
	name, key, err := splitKey(strings.TrimSpace(text))
	if err != nil {
		return HeadKey{}, err
	}
	k := HeadKey{name, ed25519.PublicKey(key[:])}
	if !isSignerName(name) || k.String() != strings.TrimSpace(text) {
		return HeadKey{}, claim.Errorf(claim.Invalid, "head key %q: its hash does not agree with it, or it is spelt otherwise", name)
	}
	return k, nil
}

// splitKey reads "name+hash+base64(algorithm ‖ 32 bytes)".
func splitKey(text string) (name string, key [32]byte, err error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return "", key, claim.Errorf(claim.Invalid, "not a key of the form name+hash+key")
	}
	b, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(b) != 1+len(key) || b[0] != algorithmEd25519 {
		return "", key, claim.Errorf(claim.Invalid, "key %q is not an Ed25519 key", parts[0])
	}
	return parts[0], [32]byte(b[1:]), nil
}

// String is the text form.
func (k HeadKey) String() string {
	return k.name + "+" + k.hashText() + "+" + base64.StdEncoding.EncodeToString(append([]byte{algorithmEd25519}, k.key...))
}

// hash names a key in a signature: the first bytes of SHA-256(name ‖ \n ‖ algorithm ‖ key).
func (k HeadKey) hash() uint32 {
	b := append([]byte(k.name+"\n"), algorithmEd25519)
	sum := sha256.Sum256(append(b, k.key...))
	return binary.BigEndian.Uint32(sum[:])
}

func (k HeadKey) hashText() string { return fmt.Sprintf("%08x", k.hash()) }

// Open returns the head of one note when k signed it. Forbidden when it did not, Invalid when it is not a note of a head.
func (k HeadKey) Open(note []byte) (Head, error) {
	text, signatures, ok := strings.Cut(string(note), "\n\n")
	if !ok {
		return Head{}, claim.Errorf(claim.Invalid, "signed head: no empty line before a signature")
	}
	text += "\n"
	if !k.signed(text, signatures) {
		return Head{}, claim.Errorf(claim.Forbidden, "signed head: no valid signature by %s", k.name)
	}
	return parseHead(text)
}

func (k HeadKey) signed(text, signatures string) bool {
	for line := range strings.Lines(signatures) {
		name, encoded, ok := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(line, signaturePrefix), "\n"), " ")
		b, err := base64.StdEncoding.DecodeString(encoded)
		if !ok || err != nil || name != k.name || len(b) != keyHashSize+ed25519.SignatureSize {
			continue
		}
		if binary.BigEndian.Uint32(b) == k.hash() && ed25519.Verify(k.key, []byte(text), b[keyHashSize:]) {
			return true
		}
	}
	return false
}

// parseHead reads the text of a note. Written again it must be the same text, so there is one spelling of each head.
func parseHead(text string) (Head, error) {
	bad := claim.Errorf(claim.Invalid, "signed head: the text is not that of a head")
	lines := strings.Split(text, "\n")
	if len(lines) != 5 {
		return Head{}, bad
	}
	payer, chain, _ := strings.Cut(strings.TrimPrefix(lines[0], originPrefix), "/")
	number, err1 := strconv.ParseInt(payer, 10, 32)
	seq, err2 := strconv.ParseInt(lines[1], 10, 64)
	leaf, err3 := base64.StdEncoding.DecodeString(lines[2])
	at, err4 := strconv.ParseInt(strings.TrimPrefix(lines[3], "time "), 10, 64)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || len(leaf) != len(claim.Digest{}) || seq < 0 || at < 0 {
		return Head{}, bad
	}
	h := Head{Payer: claim.PayerID(number), Chain: Decisions, Seq: seq, Leaf: claim.Digest(leaf), Time: claim.Instant(at)}
	if chain == Access.String() {
		h.Chain = Access
	}
	if headText(h) != text {
		return Head{}, bad
	}
	return h, nil
}
