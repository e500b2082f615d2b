package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// StallWatch finds and ends sessions whose client stands still in the middle of a COPY: its process is stopped, or its
// machine is gone. What such a session has locked, a payer's head at worst, nobody gets before the network notices, and of
// a stopped process it never does; no time-out of the server applies while it reads a COPY. The zero value is ready. It
// is for one goroutine.
type StallWatch struct {
	seen map[copying]time.Time // since when a COPY has not moved
}

// copying is one COPY and how far it has come.
type copying struct {
	pid   int32
	began time.Time
	bytes int64
}

// EndStalled looks at the COPYs under way and ends the sessions of those that have waited for their client at the same
// byte for as long as patience lets them. It returns how many it ended. Call it again and again.
func (w *StallWatch) EndStalled(ctx context.Context, q Querier, now time.Time, patience time.Duration) (ended int, err error) {
	rows, err := q.Query(ctx, `
		select a.pid, a.query_start, p.bytes_processed
		from pg_stat_progress_copy p
		join pg_stat_activity a using (pid)
		where a.datname = current_database() and a.usename = current_user and a.wait_event = 'ClientRead'`)
	if err != nil {
		return 0, failed(err, "looking for sessions that stand still")
	}
	waiting := map[copying]time.Time{}
	var c copying
	_, err = pgx.ForEachRow(rows, []any{&c.pid, &c.began, &c.bytes}, func() error {
		c.began = c.began.UTC() // a key: the same moment must be the same value
		waiting[c] = now
		return nil
	})
	if err != nil {
		return 0, failed(err, "looking for sessions that stand still")
	}
	for c := range waiting {
		since, ok := w.seen[c]
		if !ok {
			continue
		}
		waiting[c] = since
		if now.Sub(since) < patience {
			continue
		}
		// The number may have been given to another session since.
		var gone bool
		err := q.QueryRow(ctx, `select coalesce(bool_or(pg_terminate_backend(pid)), false) from pg_stat_activity where pid = $1 and query_start = $2`,
			c.pid, c.began).Scan(&gone)
		if err != nil {
			return ended, failed(err, "ending a session that stands still")
		}
		if gone {
			ended++
		}
	}
	w.seen = waiting
	return ended, nil
}
