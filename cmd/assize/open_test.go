package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// ASSIZE_DIR names the lasting installation. What a command simulates, and removes at the end, has no business there.
func TestACommandThatBringsAnInstallationKeepsOutOfTheLastingOne(t *testing.T) {
	lasting, empty := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(lasting, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(lasting, "keys", "data-keys.key"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name  string
		flags []string
		want  string
		fails bool
	}{
		{"the environment names it", nil, "", false},
		{"the flag names it", []string{"--dir", lasting}, "", true},
		{"the flag names another", []string{"--dir", empty}, empty, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := &app{config: config{Dir: lasting}}
			demo, _, err := a.root().Find([]string{"demo"})
			if err != nil {
				t.Fatal(err)
			}
			if err := demo.ParseFlags(c.flags); err != nil {
				t.Fatal(err)
			}
			got, err := a.ownFolder(demo)
			if _, refused := errors.AsType[usage](err); got != c.want || refused != c.fails {
				t.Errorf("got %q, %v; want %q, refused %v", got, err, c.want, c.fails)
			}
		})
	}
}

// A demonstration has its decisions replayed by another process, in its own folder and not on the engines that the
// environment names. Of two values of one name the last counts.
func TestAnotherProcessOfOursIsToldOfNoEnginesElsewhere(t *testing.T) {
	for _, name := range []string{"ASSIZE_DIR", "ASSIZE_DATABASE_URL", "ASSIZE_KEYS_DATABASE_URL", "ASSIZE_TEMPORAL_ADDRESS"} {
		t.Setenv(name, "elsewhere")
		list := environmentWithoutEngines()
		if slices.Index(list, name+"=") < slices.Index(list, name+"=elsewhere") {
			t.Errorf("%s is handed on", name)
		}
	}
}
