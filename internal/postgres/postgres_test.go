package postgres_test

import (
	"strings"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/postgres/pgtest"
)

func TestOpenedSessionsRunInUTC(t *testing.T) {
	pool, err := postgres.Open(t.Context(), pgtest.NewDatabase(t), 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	var zone string
	if err := pool.QueryRow(t.Context(), `select current_setting('timezone')`).Scan(&zone); err != nil {
		t.Fatal(err)
	}
	if zone != "UTC" {
		t.Errorf("got time zone %s, want UTC", zone)
	}
	if got := pool.Config().MaxConns; got != 2 {
		t.Errorf("got %d connections at most, want 2", got)
	}
}

func TestOpenTellsWhatIsWrongWithoutThePassword(t *testing.T) {
	cases := []struct {
		name, dsn string
		maxConns  int
		want      claim.Kind
	}{
		{"unreadable address", "postgres://user:hunter2@host:port/db", 1, claim.Invalid},
		{"an address in which the password is not known for one", "host=localhost password = hunter2 port = none", 1, claim.Invalid},
		{"an address that is no text of either form", "postgres//user:hunter2@localhost", 1, claim.Invalid},
		{"no connections", "postgres://user:hunter2@localhost/db", 0, claim.Invalid},
		{"nobody answers", "host=/nonexistent user=user password=hunter2 dbname=db", 1, claim.Unavailable},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pool, err := postgres.Open(t.Context(), c.dsn, c.maxConns)
			if err == nil {
				pool.Close()
				t.Fatal("opened")
			}
			if got := claim.KindOf(err); got != c.want {
				t.Errorf("got kind %v, want %v: %v", got, c.want, err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}
