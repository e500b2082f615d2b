package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// app is one run of the command line.
type app struct {
	stdout io.Writer
	stderr io.Writer
	config config
	titles map[string]string // of the contract's rules by id, once asked for
	// lasting is the installation that is open and stays; "" while none is, or one that is removed at the end.
	lasting string
	// unfinished is the folder that is being filled; "" while none is.
	unfinished string
}

// root builds the command tree.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "assize",
		Short:         "Adjudicate health-insurance claims, and prove it",
		Long:          rootHelp,
		Example:       rootExample,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage{err.Error()} })
	flags := root.PersistentFlags()
	flags.StringVar(&a.config.Dir, "dir", a.config.Dir, "folder of the installation: engines, keys, checkpoints (ASSIZE_DIR)")
	flags.StringVar(&a.config.DatabaseURL, "database-url", a.config.DatabaseURL, "main database, when engines run elsewhere (ASSIZE_DATABASE_URL)")
	flags.StringVar(&a.config.KeysURL, "keys-database-url", a.config.KeysURL, "database of the data keys, elsewhere (ASSIZE_KEYS_DATABASE_URL)")
	flags.StringVar(&a.config.TemporalAddress, "temporal-address", a.config.TemporalAddress, "Temporal frontend, elsewhere (ASSIZE_TEMPORAL_ADDRESS)")
	flags.StringVar(&a.config.Namespace, "temporal-namespace", a.config.Namespace, "Temporal namespace (ASSIZE_TEMPORAL_NAMESPACE)")
	flags.BoolVar(&a.config.JSON, "json", false, "print JSON for machines")
	root.AddCommand(a.demoCommand(), a.upCommand(), a.submitCommand(), a.checkCommand(), a.statusCommand(), a.reviewCommand(),
		a.replayCommand(), a.ledgerCommand(), a.payerCommand(), a.referenceCommand(), a.simulateCommand(), a.serveCommand(), a.workerCommand(), a.benchCommand(), a.versionCommand())
	a.complete(root)
	return root
}

const rootHelp = `Assize takes batches of claims (X12 837, CSV, NDJSON) through contracts written in Rego and a
fraud score, records each decision on a hash-chained ledger, and replays any of them exactly.

Exit codes: 0 good, 1 findings or bad input, 2 usage, 3 unavailable or interrupted, 4 internal.`

const rootExample = `  assize demo                      # see it work: engines, simulated claims, ledger, replay
  assize demo --try claims.837     # your own files, in an installation that is deleted at the end
  assize check claims.837          # read only: what is in a file, and what is wrong with it
  assize up                        # a lasting installation on this machine`

// noArgs refuses arguments. Of a command that only groups others, an argument is a mistyped one of those.
func noArgs(command *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case !command.HasSubCommands():
		return usage{fmt.Sprintf("'%s' takes no arguments, only flags: %q is one too many", command.CommandPath(), args[0])}
	}
	command.SuggestionsMinimumDistance = 2
	text := fmt.Sprintf("there is no command %q", command.CommandPath()+" "+args[0])
	if near := command.SuggestionsFor(args[0]); len(near) > 0 {
		text += "; did you mean " + strings.Join(near, " or ") + "?"
	}
	return usage{text}
}

func atLeastOne(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usage{"name at least one " + what + ", after the command"}
		}
		return nil
	}
}

func exactlyOne(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usage{fmt.Sprintf("name one %s after the command: there are %d", what, len(args))}
		}
		return nil
	}
}
