package claim

import (
	"bytes"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Codec encodes and decodes the values of this package as deterministic CBOR (RFC 8949 §4.2): integers stay integers,
// keys are sorted, every key is present. Decode refuses unknown, missing and repeated keys and any other spelling of
// the same value, so that equal values have equal bytes and the other way round. It is safe for concurrent use.
type Codec struct {
	encoder cbor.UserBufferEncMode
	decoder cbor.DecMode
}

// Limits of what a decoder accepts: far above any real claim, far below what would exhaust memory.
const (
	maxNesting  = 16
	maxElements = 131072
)

// NewCodec returns the one codec of the engine.
func NewCodec() (*Codec, error) {
	options := cbor.CoreDetEncOptions()
	options.NilContainers = cbor.NilContainerAsEmpty
	encoder, err := options.UserBufferEncMode()
	if err != nil {
		return nil, fmt.Errorf("preparing the CBOR encoder: %w", err)
	}
	decoder, err := cbor.DecOptions{
		DupMapKey:         cbor.DupMapKeyEnforcedAPF,
		IndefLength:       cbor.IndefLengthForbidden,
		TagsMd:            cbor.TagsForbidden,
		ExtraReturnErrors: cbor.ExtraDecErrorUnknownField,
		MaxNestedLevels:   maxNesting,
		MaxArrayElements:  maxElements,
		MaxMapPairs:       maxElements,
	}.DecMode()
	if err != nil {
		return nil, fmt.Errorf("preparing the CBOR decoder: %w", err)
	}
	return &Codec{encoder: encoder, decoder: decoder}, nil
}

// Encode returns the bytes of value.
func (c *Codec) Encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	if err := c.encoder.MarshalToBuffer(value, &buffer); err != nil {
		return nil, fmt.Errorf("encoding a %T: %w", value, err)
	}
	return buffer.Bytes(), nil
}

// Decode reads bytes made by Encode into value, a pointer. It returns an error of kind Invalid for any others.
func (c *Codec) Decode(encoded []byte, value any) error {
	if err := c.decoder.Unmarshal(encoded, value); err != nil {
		return Errorf(Invalid, "decoding a %T: %w", value, err)
	}
	again, err := c.Encode(value)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, encoded) {
		return Errorf(Invalid, "decoding a %T: bytes are not in the one form its value has", value)
	}
	return nil
}

// DecodeTrusted reads bytes that this process or its database wrote a moment ago, without encoding them again to
// compare. Never use it for evidence that is replayed.
func (c *Codec) DecodeTrusted(encoded []byte, value any) error {
	if err := c.decoder.Unmarshal(encoded, value); err != nil {
		return Errorf(Invalid, "decoding a %T: %w", value, err)
	}
	return nil
}
