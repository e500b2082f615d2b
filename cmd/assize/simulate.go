package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/simulate"
)

func (a *app) simulateCommand() *cobra.Command {
	options := simulate.Defaults(1)
	var out string
	command := &cobra.Command{
		Use: "simulate", Short: "Write simulated 837 files and, apart, the truth about them", Args: noArgs,
		Example: "  assize simulate --claims 100000 --seed 7 --out batch/",
		RunE: func(*cobra.Command, []string) error {
			world, err := simulate.NewWorld(options)
			if err != nil {
				return err
			}
			files, err := writeWorld(world, out, simulate.DocumentOptions{})
			if err != nil {
				return err
			}
			if a.config.JSON {
				return a.printJSON(files)
			}
			for _, f := range files {
				a.say("%s: %s claims, %s lines", filepath.Join(out, f.Name), thousands(int64(f.Claims)), thousands(int64(f.Lines)))
			}
			a.say("the truth about them: %s", filepath.Join(out, truthFile))
			return nil
		},
	}
	flags := command.Flags()
	flags.Uint64Var(&options.Seed, "seed", options.Seed, "equal seeds give equal bytes")
	flags.IntVar(&options.Claims, "claims", options.Claims, "claims of all payers together")
	flags.IntVar(&options.Members, "members", options.Members, "members of each payer")
	flags.IntVar(&options.Providers, "providers", options.Providers, "billing providers")
	flags.BoolVar(&options.Clean, "clean", false, "no defects, duplicates or fraud")
	flags.StringVar(&out, "out", "simulated", "folder to write to")
	return command
}

const truthFile = "truth.ndjson"

// writeWorld writes the documents of a world below a folder.
func writeWorld(world *simulate.World, folder string, options simulate.DocumentOptions) ([]simulate.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, claim.Errorf(claim.Unavailable, "making the folder of documents: %w", err)
	}
	truth, err := os.Create(filepath.Join(folder, truthFile))
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "writing the truth: %w", err)
	}
	files, err := world.WriteBatch(folder, truth, options)
	if closing := truth.Close(); err == nil && closing != nil {
		err = claim.Errorf(claim.Unavailable, "writing the truth: %w", closing)
	}
	return files, err
}
