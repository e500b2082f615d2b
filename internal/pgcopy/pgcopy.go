// Package pgcopy streams rows to Postgres in its binary COPY format, encoding them straight from the values: no row is
// boxed into []any, and no statement is described first, which would be a round trip under locks.
//
// It knows how values look on the wire and nothing of what they mean: tables and columns are the caller's.
package pgcopy

import (
	"context"
	"encoding/binary"
	"io"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
)

// rows is the stream. The driver reads it on a goroutine of its own, which may outlive the statement when the connection
// breaks: mu lets From say that it is over.
type rows struct {
	mu     sync.Mutex
	over   bool
	count  int
	encode func(row Row, i int) Row
	next   int
	buffer []byte // encoded and not yet read
	read   int
	state  state
}

type state int

const (
	header state = iota
	body
	done
)

// signature opens a stream (PostgreSQL documentation, COPY, "Binary Format"): no flags, no header extension.
const signature = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// Room for the stream: of a short row, and of the row that goes beyond what is asked for.
const (
	rowBytes     = 256
	longRowBytes = 16 << 10
)

// From runs a "copy … from stdin binary" with count rows. encode writes row i, beginning with Columns; once From has
// returned it is not called any more.
func From(ctx context.Context, tx pgx.Tx, sql string, count int, encode func(row Row, i int) Row) error {
	stream := &rows{count: count, encode: encode}
	tag, err := tx.Conn().PgConn().CopyFrom(ctx, stream, sql)
	stream.end()
	if err != nil {
		return err
	}
	if tag.RowsAffected() != int64(count) {
		return claim.Errorf(claim.Internal, "%d rows copied, %d were sent", tag.RowsAffected(), count)
	}
	return nil
}

// end waits for a row that is being encoded and lets no other follow.
func (c *rows) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
}

// Read implements io.Reader.
func (c *rows) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return 0, io.ErrClosedPipe
	}
	if c.read == len(c.buffer) {
		if c.state == done {
			return 0, io.EOF
		}
		c.fill(len(p))
	}
	n := copy(p, c.buffer[c.read:])
	c.read += n
	return n, nil
}

// fill encodes rows until there are about size bytes.
func (c *rows) fill(size int) {
	c.buffer, c.read = c.buffer[:0], 0
	if c.state == header {
		c.buffer = make([]byte, 0, min(size, c.count*rowBytes)+longRowBytes)
		c.buffer, c.state = append(c.buffer, signature...), body
	}
	for ; c.next < c.count && len(c.buffer) < size; c.next++ {
		c.buffer = c.encode(c.buffer, c.next)
	}
	if c.next == c.count {
		c.buffer, c.state = binary.BigEndian.AppendUint16(c.buffer, 0xffff), done
	}
}

// Row is the stream so far; each method appends one field to it and returns the longer stream.
type Row []byte

// null is the length of a field that is null.
const null = ^uint32(0)

// textOID is the type of the elements of a text[].
const textOID = 25

// Columns begins a row of n fields.
func (r Row) Columns(n uint16) Row { return binary.BigEndian.AppendUint16(r, n) }

// Bytes appends a bytea or uuid, which may be empty and is not null.
func (r Row) Bytes(b []byte) Row {
	return append(binary.BigEndian.AppendUint32(r, uint32(len(b))), b...)
}

// Null appends a field of any type that is null.
func (r Row) Null() Row { return binary.BigEndian.AppendUint32(r, null) }

// NullableBytes is Bytes, where nil is null.
func (r Row) NullableBytes(b []byte) Row {
	if b == nil {
		return r.Null()
	}
	return r.Bytes(b)
}

// Text appends a text or the label of an enumeration.
func (r Row) Text(s string) Row {
	return append(binary.BigEndian.AppendUint32(r, uint32(len(s))), s...)
}

// Texts appends a text[] of one dimension.
func (r Row) Texts(list []string) Row {
	start := len(r)
	r = binary.BigEndian.AppendUint32(r, 0) // the length, written below
	r = binary.BigEndian.AppendUint32(r, 1) // dimension
	r = binary.BigEndian.AppendUint32(r, 0) // no element is null
	r = binary.BigEndian.AppendUint32(r, textOID)
	r = binary.BigEndian.AppendUint32(r, uint32(len(list)))
	r = binary.BigEndian.AppendUint32(r, 1) // the first index
	for _, s := range list {
		r = r.Text(s)
	}
	binary.BigEndian.PutUint32(r[start:], uint32(len(r)-start-4))
	return r
}

// Int16 appends a smallint.
func (r Row) Int16(n int16) Row {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(r, 2), uint16(n))
}

// Int32 appends an int.
func (r Row) Int32(n int32) Row {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(r, 4), uint32(n))
}

// Int64 appends a bigint.
func (r Row) Int64(n int64) Row {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(r, 8), uint64(n))
}

// Bool appends a boolean.
func (r Row) Bool(b bool) Row {
	r = binary.BigEndian.AppendUint32(r, 1)
	if b {
		return append(r, 1)
	}
	return append(r, 0)
}
