package installation

import (
	"slices"
	"testing"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres/pgtest"
	"github.com/assize/assize/ledger"
)

// A chain that was deleted with its payer shows no fault of its own: only a signed head still names it.
func TestAPayerThatIsGoneIsNamedByItsCheckpoints(t *testing.T) {
	pool := pgtest.New(t)
	if _, err := pool.Exec(t.Context(), `insert into payer (payer_id, code, name, time_zone) values (1, 'one', 'First', 'UTC')`); err != nil {
		t.Fatal(err)
	}
	signer, err := ledger.NewSigner("assize", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	i := &Installation{Pool: pool, Dir: t.TempDir(), Signer: signer}
	if vanished, err := i.Vanished(t.Context()); err != nil || len(vanished) > 0 {
		t.Fatalf("with no checkpoint: %v, %v", vanished, err)
	}
	for _, head := range []ledger.Head{
		{Payer: 1, Chain: ledger.Decisions, Seq: 4, Time: 4}, {Payer: 3, Chain: ledger.Decisions}, {Payer: 2, Chain: ledger.Decisions, Seq: 7, Time: 7},
	} {
		if err := ledger.AppendCheckpoint(t.Context(), i.CheckpointFile(), signer.Sign(head)); err != nil {
			t.Fatal(err)
		}
	}
	if vanished, err := i.Vanished(t.Context()); err != nil || !slices.Equal(vanished, []claim.PayerID{2}) {
		t.Errorf("gone are %v, %v; want payer 2, which had entries", vanished, err)
	}
}
