package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/reference"
)

func (a *app) referenceCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "reference", Short: "Load code, edit and fee tables, or list what is in force", Args: noArgs,
		Example: "  assize reference load codes/ --payer SIM01\n  assize reference list --payer SIM01",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(a.referenceLoadCommand(), a.referenceListCommand())
	return command
}

func (a *app) referenceLoadCommand() *cobra.Command {
	var payer string
	var options reference.Options
	command := &cobra.Command{
		Use: "load DIR", Short: "Load the tables of a folder and put them in force for a payer", Args: exactlyOne("folder"), ValidArgsFunction: folders,
		Long: "Files are recognised by their header or shape: NCCI PTP and MUE, ICD-10-CM order files, HCPCS, the Medicare fee\n" +
			"schedule, LEIE, and our own CSV. A kind with any faulty file is left out whole.",
		Example: "  assize reference load codes/ --payer SIM01 --locality 10112-00",
		RunE: func(cmd *cobra.Command, args []string) error {
			set, loaded, err := reference.LoadDir(args[0], options)
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), installation.Options{WithoutTemporal: true}, func(ctx context.Context, i *installation.Installation) error {
				p, err := a.payer(ctx, i, payer)
				if err != nil {
					return err
				}
				if err := i.BindTables(ctx, p.ID, set.Tables()); err != nil {
					return err
				}
				return a.printLoaded(set, loaded)
			})
		},
	}
	command.Flags().StringVar(&payer, "payer", "", "code of the payer; needed when there is more than one")
	command.Flags().BoolVar(&options.AssumeValid, "assume-valid", false, "take tables without dates, or of other years, as valid; every result says so")
	command.Flags().StringVar(&options.Locality, "locality", "", "Medicare locality that prices fees, such as 10112-00; default national")
	return command
}

// printLoaded tells what became of each file; a file with errors is a finding.
func (a *app) printLoaded(set reference.Set, loaded []reference.Loaded) error {
	faulty := 0
	for _, l := range loaded {
		if l.Errors > 0 {
			faulty++
		}
	}
	if a.config.JSON {
		headers := []reference.Header{}
		for _, t := range set.Tables() {
			headers = append(headers, t.Header())
		}
		if err := a.printJSON(map[string]any{"tables": headers, "files": loaded}); err != nil {
			return err
		}
	} else {
		for _, l := range loaded {
			a.say("%s: %s %v, %s rows %s", l.File, l.Format, l.Kinds, claim.Thousands(l.Rows), l.Left)
			for _, p := range l.Problems {
				a.say("  %s", p)
			}
		}
	}
	if faulty > 0 {
		return findings{}
	}
	return nil
}

func (a *app) referenceListCommand() *cobra.Command {
	var payer string
	command := &cobra.Command{
		Use: "list", Short: "List the artifacts in force for a payer", Args: noArgs,
		Example: "  assize reference list --payer SIM01",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), installation.Options{WithoutTemporal: true}, func(ctx context.Context, i *installation.Installation) error {
				p, err := a.payer(ctx, i, payer)
				if err != nil {
					return err
				}
				bindings, err := postgres.Bindings(ctx, i.Pool, p.ID, i.Desk.Now())
				if err != nil {
					return err
				}
				return a.printBindings(bindings)
			})
		},
	}
	command.Flags().StringVar(&payer, "payer", "", "code of the payer; needed when there is more than one")
	return command
}

// binding is what `reference list --json` prints of one artifact.
type binding struct {
	Kind    string     `json:"kind"`
	Digest  string     `json:"digest"`
	From    claim.Date `json:"from"`
	Through claim.Date `json:"through"`
}

func (a *app) printBindings(list []postgres.Binding) error {
	shown := make([]binding, len(list))
	for i, b := range list {
		shown[i] = binding{b.Kind, hexOf(b.Digest), b.From, b.Through}
	}
	if a.config.JSON {
		return a.printJSON(shown)
	}
	a.table(func(row func(...any)) {
		row("kind", "digest", "valid from", "through")
		for _, b := range shown {
			row(b.Kind, b.Digest, b.From, b.Through)
		}
	})
	return nil
}
