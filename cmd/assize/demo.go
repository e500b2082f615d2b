package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/intake"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/internal/server"
	"github.com/assize/assize/internal/simulate"
)

// demoFlags are the options of `demo`.
type demoFlags struct {
	seed      uint64
	claims    int
	try       []string
	reference string
	together  bool
	serve     bool
	listen    string
}

func (a *app) demoCommand() *cobra.Command {
	f := demoFlags{}
	command := &cobra.Command{
		Use: "demo [--try FILE...]", Short: "See it work, in an installation that is deleted at the end", ValidArgsFunction: files,
		Long: "Demo starts a private Postgres and a Temporal server, simulates two payers and their claims as 837 files, submits\n" +
			"them, adjudicates every claim, verifies the ledger against a checkpoint kept outside the database, replays every\n" +
			"decision in another process, and stops. With --try it takes your own files instead: the members and providers\n" +
			"found in them are enrolled with a demonstration payer that pays a percentage of charges.",
		Example: "  assize demo\n  assize demo --claims 50000\n  assize demo --try claims.837 --reference codes/",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && len(f.try) == 0 {
				return usage{"to adjudicate files of your own say assize demo --try FILE..."}
			}
			f.try = append(f.try, args...)
			if f.claims < 1 {
				return usage{"--claims is a number from 1"}
			}
			if len(f.try) > 0 {
				return a.try(cmd, f)
			}
			return a.demo(cmd, f)
		},
	}
	flags := command.Flags()
	flags.Uint64Var(&f.seed, "seed", 1, "of the simulation; equal seeds give equal claims")
	flags.IntVar(&f.claims, "claims", 10_000, "claims to simulate")
	flags.StringArrayVar(&f.try, "try", nil, "your own documents instead of simulated ones")
	flags.StringVar(&f.reference, "reference", "", "folder with reference tables for --try")
	flags.BoolVar(&f.serve, "serve", false, "leave the status page and the API up until interrupted")
	flags.StringVar(&f.listen, "listen", server.DefaultListen, "address for --serve; port 0 takes a free one")
	flags.BoolVar(&f.together, "together", false, "adjudicate all files of --try in one installation, one after the other")
	return command
}

// demonstration is one run of `demo`.
type demonstration struct {
	app    *app
	i      *installation.Installation
	world  *simulate.World
	payers []postgres.Payer
	folder string                      // of the documents
	truth  map[truthKey]simulate.Truth // nil: nobody asks for it
	runs   []demoRun                   // of the claims proper
	spent  time.Duration
}

type truthKey struct {
	file    string
	ordinal int
}

// demoRun is one payer's batch.
type demoRun struct {
	payer      postgres.Payer
	submission intake.Submission
	figures    postgres.Figures
}

