package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/postgres"
)

// What the shell offers after a tab, for 'assize completion'. Where nothing is said here nothing is offered: a shell's own
// answer is the files of the folder, which most flags do not take.

// complete sets for every command and flag what the shell offers for it.
func (a *app) complete(command *cobra.Command) {
	if command.ValidArgsFunction == nil {
		command.ValidArgsFunction = cobra.NoFileCompletions
	}
	offered := map[string]cobra.CompletionFunc{
		"dir": folders, "reference": folders,
		"export": files, "checkpoint": files, "out": files, "records": files, "cpu-profile": files, "try": files,
		"payer": a.payerCodes, "waive": a.waivable,
		"group": cobra.FixedCompletions([]cobra.Completion{
			"CO\tcontractual obligation", "OA\tother adjustment", "PI\tpayer initiated", "PR\tpatient responsibility",
		}, cobra.ShellCompDirectiveNoFileComp),
	}
	command.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { offer(command, f.Name, offered[f.Name]) })
	command.PersistentFlags().VisitAll(func(f *pflag.Flag) { offer(command, f.Name, offered[f.Name]) })
	for _, sub := range command.Commands() {
		a.complete(sub)
	}
}

func offer(command *cobra.Command, flag string, what cobra.CompletionFunc) {
	if what == nil {
		what = cobra.NoFileCompletions
	}
	// It fails for a flag that is not there or has an answer already; ours are there, and are visited once.
	_ = command.RegisterFlagCompletionFunc(flag, what)
}

func files(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func folders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// waivable offers the rules of the embedded contract, by title, and the score.
func (a *app) waivable(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	list := []cobra.Completion{"score\tthe fraud score"}
	for id, title := range a.ruleTitles() {
		list = append(list, id+"\t"+title)
	}
	slices.Sort(list)
	return list, cobra.ShellCompDirectiveNoFileComp
}

// completionPatience is how long a tab may wait for the database.
const completionPatience = time.Second

// ask answers a completion from an installation that runs. It starts none, and an error is nothing to offer.
func (a *app) ask(cmd *cobra.Command, question func(ctx context.Context, q postgres.Querier) ([]cobra.Completion, error)) ([]cobra.Completion, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(cmd.Context(), completionPatience)
	defer cancel()
	dsn := a.config.DatabaseURL
	if dsn == "" {
		dir := a.config.Dir
		if dir == "" {
			dir, _ = defaultDir() // without a home there is none
		}
		running, err := readAddress(dir)
		if err != nil || running == nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		dsn = running.DSN
	}
	pool, err := postgres.Open(ctx, dsn, 1)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer pool.Close()
	list, err := question(ctx, pool)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// payerCodes offers the payers that are set up.
func (a *app) payerCodes(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return a.ask(cmd, func(ctx context.Context, q postgres.Querier) ([]cobra.Completion, error) {
		all, err := postgres.Payers(ctx, q)
		list := make([]cobra.Completion, len(all))
		for n, p := range all {
			list[n] = p.Code + "\t" + p.Name
		}
		return list, err
	})
}

// mostOffered bounds a list of claims or batches.
const mostOffered = 30

// waitingClaims offers the claims that wait for a person, the one due first on top.
func (a *app) waitingClaims(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return a.ofPayer(cmd, args, func(ctx context.Context, q postgres.Querier, payer claim.PayerID) (list []cobra.Completion, err error) {
		cases, err := postgres.OpenCasesOf(ctx, q, payer, mostOffered)
		for _, c := range cases {
			list = append(list, fmt.Sprintf("%s\tdue %s", claim.ControlNumber(c.ControlNumber), c.Due))
		}
		return list, err
	})
}

// recentBatches offers the newest batches. A claim's control number cannot be guessed from its beginning.
func (a *app) recentBatches(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return a.ofPayer(cmd, args, func(ctx context.Context, q postgres.Querier, payer claim.PayerID) (list []cobra.Completion, err error) {
		batches, err := postgres.RecentBatches(ctx, q, payer, claim.ID{}, mostOffered)
		for _, b := range batches {
			list = append(list, fmt.Sprintf("%s\t%d claims, %s", b.Batch, b.Claims, b.State))
		}
		return list, err
	})
}

// ofPayer answers for the payer that --payer names, or the only one; with an argument given, nothing more is wanted.
func (a *app) ofPayer(cmd *cobra.Command, args []string, question func(context.Context, postgres.Querier, claim.PayerID) ([]cobra.Completion, error)) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return a.ask(cmd, func(ctx context.Context, q postgres.Querier) ([]cobra.Completion, error) {
		all, err := postgres.Payers(ctx, q)
		if err != nil {
			return nil, err
		}
		code := cmd.Flag("payer").Value.String()
		at := slices.IndexFunc(all, func(p postgres.Payer) bool { return p.Code == code || code == "" && len(all) == 1 })
		if at < 0 {
			return nil, nil
		}
		return question(ctx, q, all[at].ID)
	})
}
