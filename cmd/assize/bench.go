package main

import (
	"context"
	"errors"
	"os"
	"runtime/debug"
	"runtime/pprof"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/simulate"
)

func (a *app) benchCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "bench", Short: "Measure the engine on this machine", Args: noArgs,
		Example: "  assize bench pipeline --claims 20000\n  assize bench torture --kills 5",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(a.benchPipelineCommand(), a.tortureCommand())
	return command
}

// benchFlags are the options of `bench pipeline`.
type benchFlags struct {
	claims, batches, history, workflowClaims int
	seed                                     uint64
	profile                                  string
}

func (a *app) benchPipelineCommand() *cobra.Command {
	var f benchFlags
	command := &cobra.Command{
		Use: "pipeline", Short: "From 837 bytes on disk to committed ledger entries, with fsync on", Args: noArgs,
		Long: "Pipeline simulates claims with families, denials, pends and duplicates, adjudicates a history first, then measures\n" +
			"intake and adjudication of the claims: claims a second, CPU a claim of Go and of Postgres apart, by stage, peak\n" +
			"memory, bytes stored. It also reports the shape of one workflow with three activities a claim.",
		Example: "  assize bench pipeline --claims 100000 --json",
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.benchPipeline(cmd, f) },
	}
	flags := command.Flags()
	flags.IntVar(&f.claims, "claims", 100_000, "claims to measure, for one payer")
	flags.IntVar(&f.batches, "batches", 1, "to submit the claims in, one after the other, while earlier ones are decided")
	flags.IntVar(&f.history, "history", 10_000, "earlier claims in the database")
	flags.IntVar(&f.workflowClaims, "workflow-claims", 200, "claims for the shape of one workflow a claim; 0 leaves it out")
	flags.Uint64Var(&f.seed, "seed", 1, "of the simulation")
	flags.StringVar(&f.profile, "cpu-profile", "", "write a CPU profile of the measured part to this file")
	return command
}

// benchPipeline runs the benchmark in an installation that is deleted at the end.
func (a *app) benchPipeline(cmd *cobra.Command, f benchFlags) error {
	if f.claims < 1 || f.batches < 1 || f.history < 0 || f.workflowClaims < 0 {
		return usage{"--claims and --batches are numbers from 1, --history and --workflow-claims from 0"}
	}
	meter := newMeter()
	return a.withOwn(cmd, installation.Options{Measure: meter.measure}, func(ctx context.Context, i *installation.Installation) (err error) {
		d := &demonstration{app: a, i: i}
		if d.folder, err = os.MkdirTemp("", "assize-documents-"); err != nil {
			return claim.Errorf(claim.Unavailable, "making a folder for documents: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(d.folder)) }()
		if d.world, err = benchWorld(f); err != nil {
			return err
		}
		result, err := a.measure(ctx, d, meter, f)
		if err != nil {
			return err
		}
		return a.printBench(result)
	})
}

// benchWorld is one payer with members enough that a member has a handful of claims.
func benchWorld(f benchFlags) (*simulate.World, error) {
	options := simulate.Defaults(f.seed)
	options.Payers, options.Claims, options.HistoryClaims = 1, f.claims, f.history
	options.Members = max(4000, max(f.claims, f.history)/4)
	options.Providers = max(200, f.claims/500)
	return simulate.NewWorld(options)
}

// measure adjudicates the history, then the claims under the meter.
func (a *app) measure(ctx context.Context, d *demonstration, meter *meter, f benchFlags) (*benchResult, error) {
	var err error
	if d.payers, err = settle(ctx, d.i, d.world); err != nil {
		return nil, err
	}
	if err := d.i.StartWorker(); err != nil {
		return nil, err
	}
	if f.history > 0 {
		if err := d.history(ctx); err != nil {
			return nil, err
		}
	}
	files, err := d.write("claims", simulate.DocumentOptions{})
	if err != nil {
		return nil, err
	}
	d.world = nil // a payer's process has no such thing; its records are in the database
	debug.FreeOSMemory()
	stop, err := profile(f.profile)
	if err != nil {
		return nil, err
	}
	result, err := a.meterClaims(ctx, d, meter, inGroups(files, f.batches))
	stop()
	if err != nil {
		return nil, err
	}
	result.History = int64(f.history)
	if f.workflowClaims > 0 {
		result.WorkflowAClaim, err = workflowsAClaim(ctx, d.i.Temporal, f.workflowClaims)
	}
	return result, err
}

// profile starts a CPU profile, when a file is named, and returns what ends it.
func profile(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "writing the profile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(claim.Errorf(claim.Internal, "starting the profile: %w", err), file.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = file.Close() // a profile that is cut short says so when it is read
	}, nil
}
