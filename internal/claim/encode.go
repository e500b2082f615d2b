package claim

import (
	"bytes"
	"fmt"
	"unicode/utf8"

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
	options.BinaryMarshaler = cbor.BinaryMarshalerNone // an id is its 16 bytes either way; this one does not allocate
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
		BinaryUnmarshaler: cbor.BinaryUnmarshalerNone,
	}.DecMode()
	if err != nil {
		return nil, fmt.Errorf("preparing the CBOR decoder: %w", err)
	}
	return &Codec{encoder: encoder, decoder: decoder}, nil
}

// Encode returns the bytes of value. It returns an error of kind Invalid when a text of value is not UTF-8: such
// bytes could be written but never read again.
func (c *Codec) Encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	if err := c.EncodeTo(&buffer, value); err != nil {
		return nil, err
	}
	if !validText(buffer.Bytes()) {
		return nil, Errorf(Invalid, "encoding a %T: a text is not UTF-8", value)
	}
	return buffer.Bytes(), nil
}

// EncodeTo appends what Encode returns to a buffer, for encoding much. Requires the texts of value to be UTF-8, as
// those of a value that was decoded are.
func (c *Codec) EncodeTo(buffer *bytes.Buffer, value any) error {
	if err := c.encoder.MarshalToBuffer(value, buffer); err != nil {
		return fmt.Errorf("encoding a %T: %w", value, err)
	}
	return nil
}

// validText tells whether every text string of well-formed, definite-length CBOR is UTF-8 (RFC 8949 §3.1, major
// type 3). Items stand one after the other, containers before their content, so no nesting need be followed.
func validText(encoded []byte) bool {
	for i := 0; i < len(encoded); {
		head := encoded[i]
		n := int(head & 0x1f)
		i++
		if n >= 24 { // the argument follows in 1, 2, 4 or 8 bytes
			argument := encoded[i : i+1<<(n-24)]
			i += len(argument)
			n = 0
			for _, b := range argument {
				n = n<<8 | int(b)
			}
		}
		switch head >> 5 {
		case 2:
			i += n
		case 3:
			if !utf8.Valid(encoded[i : i+n]) {
				return false
			}
			i += n
		}
	}
	return true
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
