package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/installation"
)

func (a *app) upCommand() *cobra.Command {
	return &cobra.Command{
		Use: "up", Short: "Run a lasting installation on this machine until interrupted", Args: noArgs,
		Long: "Up starts a private Postgres and a Temporal server in the installation's folder, serves workflows, and sweeps the\n" +
			"payers' legal clocks. Other commands find it there. With --database-url and --temporal-address it serves workflows only.",
		Example: "  assize up --dir /srv/assize",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), installation.Options{}, func(ctx context.Context, i *installation.Installation) error {
				return a.serveWorkflows(ctx, i)
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

// serveWorkflows works until interrupted.
func (a *app) serveWorkflows(ctx context.Context, i *installation.Installation) error {
	if err := i.StartWorker(); err != nil {
		return err
	}
	if err := i.ScheduleSweeps(ctx); err != nil {
		return err
	}
	remove, err := writeAddress(i)
	if err != nil {
		return err
	}
	defer remove()
	a.say("serving in %s; Temporal at %s; interrupt to stop", i.Dir, i.Address)
	<-ctx.Done()
	a.say("stopping")
	return nil
}
