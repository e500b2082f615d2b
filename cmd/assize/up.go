package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
)

func (a *app) upCommand() *cobra.Command {
	return &cobra.Command{
		Use: "up", Short: "Run a lasting installation on this machine until interrupted", Args: noArgs,
		Long: "Up starts a private Postgres and a Temporal server in the installation's folder, serves workflows, and sweeps the\n" +
			"payers' legal clocks. Other commands find it there. With --database-url and --temporal-address it serves workflows only.",
		Example: "  assize up --dir /srv/assize",
		RunE: func(cmd *cobra.Command, _ []string) error {
			options := installation.Options{}
			if err := a.locate(&options); err != nil {
				return err
			}
			if a.config.DatabaseURL == "" && options.DSN != "" {
				return claim.Errorf(claim.Unavailable,
					"an installation runs in %s already: other commands find it there; stop it first, or name another folder with --dir", options.Dir)
			}
			return a.use(cmd.Context(), options, func(ctx context.Context, i *installation.Installation) error {
				return a.up(ctx, i)
			})
		},
	}
}

func (a *app) workerCommand() *cobra.Command {
	return &cobra.Command{
		Use: "worker", Short: "Serve workflows and activities for engines that run elsewhere", Args: noArgs,
		Example: "  assize worker --database-url postgres://… --keys-database-url postgres://… --temporal-address temporal:7233",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), installation.Options{}, func(ctx context.Context, i *installation.Installation) error {
				return a.serveWorkflows(ctx, i)
			})
		},
	}
}

// up serves workflows and tells other commands where the engines are.
func (a *app) up(ctx context.Context, i *installation.Installation) error {
	remove, err := writeAddress(i)
	if err != nil {
		return err
	}
	defer remove()
	return a.serveWorkflows(ctx, i)
}

// serveWorkflows works until interrupted, which is no error, or until the engines end.
func (a *app) serveWorkflows(ctx context.Context, i *installation.Installation) error {
	if err := i.StartWorker(); err != nil {
		return err
	}
	if err := i.ScheduleSweeps(ctx); err != nil {
		return err
	}
	if err := i.ResumeBatches(ctx, i.Desk.Now()); err != nil {
		return err
	}
	a.say("serving in %s; Temporal at %s; interrupt to stop", i.Dir, i.Address)
	a.tend(ctx, i)
	a.say("stopping")
	return nil
}

const (
	tendEvery = time.Minute
	resumeAge = time.Minute // a batch that young is most likely being started by whoever staged it
)

// tend looks after the installation every minute.
func (a *app) tend(ctx context.Context, i *installation.Installation) {
	ticker := time.NewTicker(tendEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		a.lookAfter(ctx, i)
	}
}

// lookAfter starts batches that another process staged and died before starting, has the clocks of payers swept that were
// added meanwhile, signs the heads of chains that have gone on, and takes locks from processes that stand still. What fails is
// tried again the next time.
func (a *app) lookAfter(ctx context.Context, i *installation.Installation) {
	if err := i.ResumeBatches(ctx, i.Desk.Now().Add(-resumeAge)); err != nil && ctx.Err() == nil {
		a.logger().Error("starting batches left behind", "error", err.Error())
	}
	if err := i.ScheduleSweeps(ctx); err != nil && ctx.Err() == nil {
		a.logger().Error("scheduling sweeps", "error", err.Error())
	}
	if err := i.CheckpointMoved(ctx); err != nil && ctx.Err() == nil {
		a.logger().Error("signing heads", "error", err.Error())
	}
	ended, err := i.EndStalled(ctx)
	if err != nil && ctx.Err() == nil {
		a.logger().Error("looking for sessions that stand still", "error", err.Error())
	}
	if ended > 0 {
		a.logger().Warn("ended sessions of a process that stands still", "sessions", ended)
	}
}
