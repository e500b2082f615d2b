package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
	"github.com/assize/assize/internal/postgres"
	"github.com/assize/assize/workflows"
)

// closeTimeout bounds how long stopping the engines may take.
const closeTimeout = 90 * time.Second

// with opens the lasting installation, calls do, and closes it again.
func (a *app) with(ctx context.Context, options installation.Options, do func(context.Context, *installation.Installation) error) (err error) {
	if err := a.locate(&options); err != nil {
		return err
	}
	i, err := installation.Open(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close(i)) }()
	return do(ctx, i)
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

// address is how other processes reach the engines that one process holds.
type address struct {
	PID      int    `json:"pid"`
	DSN      string `json:"dsn"`
	KeysDSN  string `json:"keysDsn"`
	Temporal string `json:"temporal"`
}

func addressFile(dir string) string { return filepath.Join(dir, "running.json") }

// writeAddress notes how to reach the engines and returns what removes the note.
func writeAddress(i *installation.Installation) (remove func(), err error) {
	text, err := json.Marshal(address{PID: os.Getpid(), DSN: i.DSN, KeysDSN: i.KeysDSN, Temporal: i.Address})
	if err != nil {
		return nil, claim.Errorf(claim.Internal, "noting the engines' address: %w", err)
	}
	path := addressFile(i.Dir)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return nil, claim.Errorf(claim.Unavailable, "noting the engines' address: %w", err)
	}
	return func() { _ = os.Remove(path) }, nil //nolint:errcheck // a note that stays names a dead process, which is noticed
}

// readAddress returns the note of a process that still runs, or nil.
func readAddress(dir string) (*address, error) {
	text, err := os.ReadFile(addressFile(dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "reading the engines' address: %w", err)
	}
	var at address
	if err := json.Unmarshal(text, &at); err != nil {
		return nil, claim.Errorf(claim.Invalid, "reading the engines' address in %s: %w", dir, err)
	}
	if at.PID <= 0 || syscall.Kill(at.PID, 0) != nil && !errors.Is(syscall.Kill(at.PID, 0), syscall.EPERM) {
		return nil, nil
	}
	return &at, nil
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
