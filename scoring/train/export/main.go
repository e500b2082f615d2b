// Command export writes the rows that a fraud model is trained and judged on: one CSV for each set of simulated worlds,
// features made by the same Go code that serves, and the truth beside them.
//
// It is not part of the engine and touches no claim of a real payer. Claims are walked in the order of their receipt
// and decided by the real contract without a model, so edits, history and profiles hold what a payer would have
// known at that moment and nothing later.
//
// Usage: go run ./scoring/train/export -out DIR [-claims N]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/assize/assize/internal/adjudicate"
	"github.com/assize/assize/policies"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "export:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, progress io.Writer) error {
	flags := flag.NewFlagSet("export", flag.ContinueOnError)
	flags.SetOutput(progress)
	out := flags.String("out", "", "folder for the CSV files")
	claims := flags.Int("claims", 12_000, "claims of each world")
	only := flags.String("set", "", "write this set alone")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return fmt.Errorf("-out DIR is needed")
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return fmt.Errorf("making the folder: %w", err)
	}
	bundle, err := policies.Embedded()
	if err != nil {
		return err
	}
	contract, err := policies.Load(bundle)
	if err != nil {
		return err
	}
	// No model: what is exported is what a model will be made from.
	engine := adjudicate.NewEngine(contract, nil)
	for _, set := range plan(*claims) {
		if *only != "" && *only != set.name {
			continue
		}
		if err := writeSet(ctx, *out, engine, set, progress); err != nil {
			return fmt.Errorf("set %s: %w", set.name, err)
		}
	}
	return nil
}
