package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/simulate"
)

func (a *app) simulateCommand() *cobra.Command {
	options := simulate.Defaults(1)
	var out string
	command := &cobra.Command{
		Use: "simulate", Short: "Write simulated 837 files and, apart, the truth about them", Args: noArgs,
		Example: "  assize simulate --claims 10000 --seed 7 --from 2026-08-01 --through 2026-10-31 --out batch/",
		RunE: func(cmd *cobra.Command, _ []string) error {
			world, err := simulate.NewWorld(options)
			if err != nil {
				return err
			}
			a.unfinished = out
			files, err := writeWorld(cmd.Context(), world, out, simulate.DocumentOptions{})
			if err != nil {
				return err
			}
			if a.config.JSON {
				return a.printJSON(files)
			}
			for _, f := range files {
				a.say("%s: %s claims, %s lines", filepath.Join(out, f.Name), claim.Thousands(f.Claims), claim.Thousands(f.Lines))
			}
			a.say("the truth about them: %s", filepath.Join(out, truthFile))
			return nil
		},
	}
	worldFlags(command, &options)
	flags := command.Flags()
	flags.BoolVar(&options.Clean, "clean", false, "no defects, duplicates or fraud")
	flags.StringVar(&out, "out", "simulated", "folder to write to")
	return command
}

func (a *app) payerSimulateCommand() *cobra.Command {
	options := simulate.Defaults(1)
	command := &cobra.Command{
		Use: "simulate", Short: "Set up simulated payers, so that files of 'assize simulate' can be submitted", Args: noArgs,
		Long:    "Seed, claims, members, providers and dates must be those the files were written with: they make the same world.",
		Example: "  assize payer simulate --from 2026-07-01 --through 2026-09-30\n  assize simulate --from 2026-07-01 --through 2026-09-30 --out batch/\n  assize submit --payer SIM01 batch/SIM01/*",
		RunE: func(cmd *cobra.Command, _ []string) error {
			world, err := simulate.NewWorld(options)
			if err != nil {
				return err
			}
			return a.withNew(cmd.Context(), installation.Options{WithoutTemporal: true}, func(ctx context.Context, i *installation.Installation) error {
				payers, err := settle(ctx, i, world)
				if err != nil {
					return err
				}
				if a.config.JSON {
					return a.printJSON(payers)
				}
				for _, p := range payers {
					a.say("payer %s (%s) is set up", p.Code, p.Name)
				}
				return nil
			})
		},
	}
	worldFlags(command, &options)
	return command
}

// worldFlags are the options that make a world.
func worldFlags(command *cobra.Command, options *simulate.Options) {
	flags := command.Flags()
	flags.Uint64Var(&options.Seed, "seed", options.Seed, "equal seeds give equal bytes")
	flags.IntVar(&options.Claims, "claims", options.Claims, "claims of all payers together")
	flags.IntVar(&options.Members, "members", options.Members, "members of each payer")
	flags.IntVar(&options.Providers, "providers", options.Providers, "billing providers")
	flags.Var((*dateFlag)(&options.From), "from", "first service date; real submissions are received today, so old dates are filed late")
	flags.Var((*dateFlag)(&options.Through), "through", "last service date")
}

// dateFlag is a civil date on the command line.
type dateFlag claim.Date

// String shows the date.
func (d *dateFlag) String() string { return claim.Date(*d).String() }

// Type names the value in the help.
func (d *dateFlag) Type() string { return "date" }

// Set reads CCYY-MM-DD.
func (d *dateFlag) Set(text string) error {
	parsed, err := claim.ParseDate(text)
	*d = dateFlag(parsed)
	return err
}

const truthFile = "truth.ndjson"

// writeWorld writes the documents of a world below a folder.
func writeWorld(ctx context.Context, world *simulate.World, folder string, options simulate.DocumentOptions) ([]simulate.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, claim.Errorf(claim.Unavailable, "making the folder of documents: %w", err)
	}
	truth, err := os.Create(filepath.Join(folder, truthFile))
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "writing the truth: %w", err)
	}
	files, err := world.WriteBatch(folder, writing{ctx, truth}, options)
	if closing := truth.Close(); err == nil && closing != nil {
		err = claim.Errorf(claim.Unavailable, "writing the truth: %w", closing)
	}
	return files, err
}
