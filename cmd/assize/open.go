package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// closeTimeout bounds how long stopping the engines may take.
const closeTimeout = 90 * time.Second

// with opens the lasting installation, which has to be there, calls do, and closes it again: a mistyped folder must not
// become an empty installation, in which nothing is found and whose ledger verifies.
func (a *app) with(ctx context.Context, options installation.Options, do func(context.Context, *installation.Installation) error) error {
	if err := a.locate(&options); err != nil {
		return err
	}
	if !installation.IsIn(options.Dir) { // also for engines elsewhere: the keys lie in the folder
		return claim.Errorf(claim.NotFound, "there is no installation in %s: make one with 'assize up', or name its folder with --dir", options.Dir)
	}
	return a.use(ctx, options, do)
}

// withNew is with, and makes the installation when it is not there.
func (a *app) withNew(ctx context.Context, options installation.Options, do func(context.Context, *installation.Installation) error) error {
	if err := a.locate(&options); err != nil {
		return err
	}
	return a.use(ctx, options, do)
}

// withOwn opens an installation that is removed at the end, unless --dir names a folder for it: one of its own, not that
// of a lasting installation, which ASSIZE_DIR may name.
func (a *app) withOwn(cmd *cobra.Command, options installation.Options, do func(context.Context, *installation.Installation) error) (err error) {
	if options.Dir, err = a.ownFolder(cmd); err != nil {
		return err
	}
	options.Logger, options.Reach = a.logger(), a.reach()
	return a.use(cmd.Context(), options, do)
}

// ownFolder is the folder that --dir names, and not the environment, for a command that brings an installation of its own.
func (a *app) ownFolder(cmd *cobra.Command) (string, error) {
	if !cmd.Flags().Changed("dir") {
		return "", nil
	}
	if installation.IsIn(a.config.Dir) {
		return "", usage{fmt.Sprintf("an installation is in %s already, and this command brings its own: name another folder, or none", a.config.Dir)}
	}
	return a.config.Dir, nil
}

// use opens an installation, calls do, and closes it again. The context that do gets ends with the engines, too: then
// that they ended is the error, whatever do made of it.
func (a *app) use(ctx context.Context, options installation.Options, do func(context.Context, *installation.Installation) error) (err error) {
	a.lasting = options.Dir
	a.noteStart(options)
	i, err := installation.Open(ctx, options)
	if err != nil {
		return err
	}
	guarded, release := i.Guard(ctx)
	defer release()
	err = do(guarded, i)
	if ctx.Err() == nil && guarded.Err() != nil {
		return errors.Join(context.Cause(guarded), a.close(i))
	}
	if code := exitCode(err); ctx.Err() == nil && (code == exitUnavailable || code == exitInternal) {
		err = i.Because(err)
	}
	return errors.Join(err, a.close(i))
}

// noteStart says what is about to be started, which takes seconds.
func (a *app) noteStart(options installation.Options) {
	if options.DSN != "" {
		return
	}
	what, where := "a private Postgres and a Temporal server", ""
	if options.WithoutTemporal {
		what = "a private Postgres"
	}
	if options.Dir != "" {
		where = " in " + options.Dir
	}
	a.note("starting %s%s", what, where)
}

// locate fills in where the engines are: those a running `up` or `demo` wrote down, those the flags name, or the
// folder's own.
func (a *app) locate(options *installation.Options) error {
	if options.Dir == "" {
		options.Dir = a.config.Dir
	}
	if options.Dir == "" {
		dir, err := defaultDir()
		if err != nil {
			return err
		}
		options.Dir = dir
	}
	options.DSN, options.KeysDSN = a.config.DatabaseURL, a.config.KeysURL
	options.TemporalAddress, options.Namespace = a.config.TemporalAddress, a.config.Namespace
	options.Logger, options.Reach = a.logger(), a.reach()
	if options.DSN != "" || options.KeysDSN != "" {
		return a.config.engines(options.WithoutTemporal)
	}
	running, err := readAddress(options.Dir)
	if err != nil || running == nil {
		return err
	}
	options.DSN, options.KeysDSN, options.TemporalAddress = running.DSN, running.KeysDSN, running.Temporal
	return nil
}

func (a *app) close(i *installation.Installation) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	return i.Close(ctx)
}

func (a *app) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

// reach returns what kills this process at the stage ASSIZE_FAIL_AT names, or nil.
func (a *app) reach() func(workflows.Stage) {
	if a.config.FailAt == "" {
		return nil
	}
	at := workflows.Stage(a.config.FailAt)
	return func(stage workflows.Stage) {
		if stage == at {
			// SIGKILL cannot fail on oneself, and nothing runs after it.
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}
}

// payer finds the payer a command is about; with one payer set up it need not be named.
func (a *app) payer(ctx context.Context, i *installation.Installation, code string) (postgres.Payer, error) {
	if code != "" {
		return postgres.PayerByCode(ctx, i.Pool, code)
	}
	all, err := postgres.Payers(ctx, i.Pool)
	if err != nil {
		return postgres.Payer{}, err
	}
	switch len(all) {
	case 0:
		return postgres.Payer{}, errNoPayer(i)
	case 1:
		return all[0], nil
	}
	codes := make([]string, len(all))
	for n, p := range all {
		codes[n] = p.Code
	}
	return postgres.Payer{}, usage{"several payers are set up here: name one with --payer: " + strings.Join(codes, ", ")}
}

func errNoPayer(i *installation.Installation) error {
	return claim.Errorf(claim.NotFound, "no payer is set up in %s: add one with 'assize payer add', or two to try things with by 'assize payer simulate'", i.Dir)
}
