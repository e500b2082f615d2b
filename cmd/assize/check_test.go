package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is checked is nobody's money yet: a test is read as what it would be, and said to be a test.
func TestCheckSaysOfATestThatItIsOne(t *testing.T) {
	for usage, want := range map[string]string{
		"T": "1 claims (1 can be adjudicated; 1 of 1 interchanges are tests, which production refuses)",
		"P": "1 claims (1 can be adjudicated), 1 lines",
	} {
		var stdout, stderr strings.Builder
		file := write(t, strings.NewReplacer("*0*T*", "*0*"+usage+"*", "SE*18", "SE*19").Replace(document))
		if code := run(t.Context(), []string{"check", file}, &stdout, &stderr); code != exitGood || !strings.Contains(stdout.String(), want) {
			t.Errorf("%s: exit code %d, %s%s; want %q", usage, code, stdout.String(), stderr.String(), want)
		}
	}
}

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
