package adjudicate

import (
	"fmt"
	"sync"

	"github.com/fxamacker/cbor/v2"

	"github.com/assize/assize/internal/claim"
)

// Limits of what is read: far above any real claim, whose slice is at most some hundred kilobytes.
const (
	maxEvidenceBytes = 16 << 20
	maxDecisionBytes = 4 << 20
)

// codec is the engine's one encoding, made at first use and never changed. Its options are constants, so that it
// cannot fail at run time when it did not fail in a test.
var codec = sync.OnceValues(claim.NewCodec)

func encode(record claim.Record) ([]byte, error) {
	c, err := codec()
	if err != nil {
		return nil, err
	}
	return c.Encode(record)
}

// decode reads the canonical bytes of a record of the present semantics. It returns an OtherVersion error
// (claim.Conflict) for one of other semantics, whose layout may differ, and claim.Invalid for bytes that are not canonical.
func decode(encoded []byte, sizeMax int, record claim.Record) error {
	c, err := codec()
	if err != nil {
		return err
	}
	if len(encoded) > sizeMax {
		return claim.Errorf(claim.Invalid, "decoding a %T: %d bytes are more than the %d allowed", record, len(encoded), sizeMax)
	}
	if n := semanticsOf(encoded); n != 0 && n != claim.Semantics {
		return claim.Errorf(claim.Conflict, "%w", &OtherVersion{
			Evidence: claim.Versions{Semantics: n}, Engine: claim.Versions{Semantics: claim.Semantics},
		})
	}
	return c.Decode(encoded, record)
}

// semanticsOf reads the semantics version of bytes whose further layout may be unknown: of whatever semantics, the first
// number of an evidence, section or decision says which. Bytes that hold none, for which it returns 0, are left to
// the strict decoder to explain.
func semanticsOf(encoded []byte) (semantics int) {
	for len(encoded) > 0 && encoded[0]>>5 == 4 { // the head of an array, RFC 8949 §3.1: of two bytes from 24 items on
		head := 1
		if encoded[0] == 0x98 {
			head = 2
		}
		encoded = encoded[min(head, len(encoded)):]
	}
	if _, err := cbor.UnmarshalFirst(encoded, &semantics); err != nil {
		return 0
	}
	return semantics
}

// EncodeDecision returns the canonical bytes of a decision. It returns claim.Invalid when a text is not UTF-8.
func EncodeDecision(d *claim.Decision) ([]byte, error) { return encode(d) }

// WriteDecision is EncodeDecision for a decision that is recorded: the bytes are w's, and it also returns claim.Invalid when they
// are more than DecodeDecision takes.
func WriteDecision(w *claim.Writer, d *claim.Decision) ([]byte, error) {
	w.Reset()
	d.Encode(w)
	err := w.Err()
	if err == nil && w.Len() > maxDecisionBytes {
		err = claim.Errorf(claim.Invalid, "%d bytes are more than the %d that are read again", w.Len(), maxDecisionBytes)
	}
	if err != nil {
		return nil, fmt.Errorf("encoding a decision: %w", err)
	}
	return w.Bytes(), nil
}

// DecodeDecision reads a decision of the present semantics. It returns an OtherVersion error (claim.Conflict) for one of other
// semantics, and claim.Invalid for bytes that are not canonical.
func DecodeDecision(encoded []byte) (*claim.Decision, error) {
	d := &claim.Decision{}
	if err := decode(encoded, maxDecisionBytes, d); err != nil {
		return nil, err
	}
	return d, nil
}
