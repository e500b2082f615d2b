package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"syscall"
	"time"

	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// closeTimeout bounds how long stopping the engines may take.
const closeTimeout = 90 * time.Second

// with opens the lasting installation, calls do, and closes it again.
func (a *app) with(ctx context.Context, options installation.Options, do func(context.Context, *installation.Installation) error) error {
	if err := a.locate(&options); err != nil {
		return err
	}
	return a.use(ctx, options, do)
}

// use opens an installation, calls do, and closes it again. The context that do gets ends with the engines, too: then
// that they ended is the error, whatever do made of it.
func (a *app) use(ctx context.Context, options installation.Options, do func(context.Context, *installation.Installation) error) (err error) {
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

// locate fills in where the engines are: those a running `up` or `demo` wrote down, those the flags name, or the
// folder's own.
func (a *app) locate(options *installation.Options) error {
	if options.Dir == "" {
		options.Dir = a.config.Dir
	}
	if options.Dir == "" {
		options.Dir = defaultDir()
	}
	options.DSN, options.KeysDSN = a.config.DatabaseURL, a.config.KeysURL
	options.TemporalAddress, options.Namespace = a.config.TemporalAddress, a.config.Namespace
	options.Logger, options.Reach = a.logger(), a.reach()
	if options.DSN != "" {
		return nil
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
	if len(all) != 1 {
		return postgres.Payer{}, usage{fmt.Sprintf("%d payers are set up here: name one with --payer", len(all))}
	}
	return all[0], nil
}
