package installation

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/ledger"
)

// CheckpointFile is where signed heads are kept, outside the database: a cut tail shows only against them.
func (i *Installation) CheckpointFile() string { return filepath.Join(i.Dir, "checkpoints") }

// checkpointLock names the advisory lock that keeps heads in the file in the order of the chain.
const checkpointLock = 0x61737369 // "assi"

// Checkpoint signs the payer's present head and adds it to the checkpoint file. One at a time, in whatever process:
// an older head written after a newer one would look like a chain that went back.
func (i *Installation) Checkpoint(ctx context.Context, payer claim.PayerID) error {
	// Should this process stand still, the server ends the transaction and lets others sign; see AppendCheckpoint.
	limited := pgx.TxOptions{BeginQuery: `begin; set local lock_timeout = '10s'; set local idle_in_transaction_session_timeout = '60s'`}
	err := pgx.BeginTxFunc(ctx, i.Pool, limited, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock($1, $2)`, checkpointLock, int32(payer)); err != nil {
			return err
		}
		head, err := ledger.ReadHead(ctx, tx, payer, ledger.Decisions)
		if err != nil {
			return err
		}
		note := i.Signer.Sign(head)
		i.reach(StageSigning)
		if err := ledger.AppendCheckpoint(ctx, i.CheckpointFile(), note); err != nil {
			return err
		}
		i.reach(StageSigned)
		return nil
	})
	if err != nil {
		return claim.Errorf(claim.KindOf(err), "signing the head of payer %d: %w", payer, err)
	}
	return nil
}

// CheckpointMoved signs the head of every payer that has gone on since its last checkpoint: what was recorded outside
// batches, claims sent by themselves and reviews, must not be cut unseen either.
func (i *Installation) CheckpointMoved(ctx context.Context) error {
	payers, err := postgres.Payers(ctx, i.Pool)
	if err != nil {
		return err
	}
	signed, err := i.signed.Newest()
	if err != nil {
		return err
	}
	for _, p := range payers {
		head, err := ledger.ReadHead(ctx, i.Pool, p.ID, ledger.Decisions)
		if err != nil {
			return err
		}
		if head.Seq <= signed[ledger.ChainOf{Payer: p.ID, Chain: ledger.Decisions}].Seq {
			continue
		}
		if err := i.Checkpoint(ctx, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// SignedHeads returns all signed heads in the order of signing; none when nothing was ever signed here.
func (i *Installation) SignedHeads() ([]ledger.Head, error) {
	heads, err := ledger.ReadCheckpoints(i.CheckpointFile(), i.Signer.Public())
	if claim.KindOf(err) == claim.NotFound {
		return nil, nil
	}
	return heads, err
}

// decisionsOf picks the heads of one payer's decisions.
func decisionsOf(heads []ledger.Head, payer claim.PayerID) []ledger.Head {
	return slices.DeleteFunc(slices.Clone(heads), func(h ledger.Head) bool { return h.Payer != payer || h.Chain != ledger.Decisions })
}

// Verify checks a payer's chain as Postgres holds it, sealed records included, against the checkpoints kept here. With
// none (Report.Checkpoints is then 0) a cut tail cannot be seen.
func (i *Installation) Verify(ctx context.Context, payer claim.PayerID) (ledger.Report, error) {
	heads, err := i.SignedHeads()
	if err != nil {
		return ledger.Report{}, err
	}
	return ledger.VerifyStore(ctx, i.Pool, payer, ledger.Decisions, true, decisionsOf(heads, payer)...)
}

// Vanished lists the payers that heads were signed for and that the database does not have any more: of them there is no
// chain left to verify.
func (i *Installation) Vanished(ctx context.Context) ([]claim.PayerID, error) {
	heads, err := i.SignedHeads()
	if err != nil {
		return nil, err
	}
	payers, err := postgres.Payers(ctx, i.Pool)
	if err != nil {
		return nil, err
	}
	var list []claim.PayerID
	for _, h := range heads {
		there := slices.ContainsFunc(payers, func(p postgres.Payer) bool { return p.ID == h.Payer })
		if h.Seq > 0 && !there && !slices.Contains(list, h.Payer) {
			list = append(list, h.Payer)
		}
	}
	return list, nil
}
