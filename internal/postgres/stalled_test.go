package postgres_test

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/postgres/pgtest"
)

// slowCopy begins to copy into a table and returns where its rows come from, and how it ended.
func slowCopy(t *testing.T, pool *pgxpool.Pool) (rows *io.PipeWriter, ended <-chan error) {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	source, rows := io.Pipe()
	done, over := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(over)
		_, err := tx.Conn().PgConn().CopyFrom(context.WithoutCancel(t.Context()), source, `copy slow from stdin`)
		done <- err
	}()
	t.Cleanup(func() {
		_ = rows.Close() // ends a copy that nobody ended
		<-over
		_ = tx.Rollback(context.WithoutCancel(t.Context()))
	})
	return rows, done
}

// more sends rows and waits until the server has read them and waits for others.
func more(t *testing.T, pool *pgxpool.Pool, rows io.Writer, from int64) int64 {
	t.Helper()
	line := append(make([]byte, 0, 128<<10), "1\n"...)
	for len(line) < cap(line) {
		line = append(line, "1\n"...)
	}
	if _, err := rows.Write(line); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		var bytes int64
		err := pool.QueryRow(t.Context(), `
			select coalesce(max(p.bytes_processed) filter (where a.wait_event = 'ClientRead'), 0)
			from pg_stat_progress_copy p join pg_stat_activity a using (pid) where a.datname = current_database()`).Scan(&bytes)
		if err != nil {
			t.Fatal(err)
		}
		if bytes == from+int64(len(line)) { // all of it: the driver sends it in pieces
			return bytes
		}
	}
	t.Fatal("the copy does not go on")
	return 0
}

// A stopped process keeps its connection, and the server waits for the rest of its rows whatever its time-outs say.
func TestWhoStandsStillInACopyIsEnded(t *testing.T) {
	pool := pgtest.New(t)
	if _, err := pool.Exec(t.Context(), `create table slow (n int)`); err != nil {
		t.Fatal(err)
	}
	rows, ended := slowCopy(t, pool)
	const patience = time.Minute
	var watch postgres.StallWatch
	now := time.Now()
	look := func(after time.Duration, want int) {
		t.Helper()
		now = now.Add(after)
		if n, err := watch.EndStalled(t.Context(), pool, now, patience); err != nil || n != want {
			t.Fatalf("%d were ended, %v, want %d", n, err, want)
		}
	}
	look(0, 0)
	at := more(t, pool, rows, 0)
	look(patience, 0) // seen for the first time at this byte
	more(t, pool, rows, at)
	look(patience, 0) // it has moved
	look(patience-time.Second, 0)
	lock := func(patience string) error {
		return pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), `set local lock_timeout = '`+patience+`'; lock table slow in access exclusive mode`)
			return err
		})
	}
	if lock("50ms") == nil {
		t.Fatal("the copy does not lock its table: nothing is shown here")
	}
	look(time.Second, 1)
	if err := <-ended; err == nil {
		t.Error("the copy ended well")
	}
	if err := lock("5s"); err != nil {
		t.Errorf("the lock is still held: %v", err)
	}
}

// A COPY that waits for somebody else's lock goes on when that is free: its client does nothing wrong.
func TestWhoWaitsForALockInACopyIsLeftAlone(t *testing.T) {
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `
		create table slow (n int);
		create function wait() returns trigger language plpgsql as 'begin perform pg_advisory_xact_lock_shared(1); return new; end';
		create trigger wait before insert on slow for each row execute function wait()`)
	if err != nil {
		t.Fatal(err)
	}
	holder, err := pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.Exec(t.Context(), `select pg_advisory_xact_lock(1)`); err != nil {
		t.Fatal(err)
	}
	rows, ended := slowCopy(t, pool)
	line := make([]byte, 128<<10)
	for i := range line {
		line[i] = "1\n"[i%2]
	}
	if _, err := rows.Write(line); err != nil {
		t.Fatal(err)
	}
	awaitLock(t, pool)
	var watch postgres.StallWatch
	for i := range 3 {
		if n, err := watch.EndStalled(t.Context(), pool, time.Now().Add(time.Duration(i)*time.Hour), time.Minute); err != nil || n != 0 {
			t.Fatalf("%d were ended, %v", n, err)
		}
	}
	if err := holder.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the copy did not go on: %v", err)
	}
}
