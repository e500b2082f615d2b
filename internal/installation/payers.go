package installation

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/reference"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/scoring"
)

// Books is what a payer is set up with.
type Books struct {
	Payer     postgres.Payer
	Enrolment postgres.Enrolment
	Tables    []reference.Table
	Contract  policies.Bundle
	Model     *scoring.Model // nil: claims are decided unscored
}

// SetUpPayer adds a payer with its records and binds its artifacts, in one transaction.
func (i *Installation) SetUpPayer(ctx context.Context, b Books) error {
	err := pgx.BeginFunc(ctx, i.Pool, func(tx pgx.Tx) error {
		if err := postgres.AddPayer(ctx, tx, b.Payer); err != nil {
			return err
		}
		if err := postgres.Enrol(ctx, tx, b.Payer.ID, b.Enrolment); err != nil {
			return err
		}
		if err := bind(ctx, tx, b.Payer.ID, postgres.ContractArtifact, b.Contract.Bytes()); err != nil {
			return err
		}
		if b.Model != nil {
			if err := bind(ctx, tx, b.Payer.ID, postgres.ModelArtifact, b.Model.Bytes()); err != nil {
				return err
			}
		}
		return bindTables(ctx, tx, b.Payer.ID, b.Tables)
	})
	if err != nil {
		return claim.Errorf(claim.KindOf(err), "setting up payer %s: %w", b.Payer.Code, err)
	}
	return nil
}

// BindTables puts reference tables in force for a payer.
func (i *Installation) BindTables(ctx context.Context, payer claim.PayerID, tables []reference.Table) error {
	return pgx.BeginFunc(ctx, i.Pool, func(tx pgx.Tx) error { return bindTables(ctx, tx, payer, tables) })
}

func bindTables(ctx context.Context, tx pgx.Tx, payer claim.PayerID, tables []reference.Table) error {
	for _, t := range tables {
		if err := bind(ctx, tx, payer, string(t.Header().Kind), t.Pack()); err != nil {
			return err
		}
	}
	return nil
}

// BindContract puts a contract in force for a payer.
func (i *Installation) BindContract(ctx context.Context, payer claim.PayerID, bundle policies.Bundle) error {
	return pgx.BeginFunc(ctx, i.Pool, func(tx pgx.Tx) error {
		return bind(ctx, tx, payer, postgres.ContractArtifact, bundle.Bytes())
	})
}

// BindSnapshot puts provider profiles in force for a payer.
func (i *Installation) BindSnapshot(ctx context.Context, payer claim.PayerID, snapshot *scoring.Snapshot) error {
	return pgx.BeginFunc(ctx, i.Pool, func(tx pgx.Tx) error {
		return bind(ctx, tx, payer, postgres.SnapshotArtifact, snapshot.Bytes())
	})
}

func bind(ctx context.Context, tx pgx.Tx, payer claim.PayerID, kind string, content []byte) error {
	digest := postgres.DigestOf(content)
	if err := postgres.StoreArtifact(ctx, tx, kind, digest, content); err != nil {
		return err
	}
	return postgres.Bind(ctx, tx, payer, postgres.Binding{
		Kind: kind, Digest: digest, From: reference.StartOfTime, Through: claim.EndOfTime,
	})
}