// demo simulates before it starts engines, so that options that make no world cost no wait.
func (a *app) demo(cmd *cobra.Command, f demoFlags) error {
	options := simulate.Defaults(f.seed)
	options.Claims, options.HistoryClaims = f.claims, f.claims
	world, err := simulate.NewWorld(options)
	if err != nil {
		return err
	}
	listener, err := f.listener(cmd.Context())
	if err != nil {
		return err
	}
	return a.withOwn(cmd, installation.Options{TakesTests: true}, func(ctx context.Context, i *installation.Installation) (err error) {
		d := &demonstration{app: a, i: i, world: world, truth: map[truthKey]simulate.Truth{}}
		if d.folder, err = os.MkdirTemp("", "assize-documents-"); err != nil {
			return claim.Errorf(claim.Unavailable, "making a folder for documents: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(d.folder)) }()
		if err := d.run(ctx); err != nil || listener == nil {
			return err
		}
		return a.serveHTTP(ctx, i, listener, false)
	})
}

// listener takes the address of --serve before the work begins, or is nil: that it is taken is not to be learnt after
// minutes of work.
func (f demoFlags) listener(ctx context.Context) (net.Listener, error) {
	if !f.serve {
		return nil, nil
	}
	return listenOn(ctx, f.listen, false)
}

// run is the demonstration from the first record to the last replay.
func (d *demonstration) run(ctx context.Context) error {
	var err error
	if d.payers, err = settle(ctx, d.i, d.world); err != nil {
		return err
	}
	if err := d.i.StartWorker(); err != nil {
		return err
	}
	remove, err := writeAddress(d.i)
	if err != nil {
		return err
	}
	defer remove()
	if err := d.history(ctx); err != nil {
		return err
	}
	if err := d.claims(ctx); err != nil {
		return err
	}
	return d.report(ctx)
}

// history adjudicates the months before, so that members have a past and providers have habits.
func (d *demonstration) history(ctx context.Context) error {
	d.app.note("adjudicating %s earlier claims, so that members have a past and providers have habits", claim.Thousands(d.world.Options.HistoryClaims))
	files, err := d.write("history", simulate.DocumentOptions{History: true})
	if err != nil {
		return err
	}
	runs, err := d.runAll(ctx, "history", files)
	if err != nil {
		return err
	}
	for _, run := range runs {
		snapshot, err := d.i.Snapshot(ctx, run.payer.ID)
		if err != nil {
			return err
		}
		if err := d.i.BindSnapshot(ctx, run.payer.ID, snapshot); err != nil {
			return err
		}
	}
	return nil
}

// claims adjudicates the quarter that the demonstration is about.
func (d *demonstration) claims(ctx context.Context) error {
	d.app.note("adjudicating %s claims", claim.Thousands(d.world.Options.Claims))
	files, err := d.write("claims", simulate.DocumentOptions{})
	if err != nil {
		return err
	}
	since := d.i.Desk.Now()
	d.runs, err = d.runAll(ctx, "claims", files)
	d.spent = d.i.Desk.Now().Sub(since)
	return err
}

// write writes the documents of a period and keeps the truth about its claims.
func (d *demonstration) write(name string, o simulate.DocumentOptions) ([]simulate.File, error) {
	keep := func(t simulate.Truth) error {
		if !o.History && d.truth != nil {
			d.truth[truthKey{t.File, t.Ordinal}] = t
		}
		return nil
	}
	return d.world.Documents(o, simulate.Below(filepath.Join(d.folder, name)), keep)
}

// runAll sends each payer's documents as one batch.
func (d *demonstration) runAll(ctx context.Context, name string, files []simulate.File) ([]demoRun, error) {
	var runs []demoRun
	for _, p := range d.payers {
		run, err := d.runPayer(ctx, p, filepath.Join(d.folder, name), files)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// runPayer sends a payer's documents as one batch, through the same intake as any other sender's.
func (d *demonstration) runPayer(ctx context.Context, p postgres.Payer, folder string, files []simulate.File) (demoRun, error) {
	run := demoRun{payer: p}
	workflow, err := d.submit(ctx, &run, folder, files)
	if err != nil {
		return run, err
	}
	bar := d.app.bar(strings.ToLower(p.Code), int64(run.submission.Claims))
	err = d.await(ctx, &run, workflow, func(claims int) { bar.reach(int64(claims)) })
	bar.end()
	if err != nil {
		return run, err
	}
	run.figures, err = postgres.BatchFigures(ctx, d.i.Pool, p.ID, run.submission.Batch)
	return run, err
}

// submit stages what of the documents is the run's payer's, and starts its batch.
func (d *demonstration) submit(ctx context.Context, run *demoRun, folder string, files []simulate.File) (workflow client.WorkflowRun, err error) {
	var sources []intake.Source
	for _, f := range files {
		if f.Payer == run.payer.ID {
			path := filepath.Join(folder, filepath.FromSlash(f.Name))
			sources = append(sources, intake.Source{Name: f.Name, Received: f.Received, Open: func() (io.ReadCloser, error) { return openInput(path) }})
		}
	}
	if run.submission, err = d.i.Intake.Submit(ctx, run.payer, sources); err != nil {
		return nil, err
	}
	return d.i.StartBatch(ctx, run.payer.ID, run.submission.Batch)
}

// await waits until the run's batch is complete; decided is told how many of its claims are decided.
func (d *demonstration) await(ctx context.Context, run *demoRun, workflow client.WorkflowRun, decided func(claims int)) error {
	told := func(progress postgres.Progress) { decided(progress.Decided) }
	return d.i.AwaitBatch(ctx, workflow, run.payer.ID, run.submission.Batch, told)
}

// note tells what goes on, on standard error.
func (a *app) note(format string, args ...any) {
	if !a.config.JSON {
		fmt.Fprintf(a.stderr, format+"\n", args...)
	}
}
