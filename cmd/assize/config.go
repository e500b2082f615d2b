package main

import (
	"os"
	"path/filepath"
)

// config is everything that flags and environment say about where the engines are. Flags win.
type config struct {
	Dir             string // ASSIZE_DIR
	DatabaseURL     string // ASSIZE_DATABASE_URL
	KeysURL         string // ASSIZE_KEYS_DATABASE_URL
	TemporalAddress string // ASSIZE_TEMPORAL_ADDRESS
	Namespace       string // ASSIZE_TEMPORAL_NAMESPACE
	FailAt          string // ASSIZE_FAIL_AT: kill this process at a named stage; for tests of recovery
	JSON            bool
}

// configFromEnvironment is the only place where the environment is read for settings.
func configFromEnvironment() config {
	return config{
		Dir:             os.Getenv("ASSIZE_DIR"),
		DatabaseURL:     os.Getenv("ASSIZE_DATABASE_URL"),
		KeysURL:         os.Getenv("ASSIZE_KEYS_DATABASE_URL"),
		TemporalAddress: os.Getenv("ASSIZE_TEMPORAL_ADDRESS"),
		Namespace:       os.Getenv("ASSIZE_TEMPORAL_NAMESPACE"),
		FailAt:          os.Getenv("ASSIZE_FAIL_AT"),
	}
}

// engines checks that engines elsewhere are all named: the claims' database, that of the keys, and Temporal where it is
// needed. Half of them named would put claims where their keys are not.
func (c *config) engines(withoutTemporal bool) error {
	switch {
	case c.DatabaseURL == "":
		return usage{"--keys-database-url goes with --database-url: name both"}
	case c.KeysURL == "":
		return usage{"--database-url goes with --keys-database-url: name both"}
	case c.TemporalAddress == "" && !withoutTemporal:
		return usage{"--database-url goes with --temporal-address here: this command has workflows to talk to"}
	}
	return nil
}

// defaultDir is where `up` keeps an installation: the user's data folder, or, for root, /var/lib/assize, since Postgres
// refuses to run as root and its substitute user cannot enter root's home.
func defaultDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/assize", nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); data != "" {
		return filepath.Join(data, "assize"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", usage{"there is no home folder to keep an installation in: name a folder with --dir"}
	}
	return filepath.Join(home, ".local", "share", "assize"), nil
}

// environmentWithoutEngines is ours for another process of this program that is to work in the folder we name, and not on
// the engines that the environment may name.
func environmentWithoutEngines() []string {
	return append(os.Environ(), "ASSIZE_DIR=", "ASSIZE_DATABASE_URL=", "ASSIZE_KEYS_DATABASE_URL=", "ASSIZE_TEMPORAL_ADDRESS=",
		"ASSIZE_TEMPORAL_NAMESPACE=", "ASSIZE_FAIL_AT=")
}
