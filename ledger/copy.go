package ledger

import (
	"context"
	"encoding/binary"
	"io"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
)

// copyRows streams rows to Postgres in its binary COPY format, encoding them straight from the values: no row is boxed
// into []any, and no statement is described first, which would be a round trip under the head lock.
type copyRows struct {
	count  int
	encode func(row copyRow, i int) copyRow
	next   int
	buffer []byte // encoded and not yet read
	read   int
	state  copyState
}

type copyState int

const (
	copyHeader copyState = iota
	copyBody
	copyDone
)

const copySignature = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// copyFrom runs a "copy … from stdin binary" with count rows.
func copyFrom(ctx context.Context, tx pgx.Tx, sql string, count int, encode func(row copyRow, i int) copyRow) error {
	tag, err := tx.Conn().PgConn().CopyFrom(ctx, &copyRows{count: count, encode: encode}, sql)
	if err != nil {
		return err
	}
	if tag.RowsAffected() != int64(count) {
		return claim.Errorf(claim.Internal, "%d rows copied, %d were sent", tag.RowsAffected(), count)
	}
	return nil
}

// Read implements io.Reader.
func (c *copyRows) Read(p []byte) (int, error) {
	if c.read == len(c.buffer) {
		if c.state == copyDone {
			return 0, io.EOF
		}
		c.fill(len(p))
	}
	n := copy(p, c.buffer[c.read:])
	c.read += n
	return n, nil
}

// fill encodes rows until there are about size bytes.
func (c *copyRows) fill(size int) {
	c.buffer, c.read = c.buffer[:0], 0
	if c.state == copyHeader {
		c.buffer, c.state = append(c.buffer, copySignature...), copyBody
	}
	for ; c.next < c.count && len(c.buffer) < size; c.next++ {
		c.buffer = c.encode(c.buffer, c.next)
	}
	if c.next == c.count {
		c.buffer, c.state = binary.BigEndian.AppendUint16(c.buffer, 0xffff), copyDone
	}
}

// copyRow appends one row's fields to the stream.
type copyRow []byte

func (r copyRow) columns(n uint16) copyRow { return binary.BigEndian.AppendUint16(r, n) }

func (r copyRow) bytes(b []byte) copyRow {
	return append(binary.BigEndian.AppendUint32(r, uint32(len(b))), b...)
}

func (r copyRow) int16(n int16) copyRow {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(r, 2), uint16(n))
}

func (r copyRow) int32(n int32) copyRow {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(r, 4), uint32(n))
}

func (r copyRow) int64(n int64) copyRow {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(r, 8), uint64(n))
}

func (r copyRow) bool(b bool) copyRow {
	r = binary.BigEndian.AppendUint32(r, 1)
	if b {
		return append(r, 1)
	}
	return append(r, 0)
}
