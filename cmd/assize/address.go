package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"github.com/assize/assize/internal/claim"
	"github.com/assize/assize/internal/installation"
)

// address is how other processes reach the engines that one process holds. It stands in a file that this process keeps
// locked: the kernel gives the lock back when the process ends, however it ends, and a note that nobody holds is stale.
type address struct {
	PID      int    `json:"pid"`
	DSN      string `json:"dsn"`
	KeysDSN  string `json:"keysDsn"`
	Temporal string `json:"temporal"`
}

func addressFile(dir string) string { return filepath.Join(dir, "running.json") }

// writeAddress notes how to reach the engines and returns what removes the note. It gets its name when it is written
// and locked, so that nobody reads half of it or takes it for stale.
func writeAddress(i *installation.Installation) (remove func(), err error) {
	text, err := json.Marshal(address{PID: os.Getpid(), DSN: i.DSN, KeysDSN: i.KeysDSN, Temporal: i.Address})
	if err != nil {
		return nil, claim.Errorf(claim.Internal, "noting the engines' address: %w", err)
	}
	path := addressFile(i.Dir)
	file, err := os.OpenFile(path+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "noting the engines' address: %w", err)
	}
	_, err = file.Write(text)
	if err == nil {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = file.Close()
		return nil, claim.Errorf(claim.Unavailable, "noting the engines' address: %w", err)
	}
	return func() {
		_ = os.Remove(path) // a note that stays is stale, which is noticed
		_ = file.Close()
	}, nil
}

// readAddress returns the note of a process that still runs, or nil.
func readAddress(dir string) (*address, error) {
	file, err := os.Open(addressFile(dir))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, claim.Errorf(claim.Unavailable, "looking whether an installation runs in %s: %w", dir, err)
	}
	defer file.Close()
	if syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil {
		return nil, nil // nobody holds it
	}
	var at address
	if err := json.NewDecoder(file).Decode(&at); err != nil {
		return nil, claim.Errorf(claim.Invalid, "reading the engines' address in %s: %w", dir, err)
	}
	return &at, nil
}
