package policies

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/assize/assize/internal/claim"
)

// Limits of a bundle. A contract is some dozens of small files; anything far beyond is a mistake or an attack.
const (
	maxBundleFiles = 2_000
	maxFileBytes   = 1 << 20
	maxBundleBytes = 16 << 20
)

// canonicalMark opens the canonical bytes and versions their layout.
const canonicalMark = "assize contract 1\n"

// payerFolder holds the files that a payer adds: "payer/0/own.rego" is of its first bundle.
const payerFolder = "payer/"

// Bundle is the source of one contract: Rego files by slash-separated path, tests left out.
type Bundle struct {
	Files  map[string][]byte
	Digest claim.Digest // SHA-256 of Bytes
}

// newBundle checks paths and sizes and computes the digest. Errors are of kind Invalid.
func newBundle(files map[string][]byte) (Bundle, error) {
	if len(files) == 0 {
		return Bundle{}, claim.Errorf(claim.Invalid, "the bundle holds no .rego file")
	}
	if len(files) > maxBundleFiles {
		return Bundle{}, claim.Errorf(claim.Invalid, "the bundle holds %d files; at most %d are read", len(files), maxBundleFiles)
	}
	total := 0
	for path, content := range files {
		if err := checkPath(path); err != nil {
			return Bundle{}, err
		}
		if len(content) > maxFileBytes {
			return Bundle{}, claim.Errorf(claim.Invalid, "%s: %d bytes; at most %d are read", path, len(content), maxFileBytes)
		}
		total += len(content)
	}
	if total > maxBundleBytes {
		return Bundle{}, claim.Errorf(claim.Invalid, "the bundle holds %d bytes; at most %d are read", total, maxBundleBytes)
	}
	b := Bundle{Files: files}
	b.Digest = sha256.Sum256(b.Bytes())
	return b, nil
}

// checkPath refuses a path that two readers could understand differently.
func checkPath(path string) error {
	const shown = 100
	clean := utf8.ValidString(path) && len(path) <= 255 && strings.HasSuffix(path, ".rego")
	for part := range strings.SplitSeq(path, "/") {
		clean = clean && part != "" && part != "." && part != ".."
	}
	if !clean || strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }) {
		return claim.Errorf(claim.Invalid, "%.*q is not a plain relative path of a .rego file", shown, path)
	}
	return nil
}

// Bytes returns the canonical bytes: what is hashed, and what is stored. After a mark they hold each file in the order
// of its path: length and path, length and content; lengths are 4 bytes, big-endian. Two bundles with the same files
// have the same bytes, however they were packed.
func (b Bundle) Bytes() []byte {
	out := []byte(canonicalMark)
	for _, path := range slices.Sorted(maps.Keys(b.Files)) {
		out = appendField(out, []byte(path))
		out = appendField(out, b.Files[path])
	}
	return out
}

func appendField(out, field []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(field)))
	return append(out, field...)
}

// ParseBundle reads what Bytes wrote, and nothing else: for every input it accepts, Bytes gives the input back.
// Errors are of kind Invalid.
func ParseBundle(canonical []byte) (Bundle, error) {
	rest, ok := bytes.CutPrefix(canonical, []byte(canonicalMark))
	if !ok {
		return Bundle{}, claim.Errorf(claim.Invalid, "not a contract bundle: the mark %q is missing", canonicalMark)
	}
	files, last := map[string][]byte{}, ""
	for len(rest) > 0 {
		path, afterPath, ok := cutField(rest)
		content, afterContent, ok2 := cutField(afterPath)
		if !ok || !ok2 {
			return Bundle{}, claim.Errorf(claim.Invalid, "the bundle is cut off after %d files", len(files))
		}
		if string(path) <= last {
			return Bundle{}, claim.Errorf(claim.Invalid, "file %d of the bundle is out of order", len(files)+1)
		}
		last = string(path)
		files[last] = bytes.Clone(content)
		rest = afterContent
	}
	return newBundle(files)
}

func cutField(in []byte) (field, rest []byte, ok bool) {
	if len(in) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(in)
	if uint64(n) > uint64(len(in)-4) {
		return nil, nil, false
	}
	return in[4 : 4+n], in[4+n:], true
}

// combine puts payer bundles beside a base bundle, so that one digest pins both.
func combine(base Bundle, payers []Bundle) (Bundle, error) {
	if len(payers) == 0 {
		return newBundle(base.Files)
	}
	files := maps.Clone(base.Files)
	for path := range files {
		if strings.HasPrefix(path, payerFolder) {
			return Bundle{}, claim.Errorf(claim.Invalid, "%s: the base bundle holds payer files already", path)
		}
	}
	for i, payer := range payers {
		for path, content := range payer.Files {
			files[fmt.Sprintf("%s%d/%s", payerFolder, i, path)] = content
		}
	}
	return newBundle(files)
}
