package postgres_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

func TestABatchThatIsOpenForLongHasStopped(t *testing.T) {
	pool := newPool(t)
	for n := range 4 {
		stage(t, pool, 1, id(10+n), nil)
	}
	stage(t, pool, 2, id(20), nil)
	write(t, pool, func(tx pgx.Tx) error { return postgres.CompleteBatch(t.Context(), tx, 1, id(11)) })
	if _, err := pool.Exec(t.Context(), `update batch set created_at = created_at - interval '1 minute' where batch_id = $1`, id(12)); err != nil {
		t.Fatal(err)
	}
	stopped := func(now time.Time, limit int) (list []claim.ID) {
		t.Helper()
		found, err := postgres.StoppedBatches(t.Context(), pool, 1, now, limit)
		if err != nil {
			t.Fatal(err)
		}
		for i := range found {
			if !found[i].Stopped(now) {
				t.Errorf("batch %s is listed and says that it has not stopped", found[i].Batch)
			}
			list = append(list, found[i].Batch)
		}
		return list
	}
	within := moment.Add(postgres.OpenForLong - time.Second)
	if diff := cmp.Diff([]claim.ID{id(12)}, stopped(within, 10)); diff != "" {
		t.Errorf("an hour after the oldest (-want +got):\n%s", diff)
	}
	after := moment.Add(postgres.OpenForLong + time.Second)
	if diff := cmp.Diff([]claim.ID{id(12), id(10), id(13)}, stopped(after, 10)); diff != "" {
		t.Errorf("an hour after all (-want +got):\n%s", diff)
	}
	if got := stopped(after, 1); len(got) != 1 {
		t.Errorf("got %d, want the limit", len(got))
	}
	complete, err := postgres.BatchByID(t.Context(), pool, 1, id(11))
	if err != nil || complete.Stopped(after) {
		t.Errorf("a complete batch has stopped: %+v, %v", complete, err)
	}
}
