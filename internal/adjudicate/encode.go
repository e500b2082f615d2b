package adjudicate

import (
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

func encode(value any) ([]byte, error) {
	c, err := codec()
	if err != nil {
		return nil, err
	}
	return c.Encode(value)
}

// decode reads canonical bytes into value, a pointer. Errors are claim.Invalid.
func decode(encoded []byte, sizeMax int, value any) error {
	c, err := codec()
	if err != nil {
		return err
	}
	if len(encoded) > sizeMax {
		return claim.Errorf(claim.Invalid, "decoding a %T: %d bytes are more than the %d allowed", value, len(encoded), sizeMax)
	}
	return c.Decode(encoded, value)
}

// EncodeEvidence returns the canonical bytes of evidence.
func EncodeEvidence(ev *claim.Evidence) ([]byte, error) { return encode(ev) }

// DecodeEvidence reads evidence of the present semantics. It returns an OtherVersion error (claim.Conflict) for
// evidence of other semantics, whose keys may differ, and claim.Invalid for bytes that are not canonical.
func DecodeEvidence(encoded []byte) (*claim.Evidence, error) {
	var peek struct {
		Versions struct {
			Semantics int `json:"semantics"`
		} `json:"versions"`
	}
	if len(encoded) <= maxEvidenceBytes {
		if err := peekSemantics(encoded, &peek, &peek.Versions.Semantics); err != nil {
			return nil, err
		}
	}
	ev := &claim.Evidence{}
	if err := decode(encoded, maxEvidenceBytes, ev); err != nil {
		return nil, err
	}
	return ev, nil
}

// EncodeDecision returns the canonical bytes of a decision.
func EncodeDecision(d *claim.Decision) ([]byte, error) { return encode(d) }

// DecodeDecision reads a decision of the present semantics. Errors as DecodeEvidence.
func DecodeDecision(encoded []byte) (*claim.Decision, error) {
	var peek struct {
		Semantics int `json:"semantics"`
	}
	if len(encoded) <= maxDecisionBytes {
		if err := peekSemantics(encoded, &peek, &peek.Semantics); err != nil {
			return nil, err
		}
	}
	d := &claim.Decision{}
	if err := decode(encoded, maxDecisionBytes, d); err != nil {
		return nil, err
	}
	return d, nil
}

// peekSemantics reads only the semantics version out of bytes whose other keys may be unknown. Bytes that hold none
// are left to the strict decoder to explain.
func peekSemantics(encoded []byte, into any, semantics *int) error {
	if err := cbor.Unmarshal(encoded, into); err != nil || *semantics == 0 || *semantics == claim.Semantics {
		return nil //nolint:nilerr // the strict decoder has the better words for it
	}
	return claim.Errorf(claim.Conflict, "%w", &OtherVersion{
		Evidence: claim.Versions{Semantics: *semantics}, Engine: claim.Versions{Semantics: claim.Semantics},
	})
}
