package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
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

// What is no text is kept nowhere: it is told before an engine is started for it.
func TestAReviewInAnotherEncodingIsNotMeant(t *testing.T) {
	for _, flag := range []string{"--rationale", "--actor", "--waive", "--payer"} {
		args := []string{"review", "release", "000001GTW", "--actor", "r17", "--rationale", "records agree", flag, "caf\xe9"}
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), "UTF-8") {
			t.Errorf("%s: exit code %d, want %d: %s", flag, code, exitUsage, &stderr)
		}
	}
}
