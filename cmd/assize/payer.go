package main

import (
	"bufio"
	"context"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/policies"
	"github.com/assize/assize/scoring"
)

func (a *app) payerCommand() *cobra.Command {
	command := &cobra.Command{
		Use: "payer", Short: "Set up payers: their members, plans, providers and contract", Args: noArgs,
		Example: "  assize payer simulate --from 2026-08-01 --through 2026-10-31\n  assize payer list",
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	command.AddCommand(a.payerAddCommand(), a.payerListCommand(), a.payerContractCommand(), a.payerSimulateCommand())
	return command
}

// enrolmentFile is what `payer add --records` reads: a payer's own records, in the words of package claim.
type enrolmentFile struct {
	Plans          []claim.Plan                       `json:"plans"`
	Members        []claim.Member                     `json:"members"`
	Coverages      map[claim.ID][]claim.Coverage      `json:"coverages"`
	Providers      []claim.ProviderFact               `json:"providers"`
	Authorizations map[claim.ID][]claim.Authorization `json:"authorizations"`
}

func (a *app) payerAddCommand() *cobra.Command {
	var p postgres.Payer
	var id int32
	var records string
	command := &cobra.Command{
		Use: "add", Short: "Add a payer, with its records and the embedded contract and model", Args: noArgs,
		Long: "The records are one JSON object: plans, members, coverages (by member id), providers, authorizations (by member id).\n" +
			"Every field of a record has to be there: one that is left out is not taken for 0, false or nothing.\n" +
			"Reference tables are loaded apart, with 'assize reference load'.",
		Example: "  assize payer add --id 1 --code ACME --name 'Acme Health' --time-zone America/Chicago --records acme.json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if id <= 0 || p.Code == "" || p.Name == "" {
				return usage{"a payer needs --id (a number from 1), --code and --name"}
			}
			if _, err := time.LoadLocation(p.TimeZone); err != nil {
				return usage{"the time zone " + p.TimeZone + " is not known: name one as IANA does, such as America/Chicago"}
			}
			p.ID = claim.PayerID(id)
			books, err := booksOf(p, records)
			if err != nil {
				return err
			}
			return a.withNew(cmd.Context(), installation.Options{WithoutTemporal: true}, func(ctx context.Context, i *installation.Installation) error {
				if err := i.SetUpPayer(ctx, books); err != nil {
					return err
				}
				plans, members, providers := len(books.Enrolment.Plans), len(books.Enrolment.Members), len(books.Enrolment.Providers)
				contract := hexOf(books.Contract.Digest)
				return a.answer(map[string]any{"payer": p.Code, "plans": plans, "members": members, "providers": providers, "contract": contract},
					"payer %s: %d plans, %d members, %d providers; contract %s", p.Code, plans, members, providers, contract[:16])
			})
		},
	}
	flags := command.Flags()
	flags.Int32Var(&id, "id", 0, "number of the payer, from 1; part of every key and never changed")
	flags.StringVar(&p.Code, "code", "", "short code, as commands name it")
	flags.StringVar(&p.Name, "name", "", "name")
	flags.StringVar(&p.TimeZone, "time-zone", "America/New_York", "IANA time zone in which dates of receipt are taken")
	flags.StringVar(&records, "records", "", "JSON file of plans, members, coverages, providers and authorizations")
	return command
}

// booksOf reads a payer's records, and adds the embedded contract and model.
func booksOf(p postgres.Payer, records string) (installation.Books, error) {
	books := installation.Books{Payer: p}
	var err error
	if books.Contract, err = policies.Embedded(); err != nil {
		return books, err
	}
	if books.Model, err = scoring.EmbeddedModel(); err != nil || records == "" {
		return books, err
	}
	file, err := os.Open(records)
	if err != nil {
		return books, claim.Errorf(claim.NotFound, "opening the records: %w", err)
	}
	defer file.Close()
	var e enrolmentFile
	if err := claim.DecodeWhole(bufio.NewReader(file), &e); err != nil {
		return books, claim.Errorf(claim.Invalid, "reading the records of %s: %w", records, err)
	}
	books.Enrolment = postgres.Enrolment(e)
	return books, nil
}

func (a *app) payerListCommand() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the payers", Args: noArgs,
		Example: "  assize payer list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd.Context(), installation.Options{WithoutTemporal: true}, func(ctx context.Context, i *installation.Installation) error {
				list, err := postgres.Payers(ctx, i.Pool)
				if err != nil {
					return err
				}
				if a.config.JSON {
					return a.printJSON(list)
				}
				if len(list) == 0 {
					return errNoPayer(i)
				}
				a.table(func(row func(...any)) {
					row("id", "code", "name", "time zone")
					for _, p := range list {
						row(p.ID, p.Code, p.Name, p.TimeZone)
					}
				})
				return nil
			})
		},
	}
}

func (a *app) payerContractCommand() *cobra.Command {
	var code string
	command := &cobra.Command{
		Use: "contract [FILE|DIR...]", ValidArgsFunction: files, Short: "Put a contract in force for a payer: the embedded rules and the payer's own",
		Long: "The payer's files can only add checks to the embedded contract; they are compiled with it and refused, with the\n" +
			"place and the reason, when they would change it. Without a file the embedded contract alone is put in force.",
		Example: "  assize payer contract acme-rules/ --payer ACME",
		RunE: func(cmd *cobra.Command, args []string) error {
			bundle, err := contractWith(args)
			if err != nil {
				return err
			}
			return a.with(cmd.Context(), installation.Options{WithoutTemporal: true}, func(ctx context.Context, i *installation.Installation) error {
				p, err := a.payer(ctx, i, code)
				if err != nil {
					return err
				}
				if err := i.BindContract(ctx, p.ID, bundle); err != nil {
					return err
				}
				contract := hexOf(bundle.Digest)
				return a.answer(map[string]any{"payer": p.Code, "contract": contract}, "payer %s: contract %s is in force", p.Code, contract)
			})
		},
	}
	command.Flags().StringVar(&code, "payer", "", "code of the payer; needed when there is more than one")
	return command
}

// contractWith compiles the embedded contract with the files named.
func contractWith(paths []string) (policies.Bundle, error) {
	base, err := policies.Embedded()
	if err != nil {
		return policies.Bundle{}, err
	}
	var more []policies.Bundle
	for _, path := range paths {
		bundle, err := policies.ReadBundle(path)
		if err != nil {
			return policies.Bundle{}, err
		}
		more = append(more, bundle)
	}
	contract, err := policies.Load(base, more...)
	if err != nil {
		return policies.Bundle{}, err
	}
	return contract.Bundle(), nil
}
