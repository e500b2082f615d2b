package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/simulate"
	"github.com/assize/assize/internal/torture"
)

// tortureFlags are the options of `bench torture`.
type tortureFlags struct {
	kills, fresh, frozen, settle, claims, chunk int
	named, keep                                 bool
	seed                                        uint64
}

func (a *app) tortureCommand() *cobra.Command {
	var f tortureFlags
	command := &cobra.Command{
		Use: "torture", Short: "Kill the engine while it works, and check that nothing is lost or doubled", Args: noArgs,
		Long: "Torture has a child process submit batches, adjudicate them and review claims in a folder of its own, kills the child,\n" +
			"its Postgres or both at named stages and at random moments (intake, staging, chunks, recording, checkpoint, shutdown,\n" +
			"first start, upgrade), starts it again, and checks after every death: every accepted claim decided once, every count the\n" +
			"same wherever it is kept, the chain whole, fingerprints and accumulators equal to their rebuild, every replay equal, every\n" +
			"decision made of what those before it had left, every workflow ended. Some rounds freeze a second worker instead.",
		Example: "  assize bench torture --kills 200 --seed 7\n  assize bench torture --named --kills 0 --json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.torture(cmd, f) },
	}
	flags := command.Flags()
	flags.IntVar(&f.kills, "kills", 20, "deaths at random moments of work")
	flags.IntVar(&f.fresh, "fresh", 2, "deaths at random moments of a folder's first start")
	flags.IntVar(&f.frozen, "frozen", 2, "times that a second worker stands still in the middle of its work, and goes on later")
	flags.BoolVar(&f.named, "named", true, "die at every named stage first")
	flags.IntVar(&f.settle, "settle", 1, "deaths between two full recoveries; in between they pile up")
	flags.IntVar(&f.claims, "claims", 120, "claims of each of two payers between two deaths")
	flags.IntVar(&f.chunk, "chunk", 25, "claims a chunk")
	flags.Uint64Var(&f.seed, "seed", 1, "of claims and moments")
	flags.BoolVar(&f.keep, "keep", false, "keep the folder, which is printed; it is kept anyway when something is found")
	command.AddCommand(a.tortureChildCommand())
	return command
}

// torture runs in a temporary folder that Postgres can pass through also when we are root.
func (a *app) torture(cmd *cobra.Command, f tortureFlags) (err error) {
	command, err := childCommand("bench", "torture", "child")
	if err != nil {
		return err
	}
	below, err := a.ownFolder(cmd)
	if err != nil {
		return err
	}
	dir, err := torture.MakeFolder(below)
	if err != nil {
		return err
	}
	a.note("torturing in %s", dir)
	result, err := torture.Run(cmd.Context(), torture.Options{
		Dir: dir, Command: command, Seed: f.seed, Named: f.named, Random: f.kills, Fresh: f.fresh, Frozen: f.frozen, Settle: f.settle, Claims: f.claims, ChunkSize: f.chunk,
		Now: time.Now,
		SetUp: func(ctx context.Context, i *installation.Installation, world *simulate.World) error {
			_, err := settle(ctx, i, world)
			return err
		},
		Told: a.tellRound,
	})
	if err == nil {
		err = a.printTorture(result)
	}
	if f.keep || len(result.Findings) > 0 {
		a.note("kept: %s", dir)
		return err
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// childCommand starts this program again. Engines elsewhere, which the environment may name, are not for torture.
func childCommand(args ...string) (torture.Command, error) {
	self, err := os.Executable()
	if err != nil {
		return torture.Command{}, claim.Errorf(claim.Internal, "finding this program: %w", err)
	}
	return torture.Command{Path: self, Args: args, Env: environmentWithoutEngines()}, nil
}

func (a *app) tellRound(r torture.Round) {
	a.note("%4d  %-6s %-12s at %-13s %6.1f s  %s claims decided", r.Number, r.Kind, r.Point.How, r.Point.Stage,
		r.Spent.Seconds(), claim.Thousands(r.Claims))
	for _, text := range r.Findings {
		a.note("      FOUND %s", text)
	}
}

func (a *app) printTorture(r torture.Result) error {
	if a.config.JSON {
		if err := a.printJSON(r); err != nil {
			return err
		}
	} else {
		a.say("%d deaths at %d stages; %s claims decided in %s entries; %d findings", r.Deaths, len(r.Stages),
			claim.Thousands(r.Claims), claim.Thousands(r.Entries), len(r.Findings))
	}
	if len(r.Findings) > 0 {
		return findings{"not everything survived"}
	}
	return nil
}

// tortureChildCommand is the process that works and dies; people have no use for it.
func (a *app) tortureChildCommand() *cobra.Command {
	var failAt string
	options := installation.Options{}
	command := &cobra.Command{
		Use: "child", Short: "Work for bench torture, and die", Args: noArgs, Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var point *torture.FailPoint
			if failAt != "" {
				if err := json.Unmarshal([]byte(failAt), &point); err != nil {
					return usage{"--fail-at is no fail point: " + err.Error()}
				}
			}
			if err := a.locate(&options); err != nil {
				return err
			}
			trap := torture.NewTrap(options.Dir, point, a.stdout)
			options.Reach = trap.Reach
			return a.use(cmd.Context(), options, func(ctx context.Context, i *installation.Installation) error {
				child := torture.Child{Installation: i, Trap: trap}
				return child.Serve(ctx, cmd.InOrStdin())
			})
		},
	}
	command.Flags().StringVar(&failAt, "fail-at", "", "where to die on the way up, as JSON")
	command.Flags().IntVar(&options.ChunkSize, "chunk-size", 0, "claims a chunk; 0 is the usual size")
	return command
}
