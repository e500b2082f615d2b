package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAnExportIsItsOwnersAlsoInAFileThatWasThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.ndjson")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	device, err := os.Stat(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, os.DevNull: device.Mode()} {
		file, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := ownersOnly(file); err != nil {
			t.Error(err)
		}
		if info, err := file.Stat(); err != nil || info.Mode() != want {
			t.Errorf("%s: got %v and %v, want mode %v", name, info.Mode(), err, want)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
}
