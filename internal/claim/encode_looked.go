package claim

import (
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

// What every record says of its look-ups, sixteen times, is written short: a kind by its place in FactKinds, the digest of
// a table as its bytes. Any other text, which only a hostile record holds, is written as it is.

func (k FactKind) encode(w *Writer) {
	if at := slices.Index(FactKinds, k); at >= 0 {
		w.Int(int64(at))
		return
	}
	w.Text(string(k))
}

// UnmarshalCBOR implements cbor.Unmarshaler.
func (k *FactKind) UnmarshalCBOR(encoded []byte) error {
	var text string
	if cbor.Unmarshal(encoded, &text) == nil {
		*k = FactKind(text)
		return nil
	}
	var at uint64
	if err := cbor.Unmarshal(encoded, &at); err != nil {
		return fmt.Errorf("kind of a look-up: %w", err)
	}
	if at >= uint64(len(FactKinds)) {
		return Errorf(Invalid, "kind %d of a look-up: there are %d", at, len(FactKinds))
	}
	*k = FactKinds[at]
	return nil
}

func (s SourceID) encode(w *Writer) {
	digest, ok := s.digest()
	if ok {
		w.Blob(digest[:])
		return
	}
	w.Text(string(s))
}

// digest is the digest that a source is named by; false for any other text. It takes lower-case hex alone, so that it has
// one spelling. (encoding/hex would want a copy of the text.)
func (s SourceID) digest() (digest Digest, ok bool) {
	if len(s) != 2*len(digest) {
		return digest, false
	}
	for i := range digest {
		high, low := nibble(s[2*i]), nibble(s[2*i+1])
		if high|low > 15 {
			return digest, false
		}
		digest[i] = high<<4 | low
	}
	return digest, true
}

// nibble is the value of a lower-case hex digit, or more than 15.
func nibble(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// UnmarshalCBOR implements cbor.Unmarshaler.
func (s *SourceID) UnmarshalCBOR(encoded []byte) error {
	var text string
	if cbor.Unmarshal(encoded, &text) == nil {
		*s = SourceID(text)
		return nil
	}
	var digest []byte
	if err := cbor.Unmarshal(encoded, &digest); err != nil {
		return fmt.Errorf("source of a look-up: %w", err)
	}
	if len(digest) != len(Digest{}) {
		return Errorf(Invalid, "source of a look-up: a digest of %d bytes", len(digest))
	}
	*s = SourceID(hex.EncodeToString(digest))
	return nil
}
