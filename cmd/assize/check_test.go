package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDocumentsAreLookedForBeforeEnginesStart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "claims.837")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name  string
		files []string
		want  int
	}{
		{"a file", []string{file}, exitGood},
		{"a file and standard input", []string{file, "-"}, exitGood},
		{"standard input twice", []string{"-", file, "-"}, exitUsage},
		{"no such file", []string{file, file + "x"}, exitFindings},
		{"a folder", []string{filepath.Dir(file)}, exitFindings},
	} {
		if got := exitCode(readable(tc.files)); got != tc.want {
			t.Errorf("%s: exit code %d, want %d", tc.name, got, tc.want)
		}
	}
	if sources := sourcesOf([]string{file, "-"}); sources[0].Stream || !sources[1].Stream {
		t.Error("standard input is a stream, and a file is none")
	}
}
