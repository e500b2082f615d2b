package claim

import (
	"bytes"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Codec encodes and decodes the records of this package as deterministic CBOR (RFC 8949 §4.2): integers stay integers,
// every field is present, each at its place. Decode refuses arrays of another length and any other spelling of the same
// value, so that equal values have equal bytes and the other way round. It is safe for concurrent use.
type Codec struct {
	decoder cbor.DecMode
}

// Limits of what a decoder accepts: far above any real claim, far below what would exhaust memory.
const (
	maxNesting  = 16
	maxElements = 131072
)

// NewCodec returns the one codec of the engine.
func NewCodec() (*Codec, error) {
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
	return &Codec{decoder: decoder}, nil
}

// encodedBytes is room for most records.
const encodedBytes = 1024

// Encode returns the bytes of a record. It returns an error of kind Invalid when one of its texts is not UTF-8, or a list
// longer than Decode takes: such bytes could be written but never read again. A Writer of one's own does the same for many.
func (c *Codec) Encode(record Record) ([]byte, error) {
	w := Writer{written: make([]byte, 0, encodedBytes)}
	record.Encode(&w)
	if err := w.Err(); err != nil {
		return nil, fmt.Errorf("encoding a %T: %w", record, err)
	}
	return w.Bytes(), nil
}

// Decode reads bytes made by Encode into a record, given by its pointer. It returns an error of kind Invalid for any
// others.
func (c *Codec) Decode(encoded []byte, record Record) error {
	if err := c.DecodeTrusted(encoded, record); err != nil {
		return err
	}
	again, err := c.Encode(record)
	if err != nil {
		return err
	}
	if !bytes.Equal(again, encoded) {
		return Errorf(Invalid, "decoding a %T: bytes are not in the one form its value has", record)
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
