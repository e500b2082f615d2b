package pgcopy

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
)

// breakingServer answers one connection until a COPY begins, and breaks it then.
func breakingServer(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		server := pgproto3.NewBackend(conn, conn)
		if _, err := server.ReceiveStartupMessage(); err != nil {
			return
		}
		server.Send(&pgproto3.AuthenticationOk{})
		status := byte('I')
		for copying := false; !copying; {
			server.Send(&pgproto3.ReadyForQuery{TxStatus: status})
			if server.Flush() != nil {
				return
			}
			message, err := server.Receive()
			if err != nil {
				return
			}
			query, ok := message.(*pgproto3.Query)
			if copying = ok && query.String != "begin"; !copying {
				server.Send(&pgproto3.CommandComplete{CommandTag: []byte("BEGIN")})
				status = 'T'
			}
		}
		server.Send(&pgproto3.CopyInResponse{OverallFormat: 1, ColumnFormatCodes: []uint16{1}})
		_ = server.Flush()
		time.Sleep(20 * time.Millisecond) // some rows are under way
	}()
	return "postgres://u@" + listener.Addr().String() + "/d?sslmode=disable"
}

// The caller uses its rows again, or clears them, as soon as From has returned: nothing may read them then.
func TestABrokenConnectionReadsNoRowAfterwards(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), breakingServer(t))
	if err != nil {
		t.Fatal(err)
	}
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var returned atomic.Bool
	var before, after atomic.Int32
	err = From(t.Context(), tx, "copy t from stdin binary", 100, func(row Row, _ int) Row {
		if returned.Load() {
			after.Add(1)
		}
		before.Add(1)
		time.Sleep(2 * time.Millisecond)
		return row.Columns(1).Int32(1)
	})
	returned.Store(true)
	if err == nil || before.Load() == 0 {
		t.Fatalf("no break: %v, %d rows", err, before.Load())
	}
	time.Sleep(100 * time.Millisecond)
	if n := after.Load(); n > 0 {
		t.Errorf("%d rows were encoded after From had returned (%v)", n, err)
	}
}

// The driver may be just about to read when From returns.
func TestNoRowIsReadOnceItIsOver(t *testing.T) {
	stream := &rows{count: 1, encode: func(Row, int) Row {
		t.Error("a row was encoded")
		return Row{}
	}}
	stream.end()
	if n, err := stream.Read(make([]byte, 100)); n != 0 || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("read %d bytes, %v", n, err)
	}
}
