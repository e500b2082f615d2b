package pgcopy

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
	"testing/iotest"

	"github.com/jackc/pgx/v5/pgtype"
)

// Every field is what the driver itself would send for the value.
func TestFieldsAreThoseOfTheDriver(t *testing.T) {
	id := [16]byte{1, 2, 15: 9}
	cases := []struct {
		name  string
		oid   uint32
		value any
		got   Row
	}{
		{"bytea", pgtype.ByteaOID, []byte{0, 255, 7}, Row(nil).Bytes([]byte{0, 255, 7})},
		{"empty bytea", pgtype.ByteaOID, []byte{}, Row(nil).Bytes(nil)},
		{"bytea that may be null", pgtype.ByteaOID, []byte{1}, Row(nil).NullableBytes([]byte{1})},
		{"empty bytea that may be null", pgtype.ByteaOID, []byte{}, Row(nil).NullableBytes([]byte{})},
		{"null", pgtype.ByteaOID, []byte(nil), Row(nil).NullableBytes(nil)},
		{"null", pgtype.Int8OID, nil, Row(nil).Null()},
		{"uuid", pgtype.UUIDOID, id, Row(nil).Bytes(id[:])},
		{"text", pgtype.TextOID, "Zoë", Row(nil).Text("Zoë")},
		{"empty text", pgtype.TextOID, "", Row(nil).Text("")},
		{"texts", pgtype.TextArrayOID, []string{"45", "", "133"}, Row(nil).Texts([]string{"45", "", "133"})},
		{"no texts", pgtype.TextArrayOID, []string{}, Row(nil).Texts(nil)},
		{"smallint", pgtype.Int2OID, int16(-2), Row(nil).Int16(-2)},
		{"int", pgtype.Int4OID, int32(-20260101), Row(nil).Int32(-20260101)},
		{"bigint", pgtype.Int8OID, int64(-1) << 40, Row(nil).Int64(-1 << 40)},
		{"true", pgtype.BoolOID, true, Row(nil).Bool(true)},
		{"false", pgtype.BoolOID, false, Row(nil).Bool(false)},
	}
	types := pgtype.NewMap()
	for _, c := range cases {
		body, err := types.Encode(c.oid, pgtype.BinaryFormatCode, c.value, nil)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		want := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		if c.name == "null" {
			want = binary.BigEndian.AppendUint32(nil, null)
		}
		if want = append(want, body...); !bytes.Equal(c.got, want) {
			t.Errorf("%s: got % x, the driver sends % x", c.name, []byte(c.got), want)
		}
	}
}

// However the stream is read, it has the same bytes: header, rows in order, trailer.
func TestStreamIsTheSameHoweverItIsRead(t *testing.T) {
	encode := func(row Row, i int) Row { return row.Columns(2).Int32(int32(i)).Text("row") }
	for _, count := range []int{0, 1, 5000} {
		want := []byte(signature)
		for i := range count {
			want = encode(want, i)
		}
		want = binary.BigEndian.AppendUint16(want, 0xffff)
		for name, reader := range map[string]func(io.Reader) io.Reader{
			"at once":      func(r io.Reader) io.Reader { return r },
			"by halves":    iotest.HalfReader,
			"byte by byte": iotest.OneByteReader,
		} {
			got, err := io.ReadAll(reader(&rows{count: count, encode: encode}))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d rows %s: %d bytes, %v; want %d", count, name, len(got), err, len(want))
			}
		}
	}
}
